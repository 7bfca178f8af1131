/**
 * Programs and Workers end when they have nothing left to do, whatever the
 * engine is about to optimize just then.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { run } from "../helpers/program.ts";

await withSupport();

/** More rounds are for reach. */
const PROGRAMS = Number(process.env.PLUGIN_ROUNDS ?? 3);
const WORKERS = 4 * PROGRAMS;
/** Each keeps all processors busy. */
const BESIDE_OTHERS = Number(process.env.PLUGIN_ROUNDS ?? 1);

/** Calls that have just become hot. */
const HOT = `{
  const owed = plugin.lookup("times_owed", "() => i32");
  const kept = plugin.lookup("call_kept", "(i32) => i32");
  (function () { for (let i = 0; i < 5000; i++) kept(owed()); })();
}`;

test("programs with hot calls end well", need("cc"), async () => {
  for (let i = 0; i < PROGRAMS; i++) {
    assertEquals(await run(HOT), { status: 0, output: "" });
  }
});

test("Workers with hot calls end well", need("cc"), async () => {
  const { status, output } = await run(`
import { isMainThread, Worker } from "node:worker_threads";
if (isMainThread) {
  for (let i = 0; i < ${WORKERS}; i++) {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve) => worker.once("exit", resolve));
  }
} else ${HOT}`);
  assertEquals([status, output], [0, ""]);
});

/** A program that ends as soon as a thread of the plugin has called it. */
const CALLED = `
const { promise, resolve } = Promise.withResolvers();
const late = setTimeout(resolve, 20_000);
using answer = callback("(i32) => void", resolve, { threads: "any" });
plugin.lookup("call_later")(answer, 1);
await promise;
clearTimeout(late);`;

/** Keeps a processor busy: no longer than whoever started it lives, nor than a minute of its time. */
const BUSY = "ulimit -t 60; while kill -0 $PPID 2>/dev/null; do :; done";

test(
  "programs end well when another thread has just called",
  need("cc"),
  async () => {
    // The thread is to be kept waiting where it is, on its way back.
    const others = Array.from(
      { length: 2 * availableParallelism() },
      () => spawn("sh", ["-c", BUSY]),
    );
    try {
      for (let i = 0; i < BESIDE_OTHERS; i++) {
        assertEquals(await run(CALLED), { status: 0, output: "" });
      }
    } finally {
      for (const other of others) other.kill("SIGKILL");
    }
  },
);

test(
  "whoever waits for the end is told, with its code",
  need("cc"),
  async () => {
    const { status, output } = await run(`
import process from "node:process";
process.on("exit", (code) => console.log("first", code));
process.on("beforeExit", () => {
  process.exitCode = 7;
  process.on("exit", (code) => console.log("last", code));
});`);
    assertEquals([status, output], [7, "first 7\nlast 7"]);
  },
);

test(
  "an uncaught error is told while a call on another thread is under way",
  need("cc"),
  async () => {
    for (let i = 0; i < 2 * PROGRAMS; i++) {
      const { status, output } = await run(`
      plugin.lookup("slow").async(150);
      throw new TypeError("told");`);
      assertEquals([status, output.includes("told")], [1, true], output);
    }
  },
);

test("what a Worker has loaded stays when it ends", need("cc"), async () => {
  // Only Workers open it: the next one finds what the last one wrote.
  const path = JSON.stringify(await library("once.c"));
  const { status, output } = await run(`
    import { isMainThread, parentPort, Worker } from "node:worker_threads";
    import process from "node:process";
    if (isMainThread) {
      for (let i = 0; i < 3; i++) {
        const worker = new Worker(new URL(import.meta.url));
        const answer = await new Promise((resolve) => worker.once("message", resolve));
        await worker.terminate();
        await new Promise((resolve) => setTimeout(resolve, 50));
        console.log(answer);
      }
      process.exit(0);
    } else {
      const variable = open(${path}).lookup("seven", "i32");
      parentPort.postMessage(variable.value++);
      setInterval(() => {}, 1000);
    }`);
  assertEquals([status, output], [0, "7\n8\n9"]);
});
