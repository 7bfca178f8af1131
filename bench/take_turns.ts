/**
 * Times what takes long: each side once a round, in turn.
 *
 * @module
 */

import { answer } from "./measure.ts";

/** Rounds of every side, after one that counts for nothing. */
const ROUNDS = 5;

/** Does one side's work, and gives the nanoseconds that it took. */
export type Turn = () => number;

/** The nanoseconds that a call takes, for each of `per` things that it does. */
export function timed(call: () => unknown, per = 1): Turn {
  return () => {
    const start = performance.now();
    call();
    return (performance.now() - start) * 1e6 / per;
  };
}

/**
 * Answers one question by the best of several rounds. The first side is the one
 * that the others are compared with.
 */
export function takeTurns(
  name: string,
  sides: Readonly<Record<string, Turn>>,
): void {
  const best: Record<string, number> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [side, turn] of Object.entries(sides)) {
      const time = turn();
      if (round > 0) best[side] = Math.min(best[side] ?? Infinity, time);
    }
  }
  answer(name, best);
}
