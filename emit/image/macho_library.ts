/**
 * Mach-O: what a macOS library is, needs and exports.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { Cursor, Section } from "../bytes/cursor.ts";
import type { DebugPart, Export, Image } from "./library.ts";
import {
  MachO,
  MH_BUNDLE,
  MH_DSYM,
  MH_DYLIB,
  MH_OBJECT,
} from "./macho_file.ts";
import { readDebugMap, readMachExports } from "./macho_symbols.ts";

/** What a processor's subtype is without its flags. The lowest runs on all of its type: arm64e is 2 where arm64 is 0. */
const SUBTYPE = 0xffffff;

/**
 * Reads a thin Mach-O library.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns What it is, needs and exports.
 * @throws {EmitError} `bad_image`: which part of the file is wrong.
 */
export function readMachO(bytes: Uint8Array, path: string): Image {
  const file = new MachO(bytes, path, [MH_DYLIB, MH_BUNDLE]);
  return {
    format: "macho",
    path,
    os: "darwin",
    arch: file.arch,
    ...(file.uuid === undefined ? {} : { buildId: file.uuid }),
    needs: file.needs,
    versions: [],
    exports: readMachExports(file),
    section: (name) => debugSection(file, name),
    get objects() {
      return readDebugMap(file);
    },
  };
}

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

/** A file with the debug information of a library or of a part of one. */
export interface MachPart extends DebugPart {
  /** The UUID of a dSYM. */
  readonly buildId?: string | undefined;
  /** The names that an object file gives to others. */
  readonly exports: readonly Export[];
}

/**
 * Reads a file with the debug information of a library or of a part of one.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @param arch The library's architecture.
 * @returns Its sections, the UUID of a dSYM, the names that an object file
 * gives to others.
 * @throws {EmitError} `bad_image` when it is neither a dSYM nor an object file.
 */
export function readMachPart(
  bytes: Uint8Array,
  path: string,
  arch: string,
): MachPart {
  const file = new MachO(thin(bytes, path, arch), path, [MH_DSYM, MH_OBJECT]);
  return {
    path,
    buildId: file.uuid,
    section: (name) => debugSection(file, name),
    get exports() {
      return readMachExports(file);
    },
  };
}

/** `.debug_str_offsets` is `__debug_str_offs`: 16 bytes is all a name has. */
function debugSection(file: MachO, name: string): Uint8Array | undefined {
  const own = name.replace(/^\./, "__").slice(0, 16);
  const section = file.sections.find((section) => section.name === own);
  return section && section.offset > 0
    ? file.bytes(name, section).bytes
    : undefined;
}
