/**
 * Strings and slices in memory: an address, then a number of elements.
 *
 * @module
 */

import { type Pointer, pointerTo } from "../handle/pointer.ts";
import type { Address } from "../runtime/adapter.ts";
import { addressHeld } from "../handle/lent_memory.ts";
import { adapter } from "../runtime/runtime.ts";
import { addressFrom, belong, isElsewhere, spaceOf } from "../runtime/space.ts";
import { lengthOf } from "../runtime/views.ts";
import type { PointerTarget } from "../value/value.ts";
import { putWord } from "../value/scalar.ts";
import { UnreadableError } from "../value/unreadable.ts";

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

/** Most bytes that one result has. */
const MOST = 2 ** 31;

/**
 * A copy of the bytes at an address.
 *
 * @param address Where they lie; null for none.
 * @param length How many, as the plugin says.
 * @throws {UnreadableError} When there cannot be so many.
 */
export function bytesAt(address: Address | null, length: number): Uint8Array {
  if (!(length >= 0 && length <= MOST)) {
    throw new UnreadableError(
      `the plugin gave a length of ${length}, wanted at most ${MOST}`,
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
