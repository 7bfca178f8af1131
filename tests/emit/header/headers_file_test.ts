/** What headers define beyond what the symbols use, in a file of its own. */
import { test } from "../../helpers/test.ts";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertObjectMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { readManifest as readLazily } from "../../../ffi/manifest/manifest.ts";
import { sha256 } from "../../../ffi/system/node_system.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";
import { plugin, readManifest, spawnPlugin } from "../helpers/cli.ts";
import { withCompiler } from "../helpers/headers.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = need("cc");
const BREADTH = needBreadth("cc");

/** A library whose umbrella header includes its own, another's and the system's. */
const FILES = {
  "inc/deep/all.h": `#include <limits.h>
#include <other.h>
#include "deep/sub.h"
#include <deep/once.h>
#include "deep/config.h"
#define ALL_NEXT (SUB_FIRST + 1)
int deep_open(int flags);
int deep_next(void *event);
enum deep_used { DEEP_USED = 9 };
void deep_use(enum deep_used);
`,
  "inc/deep/sub.h": `#pragma once
#define SUB_FIRST 1
#define SUB_NAME "sub"
#define SUB_CALL(x) (x)
#define SUB_OPEN {
#define SUB_BROKEN SUB_OPEN
#define SUB_AFTER 5
#define SUB_LINE __LINE__
#define SUB_PLACE __FILE__ ":" SUB_CALL(SUB_LINE)
#define SUB_BUILT "on " __DATE__
/* How it is opened. */
typedef enum { OPEN_READ = 1, OPEN_WRITE = 1 << 1, OPEN_LAST } open_flags;
enum { ERR_NONE, ERR_GONE = -4, ERR_BIG = 0x7fffffff };
enum { HUGE_ONE = 0x8000000000000000ull };
#define ERR_NONE ERR_NONE
`,
  "inc/deep/once.h": `struct event_head { int type; };
struct event_key { struct event_head head; short key; struct other_thing *other; };
typedef union { int number; float real; } event_value;
typedef struct hidden hidden;
struct event_way { enum { WAY_UP = 5 } way; union { enum { WAY_IN = 6 } in; int out; } to; };
`,
  "inc/deep/config.h": "#include <one-machine/config.h>\n",
  "elsewhere/one-machine/config.h": "#define CONFIG_WIDTH 64\n",
  "inc/deep/back.h": "#define BACK_AGAIN 8\n",
  "elsewhere/other.h": `#include <deep/back.h>
#define OTHER_LEVEL 3
struct other_thing { int other; };
enum other_kind { OTHER_KIND = 1 };
`,
  "deep.c": `#include "deep/all.h"
int deep_open(int flags) { return flags & OPEN_WRITE ? ERR_GONE : 0; }
int deep_next(void *event) { ((struct event_key *)event)->key = 7; return 0; }
void deep_use(enum deep_used used) { (void)used; }
`,
};

const CONSTANTS = {
  ALL_NEXT: 2,
  BACK_AGAIN: 8,
  CONFIG_WIDTH: 64,
  DEEP_USED: 9,
  ERR_BIG: 0x7fffffff,
  ERR_GONE: -4,
  ERR_NONE: 0,
  HUGE_ONE: { type: "u64", value: "9223372036854775808" },
  OPEN_LAST: 3,
  OPEN_READ: 1,
  OPEN_WRITE: 2,
  SUB_AFTER: 5,
  SUB_FIRST: 1,
  SUB_NAME: "sub",
  WAY_IN: 6,
  WAY_UP: 5,
};

/** The library, described by its headers. */
async function deep(compiler = "cc", ...more: string[]): Promise<string> {
  const cwd = emptyDirectory();
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const path = join(cwd, "libdeep.so");
  const ways = ["-I", join(cwd, "inc"), "-I", join(cwd, "elsewhere")];
  sharedLibrary(path, ["-s", ...ways, join(cwd, "deep.c")], { compiler });
  await succeedSilently(withCompiler(
    compiler,
    () => plugin("emit", path, "--header", "deep/all.h", ...ways, ...more),
  ));
  return path;
}

function besideOf(path: string) {
  return JSON.parse(readFileSync(`${path}.headers.json`, "utf8"));
}

for (
  const [compiler, needs] of [["gcc", need], ["clang", needBreadth]] as const
) {
  test(
    `the library's own headers say all, by ${compiler}`,
    needs("cc", compiler),
    async () => {
      const path = await deep(compiler);
      const { types, constants } = readManifest(`${path}.json`);
      assertEquals([Object.keys(types), constants], [["deep_used"], undefined]);
      const beside = besideOf(path);
      assertEquals(beside.constants, CONSTANTS);
      assertEquals(Object.keys(beside.types), [
        "event_head",
        "event_key",
        "event_value",
        "event_way",
        "event_way_to",
        "event_way_to_in",
        "event_way_way",
        "open_flags",
        "other_thing",
      ]);
      assertEquals(beside.types.open_flags.doc, "How it is opened.");
      const declared = readFileSync(`${path}.d.ts`, "utf8");
      assertStringIncludes(declared, `  readonly ERR_GONE: -4;\n`);
      assertStringIncludes(
        declared,
        `readonly HUGE_ONE: 9223372036854775808n;`,
      );
      assertStringIncludes(declared, `  event_key: StructType<event_key, `);
    },
  );
}

test(
  "a constant or a further type reads the second file, a call does not",
  C,
  async () => {
    const path = await deep();
    renameSync(`${path}.headers.json`, `${path}.away`);
    const deep_ = open(path);
    assertEquals(deep_.lookup("deep_open")(2), -4);
    assertEquals(deep_.type("deep_used").DEEP_USED, 9);
    assertEquals(deep_.has("nothing"), false);
    assertEquals(
      assertThrows(() => deep_.lookup("deep_opn"), PluginError).code,
      "unknown_symbol",
    );
    const missing = assertThrows(() => deep_.constants, PluginError);
    assertEquals(missing.code, "not_found");
    assertStringIncludes(missing.message, "libdeep.so.headers.json");
    renameSync(`${path}.away`, `${path}.headers.json`);
    assertEquals(deep_.constants.ERR_GONE, -4);
    assertEquals(deep_.constants.HUGE_ONE, 1n << 63n);
    assertEquals(deep_.constants.DEEP_USED, 9);
    const Key = deep_.type("event_key");
    const key = new Key({});
    const next = deep_.lookup("deep_next", "(*event_key) => i32");
    assertEquals([next(key), key.key], [0, 7]);
    assertEquals(deep_.type("open_flags").OPEN_LAST, 3);
    assertEquals("open_flags" in deep_.manifest.types, false);
    const wrong = assertThrows(() => deep_.type("evnt_key"), PluginError);
    assertStringIncludes(wrong.message, `"event_key"`);
  },
);

test(
  "plugin check compares it, plugin types declares it",
  BREADTH,
  async () => {
    const path = await deep();
    const cwd = dirname(path);
    const ways = ["-I", join(cwd, "inc"), "-I", join(cwd, "elsewhere")];
    const again = () =>
      plugin("check", path, "--header", "deep/all.h", ...ways);
    await succeed(again());
    assertEquals(
      (await plugin("types", `${path}.json`)).stdout,
      readFileSync(`${path}.d.ts`, "utf8").replace(/\/\/# .*\n$/, ""),
    );
    const header = join(cwd, "inc/deep/sub.h");
    const text = readFileSync(header, "utf8");
    writeFileSync(header, text.replace("SUB_FIRST 1", "SUB_FIRST 4"));
    const stale = await again();
    assertEquals(stale.status, 1);
    assertStringIncludes(
      stale.stdout,
      "- constant SUB_FIRST: 1\n+ constant SUB_FIRST: 4\n",
    );
    writeFileSync(header, text);
    rmSync(`${path}.headers.json`);
    const gone = await again();
    assertEquals(gone.status, 1);
    assertStringIncludes(
      gone.stdout,
      "- headers.file: libdeep.so.headers.json",
    );
  },
);

test(
  "what an earlier emit has written beside the manifest does not stay",
  BREADTH,
  async () => {
    const path = await deep("cc", "--thunks", "--errno", "deep_open");
    const beside = () =>
      readdirSync(dirname(path)).sort().filter((name) =>
        name.startsWith("libdeep.so.")
      );
    assertEquals(beside(), [
      "libdeep.so.d.ts",
      "libdeep.so.d.ts.map",
      "libdeep.so.headers.json",
      "libdeep.so.json",
      "libdeep.so.thunks.so",
    ]);
    const symbols = join(dirname(path), "symbols.h");
    writeFileSync(symbols, "int deep_open(int flags);\n");
    await succeedSilently(plugin("emit", path, "--header", symbols));
    assertEquals(beside(), [
      "libdeep.so.d.ts",
      "libdeep.so.d.ts.map",
      "libdeep.so.json",
    ]);
  },
);

test("a pack brings it along", BREADTH, async () => {
  const path = await deep();
  const output = join(emptyDirectory(), "deep");
  await succeedSilently(plugin("pack", path, "-o", output));
  assertEquals(open(output).constants.SUB_NAME, "sub");
  assertStringIncludes(
    readFileSync(join(output, "plugin.d.ts"), "utf8"),
    `readonly SUB_NAME: "sub";`,
  );
});

test("an import and a package for npm have its types", BREADTH, async () => {
  const path = await deep();
  const cwd = dirname(path);
  await succeedSilently(plugin("import", path));
  writeFileSync(
    join(cwd, "package.json"),
    `{ "name": "deep", "version": "1.0.0" }`,
  );
  await succeedSilently(spawnPlugin(["pack", path, "--npm"], { cwd }));
  for (const name of ["libdeep.d.so.ts", "npm/deep/index.d.ts"]) {
    const declared = readFileSync(join(cwd, name), "utf8");
    assertStringIncludes(declared, `readonly SUB_NAME: "sub";`);
    assertStringIncludes(declared, `  event_key: StructType<event_key, `);
  }
  const [platform] = readdirSync(join(cwd, "npm")).filter((name) =>
    name !== "deep"
  );
  const { files } = JSON.parse(
    readFileSync(join(cwd, "npm", platform!, "package.json"), "utf8"),
  );
  assert(files.includes("libdeep.so.headers.json"), files.join());
});

test("open() takes it wherever it is", C, async () => {
  const path = await deep();
  const elsewhere = emptyDirectory();
  const names = { "libdeep.so": "a", "libdeep.so.json": "b" };
  for (const [name, other] of Object.entries(names)) {
    renameSync(join(dirname(path), name), join(elsewhere, other));
  }
  const headers = join(elsewhere, "c");
  renameSync(`${path}.headers.json`, headers);
  const deep_ = open(join(elsewhere, "a"), {
    manifest: join(elsewhere, "b"),
    headers: new URL(`file://${headers}`),
  });
  assertEquals(deep_.constants.SUB_NAME, "sub");
});

test(
  "--constants keeps what fits in the manifest itself",
  BREADTH,
  async () => {
    const path = await deep(
      "cc",
      "--constants",
      "SUB_*",
      "--constants",
      "OTHER_LEVEL",
    );
    const { constants, headers } = readManifest(`${path}.json`);
    assertEquals({ ...constants }, {
      OTHER_LEVEL: 3,
      SUB_AFTER: 5,
      SUB_FIRST: 1,
      SUB_NAME: "sub",
    });
    assertEquals(headers, undefined);
    assertEquals(open(path).constants.OTHER_LEVEL, 3);
  },
);

// deno-lint-ignore no-explicit-any -- a file that is broken on purpose
type Json = any;

const HOSTILE:
  readonly (readonly [change: (beside: Json) => void, says: string])[] = [
    [(beside) => delete beside.headers, "headers is missing"],
    [(beside) => beside.headers = 2, "headers is 2"],
    [(beside) => beside.types = [], "types is a list"],
    [(beside) => beside.constants = null, "constants is null"],
    [
      (beside) => beside.constants.ERR_GONE = true,
      "constants.ERR_GONE is true",
    ],
    [(beside) => beside.constants[""] = 1, `constants[""] is ""`],
    [
      (beside) => beside.types.event_key.size = 2,
      "types.event_key.fields[1].offset is 4",
    ],
    [
      (beside) => beside.types.event_key.fields[0].type = "nobody",
      `only names that "types" defines`,
    ],
    [
      (beside) => beside.types.event_key.fields[0].type = "event_key",
      "made of itself",
    ],
  ];

test("what is wrong in it is refused, and told where", BREADTH, async () => {
  const path = await deep();
  const manifest = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  for (const [change, says] of HOSTILE) {
    const beside = besideOf(path);
    change(beside);
    const bytes = new TextEncoder().encode(JSON.stringify(beside));
    manifest.headers.sha256 = sha256(bytes);
    const read = readLazily(
      JSON.stringify(manifest),
      `${path}.json`,
      () => bytes,
    );
    const error = assertThrows(() => {
      void read.constants;
      read.types.get("event_key");
    }, PluginError);
    assertEquals(error.code, "bad_manifest");
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.message, "libdeep.so.headers.json");
  }
});

test(
  "what counts an array at a struct's end is a member, and no constant",
  C,
  async () => {
    const directory = emptyDirectory();
    const path = join(directory, "series.so");
    const header = join(directory, "series.h");
    const source = join(directory, "series.c");
    const annotations = join(directory, "series.json");
    writeFileSync(
      header,
      `#define MOST 4
typedef struct { unsigned count; double values[]; } series;
double series_total(const series *of);
double series_first(const double *most);
`,
    );
    writeFileSync(
      source,
      `#include "series.h"
double series_total(const series *of) { return of->values[of->count - 1]; }
double series_first(const double *most) { return most[0]; }
`,
    );
    const facts = (values: string) =>
      JSON.stringify({
        series: { lengths: { values } },
        series_first: { lengths: { most: "MOST" } },
      });
    sharedLibrary(path, [source]);
    const emit = ["emit", path, "--header", header, "--annotate", annotations];
    writeFileSync(annotations, facts("count"));
    await succeedSilently(plugin(...emit));
    const { types, symbols } = readManifest(`${path}.json`);
    assertObjectMatch(types, {
      series: { fields: [{ name: "count" }, { length: "count" }] },
    });
    assertObjectMatch(symbols, {
      series_first: { annotations: { lengths: { most: 4 } } },
    });
    writeFileSync(annotations, facts("coutn"));
    assertStringIncludes(
      (await plugin(...emit)).stderr,
      `it has no member "coutn": did you mean "count"?`,
    );
  },
);
