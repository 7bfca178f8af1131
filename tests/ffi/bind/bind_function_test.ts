import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readFileSync, writeFileSync } from "node:fs";
import { open, PluginError } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, RUNTIME } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const C = need("cc");
const SUM = ["--thunk", "sum (i32, i32) => i32"];
const PAIR = ["--thunk", "sum (i32, i32, i32) => i32"];
const QUIET = ["--", "-w"];

async function run(...argv: string[]): Promise<void> {
  await succeedSilently(command(...argv));
}

async function built(...options: string[]): Promise<string> {
  const path = join(emptyDirectory(), "without.so");
  await run("build", fixture("without.c"), "-o", path, ...options, ...QUIET);
  return path;
}

const REASONS = {
  give:
    "(with_long) => with_long has a struct by value, which takes a thunk, and none can be made: parameter 1: with_long.l: long double has no JavaScript value",
  none:
    "(empty) => i32 has a struct by value, which takes a thunk, and none can be made: parameter 1: empty is empty",
  large:
    "none can be made: parameter 1: big has 262145 bytes, and at most 262144 are passed",
};

for (
  const [where, make] of Object.entries({
    build: () => built(),
    async emit() {
      const path = await built();
      await run("emit", "--thunks", path);
      return path;
    },
  })
) {
  test(`what no thunk can call says why, after ${where}`, C, async () => {
    const path = await make();
    const plugin = open(path);
    for (const [name, reason] of Object.entries(REASONS)) {
      const error = assertThrows(
        () => plugin.lookup(name),
        PluginError,
        reason,
      );
      assertEquals(error.code, "unsupported");
    }
    const declared = readFileSync(`${path}.d.ts`, "utf8");
    assertStringIncludes(
      declared,
      "// give: has a struct by value, and no thunk can be made: parameter 1: with_long.l",
    );
  });
}

test(
  "a function with a thunk for one signature is looked up at it",
  C,
  async () => {
    const path = await built(...SUM);
    const sum = open(path).lookup("sum");
    assertEquals(sum(1, 41), 42);
    assertThrows(() => sum(1), TypeError, "sum(): wanted 2 arguments, got 1");
    assertEquals(open(path).lookup("sum", "(i32, i32) => i32")(1, 1), 2);
    assertStringIncludes(
      readFileSync(`${path}.d.ts`, "utf8"),
      "sum: NativeFunction<[n: number, arg2: number], number>;",
    );
  },
);

test(
  "a function with thunks for several signatures names them",
  C,
  async () => {
    const plugin = open(await built(...SUM, ...PAIR));
    const error = assertThrows(
      () => plugin.lookup("sum"),
      PluginError,
      '(i32, ...) => i32 has a variable number of arguments; look it up at a signature that it has a thunk for: "(i32, i32) => i32", "(i32, i32, i32) => i32"',
    );
    assertEquals(error.code, "needs_thunk");
    assertEquals(plugin.lookup("sum", "(i32, i32, i32) => i32")(2, 20, 20), 42);
  },
);

test("a thunk that the library has not got is said, and which", C, async () => {
  const path = await built(...SUM);
  const json = readFileSync(`${path}.json`, "utf8");
  const own = /"symbol": "(plugin_thunk_\w*sum\w*)"/.exec(json)![1]!;
  writeFileSync(`${path}.json`, json.replaceAll(own, "of_another_build"));
  const error = assertThrows(
    () => open(path).lookup("sum", "(i32, i32) => i32"),
    PluginError,
    'does not export "of_another_build"; write the manifest anew',
  );
  assertEquals(error.code, "wrong_library");
});

test("a function without a thunk says how to make one", C, async () => {
  const plugin = open(await built());
  assertThrows(
    () => plugin.lookup("sum"),
    PluginError,
    "which takes a thunk that the library has not got; write one with: plugin emit --thunks --thunk 'sum (...) => ...' without.so",
  );
});

test(
  "a function of many parameters is called, or refused by its runtime's name",
  C,
  async () => {
    const directory = emptyDirectory();
    const path = join(directory, "many.so");
    const parameters = (count: number) =>
      Array.from({ length: count }, (_, i) => `int a${i}`).join(", ");
    writeFileSync(
      join(directory, "many.c"),
      `int forty(${parameters(40)}) { return a39; }
int most(${parameters(254)}) { return a253; }
int more(${parameters(255)}) { return a254; }
`,
    );
    await run("build", join(directory, "many.c"), "-o", path, ...QUIET);
    const plugin = open(path);
    for (const [name, count] of [["forty", 40], ["most", 254]] as const) {
      const args = Array.from({ length: count }, (_, i) => i);
      if (RUNTIME === "Bun") {
        const error = assertThrows(() => plugin.lookup(name), PluginError);
        assertEquals(error.code, "unsupported");
        assertStringIncludes(
          error.message,
          "Bun cannot call a function of its type",
        );
      } else assertEquals(plugin.lookup(name)(...args), count - 1);
    }
    const error = assertThrows(() => plugin.lookup("more"), PluginError);
    assertEquals(error.code, "skipped_symbol");
    assertStringIncludes(error.message, "it has 255 parameters");
  },
);
