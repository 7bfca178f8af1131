/**
 * The units of debug information, and the abbreviations that say what their
 * entries have (DWARF, chapters 7.5.1 and 7.5.3).
 *
 * @module
 */

import { ByteReader, type Unit, units } from "./byte_reader.ts";
import {
  DW_AT_sibling,
  DW_TAG_inlined_subroutine,
  DW_TAG_lexical_block,
  DW_TAG_subprogram,
} from "./dwarf_numbers.ts";
import type { ElfSections } from "./elf_sections.ts";

/** Most entries and ranges that are read: the file is the plugin's, and nobody waits for one that was made to be read for ever. */
const MOST_READ = 2 ** 23;

/** Most units. */
const MOST_UNITS = 2 ** 17;

/** Most attributes of one kind of entries, and of all kinds: some take no bytes where entries have them. */
const MOST_ATTRIBUTES = 128;

const MOST_DECLARED = 2 ** 22;

/** What the entries of one kind have: pairs of an attribute and its form, and a constant. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Whether anything of them is asked for when all entries are walked: of code, and what leads past children. */
  readonly isRead: boolean;
  readonly attributes: readonly [
    attribute: number,
    form: number,
    constant: number,
  ][];
}

/** One unit, and what its forms need. */
export interface CompilationUnit {
  /** Where it begins in the section, and what lies behind it. */
  readonly at: number;
  readonly end: number;
  readonly is64: boolean;
  readonly version: number;
  readonly addressSize: number;
  /** Where its first entry is. */
  readonly first: number;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
  /** How many bytes the values of entries have, by their codes. */
  readonly sizes: Map<number, number>;
  /** What addresses of ranges are from. */
  base: number;
  strings: number;
  addresses: number;
  ranges: number;
}

export class Units {
  readonly sections: ElfSections;
  readonly info: Uint8Array;
  readonly list: CompilationUnit[] = [];
  readonly #abbreviations = new Map<number, Map<number, Abbreviation>>();
  #declared = 0;
  #read = 0;

  constructor(sections: ElfSections, info: Uint8Array) {
    this.sections = sections;
    this.info = info;
    for (const unit of units(info)) {
      if (this.list.length === MOST_UNITS) break;
      try {
        const header = this.#header(unit);
        if (header !== undefined) this.list.push(header);
      } catch {
        // The next one may be whole.
      }
    }
  }

  #header({ bytes, is64, at }: Unit): CompilationUnit | undefined {
    const offset = () => is64 ? bytes.u64() : bytes.u32();
    const version = bytes.u16();
    if (version < 2 || version > 5) return undefined;
    const kind = version === 5 ? bytes.u8() : 1;
    let addressSize = version === 5 ? bytes.u8() : 0;
    const abbreviations = offset();
    if (version < 5) addressSize = bytes.u8();
    if (kind === 4 || kind === 5) bytes.skip(8); // DW_UT_skeleton, DW_UT_split_compile
    if (kind === 2 || kind === 6) return undefined; // types
    return {
      at,
      end: bytes.end,
      is64,
      version,
      addressSize,
      first: bytes.at,
      abbreviations: this.#abbreviationsAt(abbreviations),
      sizes: new Map(),
      base: 0,
      strings: is64 ? 16 : 8,
      addresses: is64 ? 16 : 8,
      ranges: is64 ? 20 : 12,
    };
  }

  #abbreviationsAt(offset: number): Map<number, Abbreviation> {
    const known = this.#abbreviations.get(offset);
    if (known !== undefined) return known;
    const table = new Map<number, Abbreviation>();
    const bytes = new ByteReader(
      this.sections.get(".debug_abbrev")!.bytes,
      offset,
    );
    for (let code = bytes.uleb(); code !== 0; code = bytes.uleb()) {
      const tag = bytes.uleb();
      const hasChildren = bytes.u8() !== 0;
      const attributes: [number, number, number][] = [];
      for (;;) {
        const [attribute, form] = [bytes.uleb(), bytes.uleb()] as const;
        const constant = form === 0x21 ? bytes.sleb() : 0; // DW_FORM_implicit_const
        if (
          ++this.#declared > MOST_DECLARED ||
          attributes.length > MOST_ATTRIBUTES
        ) throw new RangeError("there is too much");
        if (attribute === 0 && form === 0) break;
        attributes.push([attribute, form, constant]);
      }
      const isRead = isCode(tag) || hasChildren &&
          attributes.some(([attribute]) => attribute === DW_AT_sibling);
      table.set(code, { tag, hasChildren, isRead, attributes });
    }
    this.#abbreviations.set(offset, table);
    return table;
  }

  /** Counts what is read. */
  count(): void {
    if (++this.#read > MOST_READ) throw new RangeError("there is too much");
  }

  /** The unit that has an entry. */
  of(at: number): CompilationUnit | undefined {
    return this.list.find((unit) => at >= unit.first && at < unit.end);
  }

  bytesOf(unit: CompilationUnit, at: number): ByteReader {
    return new ByteReader(this.info, at, unit.end);
  }
}

export function isCode(tag: number): boolean {
  return tag === DW_TAG_subprogram || tag === DW_TAG_inlined_subroutine ||
    tag === DW_TAG_lexical_block;
}
