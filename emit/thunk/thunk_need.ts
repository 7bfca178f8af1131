/**
 * Which functions only a thunk can call.
 *
 * @module
 */

import {
  type FunctionDefinition,
  type TypeDefinition,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import {
  type FunctionType,
  namesIn,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";

/** Whether a description has a function with a struct or union by value, and no thunk for it. */
export function needsThunk({ symbols, types }: Description): boolean {
  return Object.values(symbols).some((symbol) => {
    if (symbol.kind !== "function" || symbol.thunk !== undefined) return false;
    const type = parseType(symbol.type) as FunctionType;
    return hasMore(symbol, type) ||
      !type.variadic && hasComposite(type, types);
  });
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

/** Whether a function has a struct or union by value. */
export function hasComposite(
  { params, results }: FunctionType,
  types: Readonly<Record<string, TypeDefinition>>,
): boolean {
  return [...params, ...results].some((type) => isComposite(type, types));
}

/** Whether a value is a struct or union, behind any aliases. */
function isComposite(
  type: Type,
  types: Readonly<Record<string, TypeDefinition>>,
): boolean {
  const definitionOf = (name: string) =>
    Object.hasOwn(types, name) ? types[name] : undefined;
  const stored = underlying(type, definitionOf);
  if (stored.kind !== "named") return false;
  const kind = definitionOf(stored.name)?.kind;
  return kind === "struct" || kind === "union";
}
