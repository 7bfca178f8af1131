/**
 * Whether a value may be handled as one of another type.
 *
 * @module
 */

import {
  basic,
  type BasicName,
  type Encoding,
  encodingOf,
  type FunctionType,
  isText,
  printType,
  type Type,
} from "../notation/type.ts";
import type { TypeDefinition } from "./format.ts";
import { underlying } from "./underlying.ts";

/** The types that a manifest names. */
export type Named = Pick<ReadonlyMap<string, TypeDefinition>, "get">;

/** What `bytes` is short for. */
const BYTES: Type = { kind: "slice", of: basic("u8") };

/**
 * Follows aliases and enums to what they are stored as.
 *
 * @param type Any type whose names `types` defines.
 * @returns The type; a `named` one is a struct, a union or opaque.
 */
export function resolveNames(type: Type, types: Named): Type {
  const stored = underlying(type, (name) => types.get(name));
  return stored.kind === "basic" && stored.name === "bytes" ? BYTES : stored;
}

/**
 * Whether a value of one type may be handled as the other: the same bytes in
 * the same registers, whatever JavaScript makes of them.
 *
 * @param a What it is described as.
 * @param b What somebody says that it is.
 */
export function isCompatible(a: Type, b: Type, types: Named): boolean {
  const left = resolveNames(a, types);
  const right = resolveNames(b, types);
  if (isAddress(left) && isAddress(right)) {
    return sameTarget(left, right, types);
  }
  switch (left.kind) {
    case "basic":
      return right.kind === "basic" && width(left.name) === width(right.name);
    case "named":
      return right.kind === "named" && left.name === right.name;
    case "array":
      return right.kind === "array" && left.length === right.length &&
        isCompatible(left.of, right.of, types);
    case "slice":
      return right.kind === "slice" && isCompatible(left.of, right.of, types);
    case "optional":
    case "map":
    case "tuple":
    case "sequence":
    case "closure":
      return printType(left) === printType(right);
    case "pointer":
    case "function":
      return false; // both are addresses
  }
}

function width(name: BasicName): string {
  switch (name) {
    case "isize":
      return "i64";
    case "usize":
      return "u64";
    default:
      return name;
  }
}

/** Whether a type is an address. */
export function isAddress(type: Type): boolean {
  return type.kind === "pointer" || type.kind === "function" ||
    type.kind === "basic" &&
      (type.name === "pointer" || type.name === "buffer" || isText(type));
}

/**
 * Whether two addresses agree in what they point to, as far as both say it:
 * a `pointer` says nothing, a `buffer` that there are bytes, a `cstring` and
 * other texts that they are characters of so many bytes.
 */
function sameTarget(a: Type, b: Type, types: Named): boolean {
  if (isBasic(a, "pointer") || isBasic(b, "pointer")) return true;
  if (a.kind === "function" && b.kind === "function") {
    // C's way to say "any function", as GLib's GCallback; who calls it knows
    // its type, and can say it.
    return a.params.length === 0 && a.results.length === 0 && !a.variadic ||
      isSameFunction(a, b, types);
  }
  if (a.kind === "function" || b.kind === "function") return false;
  if (a.kind === "pointer" && b.kind === "pointer") {
    return isCompatible(a.to, b.to, types);
  }
  if (isBasic(a, "buffer") || isBasic(b, "buffer")) return true;
  const encoding = encodingOf(a) ?? encodingOf(b);
  const isOfIt = encoding === undefined || encoding === "latin1"
    ? isOfBytes
    : (type: Type) => encodingOf(type) === encoding;
  return [a, b].every((type) =>
    isOfIt(type) ||
    type.kind === "pointer" && isUnit(resolveNames(type.to, types), encoding)
  );
}

/** Whether a function of one type is called as one of the other. */
export function isSameFunction(
  a: FunctionType,
  b: FunctionType,
  types: Named,
): boolean {
  return a.variadic === b.variadic &&
    allCompatible(a.params, b.params, types) &&
    allCompatible(a.results, b.results, types);
}

function isBasic(type: Type, name: BasicName): boolean {
  return type.kind === "basic" && type.name === name;
}

/** Whether an address is of text in bytes. */
function isOfBytes(type: Type): boolean {
  return isBasic(type, "cstring") || isBasic(type, "latin1");
}

/** Whether texts in an encoding are made of such integers: of `char` where it is none. */
function isUnit(type: Type, encoding: Encoding = "latin1"): boolean {
  const bits = { latin1: 8, utf16: 16, utf32: 32 } as const;
  return isBasic(type, `i${bits[encoding]}`) ||
    isBasic(type, `u${bits[encoding]}`);
}

/** Whether two lists of types agree one by one. */
export function allCompatible(
  a: readonly Type[],
  b: readonly Type[],
  types: Named,
): boolean {
  return a.length === b.length &&
    a.every((type, index) => isCompatible(type, b[index]!, types));
}
