/**
 * The gate: everything that must hold before a change lands.
 *
 * @module
 */

import { show } from "./runtimes.ts";
import { test } from "./test.ts";

/** Each step: what it is called, and the arguments of `deno`. */
const STEPS: readonly (readonly [name: string, ...args: string[]])[] = [
  ["fmt", "fmt", "--check"],
  ["lint", "lint"],
  // The types that inference is made of are documented, and not on the face.
  [
    "doc lint",
    ...["doc", "--lint", "mod.ts", "emit/main.ts"],
    ...["ffi/typed/infer.ts", "ffi/notation/javascript.ts"],
  ],
  ["check", "check", "."],
  ["examples in docs", "test", "--doc", "--allow-all", "mod.ts", "ffi", "emit"],
  ["publish --dry-run", "publish", "--dry-run", "--allow-dirty"],
];

const failed: string[] = [];
for (const [name, ...args] of STEPS) {
  console.log(`\n=== ${name}`);
  if (!await show(Deno.execPath(), args)) failed.push(name);
}
if (!await test([])) failed.push("test");
if (failed.length > 0) {
  console.error(`\nNot ok: ${failed.join(", ")}`);
  Deno.exit(1);
}
console.log("\nok");
