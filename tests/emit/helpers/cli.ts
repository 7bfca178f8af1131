/**
 * Runs the command line in tests.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { main } from "../../../emit/cli.ts";
import { type Ran, run } from "../../../emit/toolchain/run.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";

/** Runs the command in this process. */
export async function plugin(...argv: string[]): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const status = await main(argv, {
    out: (text) => stdout += text,
    err: (text) => stderr += text,
  });
  return { status, stdout, stderr };
}

/** Runs the command as a process of this runtime, with variables of its own. */
export function spawnPlugin(
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const script = fileURLToPath(
    new URL("../../../emit/main.ts", import.meta.url),
  );
  const args = "Deno" in globalThis ? ["run", "-A", script] : [script];
  return run(process.execPath, [...args, ...argv], options);
}

/** Reads the manifest at a path, as the load side does. */
export function readManifest(path: string): Manifest {
  return parseManifest(readFileSync(path, "utf8"), path);
}
