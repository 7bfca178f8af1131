/**
 * What tests build from sources of the checkout, kept for the other files and
 * the other runtimes of the same run.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { emptyDirectory } from "./directory.ts";
import { demand } from "./tools.ts";

/**
 * Builds something, or takes what another process of this run has built.
 *
 * `tools/test.ts` names the directory that lasts as long as the run; sources do
 * not change meanwhile. Without it each process builds for itself.
 *
 * @param tools The tools that it takes, which the test has to have asked for:
 * also where another process had them.
 * @param words What tells it from all else that is built: the source, arguments.
 * @param build Builds it into a directory.
 * @returns A directory with what was built, of the caller's own.
 */
export async function builtOnce(
  tools: readonly string[],
  words: readonly string[],
  build: (directory: string) => void | Promise<void>,
): Promise<string> {
  demand(tools);
  const place = process.env.PLUGIN_BUILT;
  const own = emptyDirectory();
  if (place === undefined) {
    await build(own);
    return own;
  }
  const digest = createHash("sha256").update(words.join("\0")).digest("hex");
  const kept = join(place, digest.slice(0, 20));
  if (!existsSync(kept)) await make(kept, build);
  cpSync(kept, own, { recursive: true });
  return own;
}

/** Nobody sees a directory that is half made, and of two that make it one is kept. */
async function make(
  kept: string,
  build: (directory: string) => void | Promise<void>,
): Promise<void> {
  const making = mkdtempSync(`${kept}-`);
  try {
    await build(making);
    renameSync(making, kept);
  } catch (error) {
    rmSync(making, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}
