/**
 * Programs that are one file, with all that they were told to have in it.
 *
 * @module
 */

import { basename } from "./path.ts";
import { nodeModule } from "./node_system.ts";

/** What is looked at of the runtimes. */
interface Runtimes {
  readonly Deno?: { readonly build?: { readonly standalone?: boolean } };
  readonly Bun?: { readonly main: string };
}

/** What is looked at of Node's module. */
interface Sea {
  isSea(): boolean;
}

/**
 * How a file comes into the program, where that is one binary.
 *
 * @param path The file that is not there.
 * @returns What to do, as the end of a sentence; nothing for other programs.
 */
export function howToEmbed(path: string): string {
  if (!isOneBinary()) return "";
  const file = basename(path);
  const { Deno, Bun } = globalThis as Runtimes;
  if (Deno !== undefined) {
    return `; deno compile has what it is told to: --include ${file} --include ${file}.json`;
  }
  return Bun !== undefined
    ? `; bun build --compile has what is imported: import library from "./${file}" with { type: "file" }`
    : `; a single executable application has what "assets" names, and opens it from a directory that it is written to: examples/binary`;
}

/** Whether the program is one binary: its file is not the runtime's. */
export function isOneBinary(): boolean {
  const { Deno, Bun } = globalThis as Runtimes;
  if (Deno !== undefined) return Deno.build?.standalone === true;
  if (Bun !== undefined) return Bun.main.startsWith("/$bunfs/");
  return nodeModule<Sea | undefined>("node:sea")?.isSea() === true;
}
