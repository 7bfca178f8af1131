/**
 * What carries the calls of pointers to functions that no runtime can pass: the
 * thunks of a manifest, by its types.
 *
 * @module
 */

import type { PointerThunks } from "../manifest/manifest.ts";
import type { FunctionType } from "../notation/type.ts";
import type { NativeLibrary, RawFunction } from "../runtime/adapter.ts";

/** The thunks of one type of functions, and where they lie. */
export interface Carrier {
  readonly thunks: PointerThunks;
  /** The library that they lie in, loaded when it is first asked for. */
  readonly library: () => NativeLibrary;
  /** Gives `thunks.answer`, bound when it is first asked for, and once: each binding stays. */
  readonly answer: () => RawFunction;
}

/** Finds what carries one type of functions, or why nothing can. */
type Find = (type: FunctionType) => Carrier | string | undefined;

const carriers = new WeakMap<object, Find>();

/** Says what carries the pointers to functions of a manifest. */
export function carriedBy(types: object, find: Find): void {
  carriers.set(types, find);
}

/** What carries a type of functions, or why nothing can; undefined where no thunks were made. */
export function carrierOf(
  types: object,
  type: FunctionType,
): Carrier | string | undefined {
  return carriers.get(types)?.(type);
}
