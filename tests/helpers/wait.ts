/**
 * Waiting for something to happen, rather than for a time in which it should have.
 *
 * @module
 */

import { setTimeout } from "node:timers/promises";

/**
 * Longest that a test waits, in milliseconds. Only what hangs is waited for so
 * long: on a machine with much to do, any of it takes a minute.
 */
export const LIMIT = 300_000;

/**
 * Waits until something is so, and no longer than {@linkcode LIMIT}: what the
 * test asserts afterwards says what is not so.
 *
 * @param isSo Whether it is so; what it throws ends the waiting too.
 */
export async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo() && performance.now() - start < LIMIT) await setTimeout(20);
}

/**
 * Waits for turns of a timer. Timers of one interval come one after the other:
 * whatever was started before with the same interval has had its turns too,
 * however slow the machine is.
 *
 * @param count How many turns.
 * @param interval Milliseconds between two.
 */
export function turns(count: number, interval: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    resolve();
  }, interval);
  return promise;
}
