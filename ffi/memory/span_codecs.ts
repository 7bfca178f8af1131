/**
 * Strings and slices as values: an address and a number of elements, and how
 * what a call has left there is read.
 *
 * @module
 */

import { checkOf } from "../check/argument_checks.ts";
import { accepts } from "../check/compile.ts";
import { countMisfit } from "../check/count_misfit.ts";
import { SPAN_SIZE } from "../manifest/type_size.ts";
import { adapter } from "../runtime/runtime.ts";
import { nodeModule } from "../system/node_system.ts";
import { shortText } from "../runtime/short_text.ts";
import { addressFrom } from "../runtime/space.ts";
import { elementCount, isArray } from "../runtime/views.ts";
import { ARRAYS } from "../value/scalar.ts";
import type { Value } from "../value/value.ts";
import { checkMisfit, type Codec, type Free } from "./codec.ts";
import { putArray, readPointer } from "./span.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Up to this many bytes `Buffer` is faster than a decoder: 30 to 256 take it 48
 * to 64 ns on Deno, which takes 105 to 119 to decode them (Node 53 to 71 and 99
 * to 111, Bun 48 to 103 and 75 to 146); of 4000 it takes Deno six times as long.
 */
const MIDDLE = 256;

/** No memory has an address as small: it is an offset in the memory that a call's results lie in. */
export const LEAST_ADDRESS = 2 ** 16;

/**
 * What stands above the 32 bits of the length of a text that lies there, where the
 * plugin says that it is ASCII: of 1000 characters a decoder takes twice as long.
 */
const ASCII = 1;

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
  if (place !== 0) return bytesOf(view).slice(place, place + length);
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

let lastBuffer: Buffer | undefined;

function bytesOf(view: DataView): Uint8Array<ArrayBuffer> {
  if (view !== lastView) {
    lastView = view as DataView<ArrayBuffer>;
    lastBytes = new Uint8Array(lastView.buffer);
    lastBuffer = undefined;
  }
  return lastBytes;
}

/** The same, as what is faster than a decoder. */
function buffer(): Buffer {
  return lastBuffer ??= nodeModule<typeof import("node:buffer")>("node:buffer")
    .Buffer.from(lastView.buffer);
}

/** The text behind a span. */
export function takeText(view: DataView, at: number, free?: Free): string {
  const place = placeOf(view, at, free);
  if (place !== 0) {
    const length = view.getUint32(at + 8, true);
    const bytes = bytesOf(view);
    return shortText(bytes, length, place) ??
      (view.getUint32(at + 12, true) === ASCII
        ? buffer().toString("latin1", place, place + length)
        : length <= MIDDLE
        ? buffer().toString("utf8", place, place + length)
        : decoder.decode(bytes.subarray(place, place + length)));
  }
  if (view.getBigUint64(at, true) === 0n) return "";
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
  explain: (given) => checkMisfit(TEXT, given),
};

/** The codec of a slice. */
export function sliceCodec(value: Value & { kind: "slice" }): Codec {
  const check = checkOf(value);
  const fits = accepts(check);
  const isElement = accepts(checkOf({ kind: "scalar", name: value.of }));
  const array = ARRAYS[value.of];
  // Bytes are never an array, and what is written to a copy would be lost.
  const isCopied = value.of !== "u8" && value.isWritten !== true;
  const isText = value.isText === true;

  /** A plain array as a typed one, or a text as its bytes, which the plugin is lent; each element is read once. */
  function copy(given: unknown): unknown {
    if (isText && typeof given === "string") {
      return given.isWellFormed() ? encoder.encode(given) : given;
    }
    if (!isCopied || !isArray(given)) return given;
    const count = elementCount(given.length);
    if (count === undefined) return given;
    const typed = new array(count);
    for (let i = 0; i < typed.length; i++) {
      const element: unknown = given[i];
      if (!isElement(element)) return given;
      typed[i] = (isLarge ? BigInt(element as number) : element) as never;
    }
    return typed;
  }
  const isLarge = typeof new array(1)[0] === "bigint";

  const size = array.BYTES_PER_ELEMENT;
  /** All of the memory that was last read: a part of an array is copied in half the time that it takes of a buffer. */
  let [last, elements] = [undefined as DataView | undefined, new array(0)];
  const read: Codec["read"] = (view, at, free) => {
    const place = placeOf(view, at, free);
    if (place === 0 || place % size !== 0) {
      return new array(takeBytes(view, at, size, free).buffer);
    }
    if (view !== last) {
      const buffer = view.buffer as ArrayBuffer;
      elements = new array(buffer, 0, Math.floor(buffer.byteLength / size));
      last = view;
    }
    const start = place / size;
    return elements.slice(start, start + view.getUint32(at + 8, true));
  };
  return {
    size: SPAN_SIZE,
    align: 8,
    isAddress: true,
    parts: { isPointing: true, copy },
    write(view, at, given, held) {
      const own = copy(given);
      if (!fits(own)) return false;
      putArray(view, at, own as Uint8Array, held);
      return true;
    },
    read,
    live: (view, at) => read(view, at),
    glimpse: (view, at, isShared) =>
      isShared ? readPointer(view, at) : read(view, at),
    explain(given) {
      const isList = isCopied && isArray(given);
      const tooMany = isList ? countMisfit(given.length) : undefined;
      if (tooMany !== undefined) return tooMany;
      const index = isList
        ? given.findIndex((element) => !isElement(element))
        : -1;
      return index < 0 ? checkMisfit(check, given) : {
        ...checkMisfit(
          checkOf({ kind: "scalar", name: value.of }),
          (given as unknown[])[index],
        ),
        path: `[${index}]`,
      };
    },
  };
}
