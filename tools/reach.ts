/**
 * What is too much for every run of the tests: many libraries, many names, many
 * rounds. One program for each mechanism stands in `deno task test`.
 *
 * A file that has passed is not run again until something that it hangs on has
 * changed: a source, a test, or a compiler. Arguments are files of tests, to be
 * run whatever has passed.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { find } from "../tests/helpers/tools.ts";
import { reachGo } from "./reach/reach_go.ts";
import { reachRust } from "./reach/reach_rust.ts";
import { ROOT } from "./runtimes.ts";
import { test } from "./test.ts";
import { isOnce, testFiles, withHelpers } from "./testing/test_files.ts";

/** Rounds of those tests of every run that try their luck again and again. */
const ROUNDS = "40";

/** What the tests of every run ask that go on for longer here, or on more runtimes. */
const LONGER = /\bPLUGIN_(?:REACH|ROUNDS)\b|\bneed(?:Breadth|Reach)\(/;

const PASSED = `${ROOT}build/reach`;

/** What every test hangs on. */
const COMMON = digest([
  ...contentOf(
    "{emit,examples,ffi,native,tests,tools}/**/*.{ts,c,h,go,rs,zig,cpp,json,toml,mod}",
  ),
  ...["cc", "clang", "gcc", "go", "rust", "zig", "abidw"].map((tool) =>
    [tool, find(tool)?.version ?? ""] as const
  ),
]);

/** What those hang on that read documents: into some this program itself writes. */
const DOCUMENTS = digest(contentOf("{*.md,{docs,examples}/**/*.{md,json}}"));

/** What a test that reads documents says. */
const READS_DOCUMENTS = /\bdocs\b|\.md\b/;

Deno.env.set("PLUGIN_ROUNDS", ROUNDS);
Deno.env.set("PLUGIN_REACH", "1");
let success = Deno.args.length > 0 ||
  [await reachGo(), await reachRust()].every(Boolean);
const wanted = Deno.args.length > 0
  ? await testFiles(Deno.args)
  : [...await testFiles(["tests/reach"]), ...await longer()];
for (const file of wanted) {
  const read = READS_DOCUMENTS.test(await withHelpers(file)) ? DOCUMENTS : "";
  const stamp = `${PASSED}/${digest([[file, COMMON + read]]).slice(0, 20)}`;
  if (Deno.args.length === 0 && await isThere(stamp)) {
    console.log(`${file} has passed with what there is now`);
    continue;
  }
  if (await test([file])) {
    await Deno.mkdir(PASSED, { recursive: true });
    await Deno.writeTextFile(stamp, file);
  } else success = false;
}
Deno.exit(success ? 0 : 1);

/** The tests of every run that have more to try here. */
async function longer(): Promise<string[]> {
  const files = [];
  for (const file of await testFiles([])) {
    if (LONGER.test(await withHelpers(file)) || await isOnce(file)) {
      files.push(file);
    }
  }
  return files;
}

/** The files of the checkout that a pattern names, and what is in them. */
function contentOf(pattern: string) {
  const paths = globSync(pattern, {
    cwd: ROOT,
    exclude: (path) =>
      /(?:^|\/)(?:build|node_modules|target)(?:\/|$)/.test(String(path)),
  });
  return paths.sort().map((path) => [path, readFileSync(ROOT + path)] as const);
}

function digest(parts: readonly (readonly [string, string | Uint8Array])[]) {
  const hash = createHash("sha256");
  for (const [name, content] of parts) hash.update(`${name}\0`).update(content);
  return hash.digest("hex");
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
