/**
 * Programs and Workers end when they have nothing left to do, whatever the
 * engine is about to optimize just then.
 *
 * @module
 */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { need } from "../need.ts";
import { run } from "./program.ts";

const PROGRAMS = 20;
const WORKERS = 60;

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

test("whoever waits for the end is told, with its code", async () => {
  const { status, output } = await run(`
import process from "node:process";
process.on("exit", (code) => console.log("first", code));
process.on("beforeExit", () => {
  process.exitCode = 7;
  process.on("exit", (code) => console.log("last", code));
});`);
  assertEquals([status, output], [7, "first 7\nlast 7"]);
});
