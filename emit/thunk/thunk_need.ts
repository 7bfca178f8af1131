/**
 * Which functions only a thunk can call.
 *
 * @module
 */

import type { FunctionDefinition } from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { type FunctionType, namesIn } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { hasComposite } from "./composite_values.ts";
import { pointerTypes } from "./pointer_types.ts";

/** Whether a description has a function, or a pointer to one, with a struct or union by value, and no thunk for it. */
export function needsThunk(description: Description): boolean {
  const { symbols, types } = description;
  return Object.values(symbols).some((symbol) => {
    if (symbol.kind !== "function" || symbol.thunk !== undefined) return false;
    const type = parseType(symbol.type) as FunctionType;
    return hasMore(symbol, type) ||
      !type.variadic && hasComposite(type, types);
  }) || pointerTypes(description).length > 0;
}

/**
 * The types that signatures name, so that they are described: no symbol may use
 * them. What is wrong with a signature is said where it is read.
 *
 * @param signatures Function types, each with or without a name before it.
 */
export function typeNamesIn(signatures: readonly string[]): Set<string> {
  return new Set(signatures.flatMap((signature) => {
    try {
      return namesIn(parseType(signature.slice(signature.indexOf("("))));
    } catch {
      return [];
    }
  }));
}

/** Whether an annotation of a description asks for thunks. */
export function asksForThunks({ symbols }: Description): boolean {
  return Object.values(symbols).some((symbol) =>
    symbol.kind === "function" &&
    (symbol.annotations?.errno === true ||
      hasMore(symbol, parseType(symbol.type) as FunctionType))
  );
}

/** Whether arguments stand for the `...` of a function. */
export function hasMore(
  { fixed }: FunctionDefinition,
  { params }: FunctionType,
): boolean {
  return fixed !== undefined && params.length > fixed;
}
