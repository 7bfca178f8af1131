/**
 * Which addresses the code of a unit lies at: `DW_AT_low_pc` and
 * `DW_AT_high_pc`, or a list in `.debug_ranges` or `.debug_rnglists`.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import { EmitError } from "../error.ts";
import {
  DW_AT_high_pc,
  DW_AT_low_pc,
  DW_AT_ranges,
  DW_AT_rnglists_base,
  DW_RLE_base_address,
  DW_RLE_base_addressx,
  DW_RLE_end_of_list,
  DW_RLE_offset_pair,
  DW_RLE_start_end,
  DW_RLE_start_length,
  DW_RLE_startx_endx,
  DW_RLE_startx_length,
} from "./dw_constants.ts";
import type { AddressTable } from "./address_forms.ts";
import type { Entry } from "./entry.ts";
import type { Unit } from "./unit.ts";

/** Called with a range: its start, and the first address that is not in it. */
type Take = (from: number, to: number) => void;

/** What the lists lie in. */
export interface RangeSections extends AddressTable {
  /** `.debug_ranges`, of DWARF 2 to 4. */
  readonly ranges: Section;
  /** `.debug_rnglists`, of DWARF 5. */
  readonly rnglists: Section;
}

/**
 * Gives the ranges of a unit's code.
 *
 * @param sections What the lists lie in.
 * @param root The unit's root entry.
 * @param take Called with each range.
 * @returns Whether that was all; false where the list is broken, so that
 * nothing is known of the rest.
 */
export function readRanges(
  sections: RangeSections,
  root: Entry,
  take: Take,
): boolean {
  try {
    const low = root.address(DW_AT_low_pc);
    if (root.has(DW_AT_ranges)) {
      const { section, at } = listOf(sections, root);
      const cursor = new Cursor(section, at);
      if (root.unit.version >= 5) readList5(sections, cursor, root, low, take);
      else readList4(cursor, root.unit, low, take);
    } else if (low !== undefined) {
      // From DWARF 4 on a number is counted from the start.
      const length = root.number(DW_AT_high_pc);
      const to = root.address(DW_AT_high_pc);
      take(low, to ?? low + (length ?? 0));
    }
    return true;
  } catch (error) {
    // Ranges only save time; what is wrong with them need not be said.
    if (error instanceof EmitError) return false;
    throw error;
  }
}

function listOf(
  { ranges, rnglists }: RangeSections,
  root: Entry,
): { section: Section; at: number } {
  const { unit } = root;
  const section = unit.version >= 5 ? rnglists : ranges;
  const index = root.rangesIndex(DW_AT_ranges);
  if (index === undefined) {
    return { section, at: root.sectionOffset(DW_AT_ranges) ?? -1 };
  }
  const base = root.sectionOffset(DW_AT_rnglists_base) ??
    (unit.offsetSize === 8 ? 20 : 12);
  const entry = new Cursor(section, base + index * unit.offsetSize);
  return {
    section,
    at: base + (unit.offsetSize === 8 ? entry.u64() : entry.u32()),
  };
}

/** Pairs of addresses; 0 and 0 end the list, the largest address sets the base. */
function readList4(
  cursor: Cursor,
  { addressSize }: Unit,
  base = 0,
  take: Take,
): void {
  const largest = addressSize === 8 ? 2 ** 64 : 2 ** 32 - 1;
  for (;;) {
    const from = addressSize === 8 ? cursor.u64() : cursor.u32();
    const to = addressSize === 8 ? cursor.u64() : cursor.u32();
    if (from === 0 && to === 0) return;
    if (from >= largest) base = to;
    else take(base + from, base + to);
  }
}

function readList5(
  sections: RangeSections,
  cursor: Cursor,
  { unit }: Entry,
  base = 0,
  take: Take,
): void {
  const target = () => unit.addressSize === 8 ? cursor.u64() : cursor.u32();
  const indexed = () => sections.address(cursor.uleb(), unit);
  for (;;) {
    const kind = cursor.u8();
    switch (kind) {
      case DW_RLE_end_of_list:
        return;
      case DW_RLE_base_addressx:
        base = indexed();
        break;
      case DW_RLE_startx_endx:
        take(indexed(), indexed());
        break;
      case DW_RLE_startx_length: {
        const from = indexed();
        take(from, from + cursor.uleb());
        break;
      }
      case DW_RLE_offset_pair: {
        const from = base + cursor.uleb();
        take(from, base + cursor.uleb());
        break;
      }
      case DW_RLE_base_address:
        base = target();
        break;
      case DW_RLE_start_end:
        take(target(), target());
        break;
      case DW_RLE_start_length: {
        const from = target();
        take(from, from + cursor.uleb());
        break;
      }
      default:
        throw cursor.error(`has the unknown range ${kind}`);
    }
  }
}
