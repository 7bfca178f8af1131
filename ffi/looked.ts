/**
 * What `lookup` gives, as TypeScript sees it.
 *
 * @module
 */

import type { Variable } from "./variable.ts";

/**
 * What `lookup(name, type)` gives for the literal `T`: a function for a
 * function type, a {@linkcode Variable} for any other, and for a text that is
 * only known at run time an {@linkcode AnySymbol}.
 *
 * @example
 * ```ts
 * import type { Looked } from "@native/plugin";
 *
 * const add: Looked<"(i32, i64) => f64"> = (a: number, b: bigint | number) =>
 *   a + Number(b);
 * ```
 */
export type Looked<T extends string> = import("./infer.ts").Infer<T>;

/** A symbol of which nothing is known at compile time; what it takes is still checked on every call. */
// deno-lint-ignore no-explicit-any -- so that it can be called, read and written without a cast
export type AnySymbol = ((...args: any[]) => any) & Variable<any>;

/** Stands where a text is not a type of the notation; `lookup` throws `bad_type` for it. */
export interface NotAType<T extends string> {
  /** The text. */
  readonly "not a type of the notation": T;
}

/** Views and buffers whose bytes native code may use. */
export type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;
