/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";

/** An empty directory of a command's own, which is made when it is asked for. */
export interface Workspace {
  /** Its absolute path. */
  readonly directory: string;
}

/**
 * Calls `use` with an empty directory of its own.
 *
 * @param use What may need it.
 * @returns What `use` returns; the directory is gone by then, also when it threw.
 */
export async function withWorkspace<T>(
  use: (work: Workspace) => Promise<T>,
): Promise<T> {
  let directory: string | undefined;
  try {
    return await use({
      get directory() {
        return directory ??= system.makeTemporaryDirectory("plugin-");
      },
    });
  } finally {
    if (directory !== undefined) system.removeDirectory(directory);
  }
}
