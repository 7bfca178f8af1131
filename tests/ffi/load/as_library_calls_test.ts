/**
 * Functions of which another stands before the one that a library, or what it
 * needs, has: `free` of an allocator that was preloaded.
 *
 * @module
 */

import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import process from "node:process";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { runProgram } from "../../helpers/program.ts";
import { compile, needs } from "../../helpers/shared_library.ts";
import { must } from "../../helpers/succeed.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";

const LINUX = process.platform === "linux" ? need("cc") : skip("Linux only");

await withSupport();

/** What gives a text, takes it back, and counts what it was given back. */
const maker = (name: string) => `
static int taken;
char *give(void) { return "${name}"; }
void take(char *text) { taken += text[0] == '${name[0]}'; }
int count(void) { return taken; }
`;

/** A library that calls them. */
const CALLER = `
char *give(void);
int count(void);
char *text(void) { return give(); }
int counted(void) { return count(); }
void take(char *text);
void forget(char *text) { take(text); }
`;

/** Calls a library, with another's functions preloaded. */
function called(path: string, preloaded: string, how: string): string {
  const { stdout, stderr } = runProgram(
    `const plugin = open(${JSON.stringify(path)}, {
  symbols: { text: "() => cstring", counted: "() => i32" }, ${how}
});
const text = plugin.lookup("text", "() => cstring", { free: "take" });
console.log(text(), plugin.symbols.counted());
plugin.close?.();`,
    { env: { LD_PRELOAD: preloaded } },
  );
  return (stdout + stderr).trim();
}

for (
  const [what, how] of [
    ["a library", ""],
    ["an isolated library", "isolated: true"],
  ] as const
) {
  test(
    `${what} frees by what its own code would call: of another library`,
    LINUX,
    () => {
      const directory = emptyDirectory();
      const preloaded = compile(join(directory, "first.so"), maker("first"));
      compile(join(directory, "libneed.so"), maker("need"));
      const path = compile(
        join(directory, "calls.so"),
        CALLER,
        ...needs(directory, "libneed.so"),
      );
      assertEquals(called(path, "", how), "need 1");
      assertEquals(called(path, preloaded, how), "first 1");
    },
  );
}

test(
  "a library frees by what its own code would call: of itself",
  LINUX,
  () => {
    const directory = emptyDirectory();
    const preloaded = compile(join(directory, "first.so"), maker("first"));
    const source = maker("own") + CALLER;
    const open = compile(join(directory, "open.so"), source);
    assertEquals(called(open, preloaded, ""), "first 1");
    const closed = compile(
      join(directory, "closed.so"),
      source,
      "-Wl,-Bsymbolic",
    );
    assertEquals(called(closed, preloaded, ""), "own 1");
  },
);

test("the C library's functions are those that programs call", LINUX, () => {
  const directory = emptyDirectory();
  const preloaded = compile(
    join(directory, "first.so"),
    "int abs(int x) { return x < 0 ? -x + 1000 : x; }",
    "-fno-builtin",
  );
  const own = compile(
    join(directory, "own.so"),
    "int abs(int x) { return x < 0 ? -x + 10 : x; } int twice(int x) { return 2 * abs(x); }",
    "-fno-builtin",
  );
  const program = `
const symbols = { abs: "(i32) => i32" } as const;
console.log(open("libc.so.6", { symbols }).symbols.abs(-1));
console.log(open(${JSON.stringify(own)}, { symbols }).symbols.abs(-1));`;
  const { stdout } = runProgram(program, { env: { LD_PRELOAD: preloaded } });
  assertEquals(stdout, "1001\n11\n");
});

test("a text of malloc() is freed by the sanitizer that made it", LINUX, () => {
  const path = compile(
    join(emptyDirectory(), "made.so"),
    '#include <string.h>\nchar *text(void) { return strdup("made"); }',
  );
  const sanitizer = must("cc", ["-print-file-name=libasan.so"]).trim();
  const { status, stdout, stderr } = runProgram(
    `const { symbols } = open(${JSON.stringify(path)}, {
  symbols: { text: "() => cstring" },
});
const plugin = open(${
      JSON.stringify(path)
    }, { symbols: { text: "() => cstring" } });
console.log(plugin.lookup("text", "() => cstring", { free: "free" })());
const libc = open("libc.so.6", {
  symbols: { strdup: "(cstring) => pointer", free: "(pointer) => void" },
}).symbols;
libc.free(libc.strdup("libc"));
console.log("freed", symbols.text());`,
    {
      env: {
        LD_PRELOAD: sanitizer,
        ASAN_OPTIONS: "detect_leaks=0:handle_segv=0",
      },
    },
  );
  assertEquals([status, stdout], [0, "made\nfreed made\n"], stderr);
});

test("where nothing is preloaded, it takes no support library", LINUX, () => {
  const path = compile(
    join(emptyDirectory(), "made.so"),
    '#include <string.h>\nchar *text(void) { return strdup("made"); }',
  );
  const { stdout, stderr } = runProgram(
    `const symbols = { text: "() => cstring" } as const;
const plugin = open(${JSON.stringify(path)}, { symbols });
console.log(plugin.lookup("text", "() => cstring", { free: "free" })());
const libc = open("libc.so.6", {
  symbols: { strdup: "(cstring) => pointer", free: "(pointer) => void" },
}).symbols;
libc.free(libc.strdup("libc"));`,
    { env: { PLUGIN_SUPPORT: "off" } },
  );
  assertEquals([stdout, stderr], ["made\n", ""]);
});
