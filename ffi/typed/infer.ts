/**
 * The TypeScript type of a type notation, inferred from its text.
 *
 * The public name for it is {@linkcode LookupResult}.
 *
 * @module
 */

import type {
  AnySymbol,
  FunctionArgument,
  NativeFunction,
  NotAType,
} from "./symbol_types.ts";
import type { Bytes } from "../handle/bytes.ts";
import type { Pointer } from "../handle/pointer.ts";
import type { Variable } from "../handle/variable.ts";

/** What a symbol is as the literal type `T`. @internal */
export type Infer<T extends string> = string extends T ? AnySymbol
  : Parse<T> extends [infer N, infer Rest extends string]
    ? Trim<Rest> extends ""
      ? N extends FunctionNode<infer P, infer R>
        ? NativeFunction<AllInto<P>, Result<R>>
      : Variable<Out<N>>
    : NotAType<T>
  : NotAType<T>;

/** The JavaScript function that the literal type `T` is answered with. @internal */
export type InferCallback<T extends string> = string extends T
  // deno-lint-ignore no-explicit-any -- a text of run time says nothing
  ? (...args: any[]) => unknown
  : Parse<T> extends [FunctionNode<infer P, infer R>, infer Rest extends string]
    ? Trim<Rest> extends "" ? (...args: AllOut<P>) => Answer<R> : NotAType<T>
  : NotAType<T>;

/** A variable of the literal type `T`. @internal */
export type InferVariable<T extends string> = string extends T
  // deno-lint-ignore no-explicit-any -- a text of run time says nothing
  ? Variable<any>
  : Parse<T> extends [infer N, infer Rest extends string]
    ? Trim<Rest> extends "" ? Variable<Out<N>, Into<N>> : NotAType<T>
  : NotAType<T>;

// -------------------------------------------------------------------- parsing
// Parse<S> is [node, rest of S]. Nodes: the text of a basic type or a name,
// or one of the interfaces.

/** `*T`. @internal */
export interface PointerNode<T> {
  /** `T`. */
  readonly to: T;
}
/** `[]T`. @internal */
export interface SliceNode<T> {
  /** `T`. */
  readonly slice: T;
}
/** `[n]T`. @internal */
export interface ArrayNode<T> {
  /** `T`. */
  readonly elements: T;
}
/** `(P) => R`. @internal */
export interface FunctionNode<P, R> {
  /** Nodes of the parameters. */
  readonly params: P;
  /** Nodes of the results. */
  readonly results: R;
}

/** Without leading spaces. @internal */
export type Trim<S extends string> = S extends ` ${infer R}` ? Trim<R> : S;

/** One type at the beginning of a text: `[node, rest]`. @internal */
export type Parse<S extends string> = Trim<S> extends `*${infer R}`
  ? Parse<R> extends [infer N, infer Rest] ? [PointerNode<N>, Rest] : never
  : Trim<S> extends `[]${infer R}`
    ? Parse<R> extends [infer N, infer Rest] ? [SliceNode<N>, Rest] : never
  : Trim<S> extends `[${infer Length}]${infer R}`
    ? Length extends `${bigint}`
      ? Parse<R> extends [infer N, infer Rest] ? [ArrayNode<N>, Rest] : never
      // A length that is only known at run time: `[${count}]cstring`.
    : `${number}` extends Length
      ? Parse<R> extends [infer N, infer Rest] ? [ArrayNode<N>, Rest] : never
    : never
  : Trim<S> extends `(${infer R}` ? ParseFunction<ParseList<R>>
  : ParseName<Trim<S>>;

/** What follows the list of parameters. @internal */
export type ParseFunction<L> = L extends [infer P, infer Rest extends string]
  ? Trim<Rest> extends `=>${infer R}`
    ? ParseResults<Trim<R>> extends [infer Results, infer End]
      ? [FunctionNode<P, Results>, End]
    : never
  : never
  : never;

/** Several results in parentheses, or one type; a parenthesis that an arrow follows begins a function type. @internal */
export type ParseResults<S extends string> = S extends `(${infer R}`
  ? ParseList<R> extends [infer L, infer Rest extends string]
    ? Trim<Rest> extends `=>${string}` ? ParseOne<S> : [L, Rest]
  : never
  : ParseOne<S>;

/** A list of one type, or of none for `void`. @internal */
export type ParseOne<S extends string> = Parse<S> extends [infer N, infer Rest]
  ? [N extends "void" ? [] : [N], Rest]
  : never;

/** Types up to the closing parenthesis: `[nodes, rest]`. @internal */
export type ParseList<S extends string, Done extends unknown[] = []> =
  Trim<S> extends `)${infer R}` ? Done extends [] ? [Done, R] : never
    : Trim<S> extends `...${infer R}`
      ? Trim<R> extends `)${infer End}` ? [[...Done, "..."], End] : never
    : Parse<S> extends [infer N, infer Rest extends string]
      ? Trim<Rest> extends `,${infer R}` ? ParseList<R, [...Done, N]>
      : Trim<Rest> extends `)${infer R}` ? [[...Done, N], R]
      : never
    : never;

/** A name: it ends where a comma, a parenthesis or a space begins. @internal */
export type ParseName<S extends string> =
  Cut<Cut<Cut<S, ",">, ")">, " "> extends infer Name extends string
    ? Name extends "" ? never
    : S extends `${Name}${infer Rest}` ? [Name, Rest]
    : never
    : never;

/** The text before a mark. @internal */
export type Cut<S extends string, Mark extends string> = S extends
  `${infer Head}${Mark}${string}` ? Head : S;

// -------------------------------------------------------------------- mapping

/** Scalars that are numbers in both directions. @internal */
export type Small = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "f32" | "f64";

/** The typed array of each scalar. @internal */
export interface Arrays {
  /** `bool`. */
  bool: Uint8Array;
  /** `i8`. */
  i8: Int8Array;
  /** `u8`. */
  u8: Uint8Array;
  /** `i16`. */
  i16: Int16Array;
  /** `u16`. */
  u16: Uint16Array;
  /** `i32`. */
  i32: Int32Array;
  /** `u32`. */
  u32: Uint32Array;
  /** `i64`. */
  i64: BigInt64Array;
  /** `u64`. */
  u64: BigUint64Array;
  /** `isize`. */
  isize: BigInt64Array;
  /** `usize`. */
  usize: BigUint64Array;
  /** `f32`. */
  f32: Float32Array;
  /** `f64`. */
  f64: Float64Array;
}

/** Scalars of which an array in memory is a typed array. @internal */
export type Numbers = Exclude<keyof Arrays, "bool">;

/** What may be given for a parameter, and written. @internal */
export type Into<N> = N extends "bool" ? boolean
  : N extends Small ? number
  : N extends "i64" | "u64" ? bigint | number
  : N extends "isize" | "usize" ? number | bigint
  : N extends "cstring" ? string | null
  : N extends "string" ? string
  : N extends "bytes" ? Uint8Array
  : N extends "buffer" | "pointer" ? Bytes | Pointer | Variable<unknown> | null
  : N extends PointerNode<infer T> ?
      | (T extends keyof Arrays ? Arrays[T] : Bytes)
      | Pointer
      | Variable<unknown>
      | null
  : N extends SliceNode<infer T> ? T extends keyof Arrays ? Arrays[T] : never
  : N extends ArrayNode<infer T> ?
      | Into<T>[]
      | (T extends Numbers ? Arrays[T] : never)
      | (T extends "i8" | "u8" ? string : never)
  : N extends FunctionNode<infer P, infer R>
    ? FunctionArgument<AllOut<P>, Answer<R>>
  : unknown;

/** What comes out. @internal */
export type Out<N> = N extends "bool" ? boolean
  : N extends Small | "isize" | "usize" ? number
  : N extends "i64" | "u64" ? bigint
  : N extends "cstring" ? string | null
  : N extends "string" ? string
  : N extends "bytes" ? Uint8Array
  : N extends "buffer" | "pointer" | PointerNode<unknown> ? Pointer | null
  : N extends SliceNode<infer T> ? T extends keyof Arrays ? Arrays[T] : never
  : N extends ArrayNode<infer T> ? T extends Numbers ? Arrays[T] : Out<T>[]
  : N extends FunctionNode<infer P, infer R>
    ? ((...args: AllInto<P>) => Result<R>) | null
  : unknown;

/** What may be given for all parameters. @internal */
export type AllInto<P> = { [K in keyof P]: Into<P[K]> } extends
  infer A extends unknown[] ? A : never;

/** What a call gives: nothing, one value or a tuple. @internal */
export type Result<R> = R extends [] ? void
  : R extends [infer N] ? Out<N>
  : { [K in keyof R]: Out<R[K]> };

/** What a callback is called with. @internal */
export type AllOut<P> = { [K in keyof P]: Out<P[K]> } extends
  infer A extends unknown[] ? A : never;

/** What a callback must give. @internal */
export type Answer<R> = R extends [] ? void
  : R extends [infer N]
    ? N extends "buffer" | "pointer" | PointerNode<unknown>
      ? Pointer | Variable<unknown> | null
    : N extends "cstring" ? never
    : Into<N>
  : never;
