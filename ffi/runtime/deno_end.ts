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

import { sleep } from "../system/sleep.ts";

/** Milliseconds that a thread is given to leave what it has called; nobody can know when it has. */
const LEAVING = 100;

/** When JavaScript last answered a call that may be another thread's. */
let last: number | undefined;

/** Says that JavaScript has answered such a call: the program will not end before its caller has left. */
export function noteForeignCall(): void {
  if (last === undefined) globalThis.addEventListener("unload", wait);
  last = performance.now();
}

function wait(): void {
  const left = last! + LEAVING - performance.now();
  if (left > 0) sleep(left);
}
