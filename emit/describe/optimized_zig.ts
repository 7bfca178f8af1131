/**
 * Zig's optimized builds, whose debug information leaves out the parameters
 * that a function does not use.
 *
 * @module
 */

import {
  DW_AT_location,
  DW_OP_reg0,
  DW_OP_reg31,
  DW_TAG_formal_parameter,
  DW_TAG_subprogram,
} from "../dwarf/dw_constants.ts";
import type { DebugInfo } from "../dwarf/debug_info.ts";
import type { DescribingEntry } from "../dwarf/search.ts";
import type { Types } from "../dwarf/type_reader.ts";
import type { Unit } from "../dwarf/unit.ts";

const PARAMETER: ReadonlySet<number> = new Set([DW_TAG_formal_parameter]);

/** Why a function of such a unit is not described. */
export const INCOMPLETE_ZIG =
  "an optimized build of Zig leaves parameters out of its debug information: " +
  'build it with "plugin build" or -ODebug, or name its headers with --header';

/**
 * Finds the Zig units that were optimized. Nothing says so but where parameters
 * are: without optimization all of them lie in memory.
 *
 * @param info Where the units are.
 * @param types Says the language of each.
 * @param found The entries of the library's symbols.
 * @returns The units of whose functions some parameters may be missing.
 */
export function optimizedZig(
  info: DebugInfo,
  types: Types,
  found: Iterable<DescribingEntry>,
): Set<Unit> {
  const units = new Set<Unit>();
  for (const { entry } of found) {
    if (entry.tag !== DW_TAG_subprogram || units.has(entry.unit)) continue;
    if (types.languages.of(entry) !== "Zig") continue;
    for (const parameter of info.children(entry, PARAMETER)) {
      const operation = parameter.operation(DW_AT_location);
      const isMoved = operation === undefined ||
        (operation >= DW_OP_reg0 && operation <= DW_OP_reg31);
      if (isMoved) units.add(entry.unit);
    }
  }
  return units;
}
