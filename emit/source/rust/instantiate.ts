/**
 * What a user wants type parameters to stand for: `Stack<String>`.
 *
 * @module
 */

import { EmitError } from "../../error.ts";
import type { PublicItem } from "./public_items.ts";
import type { Resolver } from "./resolve_type.ts";
import type { Env } from "./rust_type.ts";
import { instanceOf, TypeTextError } from "./type_text.ts";

/**
 * Reads what is wanted.
 *
 * @param texts What is generic, with its types.
 * @returns What parameters stand for, by the numbers of the items that have them.
 * @throws {EmitError} `usage` for what cannot be instantiated.
 */
export function wantedArguments(
  texts: readonly string[],
  items: readonly PublicItem[],
  resolver: Resolver,
): Map<number, Env> {
  return new Map(texts.map((text) => wantedBy(text, items, resolver)));
}

function wantedBy(
  text: string,
  items: readonly PublicItem[],
  resolver: Resolver,
): [number, Env] {
  const refuse = (why: string) =>
    new EmitError("usage", `Cannot instantiate "${text}": ${why}`);
  try {
    const { path, args } = instanceOf(text, resolver);
    const item = items.find((one) => one.path.join("::") === path)
      ?.item;
    const generics = (item?.inner.struct ?? item?.inner.enum ??
      item?.inner.function)?.generics;
    if (item === undefined || generics === undefined) {
      throw refuse(`the crate shows no type or function ${path}`);
    }
    const params = generics.params.filter(({ kind }) =>
      kind.type !== undefined
    );
    if (params.length !== args.length) {
      throw refuse(
        `${path} has ${params.length} type parameters, and ${args.length} are named`,
      );
    }
    return [
      item.id,
      new Map(params.map(({ name }, index) => [name, args[index]!])),
    ];
  } catch (error) {
    throw error instanceof TypeTextError ? refuse(error.message) : error;
  }
}
