/**
 * Units: the headers of `.debug_info` and `.debug_types`.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import type { Abbreviations } from "./abbreviation.ts";
import {
  DW_UT_compile,
  DW_UT_partial,
  DW_UT_skeleton,
  DW_UT_split_compile,
  DW_UT_split_type,
  DW_UT_type,
} from "./dw_constants.ts";
import type { DebugFile } from "./debug_sections.ts";
import type { Encoding } from "./form_size.ts";

/** What a unit's header says. */
export interface UnitHeader extends Encoding {
  /** The file it lies in. */
  readonly file: DebugFile;
  /** The section it lies in. */
  readonly section: Section;
  /**
   * What to add to an offset in the section to get the offset by which an
   * entry is known: `.debug_types` counts on behind `.debug_info`, and further
   * files behind that.
   */
  readonly shift: number;
  /** Offset of the header in the section. */
  readonly start: number;
  /** Offset of the first entry in the section. */
  readonly entries: number;
  /** Offset behind the last entry in the section. */
  readonly end: number;
  /** A `DW_UT_` number. */
  readonly kind: number;
  /** Where its abbreviations start in `.debug_abbrev`. */
  readonly abbreviationsAt: number;
  /** The signature by which its type is known, for a type unit. */
  readonly signature: bigint | undefined;
  /** Offset of that type in the section, for a type unit. */
  readonly typeAt: number;
}

/** A unit whose abbreviations and root entry have been looked at. */
export interface Unit extends UnitHeader {
  readonly abbreviations: Abbreviations;
  /** Where its indexed strings start in `.debug_str_offsets`. */
  stringsBase: number;
  /** Where its indexed addresses start in `.debug_addr`. */
  addressBase: number;
}

/** Most units of a file; the largest programs have some ten thousand. */
const MAX_UNITS = 500_000;

/**
 * Reads the headers of all units of a file.
 *
 * @param file The file.
 * @returns In their order.
 * @throws {EmitError} When a header is cut off or of an unknown version.
 */
export function readUnitHeaders(file: DebugFile): UnitHeader[] {
  const units: UnitHeader[] = [];
  let shift = file.base;
  for (const section of [file.info, file.types]) {
    for (let at = 0; at < section.bytes.length;) {
      if (units.length === MAX_UNITS) {
        throw section.error(at, `is a unit past the ${MAX_UNITS}th`);
      }
      const unit = readUnitHeader(file, section, at, shift);
      units.push(unit);
      at = unit.end;
    }
    shift += section.bytes.length;
  }
  return units;
}

function readUnitHeader(
  file: DebugFile,
  section: Section,
  start: number,
  shift: number,
): UnitHeader {
  const outer = new Cursor(section, start);
  let length = outer.u32();
  let offsetSize: 4 | 8 = 4;
  if (length === 0xffffffff) {
    offsetSize = 8;
    length = outer.u64();
  }
  const end = outer.at + length;
  // A length that reaches past the section fails in the cursor's constructor.
  const cursor = new Cursor(section, outer.at, end);
  const offset = () => offsetSize === 8 ? cursor.u64() : cursor.u32();
  const version = cursor.u16();
  if (version < 2 || version > 5) {
    throw section.error(start, `is DWARF ${version}, wanted 2 to 5`);
  }
  let kind = section === file.types ? DW_UT_type : DW_UT_compile;
  let addressSize: number;
  let abbreviationsAt: number;
  if (version >= 5) {
    kind = cursor.u8();
    addressSize = cursor.u8();
    abbreviationsAt = offset();
  } else {
    abbreviationsAt = offset();
    addressSize = cursor.u8();
  }
  if (addressSize !== 4 && addressSize !== 8) {
    throw section.error(start, `has addresses of ${addressSize} bytes`);
  }
  let signature: bigint | undefined;
  let typeAt = 0;
  switch (kind) {
    case DW_UT_type:
    case DW_UT_split_type:
      signature = cursor.big64();
      typeAt = start + offset();
      break;
    case DW_UT_skeleton:
    case DW_UT_split_compile:
      cursor.skip(8);
      break;
    case DW_UT_compile:
    case DW_UT_partial:
      break;
    default:
      throw section.error(start, `has the unknown unit type ${kind}`);
  }
  return {
    file,
    section,
    shift,
    start,
    entries: cursor.at,
    end,
    version,
    offsetSize,
    addressSize,
    kind,
    abbreviationsAt,
    signature,
    typeAt,
  };
}
