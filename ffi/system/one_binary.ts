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
  const file = basename(path);
  const { Deno, Bun } = globalThis as Runtimes;
  if (Deno !== undefined) {
    return Deno.build?.standalone
      ? `; deno compile has what it is told to: --include ${file} --include ${file}.json`
      : "";
  }
  if (Bun !== undefined) {
    return Bun.main.startsWith("/$bunfs/")
      ? `; bun build --compile has what is imported: import library from "./${file}" with { type: "file" }`
      : "";
  }
  return nodeModule<Sea | undefined>("node:sea")?.isSea()
    ? `; a single executable application has what "assets" names, and opens it from a directory that it is written to: examples/binary`
    : "";
}
