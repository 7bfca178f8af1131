/**
 * Mach-O: what a macOS library is, needs and exports.
 *
 * @module
 */

import type { DebugPart, Export, Image } from "./library.ts";
import {
  MachO,
  MH_BUNDLE,
  MH_DSYM,
  MH_DYLIB,
  MH_OBJECT,
} from "./macho_file.ts";
import { readDebugMap, readMachExports } from "./macho_symbols.ts";
import { thin } from "./universal.ts";

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

/** A file with the debug information of a library or of a part of one. */
export interface MachPart extends DebugPart {
  readonly arch: string;
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
    arch: file.arch,
    buildId: file.uuid,
    section: (name) => debugSection(file, name),
    get exports() {
      return readMachExports(file);
    },
  };
}

/**
 * `.debug_str_offsets` is `__debug_str_offs`: 16 bytes is all a name has. What
 * is not of DWARF may have its own name.
 */
function debugSection(file: MachO, name: string): Uint8Array | undefined {
  const own = name.replace(/^\./, "__").slice(0, 16);
  const section = file.sections.find((section) =>
    section.name === own || section.name === name
  );
  return section && section.offset > 0
    ? file.bytes(name, section).bytes
    : undefined;
}
