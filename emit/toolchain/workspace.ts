/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { namePrefix, sweepOnce } from "../../ffi/system/process_directories.ts";
import { dirname } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";

/** An empty directory of a command's own, which is made when it is asked for. */
export interface Workspace {
  /** Its absolute path. */
  readonly directory: string;
}

/**
 * Calls `use` with an empty directory of its own.
 *
 * @param use What may need it.
 * @returns What `use` returns; the directory is gone by then, also when it
 * threw. A signal ends the command at once, whatever it is busy with: then the
 * directory is gone when the next command makes one.
 * @throws {EmitError} `not_found`, where there is no place for temporary files.
 */
export async function withWorkspace<T>(
  use: (work: Workspace) => Promise<T>,
): Promise<T> {
  let made: string | undefined;
  try {
    return await use({
      get directory() {
        return made ??= makeDirectory();
      },
    });
  } finally {
    if (made !== undefined) system.removeDirectory(made);
  }
}

function makeDirectory(): string {
  try {
    const directory = system.makeTemporaryDirectory(namePrefix());
    sweepOnce(dirname(directory));
    return directory;
  } catch (cause) {
    const place = system.env("TMPDIR");
    throw new EmitError(
      "not_found",
      `Cannot make a directory of temporary files${
        place ? ` in "${place}", which TMPDIR names` : ""
      }: ${(cause as Error).message}`,
      { cause },
    );
  }
}
