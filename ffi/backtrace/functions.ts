/**
 * Which function code is of: the symbols of an ELF file.
 *
 * @module
 */

import { ByteReader } from "./byte_reader.ts";
import { readable } from "./demangle.ts";
import type { ElfSections } from "./elf_sections.ts";

/** An entry, and where its parts lie in it. */
const SYMBOL_SIZE = 24;
const [KIND, START, SIZE] = [4, 8, 16] as const;
const STT_FUNC = 2;

/**
 * Finds the functions of addresses.
 *
 * @param sections Those of the file.
 * @param addresses From where the loader puts the file.
 * @returns A name for each that has one.
 */
export function findFunctions(
  sections: ElfSections,
  addresses: readonly number[],
): Map<number, string> {
  const found = new Map<number, string>();
  for (
    const [symbols, strings] of [
      [".symtab", ".strtab"],
      [".dynsym", ".dynstr"],
    ] as const
  ) {
    const table = sections.get(symbols);
    const names = sections.get(strings);
    if (table === undefined || names === undefined) continue;
    const left = addresses.filter((address) => !found.has(address));
    if (left.length === 0) break;
    const { bytes } = table;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const u64 = (at: number) =>
      view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
    // There are thousands, and this code has rarely run before.
    for (let at = 0; at + SYMBOL_SIZE <= bytes.length; at += SYMBOL_SIZE) {
      if ((view.getUint8(at + KIND) & 15) !== STT_FUNC) continue;
      const start = u64(at + START);
      const end = start + u64(at + SIZE);
      for (const address of left) {
        if (address < start || address >= end || start === 0) continue;
        if (found.has(address)) continue;
        const name = new ByteReader(names.bytes, view.getUint32(at, true));
        found.set(address, readable(name.text()));
      }
    }
  }
  return found;
}
