/**
 * What a file says of itself, in the little of it that the loader reads first.
 *
 * @module
 */

import { isSelfContained } from "./collisions.ts";
import { identityOf, readElf } from "./elf.ts";
import { identifyFat, identifyMachO } from "./macho.ts";
import {
  type Identity,
  notALibrary,
  type Source,
  withFile,
} from "./library_bytes.ts";

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe; // as its little-endian bytes lie in the file
const MACH_O_FAT = 0xcafebabe;
/** The longest of the headers that are read: a fat one, of 16 architectures. */
const HEADER = 8 + 16 * 20;

/**
 * Reads what a file says of itself.
 *
 * @param library An absolute path, or where else the bytes are.
 * @returns What it says.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `permission_denied`.
 */
export function identify(library: string | Source): Identity {
  if (typeof library === "string") return withFile(library, identify);
  const { status } = library;
  const identity = read(library);
  return status === undefined ? identity : { ...identity, status };
}

function read(library: Source): Identity {
  const { path, size } = library;
  const head = library.read(0, HEADER);
  if (head.byteLength < 64) {
    throw notALibrary(path, `it has only ${head.byteLength} bytes`);
  }
  switch (head.getUint32(0)) {
    case ELF: {
      const elf = readElf(library);
      return { ...identityOf(elf), isSelfContained: isSelfContained(elf) };
    }
    case MACH_O_64:
      return identifyMachO(head, size);
    case MACH_O_FAT:
      if (head.byteLength === HEADER) return identifyFat(head, size);
  }
  throw notALibrary(
    path,
    "its first bytes are neither those of an ELF nor of a 64-bit Mach-O file",
  );
}
