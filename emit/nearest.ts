/**
 * The word that was probably meant.
 *
 * @module
 */

import { levenshteinDistance } from "@std/text/levenshtein-distance";

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
  if (wanted.length > COMPARED) return "";
  // Two letters that changed places are two edits to this measure.
  let most = Math.max(2, Math.floor(wanted.length / 3));
  let nearest: string | undefined;
  for (const word of words) {
    if (word.length > COMPARED) continue;
    const distance = levenshteinDistance(wanted, word);
    if (nearest === undefined ? distance <= most : distance < most) {
      nearest = word;
      most = distance;
    }
  }
  return nearest === undefined ? "" : `: did you mean "${nearest}"?`;
}
