/**
 * What random values of Go and of Rust are made of, and whether they come back.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

/** Texts that are easily broken. */
export const WORDS = ["", "a", "Grüße", "😀", "\0", "\ufeff", "x".repeat(300)];

/** A map of numbers to these, as it comes out. */
export function byNumber(values: readonly unknown[]): Map<number, unknown> {
  return new Map(values.map((one, key) => [key - 1, one]));
}

/** A map of texts to these, as it comes out. */
export function byText(values: readonly unknown[]): Record<string, unknown> {
  return Object.assign(
    Object.create(null),
    Object.fromEntries(values.map((one, key) => [`k${key}`, one])),
  );
}

/** How many values of each type are tried. */
const VALUES = 20;

/**
 * Gives a function values, which it has to give back.
 *
 * @param value Makes one.
 * @param what The type, for the message.
 */
export function assertGivenBack(
  f: (value: unknown) => unknown,
  value: () => unknown,
  what: string,
): void {
  for (let k = 0; k < VALUES; k++) {
    const given = value();
    assertEquals(f(given), given, what);
  }
}
