/**
 * How many bytes a type of the notation takes in memory.
 *
 * @module
 */

import { type BasicName, parseType, type Type } from "../notation/type.ts";
import type { TypeDefinition } from "./format.ts";

/** An address. */
const ADDRESS = 8;
/** An address and a length: texts, slices, and whatever crosses whole. */
const SPAN = 16;

/** What tells an object: its address, or its slot and that slot's generation. */
const HANDLE = 8;

const BASIC: Readonly<Record<BasicName, number>> = {
  void: 0,
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  isize: 8,
  usize: 8,
  f32: 4,
  f64: 8,
  pointer: ADDRESS,
  cstring: ADDRESS,
  buffer: ADDRESS,
  string: SPAN,
  bytes: SPAN,
  any: SPAN,
  date: SPAN,
  duration: SPAN,
  bigint: SPAN,
  complex: SPAN,
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
      return ADDRESS;
    case "slice":
    case "optional":
    case "map":
    case "tuple":
    case "sequence":
    case "closure":
      return SPAN;
    case "array":
      return type.length * sizeOfType(type.of, definitionOf);
    case "named": {
      const definition = definitionOf(type.name);
      switch (definition?.kind) {
        case "struct":
        case "union":
          return definition.size;
        case "enum":
        case "alias":
          return sizeOfType(parseType(definition.type), definitionOf);
        case "record":
        case "variant":
          return SPAN;
        case "class":
          return HANDLE;
        default:
          return 0;
      }
    }
  }
}
