/**
 * NUL-terminated texts that are not UTF-8: what C has as `char16_t *`,
 * `wchar_t *`, and `char *` in Latin-1.
 *
 * What is no Unicode comes out as U+FFFD, a character for each unit, and does
 * not go in.
 *
 * @module
 */

import type { Encoding } from "../notation/type.ts";
import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { isSanitized } from "../runtime/sanitizer.ts";
import { displace } from "../runtime/space.ts";

/** Units as they lie in memory. */
type UnitArray = Uint8Array | Uint16Array | Uint32Array;

/** Reads and writes the units of one encoding. */
interface Units {
  /** Bytes of a unit. */
  readonly size: 1 | 2 | 4;
  readonly array: new (
    buffer: ArrayBuffer,
    at?: number,
    length?: number,
  ) => UnitArray;
  /** The units of a text; undefined where it has other characters. */
  encode(text: string): ArrayLike<number> | undefined;
  decode(units: UnitArray): string;
}

/** Most arguments that a function is called with here. */
const PART = 4096;

/** Joins what is made of a part of some units at a time. */
function inParts(
  units: UnitArray,
  make: (...part: number[]) => string,
): string {
  let text = "";
  for (let at = 0; at < units.length; at += PART) {
    const part = units.subarray(at, at + PART) as ArrayLike<number>;
    text += make.apply(undefined, part as number[]);
  }
  return text;
}

/** Made when it is needed: on Node that takes as long as a hundred texts. */
let utf16: TextDecoder | undefined;

function decodeUtf16(units: UnitArray): string {
  utf16 ??= new TextDecoder("utf-16le", { ignoreBOM: true });
  return utf16.decode(units);
}

function codeUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

const UNITS: Readonly<Record<Encoding, Units>> = {
  latin1: {
    size: 1,
    array: Uint8Array,
    encode(text) {
      const units = codeUnits(text);
      return units.every((unit) => unit <= 0xff) ? units : undefined;
    },
    decode: (units) => inParts(units, String.fromCharCode),
  },
  utf16: {
    size: 2,
    array: Uint16Array,
    encode: (text) => text.isWellFormed() ? codeUnits(text) : undefined,
    decode: decodeUtf16,
  },
  utf32: {
    size: 4,
    array: Uint32Array,
    encode: (text) =>
      text.isWellFormed()
        ? Array.from(text, (character) => character.codePointAt(0)!)
        : undefined,
    decode: (units) => inParts(units.map(scalarOr), String.fromCodePoint),
  },
};

/** A code point, or the replacement character for what is none. */
function scalarOr(unit: number): number {
  return unit > 0x10ffff || unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit;
}

/** What is wanted of a text in an encoding, for a person. */
export function wantedIn(encoding: Encoding): string {
  return encoding === "latin1"
    ? "a string of characters up to U+00FF without NUL"
    : "a well-formed string without NUL";
}

/** Bytes of a unit of an encoding. */
export function unitSize(encoding: Encoding): number {
  return UNITS[encoding].size;
}

/**
 * A text and its NUL, in memory of its own, which does not move.
 *
 * @returns Undefined where the text cannot be written so.
 */
export function encodeText(
  text: string,
  encoding: Encoding,
): Uint8Array<ArrayBuffer> | undefined {
  const { size, array, encode } = UNITS[encoding];
  const units = text.includes("\0") ? undefined : encode(text);
  if (units === undefined) return undefined;
  const bytes = size * (units.length + 1);
  const buffer = new ArrayBuffer(Math.max(bytes, 8));
  new array(buffer).set(units);
  return new Uint8Array(buffer, 0, bytes);
}

/**
 * The text in some bytes.
 *
 * @param isEnded Whether a NUL ends it.
 */
export function decodeText(
  bytes: Uint8Array,
  encoding: Encoding,
  isEnded = false,
): string {
  const { size, array, decode } = UNITS[encoding];
  const length = Math.floor(bytes.length / size);
  // A copy, at a multiple of everything.
  const units = new array(bytes.slice(0, length * size).buffer);
  const end = isEnded ? units.indexOf(0) : -1;
  return decode(end < 0 ? units : units.subarray(0, end));
}

/** The memory that is there is there in pages of at least so many bytes. */
const PAGE = 4096;

/** Bytes that are looked at first. */
const FIRST = 128;

/**
 * The text at an address, up to its NUL: nothing is read of a page that the text
 * does not reach. A sanitizer reports what lies behind the text in its last page,
 * which is why each unit is read alone there.
 */
export function textAt(address: Address, encoding: Encoding): string {
  const { size, array } = UNITS[encoding];
  let bytes = new Uint8Array(FIRST);
  const most = isSanitized() ? size : Infinity;
  for (let length = 0;;) {
    if (length === bytes.length) bytes = twiceAsLong(bytes);
    const from = displace(address, length);
    const left = PAGE - Number(BigInt.asUintN(64, BigInt(from)) % BigInt(PAGE));
    const part = bytes.subarray(length, length + Math.min(left, most));
    adapter.copy(from, part);
    // A unit may lie across the end of what was there.
    const before = length - length % size;
    length += part.length;
    const count = Math.floor((length - before) / size);
    const end = new array(bytes.buffer, before, count).indexOf(0);
    if (end >= 0) {
      return decodeText(bytes.subarray(0, before + end * size), encoding);
    }
  }
}

function twiceAsLong(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(2 * bytes.length);
  longer.set(bytes);
  return longer;
}
