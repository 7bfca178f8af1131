/**
 * Lists of which no call can take as many elements as they say that they have.
 *
 * @module
 */

import { elementCount, MAX_ELEMENTS } from "../runtime/views.ts";
import type { Misfit } from "./argument_checks.ts";

/**
 * What is wrong with the length of an array.
 *
 * @param length What the array says: a proxy can say anything.
 * @returns Nothing where it is fine.
 */
export function countMisfit(length: number): Misfit | undefined {
  return elementCount(length) !== undefined ? undefined : {
    path: "",
    wanted: `fewer than ${MAX_ELEMENTS} elements`,
    got: `an array that says it has ${String(length)}`,
    isRange: true,
  };
}
