/**
 * Reads little-endian numbers, LEB128 and strings out of bytes that nobody vouches for.
 *
 * @module
 */

import { EmitError, type EmitErrorCode } from "../error.ts";
import { Budget } from "./budget.ts";

/** A named run of bytes: a section of a library, or the whole file. */
export class Section {
  /** What errors call it: `".debug_info"`. */
  readonly name: string;
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** The same bytes, for numbers. */
  readonly view: DataView;
  /** The file they are from, for errors. */
  readonly path: string;
  /** The code of the errors that reading them throws. */
  readonly code: EmitErrorCode;
  /** What the texts that are read out of it may come to. */
  readonly texts: Budget;

  /**
   * @param name What errors call it.
   * @param bytes The bytes.
   * @param path The file they are from, for errors.
   * @param code The code of the errors that reading them throws.
   * @param texts What the texts that are read out of it may come to; shared by
   * the sections of one file.
   */
  constructor(
    name: string,
    bytes: Uint8Array,
    path: string,
    code: EmitErrorCode,
    texts = Budget.forTexts(bytes.length),
  ) {
    this.name = name;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.path = path;
    this.code = code;
    this.texts = texts;
  }

  /**
   * The error that says what is wrong at a place in this section.
   *
   * @param at Offset in the section.
   * @param detail What is there and what was wanted.
   * @returns The error, to be thrown.
   */
  error(at: number, detail: string): EmitError {
    const place = `${this.name}+0x${Math.max(0, at).toString(16)}`;
    return new EmitError(
      this.code,
      `Cannot read ${JSON.stringify(this.path)}: ${place} ${detail}`,
      { path: this.path, at: place },
    );
  }
}

/**
 * A place in a {@linkcode Section} that moves forward as it is read.
 *
 * Every method throws the section's error when the bytes end before the value
 * does, so the code that reads a format has no branches for it.
 */
export class Cursor {
  /** What is read. */
  readonly section: Section;
  /** Offset of the next byte. */
  at: number;
  /** Offset of the first byte that is not to be read. */
  readonly end: number;

  /**
   * @param section What to read.
   * @param at Offset to start at.
   * @param end Offset to stop before.
   */
  constructor(section: Section, at = 0, end = section.bytes.length) {
    if (!(end <= section.bytes.length && at >= 0 && at <= end)) {
      throw section.error(
        at,
        `lies outside: the section has ${section.bytes.length} bytes`,
      );
    }
    this.section = section;
    this.at = at;
    this.end = end;
  }

  /** Moves over `count` bytes and gives the offset of the first. */
  skip(count: number): number {
    const from = this.at;
    // Also refuses NaN and negative counts, which would move the cursor back.
    if (!(count >= 0 && count <= this.end - from)) throw this.#short(count);
    this.at = from + count;
    return from;
  }

  u8(): number {
    return this.section.bytes[this.skip(1)]!;
  }

  i8(): number {
    return this.section.view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.section.view.getUint16(this.skip(2), true);
  }

  i16(): number {
    return this.section.view.getInt16(this.skip(2), true);
  }

  u24(): number {
    const low = this.u16();
    return low | this.u8() << 16;
  }

  u32(): number {
    return this.section.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.section.view.getInt32(this.skip(4), true);
  }

  /** 64 bits as a number: exact up to 2^53, which no offset or size of a file exceeds. */
  u64(): number {
    const at = this.skip(8);
    const { view } = this.section;
    return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  }

  /** 64 bits, exactly. */
  big64(): bigint {
    return this.section.view.getBigUint64(this.skip(8), true);
  }

  /** Unsigned LEB128 as a number: exact up to 2^53, larger ones only near. */
  uleb(): number {
    const { bytes } = this.section;
    let at = this.at;
    // One byte is by far the most frequent length.
    const first = at < this.end ? bytes[at]! : 0x80;
    if (first < 0x80) {
      this.at = at + 1;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (;;) {
      if (at >= this.end) throw this.#short(1);
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
      if (at - this.at > MAX_LEB) throw this.#leb();
    }
    this.at = at;
    return value;
  }

  /** Signed LEB128, exactly. */
  sleb(): bigint {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return byte & 0x40 ? value - (1n << (shift + 7n)) : value;
      }
      if (shift > 7n * BigInt(MAX_LEB)) throw this.#leb();
    }
  }

  /** Unsigned LEB128, exactly. */
  bigUleb(): bigint {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      if (shift > 7n * BigInt(MAX_LEB)) throw this.#leb();
    }
  }

  /** Moves over a LEB128 of either sign. */
  skipLeb(): void {
    const { bytes } = this.section;
    do {
      if (this.at >= this.end) throw this.#short(1);
    } while (bytes[this.at++]! >= 0x80);
  }

  /** The next `count` bytes, not copied. */
  bytes(count: number): Uint8Array {
    const from = this.skip(count);
    return this.section.bytes.subarray(from, from + count);
  }

  /** Moves over a string and its NUL. */
  skipString(): void {
    const nul = this.section.bytes.indexOf(0, this.at);
    if (nul < 0 || nul >= this.end) {
      throw this.section.error(this.at, "has a string without an end");
    }
    this.at = nul + 1;
  }

  /** The text up to the next NUL, as UTF-8. */
  string(): string {
    const from = this.at;
    this.skipString();
    if (!this.section.texts.spend(this.at - from)) {
      throw this.section.error(
        from,
        "has names that repeat each other more often than any compiler's",
      );
    }
    return decode(this.section.bytes, from, this.at - 1);
  }

  /** The error that says what is wrong at the next byte. */
  error(detail: string): EmitError {
    return this.section.error(this.at, detail);
  }

  #short(count: number): EmitError {
    return this.error(
      `ends too early: ${count} bytes wanted, ${this.end - this.at} are left`,
    );
  }

  #leb(): EmitError {
    return this.error(`has a LEB128 of more than ${MAX_LEB} bytes`);
  }
}

/** Longest LEB128, in bytes: assemblers pad the ten that 64 bits need. */
const MAX_LEB = 20;

const utf8 = new TextDecoder();

/** UTF-8 text; the short ASCII names that debug information is full of cost no call of the decoder. */
function decode(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 32) return utf8.decode(bytes.subarray(from, to));
  let text = "";
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return utf8.decode(bytes.subarray(from, to));
    text += String.fromCharCode(byte);
  }
  return text;
}
