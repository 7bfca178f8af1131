/**
 * `cstring()`: the text in bytes that JavaScript has, or behind a pointer.
 *
 * @module
 */

import { article, show } from "../check/show.ts";
import type { Bytes } from "../handle/bytes.ts";
import { isPointer, type Pointer } from "../handle/pointer.ts";
import { checkEncoding, type TextEncoding } from "../handle/encoding_option.ts";
import { decodeText } from "../value/encoded_text.ts";
import { byteLengthOf, kindOf, plainBytes } from "../runtime/views.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The typed arrays that have the units of an encoding. */
const UNITS = {
  utf8: /^(?:Uint|Int)8/,
  latin1: /^(?:Uint|Int)8/,
  utf16: /^(?:Uint|Int)16/,
  utf32: /^(?:Uint|Int)32/,
} as const;

/**
 * The text in C's `char[n]`: a field of a struct, a variable, a buffer that a
 * function has written into; and the text behind a `char *` that came out as a
 * {@linkcode Pointer}, because its owner may write to it.
 *
 * Writing needs no such thing: a `char[n]` takes a string.
 *
 * @param from The characters, or where they lie. Behind a pointer nobody can know
 * whether there is a NUL: without one it reads what is not there.
 * @param encoding What they are in; UTF-8 when left out. What is no Unicode is
 * U+FFFD in the text.
 * @returns The text before the first NUL; all of the bytes where there is none.
 * @throws {TypeError} When it is neither a view nor a buffer of them, nor a
 * `Pointer`, or there is no such encoding.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cstring } from "@native/plugin";
 *
 * assertEquals(cstring(Int8Array.of(72, 105, 0, 0)), "Hi");
 * ```
 *
 * @example `wchar_t[n]`
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cstring } from "@native/plugin";
 *
 * assertEquals(cstring(Int32Array.of(0x1f600, 33, 0), "utf32"), "😀!");
 * ```
 *
 * @example A field
 * ```ts ignore
 * const user = plugin.lookup("user").value; // struct { char name[16]; }
 * user.name = "Zoë";
 * console.log(cstring(user.name)); // Zoë
 * ```
 *
 * @example A field that is a `char *`
 * ```ts ignore
 * console.log(cstring(entry.path), entry.path.cstring()); // both
 * ```
 */
export function cstring(
  from: Bytes | Pointer,
  encoding: TextEncoding = "utf8",
): string {
  if (isPointer(from)) return from.cstring(encoding);
  checkEncoding(encoding);
  const kind = kindOf(from);
  const isMemory = ArrayBuffer.isView(from) || from instanceof ArrayBuffer ||
    from instanceof SharedArrayBuffer;
  const isBytes = isMemory &&
    (kind === undefined || UNITS[encoding].test(kind));
  if (!isBytes) {
    throw new TypeError(
      `cstring(): wanted ${
        encoding === "utf16"
          ? "units of UTF-16 (a Uint16Array, an Int16Array"
          : encoding === "utf32"
          ? "units of UTF-32 (an Int32Array, a Uint32Array"
          : "bytes (an Int8Array, a Uint8Array"
      }, a DataView or a buffer) or a Pointer, got ${
        kind === undefined ? show(from) : article(kind)
      }`,
    );
  }
  if (byteLengthOf(from) === 0) return "";
  const all = plainBytes(from);
  if (encoding !== "utf8") return decodeText(all, encoding, true);
  const end = all.indexOf(0);
  // A copy: shared memory cannot be decoded where it lies.
  return decoder.decode(all.slice(0, end < 0 ? all.length : end));
}
