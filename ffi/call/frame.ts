/**
 * Memory for the time of one call: texts and frames.
 *
 * There is one for each call that has begun and not yet ended, so that a
 * plugin which calls back into JavaScript, which calls the plugin again, finds
 * its own still there. They are made once and used again.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { Held, releaseAll } from "../handle/lent.ts";
import { adapter } from "../runtime/runtime.ts";

/** Bytes of one text slot of a {@linkcode Frame}. */
export const SLOT = 4096;
/** Text slots of a frame whose address is known beforehand. */
export const SLOTS = 4;

/** Where a thunk's part begins: behind the text slots. */
export const THUNK = SLOT * SLOTS;
/** Bytes behind the slots that every frame has. */
const ROOM = 16_384;

/** One block of memory that native code may use for the time of a call. */
export class Frame {
  /** All of it. */
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** Address of the first byte; a number where one is exact. */
  readonly #address: number | bigint;
  /** Address of the thunk's part, as the runtime passes it. */
  readonly thunk: Address;
  /** The text slots, and the address of each. */
  readonly slots: readonly Uint8Array[];
  readonly slotAddresses: readonly Address[];
  /** Where the next text of a thunk goes: behind its arguments and results. */
  top = THUNK;
  /** What must not be collected before the call ends. */
  readonly held: Held;
  /** While nobody uses it: another one of those. */
  next: Frame | undefined;

  /**
   * @param room Bytes behind the text slots.
   * @param held Takes what must not be collected; empty.
   * @param buffer The frame's memory, so much and that of the slots.
   */
  constructor(
    room: number,
    held: Held = new Held(),
    buffer: ArrayBuffer = new ArrayBuffer(THUNK + room),
  ) {
    this.held = held;
    // A buffer of its own: it neither moves nor shares its memory.
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    const address = BigInt(adapter.addressOf(this.u8));
    const number = Number(address);
    this.#address = Number.isSafeInteger(number + THUNK + room)
      ? number
      : address;
    this.thunk = adapter.toAddress(address + BigInt(THUNK));
    const starts = Array.from({ length: SLOTS }, (_, slot) => slot * SLOT);
    this.slots = starts.map((start) => new Uint8Array(buffer, start, SLOT));
    this.slotAddresses = this.slots.map((slot) => adapter.addressOf(slot));
  }

  /** Address of the byte at `offset`. */
  addressAt(offset: number): number | bigint {
    const start = this.#address;
    return typeof start === "number" ? start + offset : start + BigInt(offset);
  }
}

/** The frame that was given back last; behind it those before. */
let idle: Frame | undefined;

/** The frame for a call that begins; {@linkcode leave} gives it back. */
export function enter(): Frame {
  const frame = idle ?? new Frame(ROOM);
  idle = frame.next;
  return frame;
}

/**
 * The frame for a call through a thunk.
 *
 * @param size Bytes that the thunk needs.
 */
export function enterThunk(size: number): Frame {
  let frame = enter();
  if (THUNK + size > frame.u8.length) {
    frame = new Frame(Math.ceil(size / ROOM) * ROOM);
  }
  frame.top = THUNK + size;
  return frame;
}

/** Gives back the frame of a call that has ended. */
export function leave(frame: Frame): void {
  if (frame.held.length > 0) releaseAll(frame.held);
  frame.next = idle;
  idle = frame;
}
