/**
 * What JSON has in the place of an object, by what the manifest says of its class.
 *
 * @module
 */

import type { ClassDefinition, Json } from "./format.ts";

/** Where what JSON has comes from. */
export type JsonSource =
  /** Nothing is to be added: it has a `toJSON` of its own, or is a function, which is nothing in JSON. */
  | { readonly by: "itself" }
  /** What the language itself says as JSON. */
  | { readonly by: "language"; readonly json: Json }
  /** What lies in the object. */
  | { readonly by: "fields"; readonly fields: readonly string[] }
  /** A list or a map, by the function that gives it whole. */
  | { readonly by: "elements"; readonly symbol: string }
  /** Its text. */
  | { readonly by: "text"; readonly symbol: string }
  /** There is nothing. */
  | { readonly by: "nothing" };

/**
 * The fields of a class: properties that are read from the memory of an object,
 * and call nothing that somebody has written.
 */
export function fieldsOf(
  { handle, members = [], accessors = {} }: ClassDefinition,
): readonly string[] {
  // What is told by its address is of C: whoever says "get" there names a function.
  return handle === "slot" ? Object.keys(accessors) : members;
}

/** What JSON has in the place of the objects of a class. */
export function jsonOf(definition: ClassDefinition): JsonSource {
  const { methods = {}, accessors = {}, members, json, call, text, iterator } =
    definition;
  const isNamed = Object.hasOwn(methods, "toJSON") ||
    Object.hasOwn(accessors, "toJSON") || members?.includes("toJSON");
  if (isNamed) return { by: "itself" };
  if (json !== undefined) return { by: "language", json };
  if (call !== undefined) return { by: "itself" };
  const fields = fieldsOf(definition);
  if (fields.length > 0) return { by: "fields", fields };
  if (iterator !== undefined) return { by: "elements", symbol: iterator };
  if (text !== undefined) return { by: "text", symbol: text };
  return { by: "nothing" };
}
