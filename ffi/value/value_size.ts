/**
 * How many bytes values take in memory, and what they lie at a multiple of.
 *
 * @module
 */

import { HANDLE_SIZE, SPAN_SIZE } from "../manifest/type_size.ts";
import { ADDRESS_SIZE, SCALAR_SIZE } from "../notation/scalar_size.ts";
import type { Value } from "./value.ts";

/** Bytes that a value takes in memory. */
export function sizeOf(value: Value): number {
  switch (value.kind) {
    case "scalar":
      return SCALAR_SIZE[value.name];
    case "array":
      return value.length * sizeOf(value.of);
    case "composite":
      return value.definition.size;
    case "string":
    case "slice":
    case "data":
    case "closure":
      return SPAN_SIZE;
    case "cstring":
    case "encoded":
    case "pointer":
    case "function":
      return ADDRESS_SIZE;
    case "object":
      return HANDLE_SIZE;
  }
}

/** What a value lies at a multiple of. */
export function alignOf(value: Value): number {
  switch (value.kind) {
    case "scalar":
      return SCALAR_SIZE[value.name];
    case "array":
      return alignOf(value.of);
    case "composite":
      return value.definition.align;
    case "string":
    case "slice":
    case "data":
    case "closure":
    case "cstring":
    case "encoded":
    case "pointer":
    case "function":
    case "object":
      return ADDRESS_SIZE;
  }
}

/** Bytes of what a pointer points to; undefined where nothing is known of it. */
export function sizeOfTarget(
  { of, struct, array, isToAddress }: Value & { kind: "pointer" },
): number | undefined {
  if (isToAddress) return ADDRESS_SIZE;
  if (of !== undefined) return SCALAR_SIZE[of];
  return struct?.definition.size ??
    (array === undefined ? undefined : sizeOf(array));
}
