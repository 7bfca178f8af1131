/**
 * The relocations of an ELF library: what the loader writes into its memory.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import type { Elf } from "./elf_file.ts";

const SHT_RELA = 4;

/** Relocations that say a value by themselves, and those that need a symbol. */
const RELATIVE = { x64: 8, arm64: 1027 } as const;
const ABSOLUTE = { x64: 1, arm64: 257 } as const;

/** Eight bytes that the loader fills with an address. */
export interface Relocation {
  /** Where they lie. */
  readonly at: number;
  /** The symbol whose address it is; undefined where it is the library's own plus `addend`. */
  readonly symbol: number | undefined;
  readonly addend: number;
  /** The table that `symbol` counts in. */
  readonly symbols: Section | undefined;
  /** The names of that table. */
  readonly names: Section | undefined;
}

/**
 * The addresses that the loader fills in.
 *
 * @param elf The library.
 * @returns In the order of the tables; relocations of other kinds are left out.
 * @throws {EmitError} `bad_image` when a table ends too early.
 */
export function* addressRelocations(elf: Elf): Generator<Relocation> {
  for (const header of elf.headers) {
    if (header.type !== SHT_RELA) continue;
    const table = elf.bytes(header);
    if (table === undefined) continue;
    const link = elf.headers[header.link];
    const symbols = elf.bytes(link);
    const names = elf.bytes(link && elf.headers[link.link]);
    const cursor = new Cursor(table);
    while (cursor.end - cursor.at >= 24) {
      const at = cursor.u64();
      const type = cursor.u32();
      const symbol = cursor.u32();
      const addend = cursor.u64();
      if (type === RELATIVE[elf.arch]) {
        yield { at, symbol: undefined, addend, symbols, names };
      } else if (type === ABSOLUTE[elf.arch]) {
        yield { at, symbol, addend, symbols, names };
      }
    }
  }
}
