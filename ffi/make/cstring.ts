/**
 * Text in bytes that JavaScript sees.
 *
 * @module
 */

import { article, show } from "../check/show.ts";
import type { Bytes } from "../handle/bytes.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text in C's `char[n]`: a field of a struct, a variable, a buffer that a
 * function has written into.
 *
 * Writing needs no such thing: a `char[n]` takes a string.
 *
 * @param bytes The characters, as UTF-8.
 * @returns The text before the first NUL; all of it where there is none.
 * @throws {TypeError} When it is neither a view nor a buffer of bytes.
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
 */
export function cstring(bytes: Bytes): string {
  const isView = ArrayBuffer.isView(bytes);
  const isBuffer = bytes instanceof ArrayBuffer ||
    bytes instanceof SharedArrayBuffer;
  const width = (bytes as Partial<Uint8Array>)?.BYTES_PER_ELEMENT ?? 1;
  if (!isView && !isBuffer || width !== 1) {
    throw new TypeError(
      `cstring(): wanted bytes: an Int8Array, a Uint8Array, a DataView or a buffer, got ${
        isView ? article(bytes.constructor.name) : show(bytes)
      }`,
    );
  }
  const all = isView
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const end = all.indexOf(0);
  // A copy: shared memory cannot be decoded where it lies.
  return decoder.decode(all.slice(0, end < 0 ? all.length : end));
}
