/**
 * What goes with a type that rustc has refused: all that holds one, takes one or
 * gives one. It is left out at once, and not found out round by round.
 *
 * @module
 */

import type {
  FunctionDefinition,
  TypeDefinition,
  VariableDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { namesIn } from "../../../ffi/notation/type.ts";

/** What names types. */
export interface Naming {
  /** The types of the manifest, by name. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** The functions and variables, by name. */
  readonly functions: ReadonlyMap<
    string,
    { readonly definition: FunctionDefinition | VariableDefinition }
  >;
}

/**
 * Tells what hangs on some types, however far.
 *
 * @param types The types, each with the reason why it is left out.
 * @param of What may hang on them.
 * @returns The names of those types, and of other types and of functions that
 * cannot be without them, each with the reason of the type that it hangs on.
 */
export function leftOutWith(
  types: ReadonlyMap<string, string>,
  of: Naming,
): { types: Map<string, string>; functions: Map<string, string> } {
  const found = new Map(types);
  const whyOf = (notations: readonly string[]): string | undefined =>
    notations.flatMap((one) => namesIn(parseType(one)))
      .map((name) => found.get(name)).find((why) => why !== undefined);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const [name, type] of Object.entries(of.types)) {
      const why = found.has(name) ? undefined : whyOf(heldBy(type));
      if (why !== undefined) found.set(name, why);
    }
  }
  const functions = new Map<string, string>();
  for (const [name, { definition }] of of.functions) {
    const why = whyOf([definition.type]);
    if (why !== undefined) functions.set(name, why);
  }
  return { types: found, functions };
}

/** The notations of what lies in a value of a type; an object lies apart. */
function heldBy(type: TypeDefinition): string[] {
  switch (type.kind) {
    case "alias":
      return [type.type];
    case "record":
      return type.members.map(({ type }) => type);
    case "variant":
      return Object.values(type.cases);
    default:
      return [];
  }
}
