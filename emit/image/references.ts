/**
 * Which symbol a variable holds the address of: what a linker calls something
 * that C has another name for.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { Elf } from "./elf_file.ts";
import { addressRelocations } from "./elf_relocations.ts";
import { readExports } from "./elf_symbols.ts";
import { MachO, MH_OBJECT } from "./macho_file.ts";
import { readMachOSymbols } from "./macho_symbols.ts";

/**
 * Reads what the variables of a file point to.
 *
 * @param bytes An ELF library, or a Mach-O object file: the linker has other
 * ways to write the same into a Mach-O library, one for each of its ages.
 * @param path The file's name, for errors only.
 * @param prefix What the variables' names begin with.
 * @returns The symbols by the rest of the variables' names; what the file
 * itself defines may be left out.
 * @throws {EmitError} `bad_image` when the file is broken.
 */
export function referencesOf(
  bytes: Uint8Array,
  path: string,
  prefix: string,
): Map<string, string> {
  return bytes[0] === 0x7f
    ? ofElf(new Elf(bytes, path), prefix)
    : ofMachO(new MachO(bytes, path, [MH_OBJECT]), prefix);
}

function ofElf(elf: Elf, prefix: string): Map<string, string> {
  const variables = new Map(
    readExports(elf).filter(({ name }) => name.startsWith(prefix)).map((
      { address, name },
    ) => [address, name.slice(prefix.length)]),
  );
  const found = new Map<string, string>();
  for (const { at, symbol, symbols, names } of addressRelocations(elf)) {
    const name = variables.get(at);
    if (name === undefined || symbol === undefined) continue;
    if (symbols === undefined || names === undefined) continue;
    const nameAt = new Cursor(symbols, symbol * 24).u32();
    found.set(name, new Cursor(names, nameAt).string());
  }
  return found;
}

/** The bit of a relocation that says: of a symbol, not of a section. */
const R_EXTERN = 1 << 27;

function ofMachO(file: MachO, prefix: string): Map<string, string> {
  const symbols = [...readMachOSymbols(file)];
  const variables = new Map(
    symbols.filter(({ name }) => name.startsWith(`_${prefix}`)).map((
      { address, name },
    ) => [address, name.slice(prefix.length + 1)]),
  );
  const found = new Map<string, string>();
  for (const { name: section, address, relocations } of file.sections) {
    const cursor = new Cursor(
      file.bytes(`${section} relocations`, relocations),
    );
    while (cursor.end - cursor.at >= 8) {
      const at = address + cursor.u32();
      const what = cursor.u32();
      const name = variables.get(at);
      const symbol = symbols[what & 0xffffff]?.name;
      if (name === undefined || (what & R_EXTERN) === 0) continue;
      if (symbol === undefined) continue;
      // C's names have an underscore before them. What has none cannot be
      // looked up; Clang writes such a name behind this character.
      found.set(name, symbol[0] === "_" ? symbol.slice(1) : `\x01${symbol}`);
    }
  }
  return found;
}
