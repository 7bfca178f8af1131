/**
 * What an ELF library runs when it is loaded, and how its bytes are spent.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import { Elf, type Segment } from "../image/elf_file.ts";
import type { SectionHeader } from "../image/elf_section.ts";
import { addressRelocations } from "../image/elf_relocations.ts";
import {
  MAX_INITIALISERS,
  type Part,
  type PartName,
  type Startup,
  sumParts,
} from "./startup.ts";

const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHT_DYNSYM = 11;
const SHT_INIT_ARRAY = 14;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const STT_FUNC = 2;
const DT_INIT = 12;

/**
 * Reads what runs at load, and the sizes of the parts.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns What was found; nothing of the library is run.
 * @throws {EmitError} `bad_image` when the tables end too early.
 */
export function readElfStartup(bytes: Uint8Array, path: string): Startup {
  const elf = new Elf(bytes, path);
  const names = functionNames(elf);
  const nameAt = (address: number) =>
    names.get(address) ?? `0x${address.toString(16)}`;
  const init = dynamicInit(elf);
  return {
    initialisers: [
      ...(init === undefined
        ? []
        : [{ name: nameAt(init), from: "DT_INIT" as const }]),
      ...initArray(elf).map((address) => ({
        name: nameAt(address),
        from: "DT_INIT_ARRAY" as const,
      })),
    ],
    parts: partsOf(elf),
  };
}

function dynamicInit(elf: Elf): number | undefined {
  const dynamic = elf.bytes(elf.header(".dynamic"));
  if (dynamic === undefined) return undefined;
  const cursor = new Cursor(dynamic);
  while (cursor.end - cursor.at >= 16) {
    const tag = cursor.u64();
    const value = cursor.u64();
    if (tag === 0) return undefined;
    if (tag === DT_INIT) return value;
  }
  return undefined;
}

/** Addresses of the functions: in the file, or in the relocations that fill it. */
function initArray(elf: Elf): number[] {
  const arrays = elf.headers.filter(({ type }) => type === SHT_INIT_ARRAY).map(
    (header) => ({ start: header.address, section: elf.bytes(header) }),
  );
  if (arrays.length > MAX_ARRAYS) {
    throw elf.file.error(0, `has ${arrays.length} arrays of initialisers`);
  }
  const relocated = relocations(
    elf,
    (at) =>
      arrays.some(({ start, section }) =>
        at >= start && at < start + (section?.bytes.length ?? 0)
      ),
  );
  const addresses: number[] = [];
  for (const { start, section } of arrays) {
    if (section === undefined) continue;
    const cursor = new Cursor(section);
    while (
      cursor.end - cursor.at >= 8 && addresses.length < MAX_INITIALISERS
    ) {
      const at = start + cursor.at;
      const stored = cursor.u64();
      const address = relocated.get(at) ?? stored;
      if (address !== 0) addresses.push(address);
    }
  }
  return addresses;
}

/** Most sections with initialisers; linkers make one of all. */
const MAX_ARRAYS = 16;

/** What the relocations of some addresses fill in. */
function relocations(
  elf: Elf,
  isWanted: (at: number) => boolean,
): Map<number, number> {
  const found = new Map<number, number>();
  for (const { at, symbol, addend, symbols } of addressRelocations(elf)) {
    if (!isWanted(at)) continue;
    if (symbol === undefined) found.set(at, addend);
    else if (symbols !== undefined) {
      found.set(at, symbolValue(symbols, symbol) + addend);
    }
  }
  return found;
}

function symbolValue(symbols: Section, index: number): number {
  return new Cursor(symbols, index * 24 + 8).u64();
}

/** Names of functions by address: `.symtab` has the private ones too. */
function functionNames(elf: Elf): Map<number, string> {
  const names = new Map<number, string>();
  for (const wanted of [SHT_SYMTAB, SHT_DYNSYM]) {
    for (const header of elf.headers) {
      if (header.type !== wanted) continue;
      const table = elf.bytes(header);
      const strings = elf.bytes(elf.headers[header.link]);
      if (table === undefined || strings === undefined) continue;
      const cursor = new Cursor(table);
      while (cursor.end - cursor.at >= 24) {
        const nameAt = cursor.u32();
        const info = cursor.u8();
        cursor.skip(3);
        const address = cursor.u64();
        cursor.skip(8);
        if ((info & 15) !== STT_FUNC || address === 0) continue;
        if (!names.has(address)) {
          names.set(address, new Cursor(strings, nameAt).string());
        }
      }
    }
  }
  return names;
}

function partsOf(elf: Elf): Part[] {
  return sumParts(
    elf.hasSections
      ? elf.headers.map((header) => [partOf(header), header.size])
      : elf.segments.filter(({ type }) => type === PT_LOAD).flatMap(partsIn),
  );
}

/** What a segment has: code may have constants beside it. */
function partsIn(
  { flags, fileSize, size }: Segment,
): [PartName, number][] {
  const part = (flags & PF_X) !== 0
    ? "code"
    : (flags & PF_W) !== 0
    ? "variables"
    : "constants";
  return [
    [part, fileSize],
    ["zeroed variables (not in the file)", Math.max(0, size - fileSize)],
  ];
}

function partOf({ name, type, flags }: SectionHeader): PartName {
  if (/^\.z?debug_/.test(name)) return "debug information";
  if ((flags & SHF_ALLOC) === 0 || /^\.(?:rela?|dyn|gnu)/.test(name)) {
    return "symbols, relocations and the rest";
  }
  if (type === SHT_NOBITS) return "zeroed variables (not in the file)";
  if ((flags & SHF_EXECINSTR) !== 0) return "code";
  return (flags & SHF_WRITE) === 0 ? "constants" : "variables";
}
