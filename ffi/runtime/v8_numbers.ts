/**
 * How numbers cross on the runtimes of V8.
 *
 * @module
 */

import type { Marshal } from "./adapter.ts";

// -0 is an integer to the check, but not to the runtimes.
const integer = (x: string): string => `(${x} | 0)`;

// A number for a 64-bit parameter would take Deno's slow path (85 ns, against
// 3 ns with a bigint), and Node refuses it.
const bigint = (x: string): string =>
  `(typeof ${x} === "bigint" ? ${x} : BigInt(${x}))`;

/** The numbers that both runtimes call by one name. */
export const V8_NUMBERS = {
  i8: { native: "i8", toNative: integer },
  u8: { native: "u8", toNative: integer },
  i16: { native: "i16", toNative: integer },
  u16: { native: "u16", toNative: integer },
  i32: { native: "i32", toNative: integer },
  u32: { native: "u32", toNative: (x) => `(${x} >>> 0)` },
  // V8 makes nothing of `asIntN` for a bigint that it is about to cut to 64
  // bits anyway; two comparisons are two calls, and triple the cost of a call.
  i64: {
    native: "i64",
    toNative: bigint,
    fits: (x) => `BigInt.asIntN(64, ${x}) === ${x}`,
  },
  u64: {
    native: "u64",
    toNative: bigint,
    fits: (x) => `BigInt.asUintN(64, ${x}) === ${x}`,
  },
  f32: { native: "f32" },
  f64: { native: "f64" },
} as const satisfies Readonly<Record<string, Marshal>>;
