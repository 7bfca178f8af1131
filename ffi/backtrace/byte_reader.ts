/**
 * Reads numbers out of bytes that nobody vouches for: where there are none left,
 * it throws a `RangeError`, and whoever asked does without.
 *
 * @module
 */

const utf8 = new TextDecoder();

/** Most bytes of a text: what decompresses is mostly longer than its file, and has no NUL where somebody wants it so. */
const MOST_TEXT = 2 ** 16;

/** A place in some bytes that moves forward as they are read. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Offset of the next byte. */
  at: number;
  /** Offset of the first that is not to be read. */
  readonly end: number;

  /**
   * @param bytes What to read.
   * @param at Where to begin.
   * @param end Where to end.
   */
  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    if (!(at >= 0 && at <= end && end <= bytes.length)) throw short();
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, end);
    this.at = at;
    this.end = end;
  }

  /** Moves over some bytes, and gives where the first of them was. */
  skip(count: number): number {
    const { at } = this;
    if (!(count >= 0 && count <= this.end - at)) throw short();
    this.at += count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  /** 64 bits: exact up to 2 ** 53, which no address and no size exceeds. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  i64(): number {
    return Number(this.#view.getBigInt64(this.skip(8), true));
  }

  /** LEB128 without a sign. */
  uleb(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** LEB128 with a sign. */
  sleb(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 128 : value;
    }
  }

  /** The text up to the next NUL, which is not far. */
  text(): string {
    const { at } = this;
    const most = this.#bytes.subarray(at, Math.min(this.end, at + MOST_TEXT));
    const size = most.indexOf(0);
    if (size < 0) throw short();
    this.at += size + 1;
    return utf8.decode(most.subarray(0, size));
  }

  /** What is left, to be read again. */
  copy(): ByteReader {
    return new ByteReader(this.#bytes, this.at, this.end);
  }

  /** The bytes behind their length. */
  block(): ByteReader {
    const length = this.uleb();
    const start = this.skip(length);
    return new ByteReader(this.#bytes, start, start + length);
  }
}

/** What begins with its length, as DWARF has it. */
export interface Unit {
  /** What follows the length. */
  readonly bytes: ByteReader;
  /** Whether offsets in it have 64 bits. */
  readonly is64: boolean;
  /** Where it begins, its length included. */
  readonly at: number;
}

/** One unit after the other, as far as they are whole, from a place on. */
export function* units(bytes: Uint8Array, from = 0): Generator<Unit> {
  const all = new ByteReader(bytes, from);
  while (all.end - all.at >= 4) {
    const { at } = all;
    let length = all.u32();
    const is64 = length === 0xffffffff;
    try {
      if (is64) length = all.u64();
      const start = all.skip(length);
      yield { bytes: new ByteReader(bytes, start, start + length), is64, at };
    } catch {
      return;
    }
  }
}

function short(): RangeError {
  return new RangeError("the bytes end too early");
}
