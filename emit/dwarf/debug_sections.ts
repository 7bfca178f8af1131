/**
 * The sections of one file that debug information lies in. Those of several
 * object files make up the debug information of one library.
 *
 * @module
 */

import { Budget } from "../bytes/budget.ts";
import { Cursor, Section } from "../bytes/cursor.ts";
import { Abbreviations } from "./abbreviation.ts";
import type { Bases, Encoding } from "./form_size.ts";
import { Strings } from "./string_forms.ts";

/** Where the sections of a file come from. */
export interface SectionSource {
  /** The file, for errors only. */
  readonly path: string;
  /** The bytes of a section by its ELF name, or undefined where there is none. */
  section(name: string): Uint8Array | undefined;
}

/** Most abbreviations of a file that are read. */
const MAX_ABBREVIATIONS = 2_000_000;

/** How often the bytes of a section may become text. */
const TEXT_RATIO = 8;

/** The sections of one file, each taken when it is first needed. */
export class DebugFile {
  /**
   * What to add to an offset in `.debug_info` to get the offset by which an
   * entry is known among those of all files.
   */
  readonly base: number;
  readonly strings: Strings;
  readonly info: Section;
  readonly types: Section;
  readonly #source: SectionSource;
  /** How many abbreviations may be read: tables can share their ends. */
  readonly #room = new Budget(MAX_ABBREVIATIONS);
  readonly #texts = Budget.forTexts(0);
  readonly #tables = new Map<string, Abbreviations>();
  #abbreviations: Section | undefined;
  #addresses: Section | undefined;
  #ranges: Section | undefined;
  #rnglists: Section | undefined;

  constructor(source: SectionSource, base: number) {
    this.#source = source;
    this.base = base;
    this.strings = new Strings((name) => this.#open(name));
    this.info = this.#open(".debug_info");
    this.types = this.#open(".debug_types");
  }

  /** Number of bytes that entries are known by offsets into. */
  get size(): number {
    return this.info.bytes.length + this.types.bytes.length;
  }

  get ranges(): Section {
    return this.#ranges ??= this.#open(".debug_ranges");
  }

  get rnglists(): Section {
    return this.#rnglists ??= this.#open(".debug_rnglists");
  }

  /** The abbreviations of a unit: units can share one table. */
  abbreviations(header: Encoding & { abbreviationsAt: number }): Abbreviations {
    const { abbreviationsAt, version, offsetSize, addressSize } = header;
    const key = [abbreviationsAt, version, offsetSize, addressSize].join();
    let table = this.#tables.get(key);
    if (table === undefined) {
      this.#abbreviations ??= this.#open(".debug_abbrev");
      table = new Abbreviations(
        this.#abbreviations,
        abbreviationsAt,
        header,
        this.#room,
      );
      this.#tables.set(key, table);
    }
    return table;
  }

  /** The indexed address of a unit. */
  address(index: number, { addressBase, addressSize }: Bases): number {
    this.#addresses ??= this.#open(".debug_addr");
    const at = addressBase + index * addressSize;
    const cursor = new Cursor(this.#addresses, at);
    return addressSize === 8 ? cursor.u64() : cursor.u32();
  }

  #open(name: string): Section {
    const { path } = this.#source;
    const bytes = this.#source.section(name) ?? new Uint8Array();
    this.#texts.add(bytes.length * TEXT_RATIO);
    return new Section(name, bytes, path, "bad_debug_info", this.#texts);
  }
}
