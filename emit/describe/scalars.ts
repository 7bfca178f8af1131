/**
 * The notation of scalars, and the words for what has none.
 *
 * @module
 */

import type { Constant } from "../../ffi/manifest/manifest.ts";
import {
  basic,
  type BasicName,
  type BasicType,
} from "../../ffi/notation/type.ts";
import {
  DW_ATE_address,
  DW_ATE_boolean,
  DW_ATE_complex_float,
  DW_ATE_float,
  DW_ATE_imaginary_float,
  DW_ATE_signed,
  DW_ATE_signed_char,
  DW_ATE_unsigned,
  DW_ATE_unsigned_char,
  DW_ATE_UTF,
} from "../dwarf/dw_constants.ts";
import { type BaseType, type CType, strip } from "../dwarf/c_type.ts";

/** A type that cannot cross into JavaScript. */
export interface NoValue {
  readonly kind: "none";
  /** Why, as a clause: `"long double has no JavaScript value"`. */
  readonly reason: string;
}

/** The type of that name has no JavaScript value. */
export function noValue(name: string): NoValue {
  return { kind: "none", reason: `${name} has no JavaScript value` };
}

/** Typedefs that say more than the integer they stand for. */
const MEANING: ReadonlyMap<string, BasicName> = new Map([
  ["size_t", "usize"],
  ["rsize_t", "usize"], // C11, Annex K
  ["uintptr_t", "usize"],
  ["ssize_t", "isize"],
  ["__ssize_t", "isize"],
  ["ptrdiff_t", "isize"],
  ["intptr_t", "isize"],
]);

/** What a typedef's name says about the integer behind it, if anything. */
export function meaningOf(name: string, of: CType): BasicType | undefined {
  const meaning = MEANING.get(name);
  if (meaning === undefined) return undefined;
  // Anybody may define a `size_t` of their own; only the real one counts.
  const { type } = strip(of);
  if (type.kind !== "base") return undefined;
  const scalar = scalarOf(type);
  const wanted = meaning === "usize" ? "u64" : "i64";
  return scalar.kind === "basic" && scalar.name === wanted
    ? basic(meaning)
    : undefined;
}

/** The notation of a base type. */
export function scalarOf(type: BaseType): BasicType | NoValue {
  // Rust's and Zig's own names; C's compilers call no type so.
  if (type.size === 8 && (type.name === "usize" || type.name === "isize")) {
    return basic(type.name);
  }
  if (/^(?:[iu]128|f(?:16|80|128))$/.test(type.name)) {
    return noValue(type.name);
  }
  // Nobody says what is in the bits that it has not.
  if (/\b_(?:BitInt|ExtInt)\b/.test(type.name)) return noValue(type.name);
  switch (type.encoding) {
    case DW_ATE_boolean:
      return type.size === 1 ? basic("bool") : integer(type, "u");
    case DW_ATE_signed:
    case DW_ATE_signed_char:
      return integer(type, "i");
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
    case DW_ATE_address:
      return integer(type, "u");
    case DW_ATE_float:
      if (type.size === 4) return basic("f32");
      if (type.size === 8) return basic("f64");
      return noValue(floatName(type));
    case DW_ATE_complex_float:
      return noValue(`${complexPart(type.size)} _Complex`);
    case DW_ATE_imaginary_float:
      return noValue(`${complexPart(type.size * 2)} _Imaginary`);
    default:
      return noValue(type.name || "a number of an unknown kind");
  }
}

/** The integer of that sign and size. */
export function integer(
  type: { readonly size: number; readonly name?: string | undefined },
  sign: "i" | "u",
): BasicType | NoValue {
  switch (type.size) {
    case 1:
      return basic(`${sign}8`);
    case 2:
      return basic(`${sign}16`);
    case 4:
      return basic(`${sign}32`);
    case 8:
      return basic(`${sign}64`);
    case 16:
      return noValue(sign === "u" ? "unsigned __int128" : "__int128");
    default:
      return noValue(type.name || `an integer of ${type.size} bytes`);
  }
}

// Compilers spell these differently, so the names are not theirs.

function floatName(type: BaseType): string {
  if (/128/.test(type.name)) return "_Float128";
  if (/bf16/.test(type.name)) return "__bf16";
  if (type.size === 2) return "_Float16";
  return type.size >= 10 ? "long double" : type.name || "a float";
}

function complexPart(size: number): string {
  if (size === 4) return "_Float16";
  return size === 8 ? "float" : size === 16 ? "double" : "long double";
}

/** A whole number of at most 64 bits, as a manifest writes it. */
export function integerConstant(value: bigint): Constant {
  const number = Number(value);
  return Number.isSafeInteger(number)
    ? number
    : { type: value < 0n ? "i64" : "u64", value: String(value) };
}
