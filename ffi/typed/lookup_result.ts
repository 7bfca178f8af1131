/**
 * What `lookup` gives, as TypeScript sees it.
 *
 * @module
 */

import type { Callback } from "../handle/callback.ts";
import type { Pointer } from "../handle/pointer.ts";
import type { Variable } from "../handle/variable.ts";

/**
 * What `lookup(name, type)` gives for the literal `T`: a function for a
 * function type, a {@linkcode Variable} for any other, and for a text that is
 * only known at run time an {@linkcode AnySymbol}.
 *
 * @example
 * ```ts
 * import type { LookupResult } from "@native/plugin";
 *
 * async function three(add: LookupResult<"(i32, i64) => f64">): Promise<number> {
 *   return add(1, 2n) + await add.async(1, 2);
 * }
 * ```
 */
export type LookupResult<T extends string> = import("./infer.ts").Infer<T>;

/**
 * The symbols that a program wants of a plugin: the type of each, in the
 * notation. What {@linkcode open} takes as `symbols`.
 */
export type Contract = Readonly<Record<string, string>>;

/**
 * What a plugin has that was opened with the literal `C` as its `symbols`.
 *
 * @example
 * ```ts
 * import type { ContractSymbols } from "@native/plugin";
 *
 * function three({ add, count }: ContractSymbols<{ add: "(i32, i32) => i32"; count: "u64" }>): bigint {
 *   count.value = 2n;
 *   return BigInt(add(0, 1)) + count.value;
 * }
 * ```
 */
export type ContractSymbols<C extends Contract> = {
  readonly [K in keyof C]: LookupResult<C[K]>;
};

/**
 * A function of a plugin.
 *
 * Called, it runs on this thread. Its `async` runs it on another one, and the
 * event loop turns meanwhile: arguments are checked, and refused, at once, and
 * everything that was given stays alive until the promise settles; the plugin
 * must bear to be called from another thread. On Bun and on Node that is always
 * the same thread, which makes one call after the other; on Deno they run at
 * the same time. Callbacks run while the event loop turns; on Bun only those
 * can be given that any thread can call, and on Node none.
 *
 * **Safety**: a plugin that calls, in there, a function that it was given
 * earlier and that only its own thread can call never comes back on Bun, and
 * ends the process on Node.
 *
 * @example
 * ```ts ignore
 * const hash = plugin.lookup("hash", "(buffer, usize) => u64");
 * const [a, b] = await Promise.all([hash.async(x, x.length), hash.async(y, y.length)]);
 * ```
 */
export type NativeFunction<P extends unknown[], R> =
  & ((...args: P) => R)
  & {
    /** Calls it on another thread. */
    async(...args: P): Promise<R>;
  };

/** What may be given where a plugin takes a pointer to a function that is called with `P` and gives `R`. */
export type FunctionArgument<P extends unknown[], R> =
  | ((...args: P) => R)
  | Callback
  | Pointer
  | null;

/** What {@linkcode variable} gives for the literal type `T`. */
export type VariableOf<T extends string> = import("./infer.ts").InferVariable<
  T
>;

/** What {@linkcode callback} takes for the literal type `T`. */
export type CallbackFunction<T extends string> =
  import("./infer.ts").InferCallback<T>;

/** A symbol of which nothing is known at compile time; what it takes is still checked on every call. */
// deno-lint-ignore no-explicit-any -- so that it can be called, read and written without a cast
export type AnySymbol = NativeFunction<any[], any> & Variable<any>;

/** Stands where a text is not a type of the notation; `lookup` throws `bad_type` for it. */
export interface NotAType<T extends string> {
  /** The text. */
  readonly "not a type of the notation": T;
}
