/**
 * Functions of Zig whose result nobody knows: its debug information says
 * `void` of what is given in memory too.
 *
 * @module
 */

import { DW_AT_prototyped, DW_TAG_subprogram } from "../dwarf/dw_constants.ts";
import type { DescribingEntry } from "../dwarf/search.ts";
import type { Types } from "../dwarf/type_reader.ts";

/** Why such a function is not described. */
export const UNSAID_RESULT =
  "only its source tells whether it gives nothing or a struct, as Zig's debug " +
  'information says "void" of both: build the source with "plugin build", or ' +
  "name its headers with --header";

/**
 * Whether only the source says what a function gives. Of one that
 * `plugin build` compiles the debug information was made whole, and says so.
 *
 * @param types Says the language and the result.
 * @param found What describes the function.
 */
export function isUnsaidResult(
  types: Types,
  { entry, origin }: DescribingEntry,
): boolean {
  return origin.tag === DW_TAG_subprogram &&
    types.languages.of(origin) === "Zig" &&
    !entry.flag(DW_AT_prototyped) && !origin.flag(DW_AT_prototyped) &&
    types.of(origin).kind === "void";
}
