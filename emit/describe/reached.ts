/**
 * Which of the named types others are made of.
 *
 * @module
 */

import type { TypeDefinition } from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { namesIn } from "../../ffi/notation/type.ts";

/** Named types in two parts. */
export interface Reached {
  readonly types: Record<string, TypeDefinition>;
  /** Those that the others do without. */
  readonly more: Record<string, TypeDefinition>;
}

/**
 * Parts types that some are made of, or point to, from all others.
 *
 * @param names Names of the ones.
 * @param all All types that there are.
 * @returns Both, in the order of `all`; other names go with what they name.
 */
export function reachedFrom(
  names: Iterable<string>,
  all: Readonly<Record<string, TypeDefinition>>,
): Reached {
  const reached = new Set(names);
  // A set is walked to what was added on the way.
  for (const name of reached) {
    for (const type of notationsIn(all[name]!)) {
      for (const used of namesIn(parseType(type))) reached.add(used);
    }
  }
  const reaches = (name: string, type: TypeDefinition): boolean =>
    reached.has(name) || type.kind === "alias" &&
      namesIn(parseType(type.type)).every((to) => reached.has(to));
  const parts = Map.groupBy(
    Object.entries(all),
    ([name, type]) => reaches(name, type) ? "types" : "more",
  );
  return {
    types: Object.fromEntries(parts.get("types") ?? []),
    more: Object.fromEntries(parts.get("more") ?? []),
  };
}

function notationsIn(definition: TypeDefinition): string[] {
  switch (definition.kind) {
    case "struct":
    case "union":
      return definition.fields.map(({ type }) => type);
    case "alias":
      return [definition.type];
    default:
      return []; // C has no others
  }
}
