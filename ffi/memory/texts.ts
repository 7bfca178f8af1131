/**
 * Many texts in one piece of memory.
 *
 * @module
 */

import { addressKept } from "../handle/lent_memory.ts";
import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { displace, isElsewhere } from "../runtime/space.ts";
import { putWord } from "../value/scalar.ts";

const WORD = 2 ** 32;

/** What all texts together may have at most: what every engine makes one text of. */
const MOST_CHARACTERS = 2 ** 29 - 32;

/** The longest memory that is kept from one time to the next. */
const MOST_KEPT = 2 ** 20;

/** The length, and the place, of what is no text. */
const NO_TEXT = 0xffffffff;

const encoder = new TextEncoder();

/** Texts and nulls. */
type Texts = readonly (string | null)[];

/** Texts in one piece, each with a NUL behind it, and where each begins. */
interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Uint32Array;
}

/**
 * Writes the addresses of texts that are encoded at once, one behind the other:
 * to encode, keep and address each by itself takes ten times as long. A null has
 * no address.
 *
 * @param view The memory.
 * @param at Where in it.
 * @param values Anything, in an array that nobody else has.
 * @param held Takes the memory of the texts.
 * @param stride Bytes between the beginnings of two addresses.
 * @returns Undefined when these are not texts and nulls alone, or too many, and
 * nothing is written; false when one has a NUL or is not well formed.
 */
export function writeTexts(
  view: DataView,
  at: number,
  values: readonly unknown[],
  held: unknown[],
  stride: number,
): boolean | undefined {
  const size = sizeInJson(values);
  if (size === undefined) return undefined;
  const texts = values as Texts;
  const block = quoted(texts, size) ?? joined(texts);
  if (block === undefined) return false;
  // What is kept may be a copy of them.
  const { bytes, starts } = block;
  const put = putterOf(addressKept(bytes, held), bytes.length);
  for (let i = 0; i < values.length; i++, at += stride) {
    const start = starts[i]!;
    if (start === NO_TEXT) putWord(view, at, 0);
    else put(view, at, start);
  }
  return true;
}

/** How many characters the JSON of texts and nulls has where nothing in it is escaped. */
function sizeInJson(values: readonly unknown[]): number | undefined {
  let size = 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "string") size += value.length + 3;
    else if (value === null) size += 5;
    else return undefined;
    if (size > MOST_CHARACTERS) return undefined;
  }
  return values.length === 0 ? undefined : size;
}

let kept = new Uint32Array(0);

/** Memory for where texts begin, until the next ones are written: nobody's code runs between. */
function startsOf(count: number): Uint32Array {
  if (count > MOST_KEPT) return new Uint32Array(count);
  if (kept.length < count) kept = new Uint32Array(2 * count);
  return kept;
}

/** JSON's own, whatever becomes of it. */
const { stringify } = JSON;

/** What is longer might be too long when it is escaped. */
const MOST_QUOTED = 2 ** 24;

const QUOTE = 0x22;

/**
 * Texts in JSON, with NULs in the place of the quotes behind them: engines quote
 * and join an array sooner than they join it, and what has to be refused, a NUL or
 * half of a character, is longer there.
 *
 * @param size What {@linkcode sizeInJson} says.
 * @returns Undefined where something was escaped.
 */
function quoted(all: Texts, size: number): Block | undefined {
  if (size > MOST_QUOTED) return undefined;
  const json = stringify(all);
  if (json.length !== size) return undefined;
  const bytes = encoder.encode(json);
  const isAscii = bytes.length === size;
  const starts = startsOf(all.length);
  let at = 1;
  for (let i = 0; i < all.length; i++) {
    const text = all[i]!;
    if (text === null) {
      starts[i] = NO_TEXT;
      at += 5;
      continue;
    }
    starts[i] = ++at;
    if (isAscii) at += text.length;
    else while (at < bytes.length && bytes[at] !== QUOTE) at++;
    bytes[at] = 0;
    at += 2;
  }
  // Whoever makes JSON of arrays in another way says something else.
  return at === bytes.length ? { bytes, starts } : undefined;
}

/** Texts one behind the other; undefined where one has a NUL or is not well formed. */
function joined(all: Texts): Block | undefined {
  const whole = `${all.join("\0")}\0`;
  if (!whole.isWellFormed()) return undefined;
  const bytes = encoder.encode(whole);
  const starts = startsOf(all.length);
  let start = 0;
  for (let i = 0; i < all.length; i++) {
    starts[i] = all[i] === null ? NO_TEXT : start;
    while (start < bytes.length && bytes[start] !== 0) start++;
    start++;
  }
  // One with a NUL within ends too early.
  return start === bytes.length ? { bytes, starts } : undefined;
}

/**
 * What writes an address within some memory.
 *
 * @param address Where the memory begins.
 * @param size How many bytes it has.
 */
function putterOf(
  address: Address,
  size: number,
): (view: DataView, at: number, offset: number) => void {
  const first = Number(address);
  const low = first % WORD;
  const high = Math.floor(first / WORD);
  // One of another process is larger.
  return Number.isSafeInteger(first) && low + size <= WORD
    ? (view, at, offset) => {
      view.setUint32(at, low + offset, true);
      view.setUint32(at + 4, high, true);
    }
    : (view, at, offset) => putWord(view, at, displace(address, offset));
}

/** So many texts are read one by one before the support library is asked, which takes a millisecond to load. */
const FEW = 4096;

/** Most bytes that texts are copied into at once. */
const MOST_BYTES = 2 ** 28;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Copies the texts that a request names. */
type CopyTexts = (request: number) => number;

/** Texts read one by one so far; -1 when the support library was asked. */
let read = 0;
let copyTexts: CopyTexts | undefined;

/** What the support library is told, and where it puts what it copies; kept from one time to the next. */
const request = new Float64Array(new ArrayBuffer(48));
const words = new BigUint64Array(request.buffer);
let bytes = new Uint8Array(0);
let lengths = new Uint32Array(0);

/**
 * Reads the texts at many addresses at once: to ask the runtime for each takes
 * four times as long.
 *
 * @param place Where the first address lies.
 * @param count How many there are.
 * @param stride Bytes between the beginnings of two.
 * @returns Undefined when they are to be read one by one.
 */
export function readTexts(
  place: Address,
  count: number,
  stride: number,
): (string | null)[] | undefined {
  if (isElsewhere(place) || count === 0) return undefined;
  if (read >= 0) {
    read += count;
    if (read < FEW) return undefined;
    read = -1;
    copyTexts = adapter.supportIfThere()?.own(
      "plugin_texts_copy",
      ["f64"],
      "f64",
    ) as CopyTexts | undefined;
  }
  if (copyTexts === undefined) return undefined;
  const size = copied(copyTexts, place, count, stride);
  const texts = size === undefined
    ? undefined
    : cut(decoder.decode(bytes.subarray(0, size)), count);
  if (bytes.length > MOST_KEPT) bytes = new Uint8Array(0);
  if (lengths.length > MOST_KEPT) lengths = new Uint32Array(0);
  return texts;
}

/** Copies texts; undefined where they are too many, or one is no UTF-8. */
function copied(
  copy: CopyTexts,
  place: Address,
  count: number,
  stride: number,
): number | undefined {
  if (count > MOST_BYTES) return undefined;
  if (lengths.length < count) {
    lengths = new Uint32Array(Math.max(2 * count, 1024));
    words[5] = BigInt(adapter.addressOf(lengths));
  }
  words[0] = BigInt(place);
  words[1] = BigInt(count);
  words[2] = BigInt(stride);
  for (let wanted = 2 ** 14;;) {
    if (bytes.length < wanted) {
      bytes = new Uint8Array(wanted);
      words[3] = BigInt(adapter.addressOf(bytes));
      words[4] = BigInt(wanted);
    }
    const size = copy(requestAddress());
    if (!(size >= 0 && size <= MOST_BYTES)) return undefined;
    if (size <= bytes.length) return size;
    wanted = 2 * size;
  }
}

let ownAddress: number | undefined;

function requestAddress(): number {
  return ownAddress ??= Number(adapter.addressOf(request));
}

/** The texts of a block, by their lengths. */
function cut(block: string, count: number): (string | null)[] {
  const texts = new Array<string | null>(count);
  const all = lengths;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = all[i]!;
    texts[i] = length === NO_TEXT ? null : block.substring(at, at += length);
  }
  return texts;
}
