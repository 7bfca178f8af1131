/**
 * Lets pointers to functions find the thunks of their plugin.
 *
 * @module
 */

import { ErrorMappingLibrary } from "../bind/error_mapping_library.ts";
import { isSameFunction } from "../manifest/compatible.ts";
import type { PointerThunks } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { type FunctionType, printType } from "../notation/type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { carriedBy } from "../value/pointer_thunks.ts";
import type { Loaded } from "./loaded.ts";

/** Says what carries the pointers to functions of a plugin; it is read when the first needs it. */
export function carryPointers({ path, description, thunks }: Loaded): void {
  const { types } = description;
  const findThunks = (type: FunctionType): PointerThunks | undefined => {
    const { pointers = {} } = description;
    const text = printType(type);
    const known = Object.hasOwn(pointers, text) ? text : undefined;
    const found = known ??
      Object.keys(pointers).find((other) =>
        isSameFunction(parseType(other) as FunctionType, type, types)
      );
    return found === undefined ? undefined : pointers[found];
  };
  carriedBy(types, (type) => {
    const found = findThunks(type);
    if (found === undefined) return undefined;
    const library = () =>
      new ErrorMappingLibrary({
        path,
        name: printType(type),
        library: thunks(),
      });
    let answer: RawFunction | undefined;
    return {
      thunks: found,
      library,
      answer: () =>
        answer ??= library().bind(found.answer, ["u64", "u64"], "u64"),
    };
  });
}
