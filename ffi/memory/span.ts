/**
 * Strings and slices in memory: an address, then a number of elements.
 *
 * @module
 */

import { checkOf } from "../check/check.ts";
import { accepts } from "../check/compile.ts";
import { type Pointer, pointerTo } from "../handle/pointer.ts";
import type { Address } from "../runtime/adapter.ts";
import { addressHeld } from "../handle/lent_memory.ts";
import { adapter } from "../runtime/runtime.ts";
import { addressFrom, belong, isElsewhere, spaceOf } from "../runtime/space.ts";
import { shortText } from "../runtime/short_text.ts";
import { isArray, lengthOf } from "../runtime/views.ts";
import { SPAN_SIZE } from "../manifest/type_size.ts";
import type { PointerTarget, Value } from "../value/value.ts";
import { type Codec, type Free, misfit } from "./codec.ts";
import { ARRAYS, putWord } from "../value/scalar.ts";

/** The address in a word of memory. */
export function addressAt(view: DataView, at: number): Address | null {
  const word = view.getBigUint64(at, true);
  return word === 0n ? null : addressFrom(view.buffer, word);
}

/** The address in a word of memory, as a pointer. */
export function readPointer(view: DataView, at: number): Pointer | null {
  const address = addressAt(view, at);
  return address === null ? null : pointerTo(address);
}

/** The same, where it is known what lies there. */
export function pointerReader(
  target: PointerTarget | undefined,
): typeof readPointer {
  if (target === undefined) return readPointer;
  return (view, at) => {
    const address = addressAt(view, at);
    return address === null ? null : pointerTo(address, undefined, target);
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Writes an address and a number of elements. */
export function putSpan(
  view: DataView,
  at: number,
  address: number | bigint,
  length: number,
): void {
  putWord(view, at, address);
  putWord(view, at + 8, length);
}

/** Writes the address and the length of a typed array, which `held` keeps. */
export function putArray(
  view: DataView,
  at: number,
  array: ArrayBufferView,
  held: unknown[],
): void {
  const length = lengthOf(array);
  if (length === 0) return putSpan(view, at, 0, 0);
  putSpan(view, at, addressHeld(array, held), length);
}

/** No memory has an address as small: it is an offset in the memory that a call's results lie in. */
export const LEAST_ADDRESS = 2 ** 16;

/**
 * Where in its own memory a span says that a call has left a result; 0 where it
 * lies elsewhere, or nowhere.
 */
function placeOf(view: DataView, at: number, free: Free | undefined): number {
  if (free === undefined || view.getUint32(at + 4, true) !== 0) return 0;
  const place = view.getUint32(at, true);
  return place < LEAST_ADDRESS ? place : 0;
}

/**
 * A copy of the bytes behind a span, whose memory is then given back.
 *
 * @param size Bytes of one element.
 * @returns No bytes for a null address.
 */
export function takeBytes(
  view: DataView,
  at: number,
  size: number,
  free: Free | undefined,
): Uint8Array<ArrayBuffer> {
  const place = placeOf(view, at, free);
  const length = Number(view.getBigUint64(at + 8, true)) * size;
  if (place !== 0) {
    return new Uint8Array(
      (view.buffer as ArrayBuffer).slice(place, place + length),
    );
  }
  const address = view.getBigUint64(at, true);
  if (address === 0n) return new Uint8Array(0);
  const native = addressFrom(view.buffer, address);
  try {
    const bytes = new Uint8Array(length);
    if (length > 0) adapter.copy(native, bytes);
    return bytes;
  } finally {
    free?.(native);
  }
}

/** All of the memory that results were last read from: that of most calls is the same. */
let [lastView, lastBytes] = [
  new DataView(new ArrayBuffer(0)),
  new Uint8Array(),
];

function bytesOf(view: DataView): Uint8Array {
  if (view !== lastView) {
    lastView = view as DataView<ArrayBuffer>;
    lastBytes = new Uint8Array(lastView.buffer);
  }
  return lastBytes;
}

/** The text behind a span. */
export function takeText(view: DataView, at: number, free?: Free): string {
  const place = placeOf(view, at, free);
  if (place !== 0) {
    const length = view.getUint32(at + 8, true);
    const bytes = bytesOf(view);
    return shortText(bytes, length, place) ??
      decoder.decode(bytes.subarray(place, place + length));
  }
  return decoder.decode(takeBytes(view, at, 1, free));
}

const TEXT = checkOf({ kind: "string" });

/** The codec of `string`. */
export const STRING: Codec = {
  size: SPAN_SIZE,
  align: 8,
  isAddress: true,
  parts: undefined,
  write(view, at, value, held) {
    if (typeof value !== "string" || !value.isWellFormed()) return false;
    putArray(view, at, encoder.encode(value), held);
    return true;
  },
  read: takeText,
  live: (view, at) => takeText(view, at),
  glimpse: (view, at, isShared) =>
    isShared ? readPointer(view, at) : takeText(view, at),
  explain: (given) => misfit(TEXT, given),
};

/** The codec of a slice. */
export function sliceCodec(value: Value & { kind: "slice" }): Codec {
  const check = checkOf(value);
  const fits = accepts(check);
  const isElement = accepts(checkOf({ kind: "scalar", name: value.of }));
  const array = ARRAYS[value.of];
  // Bytes are never an array, and what is written to a copy would be lost.
  const isCopied = value.of !== "u8" && value.isWritten !== true;

  /** A plain array as a typed one, which the plugin is lent; each element is read once. */
  function copy(given: unknown): unknown {
    if (!isCopied || !isArray(given)) return given;
    const typed = new array(given.length);
    for (let i = 0; i < typed.length; i++) {
      const element: unknown = given[i];
      if (!isElement(element)) return given;
      typed[i] = (isLarge ? BigInt(element as number) : element) as never;
    }
    return typed;
  }
  const isLarge = typeof new array(1)[0] === "bigint";

  const read: Codec["read"] = (view, at, free) =>
    new array(takeBytes(view, at, array.BYTES_PER_ELEMENT, free).buffer);
  return {
    size: SPAN_SIZE,
    align: 8,
    isAddress: true,
    parts: { isPointing: true, copy },
    write(view, at, given, held) {
      const own = isArray(given) ? copy(given) : given;
      if (!fits(own)) return false;
      putArray(view, at, own as Uint8Array, held);
      return true;
    },
    read,
    live: (view, at) => read(view, at),
    glimpse: (view, at, isShared) =>
      isShared ? readPointer(view, at) : read(view, at),
    explain(given) {
      const index = isCopied && isArray(given)
        ? given.findIndex((element) => !isElement(element))
        : -1;
      return index < 0 ? misfit(check, given) : {
        ...misfit(
          checkOf({ kind: "scalar", name: value.of }),
          (given as unknown[])[index],
        ),
        path: `[${index}]`,
      };
    },
  };
}

/** Most bytes that one result has. */
const MOST = 2 ** 31;

/**
 * A copy of the bytes at an address.
 *
 * @param address Where they lie; null for none.
 * @param length How many, as the plugin says.
 * @throws {RangeError} When there cannot be so many.
 */
export function bytesAt(address: Address | null, length: number): Uint8Array {
  if (!(length >= 0 && length <= MOST)) {
    throw new RangeError(
      `The plugin gave a length of ${length}, wanted at most ${MOST}`,
    );
  }
  const bytes = new Uint8Array(address === null ? 0 : length);
  if (bytes.length > 0) adapter.copy(address!, bytes);
  // What addresses stand in it are the process's, too.
  if (address !== null && isElsewhere(address)) {
    belong(bytes.buffer, spaceOf(address));
  }
  return bytes;
}

/** The same, as a view. */
export function viewAt(address: Address, length: number): DataView {
  return new DataView(bytesAt(address, length).buffer);
}
