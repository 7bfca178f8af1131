/**
 * Functions that have a struct or union by value.
 *
 * @module
 */

import {
  type TypeDefinition,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";

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
