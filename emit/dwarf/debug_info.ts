/**
 * The debug information of one library: its units and the way from an offset to
 * an entry. Knows no file format; sections come in by their ELF names.
 *
 * @module
 */

import { Budget } from "../bytes/budget.ts";
import { Cursor } from "../bytes/cursor.ts";
import type { EmitError } from "../error.ts";
import {
  DW_AT_addr_base,
  DW_AT_GNU_addr_base,
  DW_AT_str_offsets_base,
  DW_FORM_sec_offset,
} from "./dw_constants.ts";
import { DebugFile, type SectionSource } from "./debug_sections.ts";
import { type Context, Entry } from "./entry.ts";
import { skipForm } from "./form_size.ts";
import { readRanges } from "./ranges.ts";
import { readUnitHeaders, type Unit, type UnitHeader } from "./unit.ts";

/** Deepest nesting of entries; compilers stay below 100. */
const MAX_DEPTH = 4096;

/** Most types and parts of types that are read; the largest libraries use a tenth. */
const MAX_PARTS = 1_000_000;

/** All units, and the sections that their entries refer to. */
export class DebugInfo implements Context {
  /** Headers of all units: of each file those of `.debug_info`, then those of `.debug_types`. */
  readonly headers: readonly UnitHeader[];
  readonly #units = new Map<UnitHeader, Unit>();
  #signatures: Map<bigint, number> | undefined;
  readonly #parts = new Budget(MAX_PARTS);

  /**
   * @param sources The files that it lies in.
   * @throws {EmitError} `bad_debug_info` when the unit headers make no chain.
   */
  constructor(...sources: readonly SectionSource[]) {
    const headers: UnitHeader[] = [];
    let base = 0;
    for (const source of sources) {
      const file = new DebugFile(source, base);
      headers.push(...readUnitHeaders(file));
      base += file.size;
    }
    this.headers = headers;
  }

  /** The unit of a header, with its abbreviations. */
  unit(header: UnitHeader): Unit {
    let unit = this.#units.get(header);
    if (unit === undefined) {
      unit = {
        ...header,
        abbreviations: header.file.abbreviations(header),
        // Where the attribute is missing the table has only this unit's part.
        stringsBase: header.version >= 5 ? 2 * header.offsetSize : 0,
        addressBase: header.version >= 5 ? 8 : 0,
      };
      this.#readBases(unit);
      this.#units.set(header, unit);
    }
    return unit;
  }

  /** The entry that all others of a unit are children of; undefined in an empty unit. */
  root(unit: Unit): Entry | undefined {
    return unit.entries < unit.end
      ? new Entry(this, unit, unit.entries)
      : undefined;
  }

  /**
   * The entry at an offset.
   *
   * @param offset As {@linkcode Entry.reference} gives it.
   * @returns A new object each time.
   * @throws {EmitError} `bad_debug_info` when no unit has an entry there.
   */
  entry(offset: number): Entry {
    const header = this.#header(offset);
    return new Entry(this, this.unit(header), offset - header.shift);
  }

  /** The error that says what is wrong with the entry at an offset. */
  error(offset: number, detail: string): EmitError {
    const { section, shift } = this.#header(offset);
    return section.error(offset - shift, detail);
  }

  /**
   * Counts what becomes a part of a type: a member, a value, a parameter, or a
   * type itself.
   *
   * @param entry The part's entry.
   * @throws {EmitError} `bad_debug_info` when there are more than memory holds.
   */
  count(entry: Entry): void {
    if (this.#parts.spend(1)) return;
    throw this.error(
      entry.offset,
      `is one of more than ${MAX_PARTS} types and parts of types that the ` +
        "exported symbols use",
    );
  }

  /**
   * The direct children of an entry.
   *
   * @param parent The entry.
   * @param tags Which children; all others are stepped over, which costs little.
   */
  *children(parent: Entry, tags?: ReadonlySet<number>): Generator<Entry> {
    if (!parent.abbreviation.children) return;
    const { unit } = parent;
    const cursor = new Cursor(unit.section, parent.end, unit.end);
    while (this.#more(cursor)) {
      const at = cursor.at;
      const abbreviation = unit.abbreviations.get(cursor.uleb());
      cursor.at = at;
      if (
        abbreviation !== undefined &&
        (tags === undefined || tags.has(abbreviation.tag))
      ) {
        const entry = new Entry(this, unit, at);
        yield entry;
        if (!abbreviation.children) {
          cursor.at = entry.end;
          continue;
        }
      }
      this.skip(cursor, unit);
    }
  }

  /** Moves over an entry and all that it contains. */
  skip(cursor: Cursor, unit: Unit): void {
    let depth = 0;
    do {
      const at = cursor.at;
      const code = cursor.uleb();
      if (code === 0) {
        depth--;
        continue;
      }
      const abbreviation = unit.abbreviations.get(code);
      if (abbreviation === undefined) {
        throw unit.section.error(at, `has the unknown abbreviation ${code}`);
      }
      const sibling = abbreviation.sibling(cursor, unit);
      if (sibling !== undefined) {
        if (unit.start + sibling < cursor.at) {
          throw unit.section.error(at, "has a sibling that lies before it");
        }
        cursor.skip(unit.start + sibling - cursor.at);
        continue;
      }
      abbreviation.skip(cursor, unit);
      if (!abbreviation.children) continue;
      if (++depth > MAX_DEPTH) {
        throw unit.section.error(
          at,
          `is nested deeper than ${MAX_DEPTH} levels`,
        );
      }
    } while (depth > 0);
  }

  /**
   * Gives the ranges of addresses that the code of a unit lies at.
   *
   * @param root The unit's root entry.
   * @param take Called with the start of each, and the first address behind it.
   * @returns Whether those were all.
   */
  ranges(root: Entry, take: (from: number, to: number) => void): boolean {
    return readRanges(root.unit.file, root, take);
  }

  /** The offset of the type that a type unit has under a signature. */
  typeOffset(signature: bigint): number | undefined {
    this.#signatures ??= new Map(
      this.headers.filter((header) => header.signature !== undefined).map((
        header,
      ) => [header.signature!, header.typeAt + header.shift]),
    );
    return this.#signatures.get(signature);
  }

  /** Whether a list of children goes on; moves over its end where it does not. */
  #more(cursor: Cursor): boolean {
    // A unit may leave out the ends of its last lists.
    if (cursor.at >= cursor.end) return false;
    if (cursor.section.bytes[cursor.at] !== 0) return true;
    cursor.at++;
    return false;
  }

  /** The unit in which an offset lies, or the nearest. */
  #header(offset: number): UnitHeader {
    let low = 0;
    let high = this.headers.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const header = this.headers[middle]!;
      if (header.start + header.shift <= offset) low = middle;
      else high = middle;
    }
    return this.headers[low]!;
  }

  /** The root's bases are needed before any of its strings and addresses can be read. */
  #readBases(unit: Unit): void {
    if (unit.entries >= unit.end) return;
    const cursor = new Cursor(unit.section, unit.entries, unit.end);
    const abbreviation = unit.abbreviations.get(cursor.uleb());
    if (abbreviation === undefined) return;
    for (const [index, name] of abbreviation.names.entries()) {
      const form = abbreviation.forms[index]!;
      const at = cursor.at;
      skipForm(cursor, form, unit);
      if (form !== DW_FORM_sec_offset) continue;
      const from = new Cursor(unit.section, at);
      const value = () => unit.offsetSize === 8 ? from.u64() : from.u32();
      switch (name) {
        case DW_AT_str_offsets_base:
          unit.stringsBase = value();
          break;
        case DW_AT_addr_base:
        case DW_AT_GNU_addr_base:
          unit.addressBase = value();
          break;
      }
    }
  }
}
