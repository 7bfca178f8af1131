/**
 * The TypeScript type of a type notation, inferred from its text; of callbacks also
 * what they may give.
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
import type { Struct, StructType } from "../handle/struct.ts";
import type {
  BASIC,
  Basic,
  Becomes,
  CHARACTERS,
  ElementName,
  POINTER,
  ScalarWithArray,
  SEQUENCE,
  Written,
} from "../notation/javascript.ts";
import type { Variable } from "../handle/variable.ts";

/** What a symbol is as the literal type `T`, of a plugin whose types are `S`. @internal */
export type Infer<T extends string, S extends object = object> = string extends
  T ? AnySymbol
  : Parse<T> extends [infer N, infer Rest extends string]
    ? Trim<Rest> extends ""
      ? N extends FunctionNode<infer P, infer R>
        ? NativeFunction<AllInto<P, S>, Result<R, S>>
      : Variable<Out<N, S>, Into<N, S>>
    : NotAType<T>
  : NotAType<T>;

/** The JavaScript function that the literal type `T` is answered with. @internal */
export type InferCallback<T extends string, S extends object = object> =
  string extends T
    // deno-lint-ignore no-explicit-any -- a text of run time says nothing
    ? (...args: any[]) => unknown
    : Parse<T> extends
      [FunctionNode<infer P, infer R>, infer Rest extends string]
      ? Trim<Rest> extends "" ? (...args: AllOut<P, S>) => Answer<R, S>
      : NotAType<T>
    : NotAType<T>;

/** A variable of the literal type `T`. @internal */
export type InferVariable<T extends string> = string extends T
  // deno-lint-ignore no-explicit-any -- a text of run time says nothing
  ? Variable<any>
  : Parse<T> extends [infer N, infer Rest extends string]
    ? Trim<Rest> extends "" ? Variable<Out<N, object>, Into<N, object>>
    : NotAType<T>
  : NotAType<T>;

// -------------------------------------------------------------------- parsing
// Parse<S> is [node, rest of S]. Nodes: the text of a basic type or a name,
// or one of the interfaces.

/** `*T`. @internal */
export interface PointerNode<T> {
  /** `T`. */
  readonly to: T;
}
/** `[]T`; the member is none that a text has, as `slice` is: a name is a text. @internal */
export interface SliceNode<T> {
  /** `T`. */
  readonly sliceOf: T;
}
/** `?T`. @internal */
export interface OptionalNode<T> {
  /** `T`. */
  readonly optionalOf: T;
}
/** `map<K, V>`. @internal */
export interface MapNode<K, V> {
  /** `K`. */
  readonly keyOf: K;
  /** `V`. */
  readonly valueOf: V;
}
/** `(A, B)`. @internal */
export interface TupleNode<T> {
  /** `A` and `B`. */
  readonly tupleOf: T;
}
/** `iterable<T>` and the like. @internal */
export interface SequenceNode<Name, T> {
  /** Which one. */
  readonly sequence: Name;
  /** `T`. */
  readonly sequenceOf: T;
}
/** `closure<T>`. @internal */
export interface ClosureNode<T> {
  /** `T`. */
  readonly closure: T;
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

/** What separates the words of a type: a text may have several lines. @internal */
export type Space = " " | "\n" | "\t";

/** Without leading spaces. @internal */
export type Trim<S extends string> = S extends `${Space}${infer R}` ? Trim<R>
  : S;

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
  : Trim<S> extends `?${infer R}`
    ? Parse<R> extends [infer N, infer Rest] ? [OptionalNode<N>, Rest] : never
  : Trim<S> extends `(${infer R}` ? ParseFunction<ParseList<R>>
  : Trim<S> extends `map<${infer R}` ? ParseMap<Parse<R>>
  : Trim<S> extends `closure<${infer R}` ? ParseClosure<Parse<R>>
  : Trim<S> extends `${infer Name extends keyof typeof SEQUENCE}<${infer R}`
    ? ParseSequence<Name, Parse<R>>
  : ParseName<Trim<S>>;

/** What follows the list of parameters; without an arrow it was a tuple. @internal */
export type ParseFunction<L> = L extends [infer P, infer Rest extends string]
  ? Trim<Rest> extends `=>${infer R}`
    ? ParseResults<Trim<R>> extends [infer Results, infer End]
      ? [FunctionNode<P, Results>, End]
    : never
  : P extends [unknown, unknown, ...unknown[]] ? [TupleNode<P>, Rest]
  : never
  : never;

/** What follows the key of a map. @internal */
export type ParseMap<L> = L extends [infer K, infer Rest extends string]
  ? Trim<Rest> extends `,${infer R}`
    ? Parse<R> extends [infer V, infer End extends string]
      ? Trim<End> extends `>${infer E}` ? [MapNode<K, V>, E] : never
    : never
  : never
  : never;

/** What follows the function of a closure. @internal */
export type ParseClosure<L> = L extends [infer N, infer Rest extends string]
  ? Trim<Rest> extends `>${infer E}` ? [ClosureNode<N>, E] : never
  : never;

/** What follows the type of a sequence. @internal */
export type ParseSequence<Name, L> = L extends
  [infer N, infer Rest extends string]
  ? Trim<Rest> extends `>${infer E}` ? [SequenceNode<Name, N>, E] : never
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

/** A name: it ends where a comma, a bracket or a space begins. @internal */
export type ParseName<S extends string> =
  Cut<Cut<Cut<Cut<Cut<Cut<S, ",">, ")">, ">">, " ">, "\n">, "\t"> extends
    infer Name extends string ? Name extends "" ? never
    : S extends `${Name}${infer Rest}` ? [Name, Rest]
    : never
    : never;

/** The text before a mark. @internal */
export type Cut<S extends string, Mark extends string> = S extends
  `${infer Head}${Mark}${string}` ? Head : S;

// -------------------------------------------------------------------- mapping

/** The type that each alternative of the tables stands for. @internal */
export interface TypeOf {
  /** A `void`. */
  "void": void;
  /** A `bool`. */
  "boolean": boolean;
  /** A small integer or a float. */
  "number": number;
  /** A large integer. */
  "bigint": bigint;
  /** A text. */
  "string": string;
  /** What is not there. */
  "null": null;
  /** An address. */
  "Pointer": Pointer;
  /** Memory that was made. */
  "Variable<unknown>": Variable<unknown>;
  /** Memory. */
  "Bytes": Bytes;
  /** A struct. */
  "Struct": Struct;
  /** Anything. */
  "unknown": unknown;
  /** A point in time. */
  "Date": Date;
  /** A complex number. */
  "{ re: number; im: number }": { re: number; im: number };
  /** Elements. */
  "Int8Array": Int8Array;
  /** Elements. */
  "Uint8Array": Uint8Array;
  /** Elements. */
  "Int16Array": Int16Array;
  /** Elements. */
  "Uint16Array": Uint16Array;
  /** Elements. */
  "Int32Array": Int32Array;
  /** Elements. */
  "Uint32Array": Uint32Array;
  /** Elements. */
  "BigInt64Array": BigInt64Array;
  /** Elements. */
  "BigUint64Array": BigUint64Array;
  /** Elements. */
  "Float32Array": Float32Array;
  /** Elements. */
  "Float64Array": Float64Array;
}

/** What a row of the tables says, one way. @internal */
export type Cell<Row extends Becomes, Way extends "into" | "out"> =
  Row[Way][number] extends infer W extends Written ? TypeOf[W] : never;

/** The row of a pointer to what `N` is. @internal */
export type PointerRow<N> = N extends ArrayNode<unknown>
  ? typeof POINTER["array"]
  : N extends ScalarWithArray ? typeof POINTER["scalar"]
  : typeof POINTER["other"];

/** The typed array of a scalar; never for anything else. @internal */
export type ArrayOf<N> = N extends ScalarWithArray
  ? TypeOf[typeof BASIC[N]["array"]]
  : never;

/** What may be given for a parameter, and written. @internal */
export type Into<N, S> = N extends Basic ? Cell<typeof BASIC[N], "into">
  : N extends PointerNode<infer T> ? ArrayOf<T> | Cell<PointerRow<T>, "into">
  : N extends SliceNode<infer T> ? T extends "u8" ? ArrayOf<T>
    : T extends ElementName ? ArrayOf<T> | Into<T, S>[]
    : Into<T, S>[]
  : N extends OptionalNode<infer T> ? Into<T, S> | null
  : N extends MapNode<infer K, infer V>
    ? K extends "string"
      ? { readonly [key: string]: Into<V, S> } | Map<string, Into<V, S>>
    : Map<Into<K, S>, Into<V, S>>
  : N extends TupleNode<infer T> ? AllInto<T, S>
  : N extends SequenceNode<infer Name, infer T> ? Sequence<Name, Into<T, S>>
  : N extends ArrayNode<infer T> ?
      | Into<T, S>[]
      | (T extends ElementName ? ArrayOf<T> : never)
      | (T extends typeof CHARACTERS[number] ? string : never)
  : N extends ClosureNode<infer F>
    ? F extends FunctionNode<infer P, infer R>
      ? ((...args: Spread<P, S>) => Given<R, S>) | null
    : never
  : N extends FunctionNode<infer P, infer R>
    ? FunctionArgument<AllOut<Fixed<P>, S>, Answer<R, S>>
  : Named<N, S, "into">;

/** The parameters before `...`: what a callback is given. @internal */
export type Fixed<P> = P extends [...infer F, "..."] ? F : P;

/** What a closure is given: before `...`, the last list is all further arguments. @internal */
export type Spread<P, S> = P extends [...infer F, SliceNode<infer T>, "..."]
  ? [...AllOut<F, S>, ...Out<T, S>[]]
  : P extends [...infer F, "bytes", "..."] ? [...AllOut<F, S>, ...number[]]
  : AllOut<Fixed<P>, S>;

/** What a closure that comes out takes: the same the other way. @internal */
export type SpreadInto<P, S> = P extends [...infer F, SliceNode<infer T>, "..."]
  ? [...AllInto<F, S>, ...Into<T, S>[]]
  : P extends [...infer F, "bytes", "..."] ? [...AllInto<F, S>, ...number[]]
  : AllInto<Fixed<P>, S>;

/** What comes out. @internal */
export type Out<N, S> = N extends Basic ? Cell<typeof BASIC[N], "out">
  : N extends PointerNode<infer T> ? Cell<PointerRow<T>, "out">
  : N extends SliceNode<infer T> | ArrayNode<infer T>
    ? T extends ElementName ? ArrayOf<T> : Out<T, S>[]
  : N extends OptionalNode<infer T> ? Out<T, S> | null
  : N extends MapNode<infer K, infer V>
    ? K extends "string" ? { [key: string]: Out<V, S> }
    : Map<Out<K, S>, Out<V, S>>
  : N extends TupleNode<infer T> ? AllOut<T, S>
  : N extends SequenceNode<infer Name, infer T> ? Sequence<Name, Out<T, S>>
  : N extends ClosureNode<FunctionNode<infer P, infer R>>
    ? ((...args: SpreadInto<P, S>) => Result<R, S>) | null
  : N extends FunctionNode<infer P, infer R>
    ? ((...args: AllInto<P, S>) => Result<R, S>) | null
  : Named<N, S, "out">;

/** What a name is, where the plugin's declaration says it of a struct; `any` says nothing. @internal */
export type Named<N, S, Way extends "into" | "out"> = N extends keyof S
  ? 0 extends 1 & S[N] ? unknown
  : S[N] extends StructType<infer Members, infer Given>
    ? Way extends "out" ? Members : Given
  : unknown
  : unknown;

/** Values one after the other, or one later. @internal */
export type Sequence<Name, T> = Name extends "iterable" ? Iterable<T>
  : Name extends "stream" ? AsyncIterable<T>
  : Promise<T>;

/** What may be given for all parameters. @internal */
export type AllInto<P, S> = { [K in keyof P]: Into<P[K], S> } extends
  infer A extends unknown[] ? A : never;

/** What a call gives: nothing, one value or a tuple. @internal */
export type Result<R, S> = R extends [] ? void
  : R extends [infer N] ? Out<N, S>
  : { [K in keyof R]: Out<R[K], S> };

/** What a closure gives: nothing, or a value or a tuple, now or later. @internal */
export type Given<R, S> = R extends [] ? void
  : R extends [infer N] ? Into<N, S> | Promise<Into<N, S>>
  : AllInto<R, S> | Promise<AllInto<R, S>>;

/** What a callback is called with. @internal */
export type AllOut<P, S> = { [K in keyof P]: Out<P[K], S> } extends
  infer A extends unknown[] ? A : never;

/** What a callback must give. @internal */
export type Answer<R, S> = R extends [] ? void
  : R extends [infer N] ? AnswerOf<N, S>
  : never;

/** What a callback may give for one result. @internal */
export type AnswerOf<N, S> = N extends PointerNode<infer T>
  ? TypeOf[PointerRow<T>["answer"][number]]
  : N extends Basic
    ? typeof BASIC[N] extends { answer: readonly (infer A extends Written)[] }
      ? TypeOf[A]
    : Into<N, S>
  : Into<N, S>;
