/**
 * One entry of a unit (a DIE): its tag, and its attributes by name.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { enterExpression, readAddress, readLocation } from "./address_forms.ts";
import type { Abbreviation } from "./abbreviation.ts";
import {
  DW_FORM_data1,
  DW_FORM_data16,
  DW_FORM_data2,
  DW_FORM_data4,
  DW_FORM_data8,
  DW_FORM_flag,
  DW_FORM_flag_present,
  DW_FORM_implicit_const,
  DW_FORM_indirect,
  DW_FORM_ref1,
  DW_FORM_ref2,
  DW_FORM_ref4,
  DW_FORM_ref8,
  DW_FORM_ref_addr,
  DW_FORM_ref_sig8,
  DW_FORM_ref_udata,
  DW_FORM_rnglistx,
  DW_FORM_sdata,
  DW_FORM_sec_offset,
  DW_FORM_udata,
  DW_OP_plus_uconst,
} from "./dw_constants.ts";
import { indirectForm } from "./form_size.ts";
import type { Unit } from "./unit.ts";

/** What entries refer to outside of their unit. */
export interface Context {
  /** The offset of the type that a type unit has under a signature. */
  typeOffset(signature: bigint): number | undefined;
}

/**
 * An entry.
 *
 * Its values are located once and decoded when they are asked for. An accessor
 * gives undefined where the attribute is missing or its form is of another
 * class, so that a caller reads as: this is what the entry must have.
 */
export class Entry {
  readonly #context: Context;
  readonly unit: Unit;
  /** The offset by which the entry is known. */
  readonly offset: number;
  readonly abbreviation: Abbreviation;
  /** Offset in the unit's section behind the attributes. */
  readonly end: number;
  readonly #cursor: Cursor;
  readonly #at: number[];

  /**
   * @param context What it may refer to.
   * @param unit The entry's unit.
   * @param start The entry's offset in the unit's section.
   * @throws {EmitError} When there is no entry there.
   */
  constructor(context: Context, unit: Unit, start: number) {
    this.#context = context;
    this.unit = unit;
    this.offset = start + unit.shift;
    if (!(start >= unit.entries && start < unit.end)) {
      throw unit.section.error(start, "is not an entry of its unit");
    }
    const cursor = new Cursor(unit.section, start, unit.end);
    const code = cursor.uleb();
    const abbreviation = unit.abbreviations.get(code);
    if (abbreviation === undefined) {
      throw unit.section.error(start, `has the unknown abbreviation ${code}`);
    }
    this.abbreviation = abbreviation;
    const { length } = abbreviation.forms;
    const at = new Array<number>(length);
    for (let index = 0; index < length; index++) {
      at[index] = cursor.at;
      abbreviation.skipValue(cursor, index, unit);
    }
    this.#at = at;
    this.end = cursor.at;
    this.#cursor = cursor;
  }

  get tag(): number {
    return this.abbreviation.tag;
  }

  /** Whether the attribute is there, whatever its form. */
  has(name: number): boolean {
    return this.abbreviation.names.includes(name);
  }

  /** Whether a flag is there and set. */
  flag(name: number): boolean {
    switch (this.#find(name)) {
      case DW_FORM_flag_present:
        return true;
      case DW_FORM_flag:
        return this.#cursor.u8() !== 0;
      default:
        return false;
    }
  }

  /** A whole number, exactly; the forms of a fixed size count as unsigned. */
  integer(name: number): bigint | undefined {
    const index = this.abbreviation.names.indexOf(name);
    const cursor = this.#cursor;
    switch (this.#find(name)) {
      case DW_FORM_data1:
        return BigInt(cursor.u8());
      case DW_FORM_data2:
        return BigInt(cursor.u16());
      case DW_FORM_data4:
        return BigInt(cursor.u32());
      case DW_FORM_data8:
        return cursor.big64();
      case DW_FORM_data16:
        return cursor.big64() | cursor.big64() << 64n;
      case DW_FORM_sdata:
        return cursor.sleb();
      case DW_FORM_udata:
        return cursor.bigUleb();
      case DW_FORM_implicit_const:
        return this.abbreviation.implicit?.get(index);
      default:
        return undefined;
    }
  }

  /** A whole number; large ones only near. */
  number(name: number): number | undefined {
    switch (this.#find(name)) {
      case 0:
        return undefined;
      case DW_FORM_data1:
        return this.#cursor.u8();
      case DW_FORM_data2:
        return this.#cursor.u16();
      case DW_FORM_data4:
        return this.#cursor.u32();
      case DW_FORM_udata:
        return this.#cursor.uleb();
      default: {
        const value = this.integer(name);
        return value === undefined ? undefined : Number(value);
      }
    }
  }

  /** A text, wherever it lies. */
  string(name: number): string | undefined {
    const form = this.#find(name);
    return form === 0
      ? undefined
      : this.unit.file.strings.read(this.#cursor, form, this.unit);
  }

  /** The offset of the entry that is referred to. */
  reference(name: number): number | undefined {
    const { unit } = this;
    const cursor = this.#cursor;
    const own = unit.start + unit.shift;
    switch (this.#find(name)) {
      case DW_FORM_ref1:
        return own + cursor.u8();
      case DW_FORM_ref2:
        return own + cursor.u16();
      case DW_FORM_ref4:
        return own + cursor.u32();
      case DW_FORM_ref8:
        return own + cursor.u64();
      case DW_FORM_ref_udata:
        return own + cursor.uleb();
      case DW_FORM_ref_addr:
        return unit.file.base +
          (this.#offsetSize() === 8 ? cursor.u64() : cursor.u32());
      case DW_FORM_ref_sig8:
        return this.#context.typeOffset(cursor.big64());
      default:
        return undefined;
    }
  }

  /** An address of the target machine. */
  address(name: number): number | undefined {
    const form = this.#find(name);
    return readAddress(this.unit.file, this.#cursor, form, this.unit);
  }

  /** The address that a location expression of one operation says. */
  location(name: number): number | undefined {
    const form = this.#find(name);
    return readLocation(this.unit.file, this.#cursor, form, this.unit);
  }

  /** An offset into another section. */
  sectionOffset(name: number): number | undefined {
    switch (this.#find(name)) {
      case DW_FORM_sec_offset:
        return this.unit.offsetSize === 8
          ? this.#cursor.u64()
          : this.#cursor.u32();
      // Before DWARF 4 offsets were numbers like others.
      case DW_FORM_data4:
        return this.#cursor.u32();
      case DW_FORM_data8:
        return this.#cursor.u64();
      default:
        return undefined;
    }
  }

  /** The index into the unit's list of ranges. */
  rangesIndex(name: number): number | undefined {
    return this.#find(name) === DW_FORM_rnglistx
      ? this.#cursor.uleb()
      : undefined;
  }

  /** The first operation of a location expression; undefined for a list of them. */
  operation(name: number): number | undefined {
    const form = this.#find(name);
    const cursor = this.#cursor;
    return enterExpression(cursor, form) ? cursor.u8() : undefined;
  }

  /** An offset in a struct: a number, or the DWARF 2 way of saying one. */
  memberOffset(name: number): number | undefined {
    const plain = this.number(name);
    if (plain !== undefined) return plain;
    const form = this.#find(name);
    const cursor = this.#cursor;
    return enterExpression(cursor, form) && cursor.u8() === DW_OP_plus_uconst
      ? cursor.uleb()
      : undefined;
  }

  #offsetSize(): number {
    const { version, addressSize, offsetSize } = this.unit;
    return version <= 2 ? addressSize : offsetSize;
  }

  /** Puts the cursor at a value and gives its form, or 0 where there is none. */
  #find(name: number): number {
    const index = this.abbreviation.names.indexOf(name);
    if (index < 0) return 0;
    this.#cursor.at = this.#at[index]!;
    const form = this.abbreviation.forms[index]!;
    return form === DW_FORM_indirect ? indirectForm(this.#cursor) : form;
  }
}
