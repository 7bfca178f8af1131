/**
 * Memory that is lent to a call on another thread: it stays where it is until
 * the call ends, whatever JavaScript does with it meanwhile.
 *
 * A buffer that is transferred takes its memory along, and what has no owner is
 * freed. Deno keeps the memory of the buffers that it is given itself. The
 * others know only addresses: there the call gets a copy, which is written back
 * when it ends, to what is still there. Shared memory cannot be transferred.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { bufferOf, isFixed, isShared, plainBytes } from "../runtime/views.ts";
import { allocate, free, isOutlived, type Outliving } from "./outliving.ts";
import {
  addressIn,
  type Pointer,
  releasePointer,
  retainPointer,
} from "./pointer.ts";

/** A copy that stands for memory of the caller's. */
interface Copy {
  readonly buffer: ArrayBufferLike;
  /** The caller's. */
  readonly original: Uint8Array;
  readonly bytes: Uint8Array;
  /** Where it does not lie in memory of this thread's. */
  readonly memory: Outliving | undefined;
}

/** What a call needs until it ends, and no longer: unlike a struct, which refers to what it points to. */
export class Held extends Array<unknown> {
  /** What comes out of its methods is an array like any other. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Something that a call uses, and that is told when the call has ended. */
export abstract class Use {
  abstract end(): void;
}

/** What a call on another thread needs: more than to be referenced. */
export class Lent extends Held {
  readonly #copies: Copy[] = [];
  readonly #kept: Outliving[] = [];

  /** The address of a view of the caller's, or of a copy of it. */
  lend(view: ArrayBufferView): Address {
    if (adapter.holdsBuffers || isShared(bufferOf(view))) {
      this.push(view);
      return adapter.addressOf(view);
    }
    return adapter.addressOf(this.#copy(plainBytes(view)));
  }

  /** The address of what nobody else has, or of a copy of it. */
  keep(bytes: Uint8Array): Address {
    if (!isOutlived()) {
      this.push(bytes);
      return adapter.addressOf(bytes);
    }
    const memory = allocate(bytes.length);
    memory.bytes.set(bytes);
    this.#kept.push(memory);
    return memory.address;
  }

  /** A part of a buffer that has a copy is a part of that. */
  #copy(original: Uint8Array): Uint8Array {
    const { buffer, byteOffset: start, byteLength: size } = original;
    for (const { buffer: other, original: of, bytes } of this.#copies) {
      const at = start - of.byteOffset;
      if (buffer !== other || at < 0 || at + size > of.byteLength) continue;
      return bytes.subarray(at, at + size);
    }
    const memory = isOutlived() ? allocate(size) : undefined;
    memory?.bytes.set(original);
    const bytes = memory?.bytes ?? original.slice();
    this.#copies.push({ buffer, original, bytes, memory });
    return bytes;
  }

  /** Writes the copies back, and frees what is to be freed. */
  giveBack(): void {
    for (const { buffer, original, bytes, memory } of this.#copies.splice(0)) {
      if (isFixed(buffer)) original.set(bytes);
      if (memory !== undefined) free(memory);
    }
    this.#kept.splice(0).forEach(free);
  }
}

/**
 * The address of a view, which a call holds.
 *
 * @param view A view of the caller's, not empty.
 * @param held What the call holds.
 */
export function addressHeld(view: ArrayBufferView, held: unknown[]): Address {
  if (held instanceof Lent) return held.lend(view);
  held.push(view);
  return adapter.addressOf(view);
}

/**
 * The address of bytes that nobody else has, which a call holds.
 *
 * @param bytes At least one.
 * @param held What the call holds.
 */
export function addressKept(bytes: Uint8Array, held: unknown[]): Address {
  if (held instanceof Lent) return held.keep(bytes);
  held.push(bytes);
  return adapter.addressOf(bytes);
}

/** The address of a pointer, which is not freed before the call ends. */
export function pointerHeld(pointer: Pointer, held: unknown[]): Address {
  if (held instanceof Held && retainPointer(pointer)) held.push(pointer);
  return addressIn(pointer);
}

/** Lets go of all that a call has held. */
export function releaseAll(held: Held): void {
  if (held instanceof Lent) held.giveBack();
  // `splice` of an array with a class of its own takes half a microsecond.
  while (held.length > 0) {
    const one = held.pop();
    if (one instanceof Use) one.end();
    else releasePointer(one);
  }
}
