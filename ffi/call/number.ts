/**
 * Machine words as numbers.
 *
 * @module
 */

/**
 * An `isize` or `usize` as a number.
 *
 * @param word What the runtime gave: a number where it is exact, or a bigint.
 * @throws {RangeError} When no number is exact.
 */
export function safe(word: number | bigint): number {
  if (typeof word === "number") return word;
  const number = Number(word);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(
    `The plugin gave ${word}, which no number holds exactly: look it up with ` +
      `"i64" or "u64" in place of "isize" or "usize" to get a bigint`,
  );
}
