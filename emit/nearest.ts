/**
 * The word that was probably meant.
 *
 * @module
 */

import { closestString, levenshteinDistance } from "@std/text";

/** Longer words are not compared: the cost grows with the square of the length. */
const COMPARED = 256;

/**
 * Ends an error's sentence with the nearest word, where there is one.
 *
 * @param wanted What was written.
 * @param words What it could have been.
 * @returns `": did you mean …"`, or nothing where all are too far off to be meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { didYouMean } from "./nearest.ts";
 *
 * assertEquals(didYouMean("biuld", ["build", "emit"]), `: did you mean "build"?`);
 * assertEquals(didYouMean("frobnicate", ["build", "emit"]), "");
 * ```
 */
export function didYouMean(wanted: string, words: Iterable<string>): string {
  const some = [...words].filter(({ length }) => length <= COMPARED);
  if (some.length === 0 || wanted.length > COMPARED) return "";
  const word = closestString(wanted, some, { caseSensitive: true });
  // Two letters that changed places are two edits to this measure.
  const most = Math.max(2, Math.floor(wanted.length / 3));
  return levenshteinDistance(wanted, word) <= most
    ? `: did you mean "${word}"?`
    : "";
}
