/**
 * Short texts out of bytes, without a decoder.
 *
 * @module
 */

import { generate } from "./generate.ts";

/** Up to this many characters, `String.fromCharCode` is fastest. */
export const SHORT = 24;

/** For each length what makes a text of so many bytes, where they are ASCII. */
const makers: ((bytes: Uint8Array) => string | undefined)[] = [() => ""];

/**
 * Makes a short text of ASCII, in one piece: one that is put together stays in
 * pieces.
 *
 * @param bytes The text, from the first byte on.
 * @param length How many bytes it has.
 * @returns Undefined where it is longer than {@linkcode SHORT}, or has other characters.
 */
export function shortText(
  bytes: Uint8Array,
  length: number,
): string | undefined {
  if (length > SHORT) return undefined;
  return (makers[length] ??= compileShort(length))(bytes);
}

function compileShort(length: number): (bytes: Uint8Array) => string {
  const codes = Array.from({ length }, (_, at) => `bytes[${at}]`);
  return generate(
    {},
    `return (bytes) => (${codes.join(" | ")}) > 127
  ? undefined
  : String.fromCharCode(${codes.join(", ")});`,
  );
}
