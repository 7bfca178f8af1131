/**
 * How many bytes a scalar and an address take in memory.
 *
 * @module
 */

import type { BasicName } from "./type.ts";

/** Bytes of an address. */
export const ADDRESS_SIZE = 8;

/** Bytes of each scalar, which it lies at a multiple of too. */
export const SCALAR_SIZE = {
  bool: 1,
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  isize: 8,
  usize: 8,
  f32: 4,
  f64: 8,
} as const satisfies Partial<Record<BasicName, number>>;
