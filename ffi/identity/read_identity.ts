/**
 * What a file says of itself, in the little of it that the loader reads first.
 *
 * @module
 */

import type { PluginError } from "../error.ts";
import { isSelfContained } from "./collisions.ts";
import { identityOf, readElf } from "./elf.ts";
import { foreignFormat } from "./foreign_format.ts";
import { identifyFat, identifyMachO } from "./macho.ts";
import {
  type ByteSource,
  type Identity,
  notALibrary,
  withFile,
} from "./library_bytes.ts";

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe; // as its little-endian bytes lie in the file
const MACH_O_FAT = 0xcafebabe;
const MACH_O_FAT_64 = 0xcafebabf;
/** The longest of the headers that are read: a fat one, of 16 architectures. */
const HEADER = 8 + 16 * 32;

/**
 * Reads what a file says of itself.
 *
 * @param library An absolute path, or where else the bytes are.
 * @returns What it says.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `permission_denied`.
 */
export function identify(library: string | ByteSource): Identity {
  if (typeof library === "string") return withFile(library, identify);
  const { status } = library;
  const identity = read(library);
  return status === undefined ? identity : { ...identity, status };
}

function read(library: ByteSource): Identity {
  const { path, size } = library;
  const head = library.read(0, HEADER);
  if (head.byteLength < 64) throw noLibrary(path, head);
  switch (head.getUint32(0)) {
    case ELF: {
      const elf = readElf(library);
      return { ...identityOf(elf), isSelfContained: isSelfContained(elf) };
    }
    case MACH_O_64:
      return identifyMachO(head, size);
    case MACH_O_FAT:
    case MACH_O_FAT_64:
      if (head.byteLength === HEADER) return identifyFat(head, size);
  }
  throw noLibrary(path, head);
}

/** What a file is that is no library. */
function noLibrary(path: string, head: DataView): PluginError {
  const { buffer, byteOffset, byteLength } = head;
  const foreign = foreignFormat(
    new Uint8Array(buffer, byteOffset, byteLength),
  );
  const there = foreign !== undefined
    ? `is ${foreign}`
    : byteLength < 64
    ? `has only ${byteLength} bytes`
    : `begins with ${head.getUint32(0).toString(16).padStart(8, "0")}`;
  return notALibrary(
    path,
    `it ${there}, wanted an ELF or a 64-bit Mach-O file`,
  );
}
