/**
 * What becomes what: each type of the notation in JavaScript, as TypeScript
 * writes it.
 *
 * One table. What `lookup` infers from a text and what declarations print are
 * made of it, and a test holds the checks of arguments to it; see
 * `tests/ffi/typed/becomes_test.ts`.
 *
 * @module
 */

import type { BasicName, SequenceType } from "./type.ts";

/** How one type is written: the alternatives of a union, of which none is one itself. */
export interface Becomes {
  /** What may be given to the plugin. */
  readonly into: readonly string[];
  /** What comes out of it. */
  readonly out: readonly string[];
  /** What a callback may give, where that is less than `into`. */
  readonly answer?: readonly string[];
  /** The typed array with such elements, where there is one. */
  readonly array?: string;
}

/** What may be given for the address of memory of any layout. */
const ANY_MEMORY = [
  "Bytes",
  "Struct",
  "Pointer",
  "Variable<unknown>",
  "null",
] as const;

/** An address, with the types of what lies there left open. */
const ADDRESS = {
  into: ANY_MEMORY,
  out: ["Pointer", "null"],
  // Nobody would keep the memory of a view alive.
  answer: ["Pointer", "Variable<unknown>", "null"],
} as const;

/** The address of a text in some encoding. */
const ENCODED = {
  into: ["string", "null"],
  out: ["string", "null"],
} as const;

/** The basic types. */
export const BASIC = {
  void: { into: ["void"], out: ["void"] },
  bool: { into: ["boolean"], out: ["boolean"], array: "Uint8Array" },
  i8: { into: ["number"], out: ["number"], array: "Int8Array" },
  u8: { into: ["number"], out: ["number"], array: "Uint8Array" },
  i16: { into: ["number"], out: ["number"], array: "Int16Array" },
  u16: { into: ["number"], out: ["number"], array: "Uint16Array" },
  i32: { into: ["number"], out: ["number"], array: "Int32Array" },
  u32: { into: ["number"], out: ["number"], array: "Uint32Array" },
  i64: { into: ["bigint", "number"], out: ["bigint"], array: "BigInt64Array" },
  u64: { into: ["bigint", "number"], out: ["bigint"], array: "BigUint64Array" },
  isize: {
    into: ["number", "bigint"],
    out: ["number"],
    array: "BigInt64Array",
  },
  usize: {
    into: ["number", "bigint"],
    out: ["number"],
    array: "BigUint64Array",
  },
  f32: { into: ["number"], out: ["number"], array: "Float32Array" },
  f64: { into: ["number"], out: ["number"], array: "Float64Array" },
  pointer: ADDRESS,
  cstring: ENCODED,
  utf16: ENCODED,
  utf32: ENCODED,
  latin1: ENCODED,
  buffer: ADDRESS,
  string: { into: ["string"], out: ["string"] },
  bytes: { into: ["Uint8Array"], out: ["Uint8Array"] },
  any: { into: ["unknown"], out: ["unknown"] },
  date: { into: ["Date"], out: ["Date"] },
  duration: { into: ["number", "bigint"], out: ["number"] },
  bigint: { into: ["bigint", "number"], out: ["bigint"] },
  complex: {
    into: ["{ re: number; im: number }", "number"],
    out: ["{ re: number; im: number }"],
  },
} as const satisfies Readonly<Record<BasicName, Becomes>>;

/** Pointers `*T`, by what `T` is. */
export const POINTER = {
  /** To a scalar; `into` takes its typed array too. */
  scalar: { ...ADDRESS, into: ["Pointer", "Variable<unknown>", "null"] },
  /** To an array: as many bytes as it has. */
  array: {
    ...ADDRESS,
    into: ["Bytes", "Pointer", "Variable<unknown>", "null"],
  },
  /** To anything else: a struct, an address, what nobody knows. */
  other: ADDRESS,
} as const satisfies Readonly<Record<string, Becomes>>;

/** What gives values one after the other, or one later. */
export const SEQUENCE = {
  iterable: "Iterable",
  stream: "AsyncIterable",
  promise: "Promise",
} as const satisfies Readonly<Record<SequenceType["name"], string>>;

/** The name of a basic type. */
export type Basic = keyof typeof BASIC;

/** Scalars of which several in memory are one typed array; a `bool` is a boolean there too. */
export type ElementName = Exclude<ScalarWithArray, "bool">;

/** Scalars that have a typed array. */
export type ScalarWithArray = {
  [N in Basic]: typeof BASIC[N] extends { array: string } ? N : never;
}[Basic];

/** Elements of which a text can be written. */
export const CHARACTERS = ["i8", "u8"] as const;

/** Every alternative of the tables. */
export type Written =
  | typeof BASIC[Basic]["into" | "out"][number]
  | typeof POINTER[keyof typeof POINTER]["into" | "out" | "answer"][number]
  | typeof BASIC[ScalarWithArray]["array"];
