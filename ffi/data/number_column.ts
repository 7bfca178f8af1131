/**
 * Columns of numbers that no scalar is: integers of any size, complex numbers.
 *
 * @module
 */

import { type Column, wholeMisfit } from "./column.ts";

/** Most bytes of an integer. */
const MAX_INTEGER_SIZE = 2 ** 20;

/** The magnitude of an integer in bytes, the least first. */
function bytesOf(value: bigint): Uint8Array {
  let digits = (value < 0n ? -value : value).toString(16);
  if (value === 0n) return new Uint8Array(0);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const from = digits.length - 2 * i - 2;
    bytes[i] = parseInt(digits.slice(from, from + 2), 16);
  }
  return bytes;
}

function integerOf(bytes: Uint8Array, isNegative: boolean): bigint {
  if (bytes.length === 0) return 0n;
  let digits = "0x";
  for (let i = bytes.length - 1; i >= 0; i--) {
    digits += bytes[i]!.toString(16).padStart(2, "0");
  }
  const magnitude = BigInt(digits);
  return isNegative ? -magnitude : magnitude;
}

const WANTED_INTEGER = "a bigint, or a safe integer";

function isInteger(value: unknown): value is bigint | number {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

/** Integers of any size: twice the bytes of each magnitude, plus 1 if it is negative (u32); then the magnitudes. */
export const BIGINTS: Column = {
  wanted: WANTED_INTEGER,
  write(packet, values) {
    const n = values.length;
    const at = packet.column(n * 4);
    const parts: Uint8Array[] = [];
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (!isInteger(value)) return false;
      const bytes = bytesOf(BigInt(value));
      if (bytes.length > MAX_INTEGER_SIZE) return false;
      parts.push(bytes);
      sum += bytes.length;
      packet.view.setUint32(
        at + i * 4,
        bytes.length * 2 + (value < 0 ? 1 : 0),
        true,
      );
    }
    let start = packet.column(sum);
    for (const part of parts) {
      new Uint8Array(packet.view.buffer, start, part.length).set(part);
      start += part.length;
    }
    return true;
  },
  read(packet, n) {
    const at = packet.column(n * 4);
    const { view } = packet;
    const words = Array.from(
      { length: n },
      (_, i) => view.getUint32(at + i * 4, true),
    );
    const sum = words.reduce((sum, word) => sum + (word >>> 1), 0);
    let start = packet.column(sum) + view.byteOffset;
    return words.map((word) => {
      const bytes = new Uint8Array(view.buffer, start, word >>> 1);
      start += bytes.length;
      return integerOf(bytes, word % 2 === 1);
    });
  },
  explain: (value) =>
    isInteger(value)
      ? bytesOf(BigInt(value)).length > MAX_INTEGER_SIZE
        ? wholeMisfit(`at most ${MAX_INTEGER_SIZE} bytes`, value, true)
        : undefined
      : wholeMisfit(WANTED_INTEGER, value, typeof value === "number"),
};

const WANTED_COMPLEX = 'an object with numbers "re" and "im", or a number';

function partsOf(value: unknown): [number, number] | undefined {
  if (typeof value === "number") return [value, 0];
  if (typeof value !== "object" || value === null) return undefined;
  const { re, im } = value as { re: unknown; im: unknown };
  return typeof re === "number" && typeof im === "number"
    ? [re, im]
    : undefined;
}

/** Complex numbers: real and imaginary part of each, as f64. */
export const COMPLEXES: Column = {
  wanted: WANTED_COMPLEX,
  write(packet, values) {
    const n = values.length;
    const at = packet.column(n * 16);
    for (let i = 0; i < n; i++) {
      const parts = partsOf(values[i]);
      if (parts === undefined) return false;
      packet.view.setFloat64(at + i * 16, parts[0], true);
      packet.view.setFloat64(at + i * 16 + 8, parts[1], true);
    }
    return true;
  },
  read(packet, n) {
    const at = packet.column(n * 16);
    const { view } = packet;
    return Array.from({ length: n }, (_, i) => ({
      re: view.getFloat64(at + i * 16, true),
      im: view.getFloat64(at + i * 16 + 8, true),
    }));
  },
  explain: (value) =>
    partsOf(value) === undefined
      ? wholeMisfit(WANTED_COMPLEX, value)
      : undefined,
};
