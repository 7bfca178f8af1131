/**
 * The numbers of C by the names that `std::ffi` has for them.
 *
 * @module
 */

/** What they are wherever Rust runs. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  c_double: "f64",
  c_float: "f32",
  c_int: "i32",
  c_longlong: "i64",
  c_schar: "i8",
  c_short: "i16",
  c_uchar: "u8",
  c_uint: "u32",
  c_ulonglong: "u64",
  c_ushort: "u16",
};

/** Targets whose addresses are of 64 bits by their first word, */
const ADDRESS_OF_64_BITS = /^(?:[^-]*64|amdgcn|bpf|s390x|sparcv9)/;

/** but not these, and on Windows `long` is of 32 all the same. */
const LONG_OF_32_BITS = /^arm64_32|ilp32|x32$|-windows/;

/** Targets whose `char` has a sign. */
const SIGNED_CHAR = /^(?:x86_64|i.86|sparc|mips|loongarch)|-apple-|-windows/;

/**
 * A number of C as one of Rust's own.
 *
 * @param name Such as `c_long`.
 * @param triple The target; where it is unknown, so are those that differ.
 * @returns Such as `i64`; undefined when it is none.
 */
export function numberOfC(
  name: string,
  triple: string | undefined,
): string | undefined {
  if (Object.hasOwn(EVERYWHERE, name)) return EVERYWHERE[name];
  if (triple === undefined) return undefined;
  const bits = ADDRESS_OF_64_BITS.test(triple) && !LONG_OF_32_BITS.test(triple)
    ? 64
    : 32;
  switch (name) {
    case "c_char":
      return SIGNED_CHAR.test(triple) ? "i8" : "u8";
    case "c_long":
      return `i${bits}`;
    case "c_ulong":
      return `u${bits}`;
    default:
      return undefined;
  }
}
