/**
 * Programs in a process of their own.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { emptyDirectory, fixture, library } from "../../helpers/fixture.ts";

/**
 * Runs a program on this runtime.
 *
 * @param body What it does; `plugin` is that of callbacks.c.
 * @param allow Permissions on Deno, for the path of the plugin.
 */
export async function run(
  body: string,
  allow: (path: string) => readonly string[] = () => ["-A"],
): Promise<Ran> {
  const path = await library("callbacks.c");
  return runScript(
    `const plugin = open(${JSON.stringify(path)});\n${body}`,
    allow(path),
  );
}

/** What a program said, and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs a program on this runtime.
 *
 * @param body What it does; `open` and `callback` are there.
 * @param allow Permissions on Deno.
 * @param v8 Flags of V8, where it is V8.
 */
export function runScript(
  body: string,
  allow: readonly string[] = ["-A"],
  v8: readonly string[] = [],
): Ran {
  const program = join(emptyDirectory(), "program.ts");
  const face = JSON.stringify(new URL("../../../mod.ts", import.meta.url).href);
  writeFileSync(program, `import { callback, open } from ${face};\n${body}`);
  const config = fixture("../../deno.json");
  const args = "Deno" in globalThis
    ? [
      "run",
      ...allow,
      "--no-prompt",
      "--no-check",
      "--config",
      config,
      `--v8-flags=${["--expose-gc", ...v8].join(",")}`,
      program,
    ]
    : "Bun" in globalThis
    ? [program]
    : ["--expose-gc", ...v8, program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, output: (stdout + stderr).trim() };
}
