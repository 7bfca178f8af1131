/**
 * How numbers cross on the runtimes of V8.
 *
 * @module
 */

import type { Crossing } from "./adapter.ts";

// -0 is an integer to the check, but not to the runtimes.
const integer = (x: string): string => `(${x} | 0)`;

// A number for a 64-bit parameter would take Deno's slow path (85 ns, against
// 3 ns with a bigint), and Node refuses it.
const bigint = (x: string): string =>
  `(typeof ${x} === "bigint" ? ${x} : BigInt(${x}))`;

/** The numbers that both runtimes call by one name. */
export const V8_NUMBERS = {
  i8: { native: "i8", into: integer },
  u8: { native: "u8", into: integer },
  i16: { native: "i16", into: integer },
  u16: { native: "u16", into: integer },
  i32: { native: "i32", into: integer },
  u32: { native: "u32", into: (x) => `(${x} >>> 0)` },
  // V8 makes nothing of `asIntN` for a bigint that it is about to cut to 64
  // bits anyway; two comparisons are two calls, and triple the cost of a call.
  i64: {
    native: "i64",
    into: bigint,
    fits: (x) => `BigInt.asIntN(64, ${x}) === ${x}`,
  },
  u64: {
    native: "u64",
    into: bigint,
    fits: (x) => `BigInt.asUintN(64, ${x}) === ${x}`,
  },
  f32: { native: "f32" },
  f64: { native: "f64" },
} as const satisfies Readonly<Record<string, Crossing>>;
