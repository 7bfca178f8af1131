/**
 * What a symbol is to TypeScript, whatever its type was inferred from.
 *
 * @module
 */

import type { AsyncOptions } from "../support/async_options.ts";
import type { Callback } from "../handle/callback_handle.ts";
import type { Pointer } from "../handle/pointer.ts";
import type { Variable } from "../handle/variable.ts";
import type { NativeObject } from "../object/object.ts";

/**
 * A function of a plugin.
 *
 * Called, it runs on this thread. Its `async` runs it on another one, and the
 * event loop turns meanwhile: arguments are checked, and refused, at once, and
 * everything that was given stays alive until the promise settles; the plugin
 * must bear to be called from another thread. Calls run at the same time; behind
 * the arguments may come {@linkcode AsyncOptions}. Callbacks run while the event
 * loop turns. On Bun and Node all of this takes the support library: without it,
 * calls are made one after the other, and only callbacks that any thread can
 * call can be given on Bun, and none on Node.
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
    /**
     * Calls it on another thread; {@linkcode AsyncOptions} may follow the arguments.
     *
     * The promise is the Worker's that has called. When that is terminated meanwhile,
     * the promise is never settled: a call that has not begun never does, and one
     * that has goes on to its end, of which nobody is told.
     */
    async(...args: [...P, options?: AsyncOptions]): Promise<R>;
  };

/** What may be given where a plugin takes a pointer to a function that is called with `P` and gives `R`. */
export type FunctionArgument<P extends unknown[], R> =
  | ((...args: P) => R)
  | Callback
  | Pointer
  | null;

/**
 * What is taken for an object of the class `C`: one, or an object of JavaScript's own
 * with members of `Own`. Of the class it says `Own` too, which its objects fit: were
 * its own members beside those, TypeScript would not know the parameters of a
 * function that is given for one.
 */
export type Taken<C, Own> =
  | Omit<C, keyof Own> & Own & Pick<NativeObject, "cannot be posted">
  | Own & { readonly "cannot be posted"?: undefined };

/** A symbol of which nothing is known at compile time; what it takes is still checked on every call. */
// deno-lint-ignore no-explicit-any -- so that it can be called, read and written without a cast
export type AnySymbol = NativeFunction<any[], any> & Variable<any>;

/** Stands where a text is not a type of the notation; `lookup` throws `bad_type` for it. */
export interface NotAType<T extends string> {
  /** The text. */
  readonly "not a type of the notation": T;
}
