/**
 * Universal files of macOS: libraries for several processors in one file. The
 * layout is that of `mach-o/fat.h`.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { Cursor, Section } from "../bytes/cursor.ts";

/** What a processor's subtype is without its flags. The lowest runs on all of its type: arm64e is 2 where arm64 is 0. */
const SUBTYPE = 0xffffff;

/**
 * Chooses the library for one architecture out of a universal file; any other file is left as it is.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @param arch The architecture that is preferred: this machine's.
 * @returns The bytes of a thin file: that of another architecture where the
 * preferred one is missing.
 * @throws {EmitError} `bad_image` when there is none of 64 bits.
 */
export function thin(
  bytes: Uint8Array,
  path: string,
  arch: string = system.arch,
): Uint8Array {
  if (bytes[0] !== 0xca) return bytes;
  const file = new Section("file", bytes, path, "bad_image");
  // The header of a universal file is big-endian, whatever is in it.
  const wide = file.view.getUint32(0) === 0xcafebabf;
  const size = wide ? 32 : 20;
  const count = file.view.getUint32(new Cursor(file, 4).skip(4));
  const found = new Map<number, { subtype: number; bytes: Uint8Array }>();
  for (let index = 0; index < count; index++) {
    const entry = new Cursor(file, 8 + index * size);
    const type = file.view.getUint32(entry.skip(size));
    const at = 8 + index * size + 8;
    const subtype = file.view.getUint32(at - 4) & SUBTYPE;
    const word = (n: number) =>
      wide
        ? Number(file.view.getBigUint64(at + n * 8))
        : file.view.getUint32(at + n * 4);
    const other = found.get(type);
    if (other === undefined || subtype < other.subtype) {
      const bytes = new Cursor(file, word(0)).bytes(word(1));
      found.set(type, { subtype, bytes });
    }
    if (index > 64) break; // a Java class begins with the same bytes
  }
  const order = arch === "arm64"
    ? [0x0100000c, 0x01000007]
    : [0x01000007, 0x0100000c];
  for (const type of order) {
    const slice = found.get(type);
    if (slice !== undefined) return slice.bytes;
  }
  throw file.error(4, "has a library of 64 bits for neither x86-64 nor arm64");
}
