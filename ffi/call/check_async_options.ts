/**
 * Checks what follows the arguments of a call on another thread. What comes of
 * it is in `support/call_threads.ts`, and without that in `order_without_threads.ts`.
 *
 * @module
 */

import { show } from "../check/show.ts";
import { assertOptions } from "../did_you_mean.ts";
import { adapter } from "../runtime/runtime.ts";
import { isPlainObject } from "../value/plain_object.ts";

const NAMES = ["signal", "inOrder"];

/**
 * Makes sure that a signal is one.
 *
 * @throws {TypeError} When it is not.
 */
export function checkSignal(
  where: string,
  signal: unknown,
): asserts signal is AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new TypeError(
    `${where}.signal: wanted an AbortSignal, got ${show(signal)}`,
  );
}

/**
 * Makes the test of what follows the arguments.
 *
 * @param name The function.
 * @returns Whether a value is an object of options; throws when one of them is
 * not what it should be.
 */
export function asyncOptionsOf(name: string): (given: unknown) => boolean {
  const where = `${name}.async(): options`;
  return (given) => {
    if (!isPlainObject(given)) return false;
    assertOptions(where, given, NAMES);
    const { signal, inOrder } = given;
    checkSignal(where, signal);
    if (
      inOrder !== undefined &&
      (inOrder === null ||
        typeof inOrder !== "object" && typeof inOrder !== "function")
    ) {
      throw new TypeError(
        `${where}.inOrder: wanted an object, got ${show(inOrder)}`,
      );
    }
    const refusal = adapter.withoutThreads(
      "Cannot take options of a call on another thread",
    );
    if (refusal !== undefined) throw refusal;
    return true;
  };
}
