/**
 * Errors that there is nobody to throw to.
 *
 * @module
 */

/**
 * Throws an error when nothing is on the stack: it is an uncaught one, on every runtime.
 *
 * @param error What is thrown.
 * @param time Milliseconds until then.
 */
export function throwLater(error: unknown, time = 0): void {
  setTimeout(() => {
    throw error;
  }, time);
}
