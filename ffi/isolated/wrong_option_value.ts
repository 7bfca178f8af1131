/**
 * The errors of options that make no sense.
 *
 * @module
 */

import { quote, showKind } from "../error.ts";

/**
 * The error of a value of another kind.
 *
 * @param name Behind `isolated`: `.arena`.
 */
export function wrongKind(
  name: string,
  wanted: string,
  given: unknown,
): TypeError {
  return new TypeError(textOf(name, wanted, given));
}

/** The error of what is no number, or not one of those that are wanted. */
export function wrongNumber(
  name: string,
  wanted: string,
  given: unknown,
): TypeError | RangeError {
  return typeof given === "number"
    ? new RangeError(textOf(name, wanted, given))
    : wrongKind(name, wanted, given);
}

function textOf(name: string, wanted: string, given: unknown): string {
  return `open(): isolated${name}: wanted ${wanted}, got ${
    typeof given === "string" ? quote(given) : showKind(given)
  }`;
}
