/**
 * Checked assignments to memory.
 *
 * @module
 */

import { misfitError } from "../check/wrong.ts";
import { printType, type Type } from "../notation/type.ts";
import { type Codec, fits } from "./codec.ts";
import type { Window } from "./window.ts";

/**
 * Makes what assigns to a variable: all of the value or nothing.
 *
 * @param name What errors call the variable.
 * @param type Its type.
 * @param codec How it lies in memory.
 * @param window The memory.
 */
export function assigner(
  name: string,
  type: Type,
  codec: Codec,
  window: Window,
): (value: unknown) => void {
  return (value) => {
    if (!fits(codec, value)) {
      const misfit = codec.explain(value)!;
      const { path, message } = misfit;
      throw misfitError(`${name}.value`, {
        ...misfit,
        message: path === ""
          ? message.replace("wanted ", `wanted ${printType(type)}, `)
          : message,
      });
    }
    window.write(value);
  };
}
