/**
 * `.debug_abbrev`: which tag and which attributes the entries with one code have.
 *
 * @module
 */

import { Cursor, type Section } from "../cursor.ts";
import {
  DW_AT_sibling,
  DW_FORM_implicit_const,
  DW_FORM_ref4,
} from "./constants.ts";
import { type Encoding, fixedSize, skipForm } from "./form.ts";

/** One shape of entry. */
export class Abbreviation {
  readonly tag: number;
  /** Whether children follow the attributes. */
  readonly children: boolean;
  /** `DW_AT_` numbers, in the order of the values. */
  readonly names: readonly number[];
  /** `DW_FORM_` numbers, in the same order. */
  readonly forms: readonly number[];
  /** Values of `DW_FORM_implicit_const`, by index of the attribute. */
  readonly implicit: ReadonlyMap<number, bigint> | undefined;
  /**
   * Whether the values end with the offset of the next entry that has the same
   * parent, in four bytes: so GCC writes it, and nobody writes it otherwise.
   */
  readonly sibling: boolean;
  /**
   * How to step over the values: a number from 0 up is that many bytes, one
   * below 0 is the complement of a form whose value tells its size.
   */
  readonly #steps: readonly number[];

  constructor(
    tag: number,
    children: boolean,
    names: readonly number[],
    forms: readonly number[],
    implicit: ReadonlyMap<number, bigint> | undefined,
    encoding: Encoding,
  ) {
    this.tag = tag;
    this.children = children;
    this.names = names;
    this.forms = forms;
    this.implicit = implicit;
    this.sibling = names.at(-1) === DW_AT_sibling &&
      forms.at(-1) === DW_FORM_ref4;
    const steps: number[] = [];
    let run = 0;
    for (const form of forms) {
      const size = fixedSize(form, encoding);
      if (size >= 0) {
        run += size;
      } else {
        if (run > 0) steps.push(run);
        run = 0;
        steps.push(~form);
      }
    }
    if (run > 0) steps.push(run);
    this.#steps = steps;
  }

  /** Moves over all values of an entry. */
  skip(cursor: Cursor, encoding: Encoding): void {
    const steps = this.#steps;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      if (step >= 0) cursor.skip(step);
      else skipForm(cursor, ~step, encoding);
    }
  }
}

/** The abbreviations of one unit, by code. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

/**
 * Reads one table.
 *
 * @param section `.debug_abbrev`.
 * @param at Where the table starts.
 * @param encoding The sizes of the units that use it.
 * @returns The abbreviations by their codes.
 * @throws {EmitError} When the table has no end.
 */
export function readAbbreviations(
  section: Section,
  at: number,
  encoding: Encoding,
): Abbreviations {
  const table = new Map<number, Abbreviation>();
  const cursor = new Cursor(section, at);
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return table;
    const tag = cursor.uleb();
    const children = cursor.u8() !== 0;
    const names: number[] = [];
    const forms: number[] = [];
    let implicit: Map<number, bigint> | undefined;
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      if (form === DW_FORM_implicit_const) {
        implicit ??= new Map();
        implicit.set(names.length, cursor.sleb());
      }
      if (name === 0 && form === 0) break;
      names.push(name);
      forms.push(form);
    }
    table.set(
      code,
      new Abbreviation(tag, children, names, forms, implicit, encoding),
    );
  }
}
