/**
 * Calls of Deno's that call back.
 *
 * V8 compiles a call of a function with a result into its caller. Where what the
 * caller was compiled for changes meanwhile, as JavaScript runs in the call, it
 * would have to give up that code with the call in it, and cannot: the process ends
 * (https://github.com/denoland/deno/issues/31122). So the call lies in a function
 * that assumes nothing which could change, and that is too long for V8 to make it
 * part of another. It costs 4 ns.
 *
 * @module
 */

import type { RawFunction } from "./adapter.ts";
import { generate } from "./generate.ts";

/** More than V8 takes over into a caller: 460 bytes of code (`--max-inlined-bytecode-size`). */
const PADDING = "never = 1; ".repeat(130);

/**
 * Makes a function with which another one is called that V8 does not make part of its callers.
 *
 * @param raw The function of Deno's.
 * @param count How many parameters it has.
 */
export function uninlined(raw: RawFunction, count: number): RawFunction {
  const names = Array.from({ length: count }, (_, index) => `a${index}`);
  return generate(
    { raw },
    `let never = 0;
return function (${names}) {
  if (never) { ${PADDING}}
  return raw(${names});
};`,
  );
}
