/**
 * What `lookup` gives, as TypeScript sees it, and what a contract is.
 *
 * @module
 */

import type { Infer, InferCallback, InferVariable } from "./infer.ts";

/**
 * What `lookup(name, type)` gives for the literal `T`: a function for a
 * function type, a {@linkcode Variable} for any other, and for a text that is
 * only known at run time an {@linkcode AnySymbol}.
 *
 * @typeParam T The text.
 * @typeParam S The types that it may name, from a generated declaration: its
 * structs are then what the declaration says. Without it a name says nothing.
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
export type LookupResult<T extends string, S extends object = object> = Infer<
  T,
  S
>;

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

/** What {@linkcode variable} gives for the literal type `T`. */
export type VariableOf<T extends string> = InferVariable<
  T
>;

/**
 * What {@linkcode callback} takes for the literal type `T`.
 *
 * @typeParam T The text.
 * @typeParam S The types that it may name, from a generated declaration.
 */
export type CallbackFunction<T extends string, S extends object = object> =
  InferCallback<T, S>;
