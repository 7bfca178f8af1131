/**
 * How values follow each other in memory, each at its own alignment: as C and Go
 * lay out a struct, and as a frame holds what a call is given and what comes back.
 *
 * @module
 */

/** How much memory a value takes, and what its address is a multiple of. */
export interface Extent {
  /** Bytes. */
  readonly size: number;
  /** A power of two. */
  readonly align: number;
}

/** Values that follow each other. */
export interface Sequence {
  /** Where each of them begins. */
  readonly offsets: readonly number[];
  /** Where the last of them ends. */
  readonly end: number;
  /** The largest alignment; 1 where there is no value. */
  readonly align: number;
}

/**
 * Lays values out one after the other.
 *
 * @param values What each of them takes.
 * @returns Where each of the values begins, and what all of them take.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inSequence } from "./sequence.ts";
 *
 * const [byte, word] = [{ size: 1, align: 1 }, { size: 4, align: 4 }];
 * assertEquals(inSequence([byte, word, byte]), {
 *   offsets: [0, 4, 8],
 *   end: 9,
 *   align: 4,
 * });
 * ```
 */
export function inSequence(values: readonly Extent[]): Sequence {
  let end = 0;
  let widest = 1;
  const offsets = values.map(({ size, align }) => {
    const offset = roundUp(end, align);
    end = offset + size;
    widest = Math.max(widest, align);
    return offset;
  });
  return { offsets, end, align: widest };
}

/** The next multiple of a number. */
export function roundUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** The next multiple of 8 below 2 ** 31: for what each call asks, in whole numbers. */
export function nextWord(offset: number): number {
  return offset + 7 & ~7;
}
