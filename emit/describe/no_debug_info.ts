/**
 * Says why there is no debug information, and what to do about it.
 *
 * @module
 */

import { DebugInfo } from "../dwarf/debug_info.ts";
import type { SearchResult } from "../dwarf/search.ts";
import { EmitError } from "../error.ts";
import type { Image } from "../image/library.ts";

const REMEDY = "compile it with -g, or name its headers with --header";

/**
 * Opens the debug information of a library.
 *
 * @param image The library.
 * @returns Its units.
 * @throws {EmitError} `no_debug_info` when there is none; `bad_debug_info`
 * when it is broken.
 */
export function openDebugInfo(image: Image): DebugInfo {
  const parts = (image.parts ?? [image]).filter((part) =>
    (part.section(".debug_info")?.length ?? 0) > 0
  );
  if (parts.length === 0) {
    throw new EmitError(
      "no_debug_info",
      `Cannot describe ${JSON.stringify(image.path)}: ${
        image.elsewhere ?? `it has no debug information: ${REMEDY}`
      }`,
      { path: image.path },
    );
  }
  return new DebugInfo(...parts);
}

/**
 * Why one symbol of several has no entry.
 *
 * @param result What the search came upon instead.
 * @param name The symbol.
 * @returns A clause.
 */
export function absence(result: SearchResult, name: string): string {
  const merged = result.merged.get(name);
  if (merged !== undefined) {
    return `the compiler made it one with "${merged}" and kept the types of ` +
      'that alone: build it with "plugin build"';
  }
  if (result.assembled.has(name)) {
    return "it is written in assembly, which has no types";
  }
  const none = "no debug information describes it";
  return result.split > 0
    ? `${none}; some was split off with -gsplit-dwarf`
    : none;
}

/**
 * Why no symbol has an entry.
 *
 * @param result What the search came upon instead.
 * @param symbols How many there are.
 * @returns A clause that ends with what to do.
 */
export function absenceOfAll(result: SearchResult, symbols: number): string {
  if (result.split > 0) {
    return "its debug information was split off into .dwo files: " +
      "compile it without -gsplit-dwarf, or name its headers with --header";
  }
  if (result.full === 0 && result.bare > 0) {
    return "its debug information has line numbers but no types, as -g1 and " +
      `-gline-tables-only leave them out: ${REMEDY}`;
  }
  return `its debug information describes none of its ${symbols} exported ` +
    `symbols: ${REMEDY}`;
}
