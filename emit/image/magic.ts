/**
 * What files of libraries begin with.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";

/** The formats of libraries that can be read: of ELF, of Mach-O for one machine, and for several. */
export type Format = "elf" | "macho" | "universal";

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["7f454c46", "elf"],
  ["cffaedfe", "macho"],
  ["cafebabe", "universal"],
  ["cafebabf", "universal"],
]);

/**
 * The first four bytes of a file, as they are told.
 *
 * @param bytes The file, or its beginning.
 */
export function magicOf(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((byte) =>
    byte.toString(16).padStart(2, "0")
  ).join("");
}

/**
 * The format of what begins like a library that can be read.
 *
 * @param magic The first four bytes.
 */
export function formatBy(magic: string): Format | undefined {
  return FORMATS.get(magic);
}

/**
 * The beginning of a file, which may be of any size.
 *
 * @param path The file.
 * @param most How many bytes, where there are as many.
 */
export function beginningOf(path: string, most: number): Uint8Array {
  const file = system.open(path);
  try {
    const bytes = new Uint8Array(most);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}
