/**
 * Programs that are one file, with all that they were told to have in it.
 *
 * @module
 */

import { basename } from "./path.ts";
import { EMBEDDED, nodeModule } from "./node_system.ts";

/** What is looked at of the runtimes. */
interface Runtimes {
  readonly Deno?: { readonly build?: { readonly standalone?: boolean } };
  readonly Bun?: { readonly main: string };
}

/** What is looked at of Node's module. */
interface Sea {
  isSea(): boolean;
}

/** What is embedded: `open` takes each where it does not lie beside the other. */
export type Embedded = "library" | "manifest" | "thunks" | "headers";

/**
 * How a file comes into the program, where that is one binary.
 *
 * @param path The file that is not there.
 * @param what What it is to `open`.
 * @returns What to do, as the end of a sentence; nothing for other programs.
 */
export function howToEmbed(path: string, what: Embedded): string {
  if (!isOneBinary()) return "";
  const { Deno, Bun } = globalThis as Runtimes;
  const file = basename(path);
  if (Deno !== undefined) {
    const files = what === "library" ? [file, `${file}.json`] : [file];
    return `; deno compile has what it is told to: ${
      files.map((file) => `--include ${file}`).join(" ")
    }`;
  }
  if (Bun !== undefined) {
    // Bun puts a hash into the name of each file that it embeds, beside which others are looked for.
    const isHashed = what !== "library" && path.startsWith(EMBEDDED);
    const source = isHashed ? file.replace(/-[a-z0-9]{8}(?=\.)/, "") : file;
    const [named, from] = what === "library"
      ? ["", "library from "]
      : [", by its own name with --asset-naming='[name].[ext]'", ""];
    return `; bun build --compile has what is imported${named}: import ${from}"./${source}" with { type: "file" }`;
  }
  return `; a single executable application has no files in it: lay the plugin's beside it, as the bundler has named them, or name them in "assets" and open them from a directory that they are written to (examples/binary)`;
}

/** Whether the program is one binary: its file is not the runtime's. */
export function isOneBinary(): boolean {
  const { Deno, Bun } = globalThis as Runtimes;
  if (Deno !== undefined) return Deno.build?.standalone === true;
  if (Bun !== undefined) return Bun.main.startsWith(EMBEDDED);
  return nodeModule<Sea | undefined>("node:sea")?.isSea() === true;
}
