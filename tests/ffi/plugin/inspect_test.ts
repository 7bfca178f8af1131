/**
 * What `console.log` and `stats()` say of a plugin.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { inspect } from "node:util";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { open, Plugin, Variable, variable } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { annotated, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import {
  commandLine,
  runProgram,
  writeProgram,
} from "../../helpers/program.ts";
import { needTerminal, onTerminal } from "../../helpers/terminal.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const C = need("cc");

const SOURCE = `
typedef struct { double x, y; } point;
int count = 7;
const char *title = (const char *) 1;
double table[2] = {1, 2};
int add(int a, int b) { return a + b; }
int length(const char *text) { return text[0]; }
double at(const point *p) { return p->x; }
void go(void (*done)(int code), ...) { done(0); }
`;

let made: Promise<string> | undefined;

function built(): Promise<string> {
  return made ??= (async () => {
    const path = join(emptyDirectory(), "shown.so");
    const source = path.replace(".so", ".c");
    writeFileSync(source, SOURCE);
    await succeedSilently(command("build", source, "-o", path));
    return path;
  })();
}

test("a plugin prints its symbols with their types", C, async () => {
  const path = await built();
  const plugin = open(path);
  const list = `{
  add: (a: i32, b: i32) => i32,
  at: (p: point) => f64,
  count: i32,
  go: (done: (i32) => void, ...) => void,
  length: (text: cstring) => i32,
  table: [2]f64,
  title: cstring,
}`;
  assertEquals(inspect(plugin), `Plugin ${JSON.stringify(path)} ${list}`);
  assertEquals(inspect(plugin.symbols), list);
  assertEquals(plugin.stats().bound, 0);
  // A contract has fewer symbols, at its types.
  const contract = open(path, {
    symbols: { length: "(buffer) => i32" },
  });
  assertEquals(
    inspect(contract.symbols),
    "{\n  length: (text: buffer) => i32,\n}",
  );
  assert(inspect({ plugin }, { depth: 0 }).includes("[Plugin shown.so]"));
});

test("of many symbols the first fifty are printed", C, async () => {
  const path = join(emptyDirectory(), "many.so");
  const source = path.replace(".so", ".c");
  const name = (i: number) => `f${String(i).padStart(2, "0")}`;
  const functions = (count: number) =>
    Array.from({ length: count }, (_, i) => `void ${name(i)}(void) {}\n`);
  for (
    const [count, last] of [[50, "  f49: () => void,"], [
      53,
      "  ... 3 more",
    ]] as const
  ) {
    writeFileSync(source, functions(count).join(""));
    await succeedSilently(command("build", source, "-o", path));
    const lines = inspect(open(path, { fresh: true })).split("\n");
    assertEquals([lines.at(-2), lines.at(-1)], [last, "}"]);
    assert(lines.includes("  f49: () => void,"));
    assert(!lines.includes("  f50: () => void,"));
    const all = inspect(open(path).symbols, { maxArrayLength: null });
    assertEquals(all.split("\n").length, count + 2);
    const two = inspect(open(path).symbols, { maxArrayLength: 2 });
    assertEquals(two.split("\n").length, 5);
  }
});

test("a function and a variable print their name and type", C, async () => {
  const { add, count, title, table, length } = open(await built()).symbols;
  assertEquals(inspect(add), "[Function add: (a: i32, b: i32) => i32]");
  assertEquals(inspect(count), "[Variable count: i32 = 7]");
  // Nothing follows a pointer that leads nowhere.
  assertEquals(inspect(title), "[Variable title: cstring]");
  assertStringIncludes(inspect(table), "[Variable table: [2]f64 = ");
  assertEquals(inspect(variable("f64")), "[Variable f64 = 0]");
  assertEquals(
    inspect(length, { colors: true }),
    "\x1b[36m[Function length: (text: cstring) => i32]\x1b[39m",
  );
  const buffer = open(await built()).lookup("length", "(buffer) => i32");
  assertEquals(inspect(buffer), "[Function length: (text: buffer) => i32]");
});

test(
  "console.log is what prints it, without colours in a file",
  C,
  async () => {
    const path = JSON.stringify(await built());
    const { stdout } = runProgram(
      `const { symbols } = open(${path});\nconsole.log(symbols.add, [symbols.count]);`,
    );
    assertEquals(
      stdout.replaceAll(/\s+/g, " "),
      "[Function add: (a: i32, b: i32) => i32] [ [Variable count: i32 = 7] ] ",
    );
  },
);

test(
  "on a terminal it has colours, unless NO_COLOR is set",
  needTerminal("cc"),
  async () => {
    const path = JSON.stringify(await built());
    const line = commandLine(
      writeProgram(
        `const { symbols } = open(${path});\nconsole.log(symbols.add, [symbols.count]);`,
      ),
    );
    const add = "[Function add: (a: i32, b: i32) => i32]";
    const coloured = await onTerminal(line, {});
    assertStringIncludes(coloured.stdout, `\x1b[36m${add}\x1b[39m`);
    assertStringIncludes(
      coloured.stdout,
      "[Variable \x1b[36mcount: i32\x1b[39m = \x1b[33m7\x1b[39m]",
    );
    const plain = await onTerminal(line, { env: { NO_COLOR: "1" } });
    assertEquals(
      plain.stdout.replaceAll(/\s+/g, " "),
      `${add} [ [Variable count: i32 = 7] ] `,
    );
  },
);

test("stats() counts what is bound, and objects", C, async () => {
  const plugin = open(await annotated("shelf.c"));
  const { Shelf } = plugin.symbols as unknown as {
    Shelf: new (size: object) => Disposable;
  };
  {
    using _shelf = new Shelf({ width: 80, height: 200 });
    assertEquals(plugin.stats().objects, { Shelf: 1 });
  }
  assertEquals(plugin.stats().objects, { Shelf: 0 });
  // A method prints as what JavaScript sees of it.
  assertStringIncludes(inspect(plugin), "Shelf: [class Shelf]");
});

test("what only looks like one prints too", () => {
  for (const { prototype, name } of [Plugin, Variable]) {
    assertEquals(inspect(Object.create(prototype)), `${name} {}`);
  }
});
