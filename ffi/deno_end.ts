/**
 * The end of a program on Deno that was called back from another thread.
 *
 * Deno then frees what such a thread calls, and crashes the process when the
 * thread is still on its way out of it: a program that ended in the same
 * millisecond did so in 29 of 30 runs on a machine with much to do, and in none
 * when it waited.
 *
 * @module
 */

import type { RawFunction } from "./adapter.ts";

/** Milliseconds in which a thread has surely left what it has called. */
const LEAVING = 100;

/** When JavaScript last answered a call that may be another thread's. */
let answered: number | undefined;

/**
 * The same function; the program does not end before its callers have left it.
 *
 * @param call What other threads call.
 */
export function leaving(call: RawFunction): RawFunction {
  if (answered === undefined) {
    answered = -LEAVING;
    globalThis.addEventListener("unload", wait);
  }
  return (...args) => {
    try {
      return call(...args);
    } finally {
      answered = performance.now();
    }
  };
}

function wait(): void {
  const left = answered! + LEAVING - performance.now();
  if (left <= 0) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left);
}
