/**
 * Types that the caller writes where there is no manifest: of a callback, and
 * of a variable.
 *
 * @module
 */

import { assertText, PluginError, quote } from "../error.ts";
import { parseType } from "../notation/parse_type.ts";
import { namesIn, type Type } from "../notation/type.ts";
import type { Types } from "../value/value.ts";

/** What is made of a type. */
type MadeKind = "callback" | "variable";

/** A manifest that names no types. */
export const NO_TYPES: Types = new Map();

/**
 * Reads a type.
 *
 * @param what What is made of it, for errors.
 * @param text The type, in the notation.
 * @throws {TypeError} When it is no text.
 * @throws {PluginError} `bad_type`, also where it names a type.
 */
export function parseGiven(what: MadeKind, text: string): Type {
  assertText(text, `${what}(): argument 1`);
  const type = parseType(text);
  const [name] = namesIn(type);
  if (name === undefined) return type;
  const known = `${quote(name)} is not a type of the notation`;
  const reason = `${known}; a pointer to anything is "pointer"`;
  throw notMade(what, "bad_type", text, reason);
}

/** The error of a type that nothing can be made of. */
export function notMade(
  what: MadeKind,
  code: "bad_type" | "unsupported",
  type: string,
  reason: string,
): PluginError {
  return new PluginError(
    code,
    `Cannot make a ${what} ${quote(type)}: ${reason}`,
  );
}
