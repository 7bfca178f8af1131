/**
 * Bit-fields in memory.
 *
 * Bits are counted from the least significant one of a byte: what compilers do
 * on all machines that are little-endian.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { type Check, SCALAR_CHECK } from "../check/argument_checks.ts";
import { safe } from "../value/scalar.ts";
import { SCALAR_SIZE } from "../notation/scalar_size.ts";
import type { ScalarName, Value } from "../value/value.ts";
import { checkMisfit, type Codec } from "./codec.ts";

/** The bits that an operator of numbers works with. */
const WORD = 32;

/**
 * The codec of a bit-field: it reads and writes its own bits only.
 *
 * @param name What errors call it.
 * @param value The bit-field's type: an integer or `bool`.
 * @param bits The first of its bits in its first byte, and how many there are.
 * @throws {PluginError} `bad_manifest` when the type cannot have them.
 */
export function bitFieldCodec(
  name: string,
  value: Value,
  [start, width]: readonly [number, number],
): Codec {
  const scalar = value.kind === "scalar" ? value.name : undefined;
  if (
    scalar === undefined || scalar === "f32" || scalar === "f64" ||
    width > (scalar === "bool" ? 1 : SCALAR_SIZE[scalar] * 8)
  ) {
    throw new PluginError(
      "bad_manifest",
      `Cannot read a manifest: ${name} has ${width} bits, which its type has not got`,
    );
  }
  const check = checkOf(scalar, width);
  const count = Math.ceil((start + width) / 8);
  // A number where one operator does it.
  const raw = start + width <= WORD
    ? smallBits(start, width, count)
    : largeBits(start, width, count);
  const [fromRaw, toRaw] = marshal(scalar, width);
  const read = (view: DataView, at: number): unknown =>
    fromRaw(raw.read(view, at));
  return {
    size: count,
    align: 1,
    parts: undefined,
    write(view, at, given) {
      if (!check.fits(given)) return false;
      raw.write(view, at, toRaw(given as number));
      return true;
    },
    read,
    live: read,
    glimpse: read,
    explain: (given) => checkMisfit(check, given),
  };
}

/** Bits as an unsigned integer. */
interface Bits {
  read(view: DataView, at: number): bigint;
  write(view: DataView, at: number, bits: bigint): void;
}

function smallBits(start: number, width: number, count: number): Bits {
  const mask = width === WORD ? -1 : (1 << width) - 1;
  const load = (view: DataView, at: number): number => {
    let word = 0;
    for (let i = 0; i < count; i++) word |= view.getUint8(at + i) << 8 * i;
    return word;
  };
  return {
    read: (view, at) => BigInt((load(view, at) >>> start & mask) >>> 0),
    write(view, at, bits) {
      const word = load(view, at) & ~(mask << start) |
        Number(bits) << start;
      for (let i = 0; i < count; i++) view.setUint8(at + i, word >>> 8 * i);
    },
  };
}

function largeBits(start: number, width: number, count: number): Bits {
  const first = BigInt(start);
  const mask = (1n << BigInt(width)) - 1n;
  const load = (view: DataView, at: number): bigint => {
    let word = 0n;
    for (let i = 0; i < count; i++) {
      word |= BigInt(view.getUint8(at + i)) << BigInt(8 * i);
    }
    return word;
  };
  return {
    read: (view, at) => load(view, at) >> first & mask,
    write(view, at, bits) {
      const word = load(view, at) & ~(mask << first) | bits << first;
      for (let i = 0; i < count; i++) {
        view.setUint8(at + i, Number(word >> BigInt(8 * i) & 0xffn));
      }
    },
  };
}

function isSigned(name: ScalarName): boolean {
  return name.startsWith("i");
}

/** What JavaScript sees for the bits, and the bits for what it gives. */
function marshal(
  name: ScalarName,
  width: number,
): [(bits: bigint) => unknown, (value: number | bigint | boolean) => bigint] {
  const own = (bits: bigint): bigint =>
    isSigned(name) ? BigInt.asIntN(width, bits) : bits;
  const toRaw = (value: number | bigint | boolean): bigint =>
    BigInt.asUintN(width, BigInt(value));
  switch (name) {
    case "bool":
      return [(bits) => bits !== 0n, toRaw];
    case "i64":
    case "u64":
      return [own, toRaw];
    case "isize":
    case "usize":
      return [(bits) => safe(own(bits)), toRaw];
    default:
      return [(bits) => Number(own(bits)), toRaw];
  }
}

/** The check of a value of so many bits. */
function checkOf(
  name: ScalarName,
  width: number,
): Check & { fits(value: unknown): boolean } {
  const whole = SCALAR_CHECK[name];
  if (name === "bool") {
    return { ...whole, fits: (value) => typeof value === "boolean" };
  }
  const from = isSigned(name) ? -(2n ** BigInt(width - 1)) : 0n;
  const to = from + 2n ** BigInt(width) - 1n;
  const isLarge = SCALAR_SIZE[name] === 8;
  return {
    ...whole,
    wanted: isLarge
      ? `a bigint from ${from} to ${to}, or a safe integer`
      : `an integer from ${from} to ${to}`,
    fits: (value) =>
      typeof value === "number"
        ? Number.isSafeInteger(value) && value >= from && value <= to
        : isLarge && typeof value === "bigint" && value >= from && value <= to,
  };
}
