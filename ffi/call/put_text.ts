/**
 * Strings into native memory.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { putArray, putSpan } from "../memory/span.ts";
import { addressKept } from "../handle/lent_memory.ts";
import { adapter } from "../runtime/runtime.ts";
import type { ArgumentErrors } from "../check/wrong.ts";
import { type Frame, SLOT } from "./frame.ts";

const encoder = new TextEncoder();

/** Up to this many characters a loop is faster than `encodeInto`. */
const SHORT = 40;

/**
 * Writes a NUL-terminated text for the time of a call.
 *
 * @param frame The call's frame.
 * @param slot The how-manieth text of the call it is.
 * @param text Checked to be a string or null.
 * @param wrong The function's errors, and `index`, the parameter's place.
 * @returns The text's address.
 */
export function putCString(
  frame: Frame,
  slot: number,
  text: string | null,
  wrong: ArgumentErrors,
  index: number,
): Address | null {
  if (text === null) return adapter.null;
  const { length } = text;
  if (slot >= frame.slots.length) return putBehind(frame, text, wrong, index);
  if (length > SHORT) {
    return putEncoded(frame, slot, text, wrong, index);
  }
  const bytes = frame.slots[slot]!;
  let at = 0;
  for (const end = length - 3; at < end; at += 4) {
    const a = text.charCodeAt(at), b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2), d = text.charCodeAt(at + 3);
    if (isOdd(a | b | c | d | a - 1 | b - 1 | c - 1 | d - 1)) {
      return putEncoded(frame, slot, text, wrong, index);
    }
    bytes[at] = a;
    bytes[at + 1] = b;
    bytes[at + 2] = c;
    bytes[at + 3] = d;
  }
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (isOdd(code | code - 1)) {
      return putEncoded(frame, slot, text, wrong, index);
    }
    bytes[at] = code;
  }
  bytes[at] = 0;
  return frame.slotAddresses[slot]!;
}

/** Whether one of several codes is not of ASCII, or is NUL: `codes` has the bits of all, and of all less 1. */
function isOdd(codes: number): boolean {
  return codes >>> 0 > 127;
}

function putEncoded(
  frame: Frame,
  slot: number,
  text: string,
  wrong: ArgumentErrors,
  index: number,
): Address {
  if (text.length >= SLOT) return putLongCString(frame, text, wrong, index);
  const bytes = frame.slots[slot]!;
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read < text.length || written === SLOT) {
    return putLongCString(frame, text, wrong, index);
  }
  // As many bytes as characters: all of it is ASCII, and so well-formed.
  if (written !== text.length && !text.isWellFormed() || text.includes("\0")) {
    wrong.value(index, text);
  }
  bytes[written] = 0;
  return frame.slotAddresses[slot]!;
}

/** Behind what is in the frame already: where it has no slots, or no more of them. */
function putBehind(
  frame: Frame,
  text: string,
  wrong: ArgumentErrors,
  index: number,
): Address {
  const { length } = text;
  const start = frame.top;
  if (start + 3 * length >= frame.u8.length) {
    return putLongCString(frame, text, wrong, index);
  }
  const bytes = frame.u8;
  let end = start;
  if (length <= SHORT) {
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (isOdd(code | code - 1)) break;
      bytes[end++] = code;
    }
  }
  if (end - start < length) {
    refuseNul(text, wrong, index);
    end = start + encoder.encodeInto(text, bytes.subarray(start)).written;
  }
  bytes[end] = 0;
  frame.top = end + 1;
  return adapter.toAddress(frame.addressAt(start));
}

function putLongCString(
  frame: Frame,
  text: string,
  wrong: ArgumentErrors,
  index: number,
): Address {
  refuseNul(text, wrong, index);
  const bytes = encoder.encode(`${text}\0`);
  return addressKept(bytes, frame.held);
}

// Neither can be told from the bytes afterwards: C would read up to the NUL,
// and a lone surrogate would arrive as U+FFFD.
function refuseNul(text: string, wrong: ArgumentErrors, index: number): void {
  if (text.includes("\0") || !text.isWellFormed()) wrong.value(index, text);
}

/**
 * Writes a text without a terminator, and its address and length into the frame.
 *
 * @param frame The call's frame.
 * @param offset Where in the frame the 16 bytes go.
 * @param text Checked to be a string.
 * @param wrong The function's errors, and `index`, the parameter's place.
 */
export function putString(
  frame: Frame,
  offset: number,
  text: string,
  wrong: ArgumentErrors,
  index: number,
): void {
  // The slot of a parameter is its own, and needs no view to be made.
  const { slots } = frame;
  if (index < slots.length && text.length <= SLOT) {
    const size = putInto(slots[index]!, text, wrong, index);
    if (size >= 0) {
      return putSpan(frame.view, offset, frame.addressAt(index * SLOT), size);
    }
  }
  if (!text.isWellFormed()) wrong.value(index, text);
  const start = frame.top;
  if (start + text.length * 3 <= frame.u8.length) {
    const { written } = encoder.encodeInto(text, frame.u8.subarray(start));
    frame.top = start + written;
    return putSpan(frame.view, offset, frame.addressAt(start), written);
  }
  putArray(frame.view, offset, encoder.encode(text), frame.held);
}

/** Writes a text, and says how many bytes it has; -1 where there is no room for it. */
function putInto(
  bytes: Uint8Array,
  text: string,
  wrong: ArgumentErrors,
  index: number,
): number {
  const { length } = text;
  if (length <= SHORT) {
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) break;
      bytes[at] = code;
    }
    if (at === length) return length;
  }
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read < length) return -1;
  // As many bytes as characters: all of it is ASCII, and so well-formed.
  if (written !== length && !text.isWellFormed()) wrong.value(index, text);
  return written;
}
