/**
 * What texts of C can be in.
 *
 * @module
 */

import { quote } from "../error.ts";
import { ENCODINGS } from "../notation/type.ts";

/**
 * What a text is in: `"utf8"` in C's `char`, `"utf16"` in `char16_t`, `"utf32"` in
 * `char32_t` and, on Linux and macOS, `wchar_t`, `"latin1"` in bytes that are each
 * a character.
 */
export type TextEncoding = "utf8" | "utf16" | "utf32" | "latin1";

/** @throws {TypeError} When it is none. */
export function checkEncoding(encoding: unknown): void {
  const all = ["utf8", ...ENCODINGS];
  if (all.some((one) => one === encoding)) return;
  throw new TypeError(
    `cstring(): wanted ${all.map((one) => `"${one}"`).join(" or ")}, got ${
      typeof encoding === "string" ? quote(encoding) : typeof encoding
    }`,
  );
}
