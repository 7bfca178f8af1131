import { test } from "./helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { run } from "../emit/toolchain/run.ts";
import { emptyDirectory, library } from "./helpers/fixture.ts";
import { need, RUNTIME, skip } from "./helpers/need.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const ON_DENO = RUNTIME === "Deno"
  ? need("cc")
  : skip("only Deno loads its copies of Node's modules");

/** The names of the engine's own modules that a program had compiled. */
async function builtinsOf(...program: string[]): Promise<string[]> {
  const log = join(emptyDirectory(), "v8.log");
  const flags =
    `--log-function-events,--no-logfile-per-isolate,--logfile=${log}`;
  const ran = await run(
    process.execPath,
    [
      "run",
      "--quiet",
      "-A",
      "--no-check",
      "--config",
      `${ROOT}deno.json`,
      `--v8-flags=${flags}`,
      ...program,
    ],
    { cwd: ROOT },
  );
  assertEquals([ran.status, ran.stderr], [0, ""]);
  const scripts = readFileSync(log, "utf8").matchAll(
    /^script-details,\d+,((?:ext|node):[^,]+)/gm,
  );
  return [...new Set([...scripts].map(([, name]) => name!))];
}

/** Those of them that a program which does nothing does without. */
async function loaded(...program: string[]): Promise<string[]> {
  const empty = join(emptyDirectory(), "empty.ts");
  writeFileSync(empty, "");
  const always = new Set(await builtinsOf(empty));
  assert(always.size > 0);
  return (await builtinsOf(...program)).filter((name) => !always.has(name));
}

test("opening a plugin loads nothing of Node's", ON_DENO, async () => {
  const host = join(emptyDirectory(), "host.ts");
  const path = JSON.stringify(await library("calls.c"));
  writeFileSync(
    host,
    `import { open } from "@native/plugin";\nopen(${path});\n`,
  );
  assertEquals(await loaded(host), []);
});

test("plugin emit loads nothing of Node's", ON_DENO, async () => {
  const output = join(emptyDirectory(), "manifest.json");
  const path = await library("calls.c");
  assertEquals(await loaded("emit/main.ts", "emit", path, "-o", output), []);
  // What makes keys needs them: this test can fail.
  const made = await loaded("emit/main.ts", "keygen", "-o", `${output}.pem`);
  assert(made.some((name) => name.includes("crypto")));
});
