/**
 * Strings: in place, in `.debug_str`, in `.debug_line_str`, or by index.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import {
  DW_FORM_GNU_str_index,
  DW_FORM_GNU_strp_alt,
  DW_FORM_line_strp,
  DW_FORM_string,
  DW_FORM_strp,
  DW_FORM_strp_sup,
  DW_FORM_strx,
  DW_FORM_strx1,
  DW_FORM_strx2,
  DW_FORM_strx3,
  DW_FORM_strx4,
} from "./dw_constants.ts";
import type { Bases } from "./form_size.ts";
import type { NameFilter } from "./name_set.ts";

/** The string sections. */
export class Strings {
  readonly #open: (name: string) => Section;
  readonly #seen = new Map<number, string>();
  #own: Section | undefined;
  #lines: Section | undefined;
  #offsets: Section | undefined;

  /** @param section Gives a section by its name; an empty one where there is none. */
  constructor(section: (name: string) => Section) {
    this.#open = section;
  }

  get #strings(): Section {
    return this.#own ??= this.#open(".debug_str");
  }

  /**
   * Reads the text of one value.
   *
   * @param cursor At the value.
   * @param form The value's form.
   * @param unit The unit it is in.
   * @returns The text, or undefined where the form is none of a string.
   * @throws {EmitError} When it lies outside of its section.
   */
  read(cursor: Cursor, form: number, unit: Bases): string | undefined {
    switch (form) {
      case DW_FORM_string:
        return cursor.string();
      case DW_FORM_strp:
        return this.#at(unit.offsetSize === 8 ? cursor.u64() : cursor.u32());
      case DW_FORM_line_strp:
        return new Cursor(
          this.#lines ??= this.#open(".debug_line_str"),
          unit.offsetSize === 8 ? cursor.u64() : cursor.u32(),
        ).string();
      case DW_FORM_strx:
      case DW_FORM_GNU_str_index:
      case DW_FORM_strx1:
      case DW_FORM_strx2:
      case DW_FORM_strx3:
      case DW_FORM_strx4:
        return this.#at(this.#offset(readIndex(cursor, form), unit));
      case DW_FORM_strp_sup:
      case DW_FORM_GNU_strp_alt:
        throw cursor.error(
          "refers to a supplementary file, as dwz writes it: " +
            "describe the library before dwz has been run on it",
        );
      default:
        return undefined;
    }
  }

  /**
   * Whether a value may be one of some names.
   *
   * @param cursor At the value; where it stands afterwards depends on the form.
   * @param form The value's form.
   * @param unit The unit it is in.
   * @param names What is looked for.
   * @returns False only where it is none of them.
   */
  mayBe(cursor: Cursor, form: number, unit: Bases, names: NameFilter): boolean {
    switch (form) {
      case DW_FORM_string:
        return names.mayHave(cursor.section.bytes, cursor.at);
      case DW_FORM_strp: {
        const at = unit.offsetSize === 8 ? cursor.u64() : cursor.u32();
        return names.mayHave(this.#strings.bytes, at);
      }
      case DW_FORM_strx:
      case DW_FORM_strx1:
      case DW_FORM_strx2:
      case DW_FORM_strx3:
      case DW_FORM_strx4: {
        const index = readIndex(cursor, form);
        return names.mayHave(this.#strings.bytes, this.#offset(index, unit));
      }
      default:
        return true;
    }
  }

  /** Where the unit's string of an index lies. */
  #offset(index: number, unit: Bases): number {
    const at = unit.stringsBase + index * unit.offsetSize;
    this.#offsets ??= this.#open(".debug_str_offsets");
    const cursor = new Cursor(this.#offsets, at);
    return unit.offsetSize === 8 ? cursor.u64() : cursor.u32();
  }

  #at(offset: number): string {
    let text = this.#seen.get(offset);
    if (text === undefined) {
      text = new Cursor(this.#strings, offset).string();
      this.#seen.set(offset, text);
    }
    return text;
  }
}

function readIndex(cursor: Cursor, form: number): number {
  switch (form) {
    case DW_FORM_strx1:
      return cursor.u8();
    case DW_FORM_strx2:
      return cursor.u16();
    case DW_FORM_strx3:
      return cursor.u24();
    case DW_FORM_strx4:
      return cursor.u32();
    default:
      return cursor.uleb();
  }
}
