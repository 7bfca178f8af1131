/**
 * Packets: one block of memory for a whole value, and how much one may say that it
 * has.
 *
 * ```text
 * packet  = header, columns, text
 * header  = u32 bytes of the columns, u32 bytes of the text, u32 flags, u32 0
 * columns = one after the other, each at a multiple of 8
 * text    = every text of the value, UTF-8, one behind the other
 * ```
 *
 * A packet holds no offsets: the type and the counts in it say where everything
 * lies. Columns and not rows, and one block of text, because that is what
 * engines read and write fastest: four to eight times faster than JSON.
 * Everything is little-endian.
 *
 * @module
 */

import { nextWord } from "../notation/sequence.ts";
import { MAX_ELEMENTS } from "../runtime/views.ts";
import { CycleError, sizeWrittenOut } from "./cycle.ts";

/** Bytes before the columns. */
export const HEADER_SIZE = 16;

/** The flag of a packet whose text is ASCII: its lengths count bytes as well as UTF-16 code units. */
export const IS_ASCII = 1;

/** Most bytes of a packet: what its header can say. */
export const MAX_PACKET_SIZE = 2 ** 31 - 8;

const FIRST_SIZE = 1024;

/** Largest buffer that is kept for the next packet. */
const MAX_KEPT_SIZE = 2 ** 16;

/** Bytes or elements of a value that is looked at for cycles. */
const LARGE = 2 ** 22;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A packet that is being written. */
export class PacketWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #at = HEADER_SIZE;
  #texts: string[] = [];
  /** Objects and callbacks that must live for as long as the packet is used. */
  held: unknown[] = [];
  /** The value that is written. */
  #root: unknown;
  #isTree = false;

  /** The memory of the columns. */
  get view(): DataView {
    return this.#view;
  }

  /**
   * Makes room for a column.
   *
   * @param size The column's bytes.
   * @returns Where it begins in {@linkcode view}, which may be another one than before.
   * @throws {SizeError} When the packet would grow beyond {@linkcode MAX_PACKET_SIZE}.
   */
  column(size: number): number {
    const start = nextWord(this.#at);
    this.#reserve(start + size);
    // What lies between is the same for the same value.
    for (let at = this.#at; at < start; at++) this.#bytes[at] = 0;
    this.#at = start + size;
    return start;
  }

  /**
   * Says what value comes next.
   *
   * @param root Looked at once more if it turns out to be large.
   */
  begin(root: unknown): void {
    this.#root = root;
    this.#isTree = false;
  }

  /**
   * Sees to it that a value that grows large will end, and soon: one that
   * contains a part twice on each level doubles, long before the depth is counted.
   *
   * @param size Bytes, or elements, so far.
   * @throws {CycleError} When it never ends.
   * @throws {SizeError} When it has more elements than are written.
   */
  expect(size: number): void {
    if (size < LARGE || this.#isTree && size < MAX_ELEMENTS) return;
    const elements = this.#isTree ? size : sizeWrittenOut(this.#root);
    if (elements === Infinity) throw new CycleError();
    if (Math.max(size, elements) >= MAX_ELEMENTS) {
      throw new SizeError(
        `fewer than ${MAX_ELEMENTS} elements, counting each as often as it occurs`,
      );
    }
    this.#isTree = true;
  }

  /** Adds a text to the block; its length goes into a column. */
  text(text: string): void {
    this.#texts.push(text);
  }

  /**
   * Ends the packet.
   *
   * @returns Its bytes, valid until the next packet is begun; undefined where a
   * text is not well-formed.
   */
  end(): Uint8Array<ArrayBuffer> | undefined {
    const columns = this.#at - HEADER_SIZE;
    const texts = this.#texts;
    const text = texts.length === 1 ? texts[0]! : texts.join("");
    // Halves of a character in two texts would make a whole one of both.
    if (!text.isWellFormed()) return undefined;
    this.#reserve(this.#at + text.length * 3);
    const { written } = encoder.encodeInto(
      text,
      this.#bytes.subarray(this.#at),
    );
    const isAscii = written === text.length;
    if (!isAscii && texts.some((text) => !text.isWellFormed())) {
      return undefined;
    }
    this.#view.setUint32(0, columns, true);
    this.#view.setUint32(4, written, true);
    this.#view.setUint32(8, isAscii ? IS_ASCII : 0, true);
    this.#view.setUint32(12, 0, true);
    return this.#bytes.subarray(0, this.#at + written);
  }

  /** Makes it empty again. */
  clear(): void {
    this.#at = HEADER_SIZE;
    this.#texts.length = 0;
    this.held.length = 0;
    this.#root = undefined;
    if (this.#bytes.length > MAX_KEPT_SIZE) {
      this.#bytes = new Uint8Array(FIRST_SIZE);
      this.#view = new DataView(this.#bytes.buffer);
    }
  }

  #reserve(end: number): void {
    if (end <= this.#bytes.length) return;
    if (end > MAX_PACKET_SIZE) {
      throw new SizeError(`a value of at most ${MAX_PACKET_SIZE} bytes`);
    }
    if (!this.#isTree) this.expect(Math.min(end, MAX_ELEMENTS - 1));
    const grown = new Uint8Array(
      Math.min(Math.max(end, this.#bytes.length * 2), MAX_PACKET_SIZE),
    );
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** A value that is too large for a packet. The message says what is wanted. */
export class SizeError extends Error {
  override readonly name = "SizeError";
}

/** A packet that does not hold what its type says. */
export class PacketError extends Error {
  override readonly name = "PacketError";
}

/** A packet that is read: bytes that nobody vouches for. */
export class PacketReader {
  /** The whole packet. */
  readonly view: DataView<ArrayBuffer>;
  readonly #end: number;
  readonly #text: string;
  #at = HEADER_SIZE;
  #textAt = 0;

  /**
   * @param bytes The packet, in memory that nobody else writes; at a multiple of 8.
   * @throws {PacketError} When its header does not fit its size.
   */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const { buffer, byteOffset, length } = bytes;
    this.view = new DataView(buffer, byteOffset, length);
    const columns = length < HEADER_SIZE ? -1 : this.view.getUint32(0, true);
    this.#end = HEADER_SIZE + columns;
    const size = columns < 0 ? 0 : this.view.getUint32(4, true);
    if (columns < 0 || this.#end + size > length) {
      throw new PacketError(`a packet of ${length} bytes ends too soon`);
    }
    this.#text = size === 0
      ? ""
      : decoder.decode(bytes.subarray(this.#end, this.#end + size));
  }

  /**
   * The next column.
   *
   * @param size The column's bytes.
   * @returns Where it begins in {@linkcode view}.
   * @throws {PacketError} When it reaches past the end.
   */
  column(size: number): number {
    const start = nextWord(this.#at);
    // At the end Rust writes none of no bytes, and others what lies before it.
    if (size === 0) return 0;
    if (!(size > 0 && start + size <= this.#end)) {
      throw new PacketError(
        `a column of ${size} bytes at ${start} reaches past the columns' ${
          this.#end - HEADER_SIZE
        } bytes`,
      );
    }
    this.#at = start + size;
    return start;
  }

  /**
   * A column of counts.
   *
   * @param n How many there are.
   * @param each Takes each of them; {@linkcode NIL} for what is not there.
   * @returns Their sum.
   * @throws {PacketError} When there are more than a packet of this size can have.
   */
  counts(n: number, each: (count: number, index: number) => void): number {
    const at = this.column(n * 4);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const count = this.view.getUint32(at + i * 4, true);
      each(count, i);
      if (count !== NIL) sum += count;
    }
    if (sum > MAX_EMPTY && sum > this.#end) {
      throw new PacketError(
        `${sum} elements in a packet of ${this.view.byteLength} bytes`,
      );
    }
    return sum;
  }

  /**
   * The next text.
   *
   * @param length The text's UTF-16 code units.
   * @throws {PacketError} When the text ends before.
   */
  text(length: number): string {
    const end = this.#textAt + length;
    if (end > this.#text.length) {
      throw new PacketError(
        `a text of ${length} at ${this.#textAt} reaches past the text's ${this.#text.length} characters`,
      );
    }
    const text = this.#text.substring(this.#textAt, end);
    this.#textAt = end;
    return text;
  }

  /** @throws {PacketError} When something is left that the type does not say. */
  end(): void {
    const isRead = nextWord(this.#at) === nextWord(this.#end);
    if (isRead && this.#textAt === this.#text.length) return;
    throw new PacketError(
      `${this.#end - this.#at} bytes and ${
        this.#text.length - this.#textAt
      } characters are left`,
    );
  }
}

/** The count of what is not there: Go's nil slice. */
export const NIL = 0xffffffff;

/** Most elements without bytes. */
const MAX_EMPTY = 2 ** 20;

const idle: PacketWriter[] = [];

/** An empty packet; {@linkcode releaseWriter} it. They nest: a getter may call the plugin again. */
export function takeWriter(): PacketWriter {
  return idle.pop() ?? new PacketWriter();
}

/** Lets the next call have it. */
export function releaseWriter(writer: PacketWriter): void {
  writer.clear();
  idle.push(writer);
}
