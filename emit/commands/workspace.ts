/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { join } from "@std/path";
import { nodeModule } from "../../ffi/system/node.ts";

const fs = () => nodeModule<typeof import("node:fs")>("node:fs");
const os = () => nodeModule<typeof import("node:os")>("node:os");

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
  const make = () => {
    const parent = fs().realpathSync(os().tmpdir());
    return fs().mkdtempSync(join(parent, "plugin-"));
  };
  try {
    return await use({
      get directory() {
        return directory ??= make();
      },
    });
  } finally {
    if (directory !== undefined) {
      fs().rmSync(directory, { recursive: true, force: true });
    }
  }
}
