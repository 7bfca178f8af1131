/**
 * Strings: in place, in `.debug_str`, in `.debug_line_str`, or by index.
 *
 * @module
 */

import { Cursor, type Section } from "../cursor.ts";
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
} from "./constants.ts";
import type { Unit } from "./unit.ts";

/** The string sections. */
export class Strings {
  readonly #strings: Section;
  readonly #lines: Section;
  readonly #offsets: Section;
  readonly #seen = new Map<number, string>();

  /** @param section Gives a section by its name; an empty one where there is none. */
  constructor(section: (name: string) => Section) {
    this.#strings = section(".debug_str");
    this.#lines = section(".debug_line_str");
    this.#offsets = section(".debug_str_offsets");
  }

  /**
   * Reads the text of one value.
   *
   * @param cursor At the value.
   * @param form Its form.
   * @param unit The unit it is in.
   * @returns The text, or undefined where the form is none of a string.
   * @throws {EmitError} When it lies outside of its section.
   */
  read(cursor: Cursor, form: number, unit: Unit): string | undefined {
    switch (form) {
      case DW_FORM_string:
        return cursor.string();
      case DW_FORM_strp:
        return this.#at(unit.offsetSize === 8 ? cursor.u64() : cursor.u32());
      case DW_FORM_line_strp:
        return new Cursor(
          this.#lines,
          unit.offsetSize === 8 ? cursor.u64() : cursor.u32(),
        ).string();
      case DW_FORM_strx:
      case DW_FORM_GNU_str_index:
        return this.#indexed(cursor.uleb(), unit);
      case DW_FORM_strx1:
        return this.#indexed(cursor.u8(), unit);
      case DW_FORM_strx2:
        return this.#indexed(cursor.u16(), unit);
      case DW_FORM_strx3:
        return this.#indexed(cursor.u24(), unit);
      case DW_FORM_strx4:
        return this.#indexed(cursor.u32(), unit);
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

  #indexed(index: number, unit: Unit): string {
    const at = unit.stringsBase + index * unit.offsetSize;
    const cursor = new Cursor(this.#offsets, at);
    return this.#at(unit.offsetSize === 8 ? cursor.u64() : cursor.u32());
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
