/**
 * How many bytes a type of the notation takes in memory.
 *
 * @module
 */

import { ADDRESS_SIZE, SCALAR_SIZE } from "../notation/scalar_size.ts";
import type { BasicName, Type } from "../notation/type.ts";
import type { TypeDefinition } from "./format.ts";
import { underlying } from "./underlying.ts";

/** Bytes of an address and a length: texts, slices, and whatever crosses whole. */
export const SPAN_SIZE = 16;
/** Bytes of what tells an object: its address, or its slot and that slot's generation. */
export const HANDLE_SIZE = 8;

const BASIC: Readonly<Record<BasicName, number>> = {
  ...SCALAR_SIZE,
  void: 0,
  pointer: ADDRESS_SIZE,
  cstring: ADDRESS_SIZE,
  utf16: ADDRESS_SIZE,
  utf32: ADDRESS_SIZE,
  latin1: ADDRESS_SIZE,
  buffer: ADDRESS_SIZE,
  string: SPAN_SIZE,
  bytes: SPAN_SIZE,
  any: SPAN_SIZE,
  date: SPAN_SIZE,
  duration: SPAN_SIZE,
  bigint: SPAN_SIZE,
  complex: SPAN_SIZE,
};

/**
 * How many bytes a value of a type takes, in a struct or in a frame.
 *
 * @param type The type; none that it is made of contains itself.
 * @param definitionOf Gives the named types.
 * @returns The bytes; 0 for what has no size, such as an opaque type.
 */
export function sizeOfType(
  type: Type,
  definitionOf: (name: string) => TypeDefinition | undefined,
): number {
  switch (type.kind) {
    case "basic":
      return BASIC[type.name];
    case "pointer":
    case "function":
      return ADDRESS_SIZE;
    case "optional": {
      const of = underlying(type.of, definitionOf);
      const isObject = of.kind === "named" &&
        definitionOf(of.name)?.kind === "class";
      return isObject ? HANDLE_SIZE : SPAN_SIZE;
    }
    case "slice":
    case "map":
    case "tuple":
    case "sequence":
    case "closure":
      return SPAN_SIZE;
    case "array":
      return type.length * sizeOfType(type.of, definitionOf);
    case "named": {
      const stored = underlying(type, definitionOf);
      if (stored.kind !== "named") return sizeOfType(stored, definitionOf);
      const definition = definitionOf(stored.name);
      switch (definition?.kind) {
        case "struct":
        case "union":
          return definition.size;
        case "record":
        case "variant":
          return SPAN_SIZE;
        case "class":
          return HANDLE_SIZE;
        default:
          return 0;
      }
    }
  }
}
