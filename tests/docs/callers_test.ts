/**
 * Who may call a function of JavaScript, and from where: a test for each cell of
 * the table in docs/safety.md, in a program of its own.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { runScript } from "../ffi/helpers/program.ts";
import { library } from "../helpers/fixture.ts";
import { need, RUNTIME } from "../helpers/need.ts";
import { ROOT } from "../helpers/program.ts";
import { withSupport } from "../helpers/support.ts";
import { test } from "../helpers/test.ts";

await withSupport();

const TYPE = "(i32, cstring) => i32";

/** How a function is given, by the heads of the columns. */
const GIVEN = {
  "a function given as it is": "f",
  "callback(…)": `callback("${TYPE}", f)`,
  'callback(…, { threads: "any" })':
    `callback("${TYPE}", f, { threads: "any" })`,
};

/** What a program prints for a cell that says so. */
type Outcomes = Readonly<Record<string, string>>;

/** A program for each row: how it has the function called, and what is printed then. */
interface Caller {
  readonly body: string;
  readonly outcomes: Outcomes;
}

const GONE = "called a JavaScript function that is gone";
const WAITS = { "the caller waits for the answer": "42" };

/** The rows. `given` is the function, which gives 42 when it is asked with 41. */
const CALLERS: Readonly<Record<string, Caller>> = {
  "the plugin, within a call of this thread": {
    body: `keep(given);
      const sum = fire(41);
      console.log(seen.join() === "41 fired" ? sum : "not at once");`,
    outcomes: { "runs at once": "42" },
  },
  "the plugin, within the .async call it went to": {
    body: `try {
        const sum = plugin.lookup("via", "(${TYPE}, i32) => i32").async(given, 41);
        if (seen.length > 0) throw new Error("nobody waited");
        console.log(await sum);
      } catch ({ message }) {
        console.log(message.includes("from another thread") ? "refused" : message);
      }`,
    outcomes: {
      ...WAITS,
      "refused; Deno: waits": RUNTIME === "Deno" ? "42" : "refused",
    },
  },
  "a thread of the plugin's own, at any time": {
    body: `plugin.lookup("start", "(${TYPE}, i32, i32) => void")(given, 2, 3);
      const running = plugin.lookup("still_running", "() => i32");
      // They wait, however long this thread is busy.
      for (const end = Date.now() + 100; Date.now() < end;);
      if (running() !== 2 || seen.length > 0) throw new Error("nobody waited");
      while (running() > 0) await new Promise((end) => setTimeout(end, 1));
      const sum = plugin.lookup("sum_of_answers", "() => i32")();
      console.log(sum === 2 * (1 + 2 + 3) && seen.length === 6 ? 42 : sum);`,
    outcomes: WAITS,
  },
  "anybody, when its Worker has ended": {
    body: `if (!isMainThread) {
        keep(given);
        parentPort.postMessage("kept");
        setInterval(() => {}, 1000);
        await new Promise(() => {});
      }
      const worker = new Worker(new URL(import.meta.url));
      await new Promise((resolve) => worker.once("message", resolve));
      await worker.terminate();
      await new Promise((resolve) => setTimeout(resolve, 200));
      console.log([fire(41), await fire.async(41), fire(41)].join());
      process.exit(0);`,
    outcomes: {
      "gets zero, and it is said once": `0,0,0; said once`,
      "gets zero, and it is said": "0,0,0; said",
    },
  },
};

/** What a program said, in one line: what it printed, and how often a function was told to be gone. */
function shorten(output: string, cell: string): string {
  const lines = output.split("\n");
  const told = lines.filter((line) => line.includes(GONE)).length;
  const printed = lines.filter((line) => !line.includes(GONE)).join("; ");
  if (told === 0) return printed;
  const isOnce = cell.endsWith("once");
  return `${printed}; said${isOnce && told === 1 ? " once" : ""}${
    isOnce && told !== 1 ? ` ${told} times` : ""
  }`;
}

/** The table, as rows of cells. */
const [head, , ...rows] = readFileSync(join(ROOT, "docs/safety.md"), "utf8")
  .split("\n| who calls")[1]!.split("\n\n")[0]!.split("\n").map((line) =>
    line.replaceAll("`", "").split("|").slice(1, -1).map((cell) => cell.trim())
  );

test("the table of docs/safety.md has the callers that are tried here", () => {
  assertEquals(head, Object.keys(GIVEN));
  assertEquals(rows.map(([who]) => who), Object.keys(CALLERS));
});

for (const [who, ...cells] of rows) {
  for (const [column, [how, given]] of Object.entries(GIVEN).entries()) {
    const cell = cells[column]!;
    test(`${how}, called by ${who}: ${cell}`, need("cc"), async () => {
      const { body, outcomes } = CALLERS[who!]!;
      const path = JSON.stringify(await library("threads.c"));
      const { status, output } = runScript(`
        import process from "node:process";
        import { isMainThread, parentPort, Worker } from "node:worker_threads";
        const plugin = open(${path});
        const keep = plugin.lookup("keep", "(${TYPE}) => void");
        const fire = plugin.lookup("fire", "(i32) => i32");
        const seen = [];
        const f = (number, text) => {
          seen.push(number + " " + text);
          return number + 1;
        };
        const given = ${given};
        ${body}`);
      assertEquals([shorten(output, cell), status], [outcomes[cell], 0]);
    });
  }
}
