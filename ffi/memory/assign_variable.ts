/**
 * Checked assignments to variables.
 *
 * @module
 */

import { misfitError } from "../check/wrong.ts";
import type { Type } from "../notation/type.ts";
import type { Codec } from "./codec.ts";
import type { Window } from "./foreign_window.ts";

/**
 * Makes what assigns to a variable: all of the value or nothing.
 *
 * @param name What errors call the variable.
 * @param type The type of the variable.
 * @param codec How the value lies in memory.
 * @param window The memory.
 * @returns The function that assigns.
 */
export function assigner(
  name: string,
  type: Type,
  codec: Codec,
  window: Window,
): (value: unknown) => void {
  return (value) => {
    if (window.write(value)) return;
    throw misfitError(`${name}.value`, codec.explain(value)!, type);
  };
}
