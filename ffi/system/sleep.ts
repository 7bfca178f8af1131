/**
 * Waiting where nothing may go on meanwhile.
 *
 * @module
 */

/** Stops this thread, for so many milliseconds. */
export function sleep(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}
