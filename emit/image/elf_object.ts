/**
 * What the functions of an ELF object file refer to, before it is linked.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { Elf, ET_REL } from "./elf_file.ts";

const SHT_RELA = 4;
const SHN_UNDEF = 0;
const SHN_LORESERVE = 0xff00;
const STB_LOCAL = 0;
const STB_WEAK = 2;
const STT_FUNC = 2;

interface ObjectSymbol {
  readonly name: string;
  readonly section: number;
  readonly isFunction: boolean;
  readonly isGlobal: boolean;
  /** Where its kind and its binding stand in the table. */
  readonly infoAt: number;
}

/**
 * Reads what an object leaves to the linker.
 *
 * @param bytes An object in which each function and variable has a section of
 * its own (`-ffunction-sections -fdata-sections`).
 * @param path The file's name, for errors only.
 * @returns By each function that others see, the names that it needs of others:
 * its own, and those of what it calls.
 * @throws {EmitError} `bad_image` when the file is broken.
 */
export function neededByFunctions(
  bytes: Uint8Array,
  path: string,
): Map<string, ReadonlySet<string>> {
  const elf = new Elf(bytes, path, ET_REL);
  const symbols = symbolsIn(elf);
  const used = new Map<number, Set<ObjectSymbol>>();
  for (const header of elf.headers) {
    if (header.type !== SHT_RELA) continue;
    const table = elf.bytes(header);
    if (table === undefined) continue;
    let of = used.get(header.info);
    if (of === undefined) used.set(header.info, of = new Set());
    const cursor = new Cursor(table);
    while (cursor.end - cursor.at >= 24) {
      cursor.skip(12); // where, and how
      const symbol = symbols[cursor.u32()];
      cursor.skip(8);
      if (symbol !== undefined) of.add(symbol);
    }
  }
  const functions = symbols.filter(({ isFunction, isGlobal, section }) =>
    isFunction && isGlobal && section !== SHN_UNDEF
  );
  return new Map(
    functions.map(({ name, section }) => [name, neededIn(section, used)]),
  );
}

/**
 * Has the loader take it that nobody has some names: weak in place of wanted.
 *
 * @param bytes An object, which is changed.
 * @param path The file's name, for errors only.
 * @param isWeak Whether a name is one of them.
 * @throws {EmitError} `bad_image` when the file is broken.
 */
export function weaken(
  bytes: Uint8Array,
  path: string,
  isWeak: (name: string) => boolean,
): void {
  const elf = new Elf(bytes, path, ET_REL);
  const { offset = 0 } = elf.header(".symtab") ?? {};
  for (const { name, section, isGlobal, infoAt } of symbolsIn(elf)) {
    if (section !== SHN_UNDEF || !isGlobal || !isWeak(name)) continue;
    const at = offset + infoAt;
    bytes[at] = STB_WEAK << 4 | bytes[at]! & 15;
  }
}

/** The names that a section needs of others, and those that it leads to. */
function neededIn(
  section: number,
  used: ReadonlyMap<number, ReadonlySet<ObjectSymbol>>,
): Set<string> {
  const needed = new Set<string>();
  const sections = new Set([section]);
  for (const each of sections) {
    for (const symbol of used.get(each) ?? []) {
      if (symbol.section === SHN_UNDEF) {
        if (symbol.name !== "") needed.add(symbol.name);
      } else if (symbol.section < SHN_LORESERVE) sections.add(symbol.section);
    }
  }
  return needed;
}

function symbolsIn(elf: Elf): ObjectSymbol[] {
  const header = elf.header(".symtab");
  const table = elf.bytes(header);
  const strings = elf.bytes(header && elf.headers[header.link]);
  if (table === undefined || strings === undefined) return [];
  const cursor = new Cursor(table);
  const symbols: ObjectSymbol[] = [];
  while (cursor.end - cursor.at >= 24) {
    const name = new Cursor(strings, cursor.u32()).string();
    const infoAt = cursor.at;
    const info = cursor.u8();
    cursor.skip(1);
    const section = cursor.u16();
    cursor.skip(16);
    symbols.push({
      name,
      section,
      isFunction: (info & 15) === STT_FUNC,
      isGlobal: info >> 4 !== STB_LOCAL,
      infoAt,
    });
  }
  return symbols;
}
