/**
 * The address of whatever may be given for a pointer.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import type { Bytes } from "./bytes.ts";
import { Kept } from "./kept_alive.ts";
import { dataOf, isStruct, keptBy, nameOf, type Struct } from "./struct.ts";
import {
  addressFor,
  addressHeld,
  Held,
  isSentAway,
  Lent,
  pointerHeld,
  stay,
  stayUsed,
} from "./lent_memory.ts";
import { isPointer, type Pointer } from "./pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { ownerOf } from "../runtime/space.ts";
import { bufferOf, byteLengthOf, isFixed, isShared } from "../runtime/views.ts";
import { isVariable, memoryOfVariable, type Variable } from "./variable.ts";

/** What may be given for a pointer, once it is checked. */
export type Addressable =
  | Bytes
  | Struct
  | Pointer
  | Variable<unknown>
  | null;

/** What stands for memory of no bytes: runtimes differ in the address of an empty view, C must not see null. */
const EMPTY = new Uint8Array(new ArrayBuffer(8));

/** What the runtime is given for a view, a buffer or a struct. */
export function bytesOf(given: Bytes | Struct): ArrayBufferView | ArrayBuffer {
  if (ArrayBuffer.isView(given)) {
    return byteLengthOf(given) === 0 ? EMPTY : given;
  }
  if (isStruct(given)) return dataHere(given);
  if (byteLengthOf(given) === 0) return EMPTY;
  // Deno takes views of shared memory, but not the memory itself.
  return isShared(given) ? new Uint8Array(given) : given;
}

/** The memory of a struct whose addresses are those of this process. */
function dataHere(struct: Struct): DataView {
  const data = dataOf(struct);
  if (ownerOf(data.buffer) === undefined) return data;
  throw new TypeError(
    `${
      nameOf(struct)
    }: it is a struct of an isolated plugin, which only that plugin can be given`,
  );
}

/** Keeps what some memory points to where it is, and what that points to: native code on another thread follows it. */
export function stayWith(kept: Kept): void {
  const all = new Set([kept]);
  for (const each of all) {
    for (const thing of each.things()) {
      if (ArrayBuffer.isView(thing)) stay(bufferOf(thing));
      else if (thing instanceof Kept) all.add(thing);
      else if (isStruct(thing)) all.add(keptBy(thing));
      else if (isVariable(thing)) {
        const memory = memoryOfVariable(thing);
        if (memory !== undefined) stay(memory);
      }
    }
  }
}

/**
 * Keeps what was given for a pointer where it is, for a plugin that goes on
 * using it when the call has ended.
 *
 * @returns True: it stands in checks, behind which the address is taken.
 */
export function staysUsed(given: unknown): true {
  if (isStruct(given)) {
    stayUsed(dataOf(given).buffer);
    stayWith(keptBy(given));
  } else if (isVariable(given)) {
    const memory = memoryOfVariable(given);
    if (memory !== undefined) stayUsed(memory);
  } else if (isFixed(given)) {
    stayUsed(ArrayBuffer.isView(given) ? bufferOf(given) : given);
  }
  return true;
}

/**
 * The address of what was given.
 *
 * @param given Checked to be addressable.
 * @param held Takes what must live for as long as the address is used.
 */
export function addressOfAny(
  given: Addressable,
  held: unknown[],
): Address | null {
  if (given === null) return adapter.null;
  if (!ArrayBuffer.isView(given)) {
    if (isPointer(given)) return pointerHeld(given, held);
    if (isVariable(given)) {
      const memory = memoryOfVariable(given);
      if (memory !== undefined && isSentAway(held)) {
        return held.lend(new Uint8Array(memory));
      }
      held.push(given);
      // A call on another thread keeps the memory itself.
      if (memory !== undefined && held instanceof Lent) {
        if (!adapter.holdsBuffers) stay(memory);
        held.push(new Uint8Array(memory));
      }
      return addressFor(given.pointer, held);
    }
  }
  const isAway = isSentAway(held);
  const bytes = isAway && isStruct(given) ? dataOf(given) : bytesOf(given);
  const view = ArrayBuffer.isView(bytes) ? bytes : new Uint8Array(bytes);
  if (isAway) return held.lend(view);
  // A struct has one address for as long as it lives.
  if (view !== EMPTY && (ArrayBuffer.isView(given) || !isStruct(given))) {
    return addressHeld(view, held);
  }
  if (held instanceof Lent) {
    if (!adapter.holdsBuffers) stay(bufferOf(view));
    if (isStruct(given)) stayWith(keptBy(given));
  }
  held.push(view, given);
  // What is kept for longer than a call leads to what that keeps.
  if (isStruct(given) && !(held instanceof Held)) held.push(keptBy(given));
  return adapter.addressOf(view);
}
