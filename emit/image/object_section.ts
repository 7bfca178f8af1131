/**
 * What lies in a section of an object file, where no linker has to fill
 * anything into it.
 *
 * @module
 */

import { Elf, ET_REL } from "./elf_file.ts";
import { MachO, MH_OBJECT } from "./macho_file.ts";

/**
 * Reads a section of an object file.
 *
 * @param bytes An ELF or a Mach-O object file.
 * @param path The file's name, for errors only.
 * @param name The section, by its ELF name: Mach-O has `__data` for `.data`.
 * @returns Its bytes; undefined where there is none.
 * @throws {EmitError} `bad_image` when the file is broken.
 */
export function sectionOfObject(
  bytes: Uint8Array,
  path: string,
  name: string,
): Uint8Array | undefined {
  if (bytes[0] === 0x7f) {
    const elf = new Elf(bytes, path, ET_REL);
    return elf.bytes(elf.header(name))?.bytes;
  }
  const file = new MachO(bytes, path, [MH_OBJECT]);
  const own = name.replace(/^\./, "__");
  const section = file.sections.find((each) => each.name === own);
  return section && file.bytes(name, section).bytes;
}
