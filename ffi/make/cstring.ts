/**
 * Text in bytes that JavaScript sees, and behind pointers.
 *
 * @module
 */

import { article, show } from "../check/show.ts";
import type { Bytes } from "../handle/bytes.ts";
import { isPointer, type Pointer } from "../handle/pointer.ts";
import { byteLengthOf, kindOf, plainBytes } from "../runtime/views.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text in C's `char[n]`: a field of a struct, a variable, a buffer that a
 * function has written into; and the text behind a `char *` that came out as a
 * {@linkcode Pointer}, because its owner may write to it.
 *
 * Writing needs no such thing: a `char[n]` takes a string.
 *
 * @param from The characters, as UTF-8, or where they lie. Behind a pointer
 * nobody can know whether there is a NUL: without one it reads what is not there.
 * @returns The text before the first NUL; all of the bytes where there is none.
 * @throws {TypeError} When it is neither a view nor a buffer of bytes, nor a `Pointer`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cstring } from "@native/plugin";
 *
 * assertEquals(cstring(Int8Array.of(72, 105, 0, 0)), "Hi");
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
export function cstring(from: Bytes | Pointer): string {
  if (isPointer(from)) return from.cstring();
  const kind = kindOf(from);
  const isMemory = ArrayBuffer.isView(from) || from instanceof ArrayBuffer ||
    from instanceof SharedArrayBuffer;
  const isBytes = isMemory &&
    (kind === undefined || /^(?:Uint|Int)8/.test(kind));
  if (!isBytes) {
    throw new TypeError(
      `cstring(): wanted bytes (an Int8Array, a Uint8Array, a DataView or a buffer) or a Pointer, got ${
        kind === undefined ? show(from) : article(kind)
      }`,
    );
  }
  if (byteLengthOf(from) === 0) return "";
  const all = plainBytes(from);
  const end = all.indexOf(0);
  // A copy: shared memory cannot be decoded where it lies.
  return decoder.decode(all.slice(0, end < 0 ? all.length : end));
}
