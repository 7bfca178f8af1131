/**
 * The right library, or none: real files of real compilers, and not one line of
 * what is refused has run.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { open, type OpenOptions, PluginError } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { crossCompile } from "../../emit/helpers/cross.ts";
import { buildAfresh, emptyDirectory } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = need("cc");
const LINUX = process.platform === "linux" ? C : skip("needs Linux's loader");

// ------------------------------------------------------------------ libraries

/** Compiles a library from a text; nothing describes it yet. */
function compile(path: string, source: string, ...flags: string[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.c`, source);
  return sharedLibrary(path, ["-g", `${path}.c`, ...flags]);
}

async function emit(path: string): Promise<string> {
  await succeedSilently(command("emit", path));
  return path;
}

/** Builds a plugin from a text. */
async function build(directory: string, source: string): Promise<string> {
  const path = join(directory, "it.so");
  writeFileSync(`${path}.c`, source);
  await succeedSilently(command("build", `${path}.c`, "-o", path));
  return path;
}

/** C that leaves a file behind when it is loaded. */
function marking(path: string): string {
  return `#include <stdio.h>
__attribute__((constructor)) static void mark(void) { fclose(fopen("${path}.ran", "w")); }
`;
}

function assertRefused(
  path: string,
  code: string,
  words: readonly string[],
  options: OpenOptions = {},
): PluginError {
  try {
    open(path, options);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    assertEquals(error.code, code, error.message);
    for (const word of words) assertStringIncludes(error.message, word);
    assert(!error.message.endsWith("."), error.message);
    assertEquals(existsSync(`${path}.ran`), false);
    return error;
  }
  throw new Error("nothing was thrown");
}

/** Writes a file anew: a new inode, as a compiler does. */
function replace(path: string, bytes: Uint8Array): void {
  rmSync(path);
  writeFileSync(path, bytes);
}

// ------------------------------------------------- the library that is described

test("a changed struct with a stale manifest is refused", C, async () => {
  const directory = emptyDirectory();
  const source = (type: string) =>
    `${marking(join(directory, "it.so"))}typedef struct { ${type} x, y; } P;
double sum(P *p) { return p->x + p->y; }
`;
  const path = await build(directory, source("double"));
  const stale = readFileSync(`${path}.json`);
  const { buildId } = JSON.parse(stale.toString()).library;
  await build(directory, source("float"));
  const fresh = JSON.parse(readFileSync(`${path}.json`, "utf8")).library;
  writeFileSync(`${path}.json`, stale);
  assertRefused(path, "wrong_library", [
    `its build id is ${fresh.buildId}, the manifest describes ${buildId}`,
  ]);
});

test("another library at its place is refused", C, async () => {
  const path = await buildAfresh("calls.c");
  const other = await buildAfresh("once.c");
  const { buildId } = JSON.parse(readFileSync(`${other}.json`, "utf8")).library;
  renameSync(other, path);
  assertRefused(path, "wrong_library", [`its build id is ${buildId}`]);
});

test("another library's manifest is refused", C, async () => {
  const path = await buildAfresh("calls.c");
  const other = await buildAfresh("once.c");
  const { buildId } = JSON.parse(readFileSync(`${other}.json`, "utf8")).library;
  const manifest = `${other}.json`;
  assertRefused(path, "wrong_library", [`the manifest describes ${buildId}`], {
    manifest,
  });
});

test("a library that ends inside of what is loaded is refused", C, async () => {
  const path = await buildAfresh("calls.c");
  replace(path, readFileSync(path).subarray(0, 4096));
  assertRefused(path, "not_a_library", [
    "it has 4096 bytes, and a segment of it would reach to",
    "it is truncated",
  ]);
});

test(
  "sha256 on request: a library without its last byte is refused",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const bytes = readFileSync(path);
    replace(path, bytes.subarray(0, -1));
    assertRefused(path, "wrong_library", [
      `its size is ${bytes.length - 1}, the manifest describes ${bytes.length}`,
    ], { integrity: "sha256" });
  },
);

/** Flips one bit of the last byte, which no loader reads. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  replace(path, bytes);
}

test("sha256 on request: one changed bit is refused", C, async () => {
  const path = await buildAfresh("once.c");
  flip(path);
  assertRefused(path, "wrong_library", ["its sha256 is"], {
    integrity: "sha256",
  });
  // The build id does not notice: it tells builds apart.
  const plugin = open(path);
  assertEquals(plugin.lookup("initialised", "i32").value, 1);
  // Nor is the plugin given to whoever asks for more afterwards.
  assertRefused(path, "wrong_library", ["its sha256 is"], {
    integrity: "sha256",
  });
});

test(
  "sha256 on request: the right library opens, also when it is open",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const plugin = open(path);
    assert(open(path, { integrity: "sha256" }) === plugin);
    const other = await buildAfresh("once.c");
    const get = open(other, { integrity: "sha256" }).lookup(
      "get_seven",
      "() => i32",
    );
    assertEquals(get(), 7);
  },
);

test(
  "without a build id one changed bit is always refused",
  LINUX,
  async () => {
    const path = compile(
      join(emptyDirectory(), "it.so"),
      "int one(void) { return 1; }\n",
      "-Wl,--build-id=none",
    );
    await emit(path);
    flip(path);
    assertRefused(path, "wrong_library", ["its sha256 is"]);
  },
);

test('integrity is "sha256" or nothing', C, async () => {
  const path = await buildAfresh("once.c");
  const { lost } = {} as { lost: "sha256" };
  const refusals = {
    'open(): integrity is "md5", wanted "sha256"': "md5" as "sha256",
    "open(): integrity is undefined: leave it out": lost,
  };
  for (const [message, integrity] of Object.entries(refusals)) {
    assertThrows(() => open(path, { integrity }), TypeError, message);
  }
});

// ----------------------------------------------------------------- this machine

const here = `${process.platform}-${process.arch}`;

for (
  const [target, tools] of [
    ["darwin-x64", ["clang", "ld64.lld"]],
    ["darwin-arm64", ["clang", "ld64.lld"]],
    ["linux-arm64", ["clang", "ld.lld"]],
  ] as const
) {
  const TOOLS = target === here
    ? skip(`this is ${here}`)
    : need("cc", ...tools);
  test(`a library for ${target} is refused`, TOOLS, async () => {
    // With a manifest that says it is for this machine ...
    const path = await buildAfresh("once.c");
    const foreign = crossCompile(target, "types.c");
    replace(path, readFileSync(foreign));
    assertRefused(path, "wrong_target", [
      `the file is for ${target}, this process is ${here}`,
    ]);
    // ... and with its own, which is believed: nothing else need be read.
    if (target.startsWith("darwin")) return; // its types are in its object files
    await emit(foreign);
    assertRefused(foreign, "wrong_target", [
      `the manifest is for ${target}, this process is ${here}`,
    ]);
  });
}

const MUSL = process.arch === "x64" && process.platform === "linux"
  ? need("zig")
  : skip("needs Linux on x64");

test(
  "a library for musl is refused, whatever its manifest says",
  MUSL,
  async () => {
    const path = join(emptyDirectory(), "it.so");
    const source = `${marking(path)}int one(void) { return 1; }\n`;
    writeFileSync(`${path}.c`, source);
    const target = ["-target", "x86_64-linux-musl"];
    sharedLibrary(path, [...target, "-g", `${path}.c`], { compiler: "zig cc" });
    await emit(path);
    const words = [
      'it needs the C library "musl", this process runs on "gnu"',
    ];
    assertRefused(path, "wrong_target", words);
    const json = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    assertEquals(json.library.libc, "musl");
    json.library.libc = "gnu";
    writeFileSync(`${path}.json`, JSON.stringify(json));
    assertRefused(path, "wrong_target", words);
  },
);

// ------------------------------------------------------------ what it needs

test(
  "a needed library that is missing: which, and where was looked",
  LINUX,
  async () => {
    const directory = emptyDirectory();
    const path = join(directory, "it.so");
    const library = compile(
      join(directory, "libs", "libdep.so"),
      "int dep(void) { return 1; }\n",
      "-Wl,-soname,libdep.so",
    );
    compile(
      path,
      `${marking(path)}int dep(void);\nint twice(void) { return 2 * dep(); }\n`,
      library,
      "-Wl,-rpath,$ORIGIN/libs",
    );
    await emit(path);
    renameSync(library, `${library}.away`);
    const error = assertRefused(path, "missing_library", [
      'it needs the library "libdep.so", which is not on this machine',
      `looked for in ${directory}/libs, `,
      "/usr/lib",
      "LD_LIBRARY_PATH",
    ]);
    assertStringIncludes((error.cause as Error).message, "libdep.so");
    // Nothing is left of it: mended, it opens.
    renameSync(`${library}.away`, library);
    assertEquals(open(path).lookup("twice", "() => i32")(), 2);
  },
);

test(
  "a needed library's needed library is missing: who needs it",
  LINUX,
  async () => {
    const directory = emptyDirectory();
    const path = join(directory, "it.so");
    const c = compile(
      join(directory, "libc3.so"),
      "int c(void) { return 1; }\n",
      "-Wl,-soname,libc3.so",
    );
    const b = compile(
      join(directory, "libb.so"),
      "int c(void);\nint b(void) { return c(); }\n",
      "-Wl,-soname,libb.so",
      c,
      "-Wl,-rpath,$ORIGIN",
    );
    compile(
      path,
      `${marking(path)}int b(void);\nint it(void) { return b(); }\n`,
      b,
      "-Wl,-rpath,$ORIGIN",
      "-Wl,--allow-shlib-undefined",
    );
    await emit(path);
    rmSync(c);
    assertRefused(path, "missing_library", [
      `its library "${b}" needs the library "libc3.so"`,
    ]);
  },
);

test(
  "a needed version that is missing: which, and the newest there is",
  LINUX,
  async () => {
    const directory = emptyDirectory();
    const path = join(directory, "it.so");
    const map = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return `-Wl,--version-script=${join(directory, name)}`;
    };
    const source = "int f(void) { return 1; }\nint g(void) { return 2; }\n";
    const soname = "-Wl,-soname,libv.so";
    const [old, young] = ["old", "new"].map((name) =>
      join(directory, name, "libv.so")
    ) as [string, string];
    const first = "V_1.2 { global: f; local: *; };";
    const script = map("old.map", `${first} V_1.10 { global: g; } V_1.2;`);
    compile(old, source, soname, script);
    const newer = map(
      "new.map",
      `${first} V_1.10 { } V_1.2; V_2.0 { global: g; } V_1.10;`,
    );
    compile(young, source, soname, newer);
    compile(
      path,
      `${marking(path)}int g(void);\nint it(void) { return g(); }\n`,
      young,
      "-Wl,-rpath,$ORIGIN/old",
    );
    await emit(path);
    assertRefused(path, "missing_version", [
      `it needs version V_2.0 of "${old}", whose newest is V_1.10`,
    ]);
  },
);

test(
  "a needed symbol that is missing is found before anything runs",
  LINUX,
  async () => {
    const directory = emptyDirectory();
    for (const binding of ["lazy", "now"]) {
      const path = join(directory, `${binding}.so`);
      compile(
        path,
        `${marking(path)}int nobody_has_it(int);
int it(int x) { return nobody_has_it(x); }
`,
        `-Wl,-z,${binding}`,
      );
      await emit(path);
      const error = assertRefused(path, "missing_symbol", [
        'it needs the symbol "nobody_has_it", which none of the libraries has',
      ]);
      assertEquals(error.symbol, "nobody_has_it");
      assertStringIncludes((error.cause as Error).message, "undefined symbol");
    }
  },
);

test(
  "a library that binds late opens when nothing is missing",
  LINUX,
  async () => {
    const path = compile(
      join(emptyDirectory(), "it.so"),
      `#include <stdlib.h>
int runs;
__attribute__((constructor)) static void run(void) { runs++; }
int absolute(int x) { return abs(x) + atoi("1"); }
`,
      "-Wl,-z,lazy",
      "-fno-builtin",
    );
    await emit(path);
    copyFileSync(`${path}.json`, `${path}.copy`);
    const plugin = open(path);
    assertEquals(plugin.lookup("absolute", "(i32) => i32")(-2), 3);
    assertEquals(plugin.lookup("runs", "i32").value, 1);
  },
);
