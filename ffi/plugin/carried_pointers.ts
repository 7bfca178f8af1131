/**
 * Lets pointers to functions find the thunks of their plugin.
 *
 * @module
 */

import { isSameFunction } from "../manifest/compatible.ts";
import type { PointerThunks } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { type FunctionType, printType } from "../notation/type.ts";
import { carriedBy } from "../value/pointer_thunks.ts";
import type { Loaded } from "./loaded.ts";

/** Says what carries the pointers to functions of a plugin; it is read when the first needs it. */
export function carryPointers({ description, thunks }: Loaded): void {
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
    return found && { thunks: found, library: thunks };
  });
}
