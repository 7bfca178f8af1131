/**
 * The sections of an ELF library whose headers of sections were taken away
 * (`llvm-objcopy --strip-sections`, `sstrip`): no loader looks at these. What it
 * goes by instead tells where the same tables lie.
 *
 * @module
 */

import { DynamicSymbols } from "../../ffi/identity/dynamic_symbols.ts";
import { type ElfIdentity, offsetOf, readElf } from "../../ffi/identity/elf.ts";
import { sourceOf } from "../../ffi/identity/library_bytes.ts";
import { EmitError } from "../error.ts";
import type { SectionHeader } from "./elf_section.ts";

const PT_DYNAMIC = 2;
const PT_NOTE = 4;

const SHT_NULL = 0;
const SHT_STRTAB = 3;
const SHT_RELA = 4;
const SHT_DYNAMIC = 6;
const SHT_NOTE = 7;
const SHT_DYNSYM = 11;
const SHT_INIT_ARRAY = 14;
const SHT_GNU_VERNEED = 0x6ffffffe;
const SHT_GNU_VERSYM = 0x6fffffff;

const DT_PLTRELSZ = 2;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_RELA = 7;
const DT_RELASZ = 8;
const DT_STRSZ = 10;
const DT_JMPREL = 23;
const DT_INIT_ARRAY = 25;
const DT_INIT_ARRAYSZ = 27;
const DT_VERSYM = 0x6ffffff0;
const DT_VERNEED = 0x6ffffffe;

/** Bytes of an entry of the table of symbols, and of that of their versions. */
const SYMBOL = 24;
const VERSION = 2;

/** Where the names and the symbols stand among the sections. */
const NAMES = 1;
const SYMBOLS = 2;

/**
 * Finds what has no headers by the program headers and the dynamic table.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns The sections that the loader needs; none where it needs nothing.
 * @throws {EmitError} `bad_image` where the loader could not read them either.
 */
export function sectionsByLoader(
  bytes: Uint8Array,
  path: string,
): SectionHeader[] {
  const elf = elfOf(bytes, path);
  const { segments, dynamic } = elf;
  const tag = (name: number) => dynamic?.tags.get(name) ?? 0;
  const sections: SectionHeader[] = [];
  const add = (
    name: string,
    type: number,
    { offset, address, size }: FileRegion,
    link = 0,
  ) => {
    const index = sections.length;
    const rest = { flags: 0, info: 0, entrySize: 0 };
    sections.push({ index, name, type, address, offset, size, link, ...rest });
  };
  /** Where a table lies whose address and size the dynamic table has; no bytes where it has none. */
  const place = (address: number, size?: number): FileRegion => {
    const offset = offsetOf(segments, address) ?? 0;
    const most = offset === 0 ? 0 : bytes.length - offset;
    return { address, offset, size: Math.min(size ?? most, most) };
  };
  add("", SHT_NULL, place(0));
  if (dynamic !== undefined) {
    const count = symbolsOf(new DynamicSymbols(elf));
    const of = segments.find(({ type }) => type === PT_DYNAMIC)!;
    add(".dynstr", SHT_STRTAB, place(tag(DT_STRTAB), tag(DT_STRSZ)));
    const symbols = place(tag(DT_SYMTAB), count * SYMBOL);
    add(".dynsym", SHT_DYNSYM, symbols, NAMES);
    add(".dynamic", SHT_DYNAMIC, of, NAMES);
    const versions = place(tag(DT_VERSYM), count * VERSION);
    add(".gnu.version", SHT_GNU_VERSYM, versions);
    // How long it is, it says itself.
    add(".gnu.version_r", SHT_GNU_VERNEED, place(tag(DT_VERNEED)), NAMES);
    const relocations = place(tag(DT_RELA), tag(DT_RELASZ));
    add(".rela.dyn", SHT_RELA, relocations, SYMBOLS);
    const calls = place(tag(DT_JMPREL), tag(DT_PLTRELSZ));
    add(".rela.plt", SHT_RELA, calls, SYMBOLS);
    const initialisers = place(tag(DT_INIT_ARRAY), tag(DT_INIT_ARRAYSZ));
    add(".init_array", SHT_INIT_ARRAY, initialisers);
  }
  for (const segment of segments) {
    if (segment.type === PT_NOTE) add(".note", SHT_NOTE, segment);
  }
  return sections.filter(({ size }, index) => size > 0 || index <= SYMBOLS);
}

/** Where something lies in the file, and in memory. */
interface FileRegion {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * What a library says of itself to the loader.
 *
 * @throws {EmitError} `bad_image`.
 */
export function elfOf(bytes: Uint8Array, path: string): ElfIdentity {
  try {
    return readElf(sourceOf(path, bytes));
  } catch (cause) {
    const { message } = cause as Error;
    throw new EmitError(
      "bad_image",
      `Cannot read ${JSON.stringify(path)}: to the loader: ${message}`,
      { path, cause },
    );
  }
}

/** How many symbols there are, up to the last one that it exports: only the hash table tells. */
function symbolsOf(symbols: DynamicSymbols): number {
  let count = 0;
  for (const { index } of symbols.exported()) {
    count = Math.max(count, index + 1);
  }
  return count;
}
