/**
 * What is behind the names of a manifest.
 *
 * @module
 */

import { parseType } from "../notation/parse_type.ts";
import type { Type } from "../notation/type.ts";
import type { TypeDefinition } from "./format.ts";

/**
 * Follows aliases and enums to what they are stored as.
 *
 * @param type Any type. A chain of aliases that comes back to itself was refused
 * when the manifest was read.
 * @param definitionOf Gives the named types.
 * @returns The type. One that is still named is neither an alias nor an enum, or
 * is not known.
 */
export function underlying(
  type: Type,
  definitionOf: (name: string) => TypeDefinition | undefined,
): Type {
  while (type.kind === "named") {
    const definition = definitionOf(type.name);
    if (definition?.kind !== "alias" && definition?.kind !== "enum") break;
    type = parseType(definition.type);
  }
  return type;
}
