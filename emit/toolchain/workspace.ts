/**
 * A directory that lasts as long as one command.
 *
 * @module
 */

import { nodeModule } from "../../ffi/system/node_system.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";

/** An empty directory of a command's own, which is made when it is asked for. */
export interface Workspace {
  /** Its absolute path. */
  readonly directory: string;
}

/** The signals that people and their shells end a command by. */
const ENDS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Calls `use` with an empty directory of its own.
 *
 * @param use What may need it.
 * @returns What `use` returns; the directory is gone by then, also when it
 * threw, and when a signal ends the command.
 * @throws {EmitError} `not_found`, where there is no place for temporary files.
 */
export async function withWorkspace<T>(
  use: (work: Workspace) => Promise<T>,
): Promise<T> {
  let made: ReturnType<typeof make> | undefined;
  try {
    return await use({
      get directory() {
        return (made ??= make()).directory;
      },
    });
  } finally {
    made?.remove();
  }
}

function make(): { directory: string; remove(): void } {
  const directory = makeDirectory();
  // Loaded here: where there is a workspace, a program is run in it.
  const process = nodeModule<typeof import("node:process")>("node:process");
  const remove = (): void => {
    for (const signal of ENDS) process.off(signal, end);
    system.removeDirectory(directory);
  };
  const end = (signal: NodeJS.Signals): void => {
    remove();
    process.kill(process.pid, signal); // whoever waits sees what ended it
  };
  for (const signal of ENDS) process.on(signal, end);
  return { directory, remove };
}

function makeDirectory(): string {
  try {
    return system.makeTemporaryDirectory("plugin-");
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
