/**
 * The values that cross between JavaScript and native code.
 *
 * @module
 */

/** What a runtime's own calls take and give. The closed list that generated code is made from. */
export type Primitive =
  | "void"
  | "bool"
  | "i8"
  | "u8"
  | "i16"
  | "u16"
  | "i32"
  | "u32"
  | "i64"
  | "u64"
  | "isize"
  | "usize"
  | "f32"
  | "f64"
  /** An {@linkcode Address}. */
  | "address"
  /** The address of a NUL-terminated text, or null, as the adapter reads it; only out of the plugin. */
  | "text"
  /** An `ArrayBuffer` or a view of one; only as a parameter. */
  | "buffer";

/**
 * An address as the runtime passes it: on Bun a number where one is exact,
 * otherwise a bigint. Two that are equal are the same value.
 */
export type Address = number | bigint;

/** A function as the runtime binds it: nothing is checked. */
// deno-lint-ignore no-explicit-any -- its parameters are only known to generated code
export type RawFunction = (...args: any[]) => any;
