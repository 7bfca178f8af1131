/** What a library has in its headers only: inline functions, macros, and what takes a `va_list`. */
import { test } from "../../helpers/test.ts";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, type OpenOptions, PluginError } from "@native/plugin";
import type { CompositeDefinition } from "../../../ffi/manifest/manifest.ts";
import { readLibrary } from "../../../emit/image/library_file.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth, needOnce, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { mine, sign } from "../../ffi/helpers/signed.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { withCompiler } from "../helpers/headers.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const LINUX = process.platform === "linux"
  ? need("cc")
  : skip("wrappers are compiled on Linux");

await withSupport();

const ONCE = process.platform === "linux" ? needOnce("cc") : LINUX;
const BREADTH = process.platform === "linux" ? needBreadth("cc") : LINUX;

/** Each compiler, by what one test needs on each runtime. */
const COMPILERS = [["gcc", need], ["clang", needBreadth]] as const;

const HEADER = `#include <stdarg.h>
typedef struct pond pond;
typedef struct { double x, y; } spot;
struct pond_stat { int fish; };
extern int pond_count;
pond *pond_new(int depth);
int pond_depth(const pond *p);
int pond_vdescribe(char *to, unsigned long size, const char *format, va_list list);
void pond_vnothing(va_list list);
void pond_free(pond *p);
void pond_die(void);
/* Twice as deep. */
static inline int pond_twice(const pond *p) { return 2 * pond_depth(p); }
static inline spot pond_mid(spot a, spot b) {
  return (spot){(a.x + b.x) / 2, (a.y + b.y) / 2};
}
static inline int helper(void) { return pond_count; }
static inline int pond_counted(void) { return helper(); }
static inline int pond_count_on(int by) { return pond_count += by; }
extern const spot pond_spots[3];
static inline double pond_spot_x(int at) { return pond_spots[at].x; }
extern struct pond_stat *pond_last;
static inline int pond_last_fish(void) { return pond_last ? pond_last->fish : -1; }
static __inline__ __attribute__((always_inline)) pond *pond_deep(void) {
  return pond_new(100);
}
int pond_nowhere(void);
static inline int pond_lost(void) { return pond_nowhere(); }
static inline int _pond_own(void) { return 1; }
${
  Array.from(
    { length: 9 },
    (_, at) => `#define POND_UNKNOWN_${at}(x) pond_nobodys(x)\n`,
  ).join("")
}#define POND_MAKE(n) static inline int pond_made_##n(void) { return 1; }
POND_MAKE(fish)
static inline double pond_root(double x) { return __builtin_sqrt(x); }
#define pond_twice(p) pond_twice(p)
#define POND_SUM(a, b) ((a) + (b))
#define POND_MOST(a, ...) POND_SUM(a, __VA_ARGS__)
#define pond_deeper(p, by) (pond_depth(p) + (by))
#define pond_drop(p) do { pond_free(p); } while (0)
#define POND_FISH(s) ((s)->fish)
#define pond_deepest(of) pond_deeper((of), 100)
#define POND_TEXT(t) ((t)[0] == 'a' ? (t) + 2 : (t))
#define POND_PLACE(p) (&(p)->x)
#define POND_NAME(n) #n
#define POND_BAD(p) ((p)->nothing)
#define POND_UNKNOWN(p) pond_nobody(p)
`;

const SOURCE = `#include "pond.h"
#include <stdio.h>
#include <stdlib.h>
struct pond { int depth; };
int pond_count;
const spot pond_spots[3] = {{1, 2}, {3, 4}, {5, 6}};
static struct pond_stat stat = {9};
struct pond_stat *pond_last = &stat;
pond *pond_new(int depth) {
  pond *p = malloc(sizeof *p);
  p->depth = depth;
  pond_count++;
  return p;
}
int pond_depth(const pond *p) { return p->depth; }
int pond_vdescribe(char *to, unsigned long size, const char *format, va_list list) {
  return vsnprintf(to, size, format, list);
}
void pond_vnothing(va_list list) { (void)list; }
void pond_free(pond *p) { pond_count--; free(p); }
void pond_die(void) { abort(); }
`;

function compiled(): string {
  const cwd = emptyDirectory();
  writeFileSync(join(cwd, "pond.h"), HEADER);
  writeFileSync(join(cwd, "pond.c"), SOURCE);
  const path = join(cwd, "libpond.so");
  link(path);
  return path;
}

/** Compiles what lies beside it. */
function link(path: string): void {
  sharedLibrary(path, ["-s", join(path, "../pond.c")]);
}

const emit = (path: string, ...more: string[]) =>
  plugin("emit", path, "--header", join(path, "../pond.h"), ...more);

const MACROS = [
  "POND_SUM (i32, i32) => i32",
  "POND_MOST (i32, i32) => i32",
  "pond_deeper (*pond, i32) => i32",
  "pond_drop (*pond) => void",
  "POND_FISH (*pond_stat) => i32",
  "POND_PLACE (*spot) => *f64",
].flatMap((macro) => ["--macro", macro]);

const DESCRIBE = "(buffer, u64, cstring, i32, f64) => i32";

async function wrapped(compiler = "cc"): Promise<string> {
  const path = compiled();
  const ran = await succeedSilently(withCompiler(
    compiler,
    () => emit(path, ...MACROS, "--thunk", `pond_vdescribe ${DESCRIBE}`),
  ));
  assertStringIncludes(ran.stdout, "9 inline functions, 6 macros, 1 function");
  return path;
}

/** Calls one of each kind. */
function callAll(path: string, options: OpenOptions = {}): void {
  const pond = open(path, options);
  // deno-lint-ignore no-explicit-any -- the manifest says the types
  const f = pond.symbols as any;
  const p = f.pond_new(7);
  const q = f.pond_deep();
  assertEquals([f.pond_twice(p), f.pond_twice(q)], [14, 200]);
  assertEquals(f.pond_mid({ x: 0, y: 2 }, { x: 4, y: 6 }), { x: 2, y: 4 });
  assertEquals(f.pond_root(9), 3);
  assertEquals([f.POND_SUM(1, 2), f.POND_MOST(3, 4)], [3, 7]);
  assertEquals(f.pond_deeper(p, 3), 10);
  assertEquals([f.pond_count.value, f.pond_counted()], [2, 2]);
  assertEquals([f.pond_count_on(3), f.pond_count.value], [5, 5]);
  f.pond_count.value = 2;
  assertEquals(f.pond_counted(), 2);
  assertEquals([f.pond_spot_x(2), f.pond_last_fish()], [5, 9]);
  assertEquals([f.pond_drop(q), f.pond_drop(p)], [undefined, undefined]);
  assertEquals(f.pond_count.value, 0);
  const Stat = pond.type("pond_stat");
  assertEquals(f.POND_FISH(new Stat({ fish: 5 })), 5);
  const text = new Uint8Array(20);
  const describe = pond.lookup("pond_vdescribe", DESCRIBE);
  const length = describe(text, text.length, "%d and %.1f", 3, 2.5);
  const is = new TextDecoder().decode(text.subarray(0, length));
  assertEquals(is, "3 and 2.5");
  const wrong = assertThrows(() => f.pond_twice("p"), TypeError);
  assertStringIncludes(wrong.message, "pond_twice()");
}

for (const [compiler, needs] of COMPILERS) {
  test(
    `what headers alone have is called, compiled by ${compiler}`,
    process.platform === "linux" ? needs("cc", compiler) : LINUX,
    async () => {
      const path = await wrapped(compiler);
      callAll(path);
      const { symbols, skipped, thunks } = readManifest(`${path}.json`);
      assertEquals(
        symbols.pond_twice,
        {
          kind: "function",
          type: "(*pond) => i32",
          symbol: "plugin_wrap_pond_twice",
          wrapped: "inline",
          params: ["p"],
          doc: "Twice as deep.",
        } as typeof symbols[string],
      );
      assertStringIncludes(skipped.pond_lost!, `"pond_nowhere", which no`);
      assertStringIncludes(skipped.pond_vnothing!, "va_list");
      assertEquals(thunks!.links, [
        "pond_count",
        "pond_depth",
        "pond_free",
        "pond_last",
        "pond_new",
        "pond_spots",
        "pond_vdescribe",
      ]);
      const declared = readFileSync(`${path}.d.ts`, "utf8");
      assertStringIncludes(
        declared,
        "  /** Twice as deep. */\n  pond_twice: NativeFunction<",
      );
    },
  );
}

test(
  "what the linker is not asked for is told at the call's look-up",
  BREADTH,
  async () => {
    const path = compiled();
    await emit(path);
    const { skipped } = readManifest(`${path}.json`);
    assertEquals(
      skipped.pond_twice,
      "its code is in the header: --thunks compiles it",
    );
    assertEquals(
      skipped.pond_vdescribe,
      "parameter 4: va_list has no JavaScript value: --thunks compiles a wrapper",
    );
    const error = assertThrows(
      () => open(path).lookup("pond_twice"),
      PluginError,
    );
    assertEquals(error.code, "skipped_symbol");
  },
);

for (const compiler of ["gcc", "clang"]) {
  test(
    `--macros lists expressions at types that --macro takes, by ${compiler}`,
    process.platform === "linux" ? needBreadth("cc", compiler) : LINUX,
    async () => {
      const path = compiled();
      const listed = await withCompiler(
        compiler,
        () => emit(path, "--macros"),
      );
      assertEquals([listed.status, listed.stderr, listed.stdout], [
        0,
        "",
        `POND_FISH (*pond_stat) => i32
POND_PLACE (*spot) => *f64
POND_SUM (i32, i32) => i32
POND_TEXT (cstring) => cstring
pond_deeper (*pond, i32) => i32
pond_deepest (*pond) => i32
`,
      ]);
      assertEquals(existsSync(`${path}.json`), false);
      await succeedSilently(withCompiler(
        compiler,
        () =>
          emit(
            path,
            ...listed.stdout.trimEnd().split("\n")
              .flatMap((macro) => ["--macro", macro]),
          ),
      ));
      // deno-lint-ignore no-explicit-any -- the manifest says the types
      const { symbols } = open(path) as any;
      assertEquals(symbols.pond_deepest(symbols.pond_new(2)), 102);
      assertEquals(symbols.POND_TEXT("a fish"), "fish");
    },
  );
}

test("names are chosen of the headers too", BREADTH, async () => {
  const path = compiled();
  await succeedSilently(emit(
    path,
    "--thunks",
    "--include",
    "pond_de*",
    "--include",
    "pond_tw*",
  ));
  assertEquals(Object.keys(readManifest(`${path}.json`).symbols), [
    "pond_deep",
    "pond_depth",
    "pond_twice",
  ]);
});

const BAD = {
  "POND_SUM": "wanted a name and its type, as in",
  "POND_SUM (i32,": "wanted a type",
  "POND_SUM i32": "wanted a name and its type, as in",
  "POND_SUM (i32, ...) => i32": "a macro is called at one type",
  "POND_SUM (i32, i32) => (i32, i32)": "C gives one result",
  "POND_SUM (i32) => i32": "it has 2 parameters (a, b), and the type 1",
  "POND_MOST () => i32": "it has 1 parameter and more (a, ...), and the type 0",
  "POND_SUN (i32, i32) => i32":
    `no macro "POND_SUN" with parameters: did you mean "POND_SUM"?`,
  "pond_depth (*pond) => i32": `no macro "pond_depth" with parameters`,
  "pond_twice (*pond) => i32": `"pond_twice" is described already`,
  "POND_SUM (nopond, i32) => i32": `the headers have no type "nopond"`,
  "POND_SUM (i32, string) => i32": "C has no string",
  "POND_SUM (i32, i32) => cstring":
    "it gives no address, and its type is (i32, i32) => cstring",
  "POND_PLACE (*spot) => i32":
    "it gives an address, and its type is (*spot) => i32",
  "POND_NAME (i32) => cstring":
    `makes a text or a word of what is written for a parameter ("#")`,
  "POND_BAD (*spot) => i32": "the C compiler says: ",
  "POND_BAD (*pond) => i32": "the C compiler says: ",
  "POND_UNKNOWN (*pond) => i32": "the C compiler says: ",
  "pond_drop (*pond) => i32": "the C compiler says: ",
};

test("a macro that cannot be is one sentence", ONCE, async () => {
  const path = compiled();
  for (const [macro, says] of Object.entries(BAD)) {
    const { status, stderr } = await emit(path, "--macro", macro);
    assertEquals(status, 2, stderr);
    const [line, ...more] = stderr.trimEnd().split("\n");
    assertStringIncludes(
      line!,
      `Cannot wrap the macro ${JSON.stringify(macro)}: `,
    );
    assertStringIncludes(line!, says);
    assertEquals(more, [`Try "plugin emit --help"`]);
  }
  const without = await plugin(
    "emit",
    path,
    "--macro",
    "POND_SUM (i32, i32) => i32",
  );
  assertStringIncludes(without.stderr, `"--macro" reads headers`);
});

test(
  "plugin check compiles them anew, and looks for them without headers",
  BREADTH,
  async () => {
    const path = await wrapped();
    const check = (...more: string[]) => plugin("check", path, ...more);
    const header = join(path, "../pond.h");
    await succeed(check());
    await succeed(check("--header", header));
    writeFileSync(
      header,
      HEADER.replace(
        "int pond_twice(const pond *p) {",
        "int pond_double(const pond *p) {",
      ),
    );
    const stale = await check("--header", header);
    assertEquals(stale.status, 1);
    assertStringIncludes(
      stale.stdout,
      "- symbol pond_twice: (*pond) => i32, of p",
    );
    rmSync(`${path}.thunks.so`);
    assertStringIncludes(
      (await check()).stdout,
      "- thunks.file: libpond.so.thunks.so",
    );
  },
);

test(
  "an object is given back by what the headers alone have, or call otherwise",
  BREADTH,
  async () => {
    const path = compiled();
    const header = join(path, "../pond.h");
    writeFileSync(
      header,
      `${HEADER}struct lake;
struct lake *lake_new(void);
void lake_free(struct lake *lake) __asm__("pond_free");
`,
    );
    writeFileSync(
      join(path, "../pond.c"),
      `${SOURCE}struct lake *lake_new(void) { return (struct lake *)pond_new(9); }\n`,
    );
    link(path);
    const annotations = join(path, "../pond.json");
    writeFileSync(
      annotations,
      JSON.stringify({
        pond: { handle: "Pond", free: "pond_drop" },
        pond_new: { method: "new Pond", nonnull: ["return"] },
        lake: { handle: "Lake", free: "lake_free" },
        lake_new: { method: "new Lake", nonnull: ["return"] },
      }),
    );
    const macro = ["--macro", "pond_drop (*pond) => void"];
    await succeedSilently(emit(path, ...macro, "--annotate", annotations));
    // deno-lint-ignore no-explicit-any -- the manifest says the types
    const { Pond, Lake, pond_count } = open(path).symbols as any;
    {
      using _pond = new Pond(1);
      using _lake = new Lake();
      assertEquals(pond_count.value, 2);
    }
    assertEquals(pond_count.value, 0);
  },
);

test("each image of a library has wrappers of its own", LINUX, async () => {
  const path = await wrapped();
  callAll(path);
  // deno-lint-ignore no-explicit-any -- the manifest says the types
  const [old, fresh] = [open(path), open(path, { fresh: true })] as any[];
  const deep = fresh.symbols.pond_deep();
  assertEquals(old.symbols.pond_count.value, 0);
  assertEquals(fresh.symbols.pond_count.value, 1);
  assertEquals(fresh.symbols.pond_twice(deep), 200);
});

test(
  "a library that has not what they call is told of, and wrappers that take nothing",
  BREADTH,
  async () => {
    const path = await wrapped();
    const text = readFileSync(`${path}.json`, "utf8");
    const { library, thunks } = JSON.parse(text);
    const { file, buildId, sha256, size } = library;
    const WRONG = {
      'they call "pond_gone", which the library does not export': {
        ...thunks,
        links: ["pond_new", "pond_gone"],
      },
      'they have no "plugin_link"': {
        ...{ file, buildId, sha256, size },
        links: ["pond_new"],
      },
    };
    for (const [says, thunks] of Object.entries(WRONG)) {
      writeFileSync(
        `${path}.json`,
        JSON.stringify({ ...JSON.parse(text), thunks }),
      );
      for (const isolated of [false, true]) {
        const error = assertThrows(
          () => open(path, { fresh: true, isolated }).lookup("pond_deep"),
          PluginError,
        );
        assertEquals(error.code, "wrong_library");
        assertStringIncludes(error.message, says);
      }
    }
  },
);

test(
  "each process of an isolated library has them, signed too",
  LINUX,
  async () => {
    const path = await wrapped();
    await sign(path);
    const trust = [mine.pem];
    callAll(path, { trust });
    const confined = { permissions: { read: [], net: false } };
    for (
      const isolated of [{ restart: { times: 3, within: 60_000 } }, confined]
    ) {
      callAll(path, { trust, isolated });
    }
    const times = { restart: { times: 3, within: 60_000 }, processes: 2 };
    // deno-lint-ignore no-explicit-any -- the manifest says the types
    const { symbols } = open(path, { isolated: times }) as any;
    assertEquals(symbols.pond_deeper(symbols.pond_deep(), 1), 101);
    const died = assertThrows(() => symbols.pond_die(), PluginError);
    assertEquals(died.code, "crashed");
    assertEquals(symbols.pond_deeper(symbols.pond_deep(), 2), 102);
    const sums = [1, 2, 3, 4].map((n) => symbols.POND_SUM.async(n, n));
    assertEquals(await Promise.all(sums), [2, 4, 6, 8]);
  },
);

/** Machines that this is not, with what is else there: the sign of a `char`, and the size of a `long double`. */
const MACHINES = [
  ["aarch64-linux-gnu", "arm64", "so", "u8", undefined],
  ["x86_64-linux-musl", undefined, "so", "i8", undefined],
  ["aarch64-macos", undefined, "dylib", "i8", "f64"],
  ["x86_64-macos", undefined, "dylib", "i8", undefined],
] as const;

for (const [target, arch, ending, char, long] of MACHINES) {
  test(
    `headers are read as those of the library's machine, and what they have is compiled for it: ${target}`,
    process.platform !== "linux"
      ? LINUX
      : arch === process.arch
      ? skip("it is this machine")
      : needBreadth("cc", "zig"),
    async () => {
      const cwd = emptyDirectory();
      writeFileSync(
        join(cwd, "pond.h"),
        `#include <stdio.h>
extern int pond_count;
typedef struct { char mark; long double deep; } pond_mark;
int pond_depth(int of);
char pond_marked(const pond_mark *mark);
static inline int pond_all(void) { return pond_count + pond_depth(1); }
static inline int pond_twice(int of) { return 2 * pond_depth(of); }
`,
      );
      writeFileSync(
        join(cwd, "pond.c"),
        `#include "pond.h"
int pond_count = 4;
int pond_depth(int of) { return of * pond_count; }
char pond_marked(const pond_mark *mark) { return mark->mark; }
`,
      );
      const path = join(cwd, `libpond.${ending}`);
      sharedLibrary(path, ["-target", target, join(cwd, "pond.c")], {
        compiler: "zig cc",
      });
      await succeedSilently(emit(path, "--thunks"));
      const { symbols, thunks, types, skipped } = readManifest(`${path}.json`);
      assertEquals(symbols.pond_marked!.type, `(*pond_mark) => ${char}`);
      assertEquals(
        (types.pond_mark as CompositeDefinition).fields.map(({ type }) => type),
        [char, ...long === undefined ? [] : [long]],
      );
      assertEquals(symbols.pond_twice?.type, "(i32) => i32");
      assertEquals(
        thunks!.links!,
        ending === "so" ? ["pond_count", "pond_depth"] : ["pond_depth"],
      );
      assertEquals(
        skipped.pond_all,
        ending === "so"
          ? undefined
          : 'its code uses "pond_count", a variable of the library, where macOS lets nobody write its address',
      );
      const companion = join(cwd, thunks!.file);
      const { image } = readLibrary(companion);
      assertEquals(
        image.exports.map(({ name }) => name).filter((name) =>
          name.startsWith("plugin_wrap_") || name === "plugin_link"
        ),
        [
          "plugin_link",
          ...ending === "so" ? ["plugin_wrap_pond_all"] : [],
          "plugin_wrap_pond_twice",
        ],
      );
    },
  );
}
