/**
 * Checks what follows the arguments of a call on another thread. What comes of
 * it is in `support/call_threads.ts`, and without that in `order_without_threads.ts`.
 *
 * @module
 */

import { show } from "../check/show.ts";
import { assertOptions } from "../did_you_mean.ts";
import { adapter } from "../runtime/runtime.ts";
import type { AsyncOptions } from "../support/async_options.ts";
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
  if (signal === undefined || isSignal(signal)) return;
  throw new TypeError(
    `${where}.signal: wanted an AbortSignal, got ${show(signal)}`,
  );
}

/** The class's own getter: of what only inherits from it that throws. Asked for late, as some runtimes make the class then. */
let isAborted: (() => unknown) | undefined;

function isSignal(value: unknown): boolean {
  isAborted ??= Object.getOwnPropertyDescriptor(
    AbortSignal.prototype,
    "aborted",
  )!.get!;
  try {
    isAborted.call(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes what reads that which follows the arguments.
 *
 * @param name The function.
 * @returns Gives the options as they are now: when the arguments are checked, no
 * getter runs any more. Undefined for what is no object of options; throws when
 * one of them is not what it should be.
 */
export function asyncOptionsOf(
  name: string,
): (given: unknown) => AsyncOptions | undefined {
  const where = `${name}.async(): options`;
  return (given) => {
    if (!isPlainObject(given)) return undefined;
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
    return {
      ...signal === undefined ? {} : { signal },
      ...inOrder === undefined ? {} : { inOrder },
    };
  };
}
