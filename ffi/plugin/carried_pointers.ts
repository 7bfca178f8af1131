/**
 * Lets pointers to functions find the thunks of their plugin.
 *
 * @module
 */

import { ErrorMappingLibrary } from "../bind/error_mapping_library.ts";
import { isSameFunction } from "../manifest/compatible.ts";
import { parseType } from "../notation/parse_type.ts";
import { type FunctionType, printType } from "../notation/type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { carriedBy } from "../value/pointer_thunks.ts";
import type { Loaded } from "./loaded.ts";

/** Says what carries the pointers to functions of a plugin; it is read when the first needs it. */
export function carryPointers({ path, description, thunks }: Loaded): void {
  const { types } = description;
  carriedBy(types, (type) => {
    const { pointers = {} } = description;
    const name = printType(type);
    const found = Object.hasOwn(pointers, name)
      ? pointers[name]
      : Object.entries(pointers).find(([other]) =>
        isSameFunction(parseType(other) as FunctionType, type, types)
      )?.[1];
    if (found === undefined || "noThunk" in found) return found?.noThunk;
    const library = () =>
      new ErrorMappingLibrary({ path, name, library: thunks() });
    let answer: RawFunction | undefined;
    return {
      thunks: found,
      library,
      answer: () =>
        answer ??= library().bind(found.answer, ["u64", "u64"], "u64"),
    };
  });
}
