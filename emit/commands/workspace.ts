/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
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
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "plugin-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
