/**
 * Addresses of the target machine: in place, by index, or in an expression.
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
  DW_FORM_exprloc,
  DW_FORM_GNU_addr_index,
  DW_OP_addr,
  DW_OP_addrx,
  DW_OP_GNU_addr_index,
} from "./dw_constants.ts";
import type { Bases } from "./form_size.ts";

/** The addresses that a unit refers to by index. */
export interface AddressTable {
  /** The indexed address of a unit. */
  address(index: number, unit: Bases): number;
}

/**
 * Reads an address.
 *
 * @param table What indices refer to.
 * @param cursor At the value; where it stands afterwards depends on the form.
 * @param form The form of the value.
 * @param unit The unit it is in.
 * @returns The address, or undefined where the form is of another class.
 */
export function readAddress(
  table: AddressTable,
  cursor: Cursor,
  form: number,
  unit: Bases,
): number | undefined {
  switch (form) {
    case DW_FORM_addr:
      return target(cursor, unit);
    case DW_FORM_addrx:
    case DW_FORM_GNU_addr_index:
      return table.address(cursor.uleb(), unit);
    case DW_FORM_addrx1:
      return table.address(cursor.u8(), unit);
    case DW_FORM_addrx2:
      return table.address(cursor.u16(), unit);
    case DW_FORM_addrx3:
      return table.address(cursor.u24(), unit);
    case DW_FORM_addrx4:
      return table.address(cursor.u32(), unit);
    default:
      return undefined;
  }
}

/**
 * Reads the address that a location expression of one operation says.
 *
 * @param table What indices refer to.
 * @param cursor At the value; where it stands afterwards depends on the form.
 * @param form The form of the value.
 * @param unit The unit it is in.
 * @returns The address, or undefined where it is in no fixed place.
 */
export function readLocation(
  table: AddressTable,
  cursor: Cursor,
  form: number,
  unit: Bases,
): number | undefined {
  if (!enterExpression(cursor, form)) return undefined;
  switch (cursor.u8()) {
    case DW_OP_addr:
      return target(cursor, unit);
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
      return table.address(cursor.uleb(), unit);
    default:
      return undefined;
  }
}

/**
 * Moves to an expression's first operation.
 *
 * @param cursor At the value.
 * @param form The value's form.
 * @returns Whether there is one.
 */
export function enterExpression(cursor: Cursor, form: number): boolean {
  switch (form) {
    case DW_FORM_exprloc:
    case DW_FORM_block:
      return cursor.uleb() > 0;
    case DW_FORM_block1:
      return cursor.u8() > 0;
    case DW_FORM_block2:
      return cursor.u16() > 0;
    case DW_FORM_block4:
      return cursor.u32() > 0;
    default:
      return false;
  }
}

function target(cursor: Cursor, { addressSize }: Bases): number {
  return addressSize === 8 ? cursor.u64() : cursor.u32();
}
