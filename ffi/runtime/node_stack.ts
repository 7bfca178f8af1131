/**
 * Room on the stack for a call back into JavaScript.
 *
 * Where V8's stack ends just as native code calls back, Node 26.10 ends the
 * process ("Callbacks cannot throw an exception"): no `try` of the callback has
 * begun yet. So a native call that may call back first makes sure that there
 * is room left, in JavaScript, where the end of the stack is a `RangeError`.
 *
 * V8 looks, when it enters a function, whether the stack has room for all of
 * its registers. The function here has more than a way into native code and
 * back takes, and uses none of them: 3 ns a call once it is compiled.
 *
 * @module
 */

import { generate, isNoCode } from "./generate.ts";

/** Registers, of 8 bytes each. */
const REGISTERS = 4096;

/**
 * Makes the function that makes sure of it.
 *
 * @returns Throws `RangeError` where there is no room.
 */
export function stackReserve(): () => void {
  const zeros = new Array(REGISTERS).fill("0").join();
  try {
    return generate(
      { isNeeded: false, use: () => {} },
      `return function reserveStack() { if (isNeeded) use(${zeros}); };`,
    );
  } catch (error) {
    if (!isNoCode(error)) throw error;
    return () => {}; // there are no calls either: `lookup` says why
  }
}
