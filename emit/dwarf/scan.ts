/**
 * Looks through the outer entries of units for those that may describe a wanted
 * symbol. All others are told apart by their bytes, and stepped over.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { readAddress, readLocation } from "./address_forms.ts";
import type { Abbreviation } from "./abbreviation.ts";
import {
  DW_AT_abstract_origin,
  DW_AT_linkage_name,
  DW_AT_location,
  DW_AT_low_pc,
  DW_AT_MIPS_linkage_name,
  DW_AT_name,
  DW_AT_specification,
  DW_FORM_ref4,
  DW_TAG_namespace,
  DW_TAG_subprogram,
  DW_TAG_variable,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import { Entry } from "./entry.ts";
import type { NameFilter } from "./name_set.ts";
import type { Unit } from "./unit.ts";

/** What is looked for. */
export interface SymbolFilter {
  /** Names of symbols. */
  readonly names: NameFilter;
  /** Their addresses. */
  readonly addresses: ReadonlySet<number>;
}

/** Deepest nesting of namespaces that is followed. */
const MAX_SCOPES = 64;

/**
 * Finds the entries of functions and variables that may be wanted, in a scope
 * and the namespaces in it.
 *
 * @param info Where the scope is.
 * @param scope A unit's root.
 * @param wanted What is looked for.
 * @param take Called with each entry that has a wanted address, a name that is
 * likely to be wanted, or another entry's name.
 * @throws {EmitError} When an entry on the way is broken.
 */
export function scan(
  info: DebugInfo,
  scope: Entry,
  wanted: SymbolFilter,
  take: (entry: Entry) => void,
  depth = 0,
): void {
  if (depth > MAX_SCOPES || !scope.abbreviation.children) return;
  const { unit } = scope;
  const { bytes } = unit.section;
  const cursor = new Cursor(unit.section, scope.end, unit.end);
  // A unit may leave out the ends of its last lists.
  while (cursor.at < cursor.end && bytes[cursor.at] !== 0) {
    const at = cursor.at;
    const abbreviation = unit.abbreviations.get(cursor.uleb());
    switch (abbreviation?.tag) {
      case DW_TAG_namespace:
        scan(info, new Entry(info, unit, at), wanted, take, depth + 1);
        break;
      case DW_TAG_subprogram:
      case DW_TAG_variable:
        if (mayBeWanted(abbreviation, cursor, unit, wanted)) {
          take(new Entry(info, unit, at));
        }
    }
    cursor.at = at;
    info.skip(cursor, unit);
  }
}

/** Whether the values at the cursor have something of a wanted symbol. */
function mayBeWanted(
  abbreviation: Abbreviation,
  cursor: Cursor,
  unit: Unit,
  wanted: SymbolFilter,
): boolean {
  const { names, forms } = abbreviation;
  let named = false;
  let origin = -1;
  for (let index = 0; index < names.length; index++) {
    const form = forms[index]!;
    const { at } = cursor;
    switch (names[index]) {
      case DW_AT_name:
      case DW_AT_linkage_name:
      case DW_AT_MIPS_linkage_name:
        if (unit.file.strings.mayBe(cursor, form, unit, wanted.names)) {
          return true;
        }
        named = true;
        break;
      case DW_AT_low_pc: {
        const address = readAddress(unit.file, cursor, form, unit);
        if (address !== undefined && wanted.addresses.has(address)) return true;
        break;
      }
      case DW_AT_location: {
        const address = readLocation(unit.file, cursor, form, unit);
        if (address !== undefined && wanted.addresses.has(address)) return true;
        break;
      }
      case DW_AT_abstract_origin:
      case DW_AT_specification:
        if (form !== DW_FORM_ref4) return true;
        origin = unit.start + cursor.u32();
    }
    cursor.at = at;
    abbreviation.skipValue(cursor, index, unit);
  }
  if (named || origin < 0) return false;
  // Its name stands at its origin, whose address is none or the same.
  const target = new Cursor(unit.section, origin, unit.end);
  const of = unit.abbreviations.get(target.uleb());
  return of === undefined || origin < unit.entries ||
    mayBeNamed(of, target, unit, wanted.names);
}

function mayBeNamed(
  abbreviation: Abbreviation,
  cursor: Cursor,
  unit: Unit,
  wanted: NameFilter,
): boolean {
  const { names, forms } = abbreviation;
  for (let index = 0; index < names.length; index++) {
    const form = forms[index]!;
    const { at } = cursor;
    switch (names[index]) {
      case DW_AT_name:
      case DW_AT_linkage_name:
      case DW_AT_MIPS_linkage_name:
        if (unit.file.strings.mayBe(cursor, form, unit, wanted)) return true;
        break;
      // An origin's origin is rare enough to be followed by others.
      case DW_AT_abstract_origin:
      case DW_AT_specification:
        return true;
    }
    cursor.at = at;
    abbreviation.skipValue(cursor, index, unit);
  }
  return false;
}
