/**
 * Memory for the time of one call: texts and frames.
 *
 * There is one for each call that has begun and not yet ended, so that a
 * plugin which calls back into JavaScript, which calls the plugin again, finds
 * its own still there. They are made once and used again.
 *
 * @module
 */

import { roundUp } from "../notation/sequence.ts";
import type { Address } from "../runtime/adapter.ts";
import { Held, releaseAll, SentAway } from "../handle/lent_memory.ts";
import { adapter } from "../runtime/runtime.ts";
import { belong } from "../runtime/space.ts";
import type { Space } from "../runtime/adapter.ts";

/** Bytes of one text slot of a {@linkcode Frame}. */
export const SLOT = 4096;
/** Text slots of a frame whose address is known beforehand. */
export const SLOTS = 4;

/** What is asked of the context of the next call of a function of Go: set just before it, and taken when it begins. */
export const nextContext = { number: 0, timeout: -1 };

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
  /** The text slots, and the address of each; there may be none. */
  readonly slots: readonly Uint8Array[];
  readonly slotAddresses: readonly Address[];
  /** Where the next text of a thunk goes: behind its arguments and results. */
  top = THUNK;
  /** What must not be collected before the call ends. */
  readonly held: Held;
  /** Whether native code has a copy of it. */
  readonly isCopied: boolean = false;
  /** While nobody uses it: another one of those. */
  next: Frame | undefined;

  /**
   * @param room Bytes behind the text slots.
   * @param held Takes what must not be collected; empty.
   * @param buffer The frame's memory, so much and that of the slots.
   * @param place Where native code finds it, where that is a copy: then texts are
   * put behind arguments and results, to be copied with them.
   */
  constructor(
    room: number,
    held: Held = new Held(),
    buffer: ArrayBuffer = new ArrayBuffer(THUNK + room),
    place?: bigint,
  ) {
    this.held = held;
    // A buffer of its own: it neither moves nor shares its memory.
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    const address = place ?? BigInt(adapter.addressOf(this.u8));
    const number = Number(address);
    this.#address = Number.isSafeInteger(number + THUNK + room)
      ? number
      : address;
    this.thunk = adapter.toAddress(address + BigInt(THUNK));
    const starts = Array.from(
      { length: place === undefined ? SLOTS : 0 },
      (_, slot) => slot * SLOT,
    );
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
    frame = new Frame(roundUp(size, ROOM));
  }
  frame.top = THUNK + size;
  return frame;
}

/** Gives back the frame of a call that has ended. */
export function leave(frame: Frame): void {
  if (frame.held.length > 0) {
    leaveHolding(frame);
    return;
  }
  frame.next = idle;
  idle = frame;
}

/** The same for one that held something, the end of which may throw. */
function leaveHolding(frame: Frame): void {
  try {
    releaseAll(frame.held);
  } finally {
    frame.next = idle;
    idle = frame;
  }
}

/** What calls of one library take their frames from. */
export interface Frames {
  /** As {@linkcode enter}. */
  enter(): Frame;
  /** As {@linkcode enterThunk}. */
  enterThunk(size: number): Frame;
  /** As {@linkcode leave}. */
  leave(frame: Frame): void;
}

const HERE: Frames = { enter, enterThunk, leave };

/** A frame for calls into another process: its thunk's part and what follows is copied there. */
export class DistantFrame extends Frame {
  override readonly isCopied = true;
  /** Where its thunk's part lies here, and there. */
  readonly from: bigint;
  readonly to: bigint;
  /** Where that part begins in all of the frame. */
  readonly start = THUNK;

  constructor(space: Space, room: number) {
    const held = new SentAway(space);
    // The text slots are not used, and no memory is needed for them there.
    const place = space.allocate(room);
    super(
      room,
      held,
      belong(new ArrayBuffer(THUNK + room), space),
      place - BigInt(THUNK),
    );
    held.room = this;
    this.to = place;
    this.from = BigInt(adapter.addressOf(this.u8)) + BigInt(THUNK);
  }
}

const distant = new WeakMap<Space, Frames>();

/**
 * The frames for calls of a library.
 *
 * @param space The memory of the process that it is in; of this one without it.
 */
export function framesOf(space: Space | undefined): Frames {
  if (space === undefined) return HERE;
  let frames = distant.get(space);
  if (frames === undefined) distant.set(space, frames = distantFrames(space));
  return frames;
}

function distantFrames(space: Space): Frames {
  let idle: Frame | undefined;
  const enterThunk = (size: number): Frame => {
    let frame = idle ?? new DistantFrame(space, ROOM);
    idle = frame.next;
    if (THUNK + size > frame.u8.length) {
      frame = new DistantFrame(space, roundUp(size, ROOM));
    }
    frame.top = THUNK + size;
    return frame;
  };
  return {
    enter: () => enterThunk(0),
    enterThunk,
    leave(frame) {
      try {
        if (frame.held.length > 0) releaseAll(frame.held);
      } finally {
        frame.next = idle;
        idle = frame;
      }
    },
  };
}
