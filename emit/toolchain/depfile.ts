/**
 * What a compiler says that a file depends on, in the language of `make`.
 *
 * @module
 */

/**
 * Reads a file of dependencies.
 *
 * @param text What `cc -MMD` and cargo write: `plugin.o: plugin.c util.h \`.
 * @returns The files that the first rule names, in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dependenciesIn } from "./depfile.ts";
 *
 * const text = "a.o: a.c my\\ own.h \\\n  b.h\n\nb.h:\n";
 * assertEquals(dependenciesIn(text), ["a.c", "my own.h", "b.h"]);
 * ```
 */
export function dependenciesIn(text: string): string[] {
  const [rule = ""] = text.replaceAll("\\\n", " ").split("\n");
  const [, files = ""] = /^.*?:(?=\s|$)(.*)$/.exec(rule) ?? [];
  return (files.match(/(?:\\.|[^\s\\])+/g) ?? [])
    .map((file) => file.replace(/\\(.)/g, "$1").replaceAll("$$", "$"));
}
