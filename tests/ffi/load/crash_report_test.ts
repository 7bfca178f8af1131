/**
 * Reports of crashes in this process.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { emptyDirectory, library, toolsFor } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { FACE, runProgram } from "../../helpers/program.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

// Which reports are asked for is said by each test.
delete process.env.PLUGIN_CRASH_REPORT;

const IS_LINUX = process.platform === "linux";
const C = IS_LINUX ? need("cc") : skip("Linux only");
const GO = IS_LINUX ? need(...toolsFor("go/values")) : C;

/** What a program prints whose plugins are these. */
async function reportsOf(
  body: string,
  env: Readonly<Record<string, string>> = {},
  ...names: string[]
): Promise<{ status: number | null; text: string }> {
  const paths = await Promise.all(["crash_report.c", ...names].map(library));
  const program = `const paths = ${JSON.stringify(paths)};\n${body}`;
  const { status, stdout, stderr } = runProgram(program, { env });
  return { status, text: stdout + stderr };
}

const OPEN = `const plugin = open(paths[0], { crashReport: true });
const { crash, crash_in_libc, give_up, call_nowhere, take_all, call } = plugin.symbols;
const point = new (plugin.type("point"))({ x: 1, y: 2 });
`;

const CRASH = /^ {2}crash \(\*point, cstring\) => i32 \S*crash_report\.c:13$/m;

/** What crashes, and the report of it. */
const WAYS: Readonly<Record<string, readonly RegExp[]>> = {
  [`crash(point, "abc")`]: [/ crashed: SIGSEGV, address 0x8$/m, CRASH],
  [`await crash.async(point, "abc")`]: [CRASH],
  [`call(() => crash(point, "abc"), 1)`]: [CRASH],
  [`crash_in_libc()`]: [
    /^ {2}\S*libc\S*(?: \S+)?\n {2}crash_in_libc \(\) => i\w+ \S*crash_report\.c:19$/m,
  ],
  [`give_up()`]: [
    / crashed: SIGABRT$/m,
    /^ {2}give_up \(\) => void \S*crash_report\.c:24$/m,
  ],
  [`call_nowhere()`]: [
    /^ {2}0x8\n {2}call_nowhere \(\) => i32 \S*crash_report\.c:30$/m,
  ],
  [`take_all(1_000_000)`]: [
    /^ {2}take_all\S* \(i32\) => i32 \S*crash_report\.c:3[67] \(\d+ times\)\n {2}…$/m,
  ],
};

test("who prints a report measures no coverage of its own", C, async () => {
  const directory = emptyDirectory();
  const body = `${OPEN}crash(point, "abc");`;
  const { text } = await reportsOf(body, {
    NODE_V8_COVERAGE: directory,
    DENO_COVERAGE_DIR: directory,
  });
  assertMatch(text, CRASH);
  // What crashes writes none either.
  assertEquals(readdirSync(directory), []);
});

test(
  "who prints a report takes in no module that the variables name",
  C,
  async () => {
    const directory = emptyDirectory();
    const module = join(directory, "preloaded.cjs");
    writeFileSync(
      module,
      `require("node:fs").appendFileSync(__dirname + "/by", process.pid + " ");`,
    );
    const { text } = await reportsOf(`${OPEN}crash(point, "abc");`, {
      BUN_INSPECT_PRELOAD: module,
      NODE_OPTIONS: `--require=${module}`,
    });
    assertMatch(text, CRASH);
    // The program itself may have.
    const by = join(directory, "by");
    const processes = existsSync(by) ? readFileSync(by, "utf8").split(" ") : [];
    assert(new Set(processes).size <= 2, `${processes}`);
  },
);

for (const [call, wanted] of Object.entries(WAYS)) {
  test(`a report tells what crashes: ${call}`, C, async () => {
    const { status, text } = await reportsOf(`${OPEN}${call};`);
    assert(status !== 0, text);
    const [, path] = /^The plugin (.+) crashed: /m.exec(text) ?? [];
    assertEquals(path, await library("crash_report.c"), text);
    for (const line of wanted) assertMatch(text, line);
    const ends = /^(\S.*): build id [0-9a-f]{8,}$/m.exec(text) ?? [];
    assertEquals(ends[1], path, text);
    // One report, and nothing of the engine in it.
    assertEquals(text.match(/ crashed: /g)?.length, 1, text);
    assert(!/^ {2}0x[0-9a-f]{6,}$/m.test(text), text);
  });
}

test("a variable of the environment asks for reports of all", C, async () => {
  const body = OPEN.replace(", { crashReport: true }", "") +
    `crash(point, "abc");`;
  const PLUGIN_CRASH_REPORT = "1";
  assertMatch((await reportsOf(body, { PLUGIN_CRASH_REPORT })).text, CRASH);
  for (const said of ["0", ""]) {
    const { text } = await reportsOf(body, { PLUGIN_CRASH_REPORT: said });
    assert(!text.includes("The plugin"), text);
  }
  const refused = body.replace("open(paths[0]", `$&, { crashReport: false }`);
  const { text } = await reportsOf(refused, { PLUGIN_CRASH_REPORT });
  assert(!text.includes("The plugin"), text);
});

test("a private copy is reported by its original", C, async () => {
  const { text } = await reportsOf(
    `open(paths[0], { fresh: true, crashReport: true }).symbols.crash_in_libc();`,
  );
  assertMatch(text, /^ {2}crash_in_libc \(\) => i\w+ \S*crash_report\.c:19$/m);
  assertMatch(text, /^The plugin .+\/crash_report\.so crashed: SIGSEGV/m);
});

test("what was open before is reported from then on", C, async () => {
  const { text } = await reportsOf(`open(paths[0]);\n${OPEN}crash(point, "a")`);
  assertMatch(text, CRASH);
});

test("a Worker's crash is reported", C, async () => {
  const worker = join(emptyDirectory(), "worker.ts");
  writeFileSync(
    worker,
    `import { open } from ${FACE};
const paths = ${JSON.stringify([await library("crash_report.c")])};
${OPEN}take_all(1_000_000);`,
  );
  const { text } = await reportsOf(`
    open(paths[0], { crashReport: true });
    const { Worker } = await import("node:worker_threads");
    new Worker(new URL(${JSON.stringify(`file://${worker}`)}));
    await new Promise((resolve) => setTimeout(resolve, 20_000));`);
  assertMatch(text, / take_all\S* \(i32\) => i32 \S*crash_report\.c:3[67]/);
});

/** (func (export "f") (result i32) (i32.load (i32.const 0x7ffffff8))), with a page of memory. */
const TRAP = `const { f } = new WebAssembly.Instance(new WebAssembly.Module(
  Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1,
    7, 5, 1, 1, 102, 0, 0, 10, 13, 1, 11, 0, 65, 248, 255, 255, 255, 7, 40, 2, 0, 11))).exports;
const trap = () => { try { f(); } catch (error) { return error instanceof WebAssembly.RuntimeError ? 1 : 0; } };
`;

test("a trap of WebAssembly is an exception, and no report", C, async () => {
  const { status, text } = await reportsOf(`${OPEN}${TRAP}
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += trap() + call(trap, 0);
    console.log(sum);
    crash(point, "abc");`);
  assertEquals([status === 0, text.split("\n")[0]], [false, "3000"], text);
  assertMatch(text, CRASH);
  assertEquals(text.match(/ crashed: /g)?.length, 1, text);
});

test("a nil panic of Go is an error, and no report", GO, async () => {
  // Go's handlers come after ours, and before them.
  for (const first of ["paths[0]", "paths[1]"]) {
    const { status, text } = await reportsOf(
      `open(${first}, { crashReport: true });
      const go = open(paths[1], { crashReport: true }).symbols;
      ${OPEN}
      for (let i = 0; i < 5; i++) {
        try { go.NilPointer(); } catch ({ code }) { console.log(code); }
      }
      crash(point, "abc");`,
      {},
      "go/values",
    );
    const panics = text.match(/^panicked$/gm)?.length;
    assertEquals([status === 0, panics], [false, 5], text);
    assertMatch(text, CRASH);
    assertEquals(text.match(/^The plugin .* crashed: /gm)?.length, 1, text);
  }
});

test("handlers before and after go on working", C, async () => {
  const { text } = await reportsOf(
    `const handlers = open(paths[1]).symbols;
    handlers.install(0);
    ${OPEN}
    handlers.install(1);
    crash(point, "abc");`,
    {},
    "handlers.c",
  );
  const at = ["the second handler", "The plugin ", "the first handler"]
    .map((line) => text.indexOf(line));
  assert(at[0]! >= 0 && at[1]! > at[0]! && at[2]! > at[1]!, text);
  assertMatch(text, CRASH);
});

test(
  "a program ends as it would without, and goes on as it would",
  C,
  async () => {
    const path = await library("handlers.c");
    const ways = [
      ["", "plugin.stop_here()"],
      ["plugin.ignore()", "plugin.fall(8)"],
      ["plugin.install_leap()", "plugin.leap_back(8)"],
      ["", "plugin.wait_for_all()"],
      ["", `process.kill(process.pid, "SIGTRAP"); setTimeout(() => {}, 2000)`],
    ] as const;
    const outcomes = [false, true].map((crashReport) =>
      ways.map(([before, then]) => {
        const { status, signal, stdout } = runProgram(`
import process from "node:process";
const plugin = open(${JSON.stringify(path)}).symbols;
${before};
open(${JSON.stringify(path)}, { crashReport: ${crashReport} });
console.log(${then});`);
        return [then, status, signal, stdout];
      })
    );
    assertEquals(outcomes[1], outcomes[0]);
    assertEquals(outcomes[1]!.slice(2, 4).map((each) => each[3]), [
      "33\n",
      "1\n",
    ]);
  },
);

test("a crash that is no plugin's is left alone", C, async () => {
  const { status, text } = await reportsOf(
    `const handlers = open(paths[1]).symbols;
    ${OPEN}
    let sum = 0;
    for (let i = 0; i < 100; i++) sum += handlers.peek(8);
    console.log(sum, call(() => handlers.peek(8), 0));
    handlers.fall(8);`,
    {},
    "handlers.c",
  );
  assertEquals([status === 0, text.split("\n")[0]], [false, "-100 0"], text);
  assert(!text.includes("The plugin"), text);
});

test(
  "without a crash nothing is printed, and the program ends",
  C,
  async () => {
    const { status, text } = await reportsOf(
      `${OPEN}console.log(call((x) => x, 1));`,
    );
    assertEquals([status, text.trim()], [0, "2"]);
  },
);

test(
  "on another system, or without the library, it is refused",
  C,
  async () => {
    const { text } = await reportsOf(
      `try { ${OPEN} } catch ({ code, message }) { console.log(code, message); }`,
      { PLUGIN_SUPPORT: "off" },
    );
    assertMatch(
      text,
      /^unsupported Cannot report crashes: it takes the support/,
    );
  },
);

test("an option that makes no sense is refused", C, async () => {
  const path = await library("crash_report.c");
  assertThrows(
    () => open(path, { crashReport: true, isolated: true }),
    TypeError,
    "nativeStack",
  );
  assertThrows(
    // deno-lint-ignore no-explicit-any -- a wrong value
    () => open(path, { crashReport: 1 as any }),
    TypeError,
    "wanted true or false",
  );
});
