/**
 * What is closed in a program that has never had a callback: the functions of
 * such a plugin wait for the first one, and must not be kept by that.
 *
 * @module
 */

import process from "node:process";
import { assertEquals } from "@std/assert";
import { library } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { runProgram } from "../../helpers/program.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

const PROGRAM = (path: string) => `
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
const collect = globalThis.Bun
  ? () => Bun.gc(true)
  : (setFlagsFromString("--expose-gc"), runInNewContext("gc"));
const refs = [];
function use() {
  const output = () => refs.length; // the process has it
  using plugin = open(${JSON.stringify(path)}, { isolated: { output } });
  plugin.symbols.next();
  refs.push(new WeakRef(output));
}
const kept = open(${JSON.stringify(path)});
const { floor_by } = kept.symbols;
for (let i = 0; i < 20; i++) use();
for (let i = 0; i < 5; i++) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  collect();
}
// Engines may have a few in registers and caches yet.
console.log("left", refs.filter((ref) => ref.deref() !== undefined).length < 5);
// And what somebody has is made ready for callbacks all the same.
try {
  floor_by(() => { throw new Error("mine"); }, 1.5);
} catch (error) {
  console.log(error.message);
}
`;

test(
  "a closed plugin is collected, also without callbacks",
  NEEDS,
  async () => {
    const { status, stdout, stderr } = runProgram(
      PROGRAM(await library("ends.c")),
    );
    assertEquals([stdout, stderr, status], ["left true\nmine\n", "", 0]);
  },
);
