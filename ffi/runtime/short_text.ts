/**
 * Short texts out of bytes, without a decoder.
 *
 * @module
 */

import { generate } from "./generate.ts";

/** Up to this many characters, `String.fromCharCode` is fastest. */
export const SHORT = 24;

/** For each length what makes a text of so many bytes, where they are ASCII. */
const makers = new Array<
  ((bytes: Uint8Array, at: number) => string | undefined) | undefined
>(SHORT + 1).fill(undefined).fill(() => "", 0, 1);

/**
 * Makes a short text of ASCII, in one piece: one that is put together stays in
 * pieces.
 *
 * @param bytes Memory that the text lies in.
 * @param length How many bytes it has.
 * @param at Where it begins.
 * @returns Undefined where it is longer than {@linkcode SHORT}, or has other characters.
 */
export function shortText(
  bytes: Uint8Array,
  length: number,
  at = 0,
): string | undefined {
  if (length > SHORT) return undefined;
  return (makers[length] ??= compileShort(length))(bytes, at);
}

function compileShort(
  length: number,
): (bytes: Uint8Array, at: number) => string {
  const codes = Array.from({ length }, (_, i) => `bytes[at + ${i}]`);
  return generate(
    {},
    `return (bytes, at) => (${codes.join(" | ")}) > 127
  ? undefined
  : String.fromCharCode(${codes.join(", ")});`,
  );
}
