/**
 * Chance that can be repeated, for tests that try many inputs.
 *
 * @module
 */

/** A whole number from 0, below another. */
export type Random = (below: number) => number;

/** A seeded generator (mulberry32), so that a failure can be repeated. */
export function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of several. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random(values.length)]!;
}
