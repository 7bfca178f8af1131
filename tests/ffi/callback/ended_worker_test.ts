/**
 * C may keep a function of a Worker, and call it when the Worker has ended.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { run } from "../helpers/program.ts";
import { withVariable } from "../../helpers/variable.ts";

await withSupport();

const C = need("cc");

/** How a function is given. */
const GIVEN = {
  "as it is": "(x) => x + 1",
  "by a handle": `callback("(i32) => i32", (x) => x + 1)`,
};

/** A Worker gives a function, and ends; the main thread has it called. */
function program(given: string): string {
  return `
    import { isMainThread, parentPort, Worker } from "node:worker_threads";
    import process from "node:process";
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url));
      const said = await new Promise((resolve) => worker.once("message", resolve));
      await worker.terminate();
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(said, plugin.lookup("call_kept")(1));
      process.exit(0);
    } else {
      let said = "kept";
      try {
        plugin.lookup("keep")(${given});
      } catch (error) {
        said = error.code + " " + error.message;
      }
      parentPort.postMessage(said);
      setInterval(() => {}, 1000);
    }`;
}

for (const [name, given] of Object.entries(GIVEN)) {
  test(
    `one that is given ${name} gives zero then, and says so`,
    C,
    async () => {
      const { status, output } = await run(program(given));
      assertStringIncludes(output, "kept 0");
      assertStringIncludes(output, "called a JavaScript function that is gone");
      assertEquals(status, 0);
    },
  );

  test(
    `without the support library one that is given ${name} is refused`,
    C,
    async () => {
      const { status, output } = await withVariable(
        "PLUGIN_SUPPORT",
        "off",
        () => run(program(given)),
      );
      assertStringIncludes(output, "unsupported Cannot make a callback");
      assertStringIncludes(output, "run without that -1");
      assertEquals(status, 0);
    },
  );
}

/** Where a Worker is when it is ended. */
const WITHIN = {
  "a callback": "via_i32(spin, 1)",
  "one of many calls of a callback":
    "times(100_000, (i) => i === 5 ? spin() : i)",
  "a callback of a call with a frame":
    "map_pair({ first: 1, second: 2 }, 'a', spin)",
  "a callback of a callback":
    "via_i32(() => plugin.symbols.via_i32(spin, 1), 1)",
  "a callback of a call on another thread": "via_i32.async(spin, 1)",
  "a handle": `via_i32(callback("(i32) => i32", spin), 1)`,
  "a handle for any thread":
    `via_i32(callback("(i32) => i32", spin, { threads: "any" }), 1)`,
};

for (const [name, call] of Object.entries(WITHIN)) {
  test(`a Worker may be ended in ${name}`, C, async () => {
    const { status, output } = await run(`
      import { isMainThread, parentPort, Worker } from "node:worker_threads";
      import process from "node:process";
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        await new Promise((resolve) => worker.once("message", resolve));
        await new Promise((resolve) => setTimeout(resolve, 20));
        await worker.terminate();
        console.log(plugin.symbols.via_i32((x) => x + 1, 1));
        process.exit(0);
      } else {
        const spin = () => {
          parentPort.postMessage("within");
          for (;;);
        };
        plugin.symbols.${call};
        setInterval(() => {}, 1000);
      }`);
    assertEquals([output, status], ["2", 0]);
  });
}
