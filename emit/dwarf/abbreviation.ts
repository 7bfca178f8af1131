/**
 * `.debug_abbrev`: which tag and which attributes the entries with one code have.
 *
 * @module
 */

import type { Budget } from "../bytes/budget.ts";
import { Cursor, type Section } from "../bytes/cursor.ts";
import {
  DW_AT_sibling,
  DW_FORM_implicit_const,
  DW_FORM_ref4,
} from "./dw_constants.ts";
import { type Encoding, fixedSize, skipForm } from "./form_size.ts";

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
   * How to step over the values: a number from 0 up is that many bytes, one
   * below 0 is the complement of a form whose value tells its size.
   */
  readonly #steps: readonly number[];
  /** How to step over the values before that of `DW_AT_sibling`, if there is one. */
  readonly #toSibling: readonly number[] | undefined;
  /** The size of each value; -1 where only the value tells. */
  readonly #sizes: readonly number[];

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
    const steps: number[] = [];
    let toSibling: readonly number[] | undefined;
    let run = 0;
    const sizes = forms.map((form) => fixedSize(form, encoding));
    for (let index = 0; index < forms.length; index++) {
      const form = forms[index]!;
      if (names[index] === DW_AT_sibling && form === DW_FORM_ref4) {
        toSibling = run > 0 ? [...steps, run] : [...steps];
      }
      const size = sizes[index]!;
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
    this.#sizes = sizes;
    this.#toSibling = toSibling;
  }

  /** Moves over the value of an attribute, by its index. */
  skipValue(cursor: Cursor, index: number, encoding: Encoding): void {
    const size = this.#sizes[index]!;
    if (size >= 0) cursor.skip(size);
    else skipForm(cursor, this.forms[index]!, encoding);
  }

  /** Moves over all values of an entry. */
  skip(cursor: Cursor, encoding: Encoding): void {
    follow(this.#steps, cursor, encoding);
  }

  /**
   * Reads where the next entry with the same parent stands, and moves behind
   * that value.
   *
   * @param cursor At the first value of the entry.
   * @returns An offset in the unit; undefined where the entry does not say it,
   * and the cursor has not moved.
   */
  sibling(cursor: Cursor, encoding: Encoding): number | undefined {
    if (this.#toSibling === undefined) return undefined;
    follow(this.#toSibling, cursor, encoding);
    return cursor.u32();
  }
}

function follow(
  steps: readonly number[],
  cursor: Cursor,
  encoding: Encoding,
): void {
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index]!;
    if (step >= 0) cursor.skip(step);
    else skipForm(cursor, ~step, encoding);
  }
}

/**
 * The abbreviations of one unit, by code.
 *
 * The table is read no further than the codes that are asked for: of most units
 * of a large library that is the first, the root's.
 */
export class Abbreviations {
  readonly #cursor: Cursor;
  readonly #encoding: Encoding;
  readonly #room: Budget;
  /** By code: compilers count from 1. */
  readonly #dense: (Abbreviation | undefined)[] = [];
  readonly #sparse = new Map<number, Abbreviation>();
  #complete = false;

  /**
   * @param section `.debug_abbrev`.
   * @param at Where the table starts.
   * @param encoding The sizes of the units that use it.
   * @param room How many abbreviations may still be read of the file.
   */
  constructor(
    section: Section,
    at: number,
    encoding: Encoding,
    room: Budget,
  ) {
    this.#room = room;
    this.#cursor = new Cursor(section, at);
    this.#encoding = encoding;
  }

  /**
   * The abbreviation of a code.
   *
   * @returns Undefined where the table has none.
   * @throws {EmitError} When the table has no end.
   */
  get(code: number): Abbreviation | undefined {
    return this.#dense[code] ?? this.#sparse.get(code) ?? this.#search(code);
  }

  #search(code: number): Abbreviation | undefined {
    while (!this.#complete) {
      if (this.#readNext() === code) break;
    }
    return this.#dense[code] ?? this.#sparse.get(code);
  }

  /** Reads one abbreviation and gives its code, or 0 at the end. */
  #readNext(): number {
    const cursor = this.#cursor;
    if (!this.#room.spend(1)) {
      throw cursor.error("is of tables that repeat each other too often");
    }
    const code = cursor.uleb();
    if (code === 0) {
      this.#complete = true;
      return 0;
    }
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
    const read = new Abbreviation(
      tag,
      children,
      names,
      forms,
      implicit,
      this.#encoding,
    );
    if (code === this.#dense.length + 1 || code === this.#dense.length) {
      this.#dense[code] = read;
    } else {
      this.#sparse.set(code, read);
    }
    return code;
  }
}
