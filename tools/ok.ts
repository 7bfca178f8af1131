/**
 * The gate: everything that must hold before a change lands.
 *
 * The tests of the load side run once more with every plugin in a process of its
 * own, and once more without the support library, on Deno. The site is made, and
 * looked at in a browser.
 *
 * `--tested` says that `deno task test` has just run: of the tests only what
 * the variables change is run then. `PLUGIN_REQUIRE` names tools that must be
 * there, and `PLUGIN_MUTANTS` how many broken libraries, manifests, types and
 * calls are tried.
 *
 * @module
 */

import { need } from "../tests/helpers/need.ts";
import { hidden } from "./bare/hidden.ts";
import { isolated } from "./isolated.ts";
import { ROOT, runtimes, show } from "./runtimes.ts";
import { test } from "./test.ts";
import { testFiles } from "./testing/test_files.ts";
import { without } from "./without.ts";

/** Each step: what it is called, and the arguments of `deno`. */
const STEPS: readonly (readonly [name: string, ...args: string[]])[] = [
  ["fmt", "fmt", "--check"],
  ["lint", "lint"],
  // What infers types is no part of the face, and public to what is.
  [
    "doc lint",
    ...["doc", "--lint", "mod.ts", "emit/main.ts"],
    ...["emit/register.ts", "emit/bundlers.ts", "emit/fetch.ts"],
    ...["ffi/typed/infer.ts", "ffi/notation/javascript.ts"],
  ],
  ["check", "check", "."],
  ["examples in docs", "test", "--doc", "--allow-all", "mod.ts", "ffi", "emit"],
  ["JSR package", "run", "-A", "tools/jsr.ts"],
  [
    "publish --dry-run",
    ...["publish", "--config", "build/jsr/deno.json"],
    ...["--dry-run", "--allow-dirty"],
  ],
];

/** What is too much for every run of the tests, and breaks with any document. */
const SITE = ["tests/reach/site_test.ts", "tests/reach/accessibility_test.ts"];

const failed: string[] = [];
title("required tools");
if (!await hasRequired()) failed.push("required tools");
for (const [name, ...args] of STEPS) {
  title(name);
  if (!await show(Deno.execPath(), args)) failed.push(name);
}
title("what lacks a tool is skipped by its name");
failed.push(...await hidden([]));
title("test");
if (!await test(Deno.args.includes("--tested") ? await trying() : [])) {
  failed.push("test");
}
// Only Linux has it, and what keeps plugins apart is compiled.
if (Deno.build.os === "linux" && need("cc").skip === false) {
  title("isolated");
  if (!await isolated([], { isDenoOnly: true })) failed.push("isolated");
}
if (need("cc").skip === false) {
  title("without the support library");
  if (!await without([], ["Deno"])) failed.push("without");
}
if (need("chromium", "git").skip === false) {
  title("site");
  // In one run and one after the other: the second takes what the first made.
  if (!await test(SITE, { on: ["Deno"], workers: 1 })) failed.push("site");
}
if (failed.length > 0) {
  console.error(`\nNot ok: ${failed.join(", ")}`);
  Deno.exit(1);
}
console.log("\nok");

function title(name: string): void {
  console.log(`\n=== ${name}`);
}

/** Whether the tools are there that `PLUGIN_REQUIRE` names. */
async function hasRequired(): Promise<boolean> {
  const required = Deno.env.get("PLUGIN_REQUIRE")?.split(",") ?? [];
  try {
    await runtimes(); // it looks for these two itself
    need(...required.filter((tool) => tool !== "bun" && tool !== "node"));
    return true;
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
}

/** The tests whose number of tries `PLUGIN_MUTANTS` sets. */
async function trying(): Promise<string[]> {
  const files: string[] = [];
  for (const file of await testFiles([])) {
    const text = await Deno.readTextFile(ROOT + file);
    if (/process\.env\.PLUGIN_MUTANTS|\bMUTANTS,/.test(text)) files.push(file);
  }
  return files;
}
