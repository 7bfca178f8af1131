/**
 * Attribute forms: how many bytes each takes, in one table, so that whatever is
 * not wanted can be stepped over whatever it is.
 *
 * @module
 */

import type { Cursor } from "../bytes/cursor.ts";
import {
  DW_FORM_addr,
  DW_FORM_addrx,
  DW_FORM_addrx1,
  DW_FORM_addrx2,
  DW_FORM_addrx3,
  DW_FORM_addrx4,
  DW_FORM_block,
  DW_FORM_block1,
  DW_FORM_block2,
  DW_FORM_block4,
  DW_FORM_data1,
  DW_FORM_data16,
  DW_FORM_data2,
  DW_FORM_data4,
  DW_FORM_data8,
  DW_FORM_exprloc,
  DW_FORM_flag,
  DW_FORM_flag_present,
  DW_FORM_GNU_addr_index,
  DW_FORM_GNU_ref_alt,
  DW_FORM_GNU_str_index,
  DW_FORM_GNU_strp_alt,
  DW_FORM_implicit_const,
  DW_FORM_indirect,
  DW_FORM_line_strp,
  DW_FORM_loclistx,
  DW_FORM_ref1,
  DW_FORM_ref2,
  DW_FORM_ref4,
  DW_FORM_ref8,
  DW_FORM_ref_addr,
  DW_FORM_ref_sig8,
  DW_FORM_ref_sup4,
  DW_FORM_ref_sup8,
  DW_FORM_ref_udata,
  DW_FORM_rnglistx,
  DW_FORM_sdata,
  DW_FORM_sec_offset,
  DW_FORM_string,
  DW_FORM_strp,
  DW_FORM_strp_sup,
  DW_FORM_strx,
  DW_FORM_strx1,
  DW_FORM_strx2,
  DW_FORM_strx3,
  DW_FORM_strx4,
  DW_FORM_udata,
} from "./dw_constants.ts";

/** What a unit's header says about the sizes in it. */
export interface Encoding {
  readonly version: number;
  /** Size of an offset into a section: 4, or 8 in 64-bit DWARF. */
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
}

/** What a unit's header and root say about the values in it. */
export interface Bases extends Encoding {
  /** Where its indexed strings start in `.debug_str_offsets`. */
  readonly stringsBase: number;
  /** Where its indexed addresses start in `.debug_addr`. */
  readonly addressBase: number;
}

// Ways for a form to lie in the bytes, past the fixed sizes 0 to 16.
const ADDRESS = 32;
const OFFSET = 33;
const REF_ADDR = 34;
const LEB = 35;
const STRING = 36;
const BLOCK1 = 37;
const BLOCK2 = 38;
const BLOCK4 = 39;
const BLOCK = 40;
const INDIRECT = 41;

const LAYOUT: ReadonlyMap<number, number> = new Map([
  [DW_FORM_addr, ADDRESS],
  [DW_FORM_block2, BLOCK2],
  [DW_FORM_block4, BLOCK4],
  [DW_FORM_data2, 2],
  [DW_FORM_data4, 4],
  [DW_FORM_data8, 8],
  [DW_FORM_string, STRING],
  [DW_FORM_block, BLOCK],
  [DW_FORM_block1, BLOCK1],
  [DW_FORM_data1, 1],
  [DW_FORM_flag, 1],
  [DW_FORM_sdata, LEB],
  [DW_FORM_strp, OFFSET],
  [DW_FORM_udata, LEB],
  [DW_FORM_ref_addr, REF_ADDR],
  [DW_FORM_ref1, 1],
  [DW_FORM_ref2, 2],
  [DW_FORM_ref4, 4],
  [DW_FORM_ref8, 8],
  [DW_FORM_ref_udata, LEB],
  [DW_FORM_indirect, INDIRECT],
  [DW_FORM_sec_offset, OFFSET],
  [DW_FORM_exprloc, BLOCK],
  [DW_FORM_flag_present, 0],
  [DW_FORM_strx, LEB],
  [DW_FORM_addrx, LEB],
  [DW_FORM_ref_sup4, 4],
  [DW_FORM_strp_sup, OFFSET],
  [DW_FORM_data16, 16],
  [DW_FORM_line_strp, OFFSET],
  [DW_FORM_ref_sig8, 8],
  [DW_FORM_implicit_const, 0],
  [DW_FORM_loclistx, LEB],
  [DW_FORM_rnglistx, LEB],
  [DW_FORM_ref_sup8, 8],
  [DW_FORM_strx1, 1],
  [DW_FORM_strx2, 2],
  [DW_FORM_strx3, 3],
  [DW_FORM_strx4, 4],
  [DW_FORM_addrx1, 1],
  [DW_FORM_addrx2, 2],
  [DW_FORM_addrx3, 3],
  [DW_FORM_addrx4, 4],
  [DW_FORM_GNU_addr_index, LEB],
  [DW_FORM_GNU_str_index, LEB],
  [DW_FORM_GNU_ref_alt, OFFSET],
  [DW_FORM_GNU_strp_alt, OFFSET],
]);

/**
 * The size of a form where it does not depend on its value.
 *
 * @param form A `DW_FORM_` number.
 * @param encoding The sizes of the unit.
 * @returns Bytes, or -1 where only the value tells, or the form is unknown.
 */
export function fixedSize(form: number, encoding: Encoding): number {
  const layout = LAYOUT.get(form) ?? INDIRECT;
  switch (layout) {
    case ADDRESS:
      return encoding.addressSize;
    case OFFSET:
      return encoding.offsetSize;
    case REF_ADDR:
      // DWARF 2 wrote references as addresses of the target machine.
      return encoding.version <= 2 ? encoding.addressSize : encoding.offsetSize;
    default:
      return layout <= 16 ? layout : -1;
  }
}

/**
 * Moves over one value.
 *
 * @param cursor At the value.
 * @param form The value's `DW_FORM_` number.
 * @param encoding The sizes of the unit.
 * @throws {EmitError} When the bytes end first, or no version of DWARF has such a form.
 */
export function skipForm(
  cursor: Cursor,
  form: number,
  encoding: Encoding,
): void {
  const size = fixedSize(form, encoding);
  if (size >= 0) {
    cursor.skip(size);
    return;
  }
  switch (LAYOUT.get(form)) {
    case LEB:
      return cursor.skipLeb();
    case STRING:
      return cursor.skipString();
    case BLOCK:
      cursor.skip(cursor.uleb());
      return;
    case BLOCK1:
      cursor.skip(cursor.u8());
      return;
    case BLOCK2:
      cursor.skip(cursor.u16());
      return;
    case BLOCK4:
      cursor.skip(cursor.u32());
      return;
    case INDIRECT:
      return skipForm(cursor, indirectForm(cursor), encoding);
    default:
      throw cursor.error(`has the unknown form 0x${form.toString(16)}`);
  }
}

/**
 * Reads the form that stands before a `DW_FORM_indirect` value.
 *
 * @param cursor At the form.
 * @returns Any form but `DW_FORM_indirect` itself, which would go on for ever.
 * @throws {EmitError} When it is that.
 */
export function indirectForm(cursor: Cursor): number {
  const form = cursor.uleb();
  if (form === DW_FORM_indirect || form === DW_FORM_implicit_const) {
    throw cursor.error(
      `has the form 0x${form.toString(16)} behind DW_FORM_indirect`,
    );
  }
  return form;
}
