/**
 * Scalars in memory: the code that stores and loads each, on a `DataView` that
 * generated code calls `view`.
 *
 * @module
 */

import { UnreadableError } from "./unreadable.ts";
import type { ScalarName } from "./value.ts";

/** The typed array of each scalar: what a pointer to it and a slice of it take. */
export const ARRAYS = {
  bool: Uint8Array,
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  isize: BigInt64Array,
  usize: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** The accessors of a `DataView`, without `get` and `set`. */
const ACCESSOR: Readonly<Record<ScalarName, string>> = {
  bool: "Uint8",
  i8: "Int8",
  u8: "Uint8",
  i16: "Int16",
  u16: "Uint16",
  i32: "Int32",
  u32: "Uint32",
  i64: "BigInt64",
  u64: "BigUint64",
  isize: "BigInt64",
  usize: "BigUint64",
  f32: "Float32",
  f64: "Float64",
};

/** The statement that stores the checked value `x` at `at`. */
export function storeCode(name: ScalarName, at: string, x: string): string {
  switch (name) {
    case "bool":
      return `view.setUint8(${at}, ${x} ? 1 : 0);`;
    case "i64":
    case "u64":
    case "isize":
    case "usize":
      return `putWord(view, ${at}, ${x});`;
    default:
      return `view.set${ACCESSOR[name]}(${at}, ${x}, true);`;
  }
}

/** The expression that loads the value at `at`. */
export function loadCode(name: ScalarName, at: string): string {
  const load = `view.get${ACCESSOR[name]}(${at}, true)`;
  switch (name) {
    case "bool":
      return `${load} !== 0`;
    case "isize":
    case "usize":
      return `safe(${load})`;
    default:
      return load;
  }
}

/**
 * Stores a 64-bit integer.
 *
 * @param view The memory.
 * @param at Where in it.
 * @param word A safe integer, or a bigint in range.
 */
export function putWord(
  view: DataView,
  at: number,
  word: number | bigint,
): void {
  if (typeof word === "bigint") {
    view.setBigInt64(at, word, true); // modulo 2 ** 64: u64 too
    return;
  }
  view.setInt32(at, word, true); // modulo 2 ** 32
  view.setInt32(at + 4, Math.floor(word / 2 ** 32), true);
}

/**
 * An unsigned 64-bit integer: a number where one is exact, which no bigint has to be made for.
 *
 * @param view The memory.
 * @param at Where in it.
 */
export function wordAt(view: DataView, at: number): number | bigint {
  const high = view.getUint32(at + 4, true);
  return high < 2 ** 21
    ? high * 2 ** 32 + view.getUint32(at, true)
    : view.getBigUint64(at, true);
}

/** What {@linkcode storeCode} and {@linkcode loadCode} call by name. */
export const SCALAR_SCOPE = { putWord, safe };

/** Whether a scalar has 64 bits, and is a number nevertheless. */
export function isWord(name: ScalarName): boolean {
  return name === "isize" || name === "usize";
}

/**
 * An `isize` or `usize` as a number.
 *
 * @param word What the runtime gave: a number, exact to ±2 ** 53, or a bigint.
 * @throws {UnreadableError} When no number is exact.
 */
export function safe(word: number | bigint): number {
  if (Number.isSafeInteger(word)) return word as number;
  const number = Number(word);
  if (Number.isSafeInteger(number)) return number;
  throw new UnreadableError(
    `the plugin gave ${word}, which no number holds exactly: look it up with ` +
      `"i64" or "u64" in place of "isize" or "usize" to get a bigint`,
  );
}
