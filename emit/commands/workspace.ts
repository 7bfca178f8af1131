/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "@std/path";

/**
 * Calls `use` with an empty directory of its own.
 *
 * @param use What needs it.
 * @returns What `use` returns; the directory is gone by then, also when it threw.
 */
export async function withWorkspace<T>(
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), "plugin-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
