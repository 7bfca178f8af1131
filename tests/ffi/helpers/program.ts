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
): Promise<{ status: number | null; output: string }> {
  const program = join(emptyDirectory(), "program.ts");
  const face = JSON.stringify(new URL("../../../mod.ts", import.meta.url).href);
  const path = await library("callbacks.c");
  writeFileSync(
    program,
    `import { callback, open } from ${face};\nconst plugin = open(${
      JSON.stringify(path)
    });\n${body}`,
  );
  const config = fixture("../../deno.json");
  const args = "Deno" in globalThis
    ? [
      "run",
      ...allow(path),
      "--no-prompt",
      "--no-check",
      "--config",
      config,
      "--v8-flags=--expose-gc",
      program,
    ]
    : "Bun" in globalThis
    ? [program]
    : ["--expose-gc", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, output: (stdout + stderr).trim() };
}
