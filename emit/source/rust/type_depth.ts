/**
 * How many types lie in each other, and how many may: methods make ever more of
 * what methods have made.
 *
 * @module
 */

import { partsOf, type Type } from "./rust_type.ts";
import type { Args, Item, RustType } from "./rustdoc.ts";

/** How often a type may lie in one of its own kind where a signature says so; what a method makes of its own object has no end. */
export const MAX_NESTING = 2;

/** Whether a type is named with one of its own kind in its brackets. */
export function isInItself(id: number, args: Args | null): boolean {
  const walk = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    ((value as { resolved_path?: { id: number } }).resolved_path?.id === id ||
      Object.values(value).some(walk));
  return walk(args);
}

/** How many types of the crate lie in each other at most, where no signature says so: methods make ever more of what methods have made. */
export const MAX_DEPTH = 2;

/** How many types with brackets lie in each other in what a signature names. */
export function depthIn(args: unknown): number {
  if (typeof args !== "object" || args === null) return 0;
  const inner = Math.max(0, ...Object.values(args).map(depthIn));
  return inner + Number("resolved_path" in args);
}

/** How many types of the crate lie in each other. */
export function depthOf(type: Type): number {
  return nesting(undefined, type);
}

/** How many types of a kind lie in each other; of any of the crate's where none is named. */
export function nesting(item: Item | undefined, type: Type): number {
  const inside = partsOf(type).map((one) => nesting(item, one));
  const isOne = type.kind === "own" &&
    (item === undefined || type.item === item);
  return Math.max(0, ...inside) + Number(isOne);
}

/** How many types of any kind lie in each other at most in one with brackets: tuples and lists grow without end too. */
const MAX_LAYERS = 5;

/** How many references lead to each other at most where no signature says so. */
const MAX_REFERENCES = 1;

/**
 * Whether more types lie in each other than a crate would write: a method makes
 * `Error<(I, usize)>` of its own `Error<I>`, and so does that.
 *
 * @param type A type of the crate.
 * @param args What stands in its brackets where it is named.
 */
export function isEndless(type: Type, args: Args | null): boolean {
  return layersOf(type) > Math.max(MAX_LAYERS, layersIn(args) + 2);
}

/** The same of references: a method makes `Either<&L, &R>` of its own `Either<L, R>`. */
export function hasEndlessReferences(type: Type, args: Args | null): boolean {
  return referencesOf(type) > Math.max(MAX_REFERENCES, referencesIn(args));
}

/** How many references lead to each other at most in a type. */
function referencesOf(type: Type, before = 0): number {
  const here = type.kind === "ref" ? before + 1 : 0;
  return Math.max(here, ...partsOf(type).map((one) => referencesOf(one, here)));
}

/** The same of what a signature names. */
function referencesIn(args: unknown, before = 0): number {
  if (typeof args !== "object" || args === null) return 0;
  if ("borrowed_ref" in args) {
    const { type } = (args as RustType).borrowed_ref!;
    return Math.max(before + 1, referencesIn(type, before + 1));
  }
  return Math.max(0, ...Object.values(args).map((one) => referencesIn(one)));
}

function layersOf(type: Type): number {
  const inside = Math.max(0, ...partsOf(type).map(layersOf));
  return inside + Number(type.kind !== "ref");
}

/** The same of what a signature names. */
function layersIn(args: unknown): number {
  if (typeof args !== "object" || args === null) return 0;
  const inside = Math.max(0, ...Object.values(args).map(layersIn));
  return inside + Number(LAYERS.some((one) => one in args));
}

/** How rustdoc says what types lie in. */
const LAYERS = ["resolved_path", "tuple", "slice", "array"];
