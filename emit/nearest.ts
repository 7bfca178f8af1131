/**
 * The word that was probably meant.
 *
 * @module
 */

/**
 * Finds the word that differs least from `wanted`.
 *
 * @param wanted What was written.
 * @param words What it could have been.
 * @returns The nearest one, or `undefined` when all are too far off to be meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearest } from "./nearest.ts";
 *
 * assertEquals(nearest("biuld", ["build", "emit"]), "build");
 * assertEquals(nearest("frobnicate", ["build", "emit"]), undefined);
 * ```
 */
export function nearest(
  wanted: string,
  words: Iterable<string>,
): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const word of words) {
    const edits = distance(wanted, word);
    if (edits < least) {
      least = edits;
      best = word;
    }
  }
  return best;
}

/**
 * Ends an error's sentence with the nearest word, where there is one.
 *
 * @param wanted What was written.
 * @param words What it could have been.
 * @returns `": did you mean …"`, or nothing.
 */
export function didYouMean(wanted: string, words: Iterable<string>): string {
  const word = nearest(wanted, words);
  return word === undefined ? "" : `: did you mean "${word}"?`;
}

/** Edits between two words; two letters that changed places are one edit. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, before[j - 2]! + 1);
      }
      row.push(edits);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
