/**
 * Where the arguments of a call go: registers, and the stack behind them.
 *
 * `native/support.h` has the same offsets, in `struct plugin_call`.
 *
 * @module
 */

import { ADDRESS_SIZE, SCALAR_SIZE } from "../notation/scalar_size.ts";
import { roundUp } from "../notation/sequence.ts";
import type { SupportHost } from "./host.ts";
import type { Primitive } from "./primitive.ts";

/** Bytes of a call. */
export const CALL_SIZE = 592;
/** Where the result lies, and where the arguments in registers for integers begin. */
export const RESULT = 8;
export const INTEGERS = 16;
const FLOATS = 80;
/** Where arguments on the stack begin. */
export const STACK = 144;
const STACK_WORDS = 56;
const FLOAT_REGISTERS = 8;
/** Added to the kind of a result. */
const HAS_FLOATS = 4;

/** How arguments are placed on this machine. */
export interface Convention {
  /** Registers for integers. */
  readonly integers: number;
  /** Whether arguments on the stack take no more than their size. */
  readonly isPacked: boolean;
}

/** The views of a call's memory, as generated code calls them. */
export interface Views {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

/** A call of one signature. */
export interface Placed {
  /** Statements that put the arguments `a0`, `a1`… in their places. */
  readonly stores: string;
  /** The expression of the result. */
  readonly result: string;
  /** Its kind, as the library counts. */
  readonly kind: number;
  /** The library's function for that kind. */
  readonly symbol: string;
}

/** Bytes of an argument. */
const SIZE: Readonly<Record<Primitive, number>> = {
  ...SCALAR_SIZE,
  void: 0,
  address: ADDRESS_SIZE,
  text: ADDRESS_SIZE,
  buffer: ADDRESS_SIZE,
};

const LOADS = ["INTEGERS", "REGISTERS", "STACK_8", "STACK_56"] as const;
const RESULTS = ["INTEGER", "DOUBLE", "FLOAT"] as const;

/** Makes the views of a call's memory. */
export function viewsOf(buffer: ArrayBuffer): Views {
  return {
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
    f32: new Float32Array(buffer),
    f64: new Float64Array(buffer),
  };
}

/**
 * Places the arguments of one signature.
 *
 * @returns Undefined where there are too many, or one that only the runtime can pass.
 */
export function place(
  params: readonly Primitive[],
  result: Primitive,
  convention: Convention,
  host: Pick<SupportHost, "results">,
): Placed | undefined {
  if (params.includes("buffer")) return undefined;
  const { places, stack } = placesOf(params, convention);
  if (stack > STACK_WORDS * 8) return undefined;
  const load = stack > 64 ? 3 : stack > 0 ? 2 : hasFloats(params) ? 1 : 0;
  const kind = resultKind(result);
  return {
    stores: params.map((param, index) =>
      store(param, places[index]!, `a${index}`)
    ).join("\n  "),
    result: read(result, RESULT, host.results),
    kind: load * 3 + kind,
    symbol: `plugin_call_${LOADS[load]}_${RESULTS[kind]}`,
  };
}

/**
 * How a function that JavaScript answers gives its result.
 *
 * @returns Undefined where its arguments do not fit into registers.
 */
export function kindOf(
  params: readonly Primitive[],
  result: Primitive,
  convention: Convention,
): number | undefined {
  if (placesOf(params, convention).stack > 0) return undefined;
  return resultKind(result) + (hasFloats(params) ? HAS_FLOATS : 0);
}

/**
 * The other way round: JavaScript is called, and its arguments lie in memory.
 *
 * @param call The function's name.
 * @returns The statement that calls it with them, and leaves its result there.
 */
export function answerOf(
  call: string,
  params: readonly Primitive[],
  result: Primitive,
  convention: Convention,
  host: Pick<SupportHost, "results">,
): string {
  const { places } = placesOf(params, convention);
  const args = params.map((param, index) =>
    read(param, places[index]!, host.results)
  );
  const given = `${call}(${args.join(", ")})`;
  return result === "void"
    ? `${given};`
    : `const r = ${given}; ${store(result, RESULT, "r")}`;
}

/** Where each argument goes, and how many bytes of the stack they take. */
function placesOf(
  params: readonly Primitive[],
  { integers, isPacked }: Convention,
): { readonly places: readonly number[]; readonly stack: number } {
  let integer = 0;
  let float = 0;
  let stack = 0;
  const places = params.map((param) => {
    if (isFloat(param)) {
      if (float < FLOAT_REGISTERS) return FLOATS + 8 * float++;
    } else if (integer < integers) return INTEGERS + 8 * integer++;
    const size = isPacked ? SIZE[param] : ADDRESS_SIZE;
    const at = roundUp(stack, size);
    stack = at + size;
    return STACK + at;
  });
  return { places, stack };
}

function isFloat(primitive: Primitive): boolean {
  return primitive === "f32" || primitive === "f64";
}

function hasFloats(params: readonly Primitive[]): boolean {
  return params.some(isFloat);
}

function resultKind(result: Primitive): number {
  return result === "f64" ? 1 : result === "f32" ? 2 : 0;
}

function store(param: Primitive, at: number, x: string): string {
  switch (param) {
    case "f64":
      return `f64[${at / 8}] = ${x};`;
    case "f32":
      return `f32[${at / 4}] = ${x};`;
    case "i64":
    case "u64":
    case "isize":
    case "usize":
    case "address":
    case "text":
      return `u64[${
        at / 8
      }] = typeof ${x} === "bigint" ? ${x} : BigInt(${x} ?? 0);`;
    default:
      // Small integers fill 32 bits: that much of a register is the callee's to read.
      return at % 4 === 0
        ? `i32[${at / 4}] = ${x};`
        : `bytes.set${
          SIZE[param] === 1 ? "Int8" : "Int16"
        }(${at}, ${x}, true);`;
  }
}

/** The expression of what lies somewhere. */
function read(
  result: Primitive,
  at: number,
  results: SupportHost["results"],
): string {
  const low = `i32[${at / 4}]`;
  const high = `i32[${at / 4 + 1}]`;
  const word = `${high} * 0x100000000 + u32[${at / 4}]`;
  switch (result) {
    case "void":
      return "undefined";
    case "bool":
      return results.bool(`${low} & 255`);
    case "i8":
      return `${low} << 24 >> 24`;
    case "u8":
      return `${low} & 255`;
    case "i16":
      return `${low} << 16 >> 16`;
    case "u16":
      return `${low} & 65535`;
    case "i32":
      return low;
    case "u32":
      return `u32[${at / 4}]`;
    case "i64":
      return `i64[${at / 8}]`;
    case "u64":
      return `u64[${at / 8}]`;
    // A number where it is exact: a bigint would have to be made.
    case "isize":
      return `(${high} < 0x200000 && ${high} >= -0x200000) ? ${word} : i64[${
        at / 8
      }]`;
    case "usize":
      return `(${high} < 0x200000 && ${high} >= 0) ? ${word} : u64[${at / 8}]`;
    case "f32":
      return `f32[${at / 4}]`;
    case "f64":
      return `f64[${at / 8}]`;
    case "text":
      return results.text(`u64[${at / 8}]`);
    default:
      return results.address(`u64[${at / 8}]`);
  }
}
