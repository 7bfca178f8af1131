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

import { roundUp } from "../notation/sequence.ts";
import type { Address, Space } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { belong, displace, mirrorOf, ownerOf } from "../runtime/space.ts";
import {
  bufferOf,
  isFixed,
  isGone,
  isShared,
  plainBytes,
} from "../runtime/views.ts";
import { nodeModule } from "../system/node_system.ts";
import {
  allocate,
  free,
  isOutlived,
  type Outliving,
} from "./outliving_memory.ts";
import { ALIGNED, alignmentOf, gapAt } from "./raw_memory.ts";
import { giveSpare, takeSpare } from "./spare_memory.ts";
import {
  addressAnywhere,
  addressIn,
  type Pointer,
  releasePointer,
  retainPointer,
} from "./pointer.ts";

/** Memory in which bytes lie for native code. */
interface NativeBlock {
  readonly address: Address;
  /** Copies what is there now, from so many bytes on. */
  read(into: Uint8Array, at?: number): void;
  free(): void;
}

/** A copy that calls use which have not ended. */
interface SharedCopy {
  readonly place: NativeBlock;
  /** Where in the buffer the original lies. */
  readonly start: number;
  readonly end: number;
  users: number;
}

/** The copies of each buffer. */
const underWay = new WeakMap<ArrayBufferLike, Set<SharedCopy>>();

/** A copy that stands for memory of the caller's. */
interface Copy extends NativeBlock {
  readonly buffer: ArrayBufferLike;
  /** The caller's. */
  readonly original: Uint8Array;
}

/** What a call needs until it ends, and no longer: unlike a struct, which refers to what it points to. */
export class Held extends Array<unknown> {
  /** Whether native code has seen what the call was given; only set where something asks. */
  isBegun = false;

  /** What comes out of its methods is an array like any other. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Something that a call uses, and that is told when the call has ended. */
export abstract class Use {
  /** @param isBegun Whether native code has seen it. */
  abstract end(isBegun: boolean): void;
}

/** Most buffers that a runtime is asked to hold for a call, the call's own among them. */
export const MOST_HELD = 24;

/** What a call on another thread needs: more than to be referenced. */
export class Lent extends Held {
  readonly #copies: Copy[] = [];
  readonly #kept: NativeBlock[] = [];
  /** Whether the call begins later: a runtime holds what it is given, not what it will be given. */
  isLater = false;
  #lent = 0;

  /** The address of a view of the caller's, or of a copy of it. */
  lend(view: ArrayBufferView): Address {
    const isHeld = adapter.holdsBuffers && !this.isLater &&
      ++this.#lent < MOST_HELD;
    const buffer = bufferOf(view);
    if (isHeld || isShared(buffer) || isUsedOn(buffer)) {
      this.push(view);
      return adapter.addressOf(view);
    }
    return this.copy(plainBytes(view));
  }

  /** The address of what nobody else has, or of a copy of it. */
  keep(bytes: Uint8Array): Address {
    if (!isOutlived()) {
      this.push(bytes);
      return adapter.addressOf(bytes);
    }
    const place = this.put(bytes);
    this.#kept.push(place);
    return place.address;
  }

  /** Puts a copy of bytes where the call finds them. */
  protected put(bytes: Uint8Array): NativeBlock {
    const size = bytes.length;
    const isOurs = !isOutlived();
    const take = isOurs ? takeSpare : allocate;
    const release = isOurs ? giveSpare : free;
    const align = alignmentOf(bytes);
    const gapIn = ({ address }: Outliving) =>
      align === ALIGNED ? 0 : gapAt(BigInt(address), align);
    let memory = take(size);
    if (gapIn(memory) + size > memory.bytes.length) {
      release(memory);
      memory = take(size + align);
    }
    const start = gapIn(memory);
    const copy = memory.bytes.subarray(start, start + size);
    copy.set(bytes);
    return {
      address: start === 0 ? memory.address : displace(memory.address, start),
      read: (into, at = 0) =>
        into.set(copy.subarray(at, Math.min(at + into.length, size))),
      free: () => release(memory),
    };
  }

  /** The address of a copy, which is written back; a part of a buffer that has one is a part of that. */
  protected copy(original: Uint8Array): Address {
    const { buffer, byteOffset: start, byteLength: size } = original;
    for (const { buffer: other, original: of, address } of this.#copies) {
      const at = start - of.byteOffset;
      if (buffer !== other || at < 0 || at + size > of.byteLength) continue;
      return displace(address, at);
    }
    const place = this.share(original);
    this.#copies.push({ ...place, buffer, original });
    return place.address;
  }

  /**
   * A copy that other calls use as well, which were given the same memory: what
   * each of them writes is there for all, as it is where nothing is copied.
   */
  protected share(original: Uint8Array): NativeBlock {
    const { buffer, byteOffset: start, byteLength } = original;
    const end = start + byteLength;
    let copies = underWay.get(buffer);
    if (copies === undefined) underWay.set(buffer, copies = new Set());
    for (const copy of copies) {
      if (copy.start <= start && end <= copy.end) {
        return use(copies, copy, start);
      }
      if (start < copy.end && copy.start < end) {
        throw new TypeError(
          `A call on another thread has ${
            copy.end - copy.start
          } bytes of this memory, of which this is neither all nor a part: wait for its promise, or give it all that both use`,
        );
      }
    }
    const copy = { place: this.put(original), start, end, users: 0 };
    copies.add(copy);
    return use(copies, copy, start);
  }

  /** The address of a copy that is not written back. */
  protected keepCopy(bytes: Uint8Array): Address {
    const place = this.put(bytes);
    this.#kept.push(place);
    return place.address;
  }

  #isBack = false;

  /** Writes the copies back as soon as the call has ended, for who looks at them before it is over. */
  bringBack(): void {
    this.#isBack = true;
    for (const { buffer, original, read } of this.#copies) {
      if (isFixed(buffer)) read(original);
    }
  }

  /** Writes the copies back, and frees what is to be freed. */
  release(): void {
    this.#lent = 0;
    this.isLater = false;
    const isBack = this.#isBack;
    this.#isBack = false;
    if (this.#copies.length > 0) {
      for (const { buffer, original, read, free } of this.#copies.splice(0)) {
        if (!isBack && isFixed(buffer)) read(original);
        free();
      }
    }
    if (this.#kept.length > 0) {
      for (const place of this.#kept.splice(0)) place.free();
    }
  }
}

/** The part of a copy from an offset of its buffer on, for one more call. */
function use(
  copies: Set<SharedCopy>,
  copy: SharedCopy,
  start: number,
): NativeBlock {
  const { place } = copy;
  const offset = start - copy.start;
  copy.users++;
  return {
    address: displace(place.address, offset),
    read: (into, at = 0) => place.read(into, offset + at),
    free() {
      if (--copy.users > 0) return;
      copies.delete(copy);
      place.free();
    },
  };
}

/** Memory behind what a call's frame has in it already. */
interface FrameRoom {
  readonly u8: Uint8Array;
  top: number;
  addressAt(offset: number): number | bigint;
}

/** What a call into another process needs: copies, where both see them. */
export class SentAway extends Lent {
  readonly space: Space;
  /** The call's own frame, which goes there and comes back. */
  room: FrameRoom | undefined;

  /** @param space The memory of the process. */
  constructor(space: Space) {
    super();
    this.space = space;
  }

  override lend(view: ArrayBufferView): Address {
    if (this.space.isShared(bufferOf(view))) {
      this.push(view);
      return adapter.addressOf(view);
    }
    const address = mirrorOf(view);
    if (address !== undefined) return address;
    const bytes = plainBytes(view);
    // What comes back in it are addresses of the process.
    if (ownerOf(bytes.buffer) !== this.space) belong(bytes.buffer, this.space);
    return this.#marked(this.copy(bytes));
  }

  override keep(bytes: Uint8Array): Address {
    return this.#marked(this.keepCopy(bytes));
  }

  /** Each process has its own. */
  protected override share(original: Uint8Array): NativeBlock {
    return this.put(original);
  }

  /** A call that holds nothing is not asked to give it back. */
  #marked(address: Address): Address {
    if (this.length === 0) this.push(undefined);
    return address;
  }

  protected override put(bytes: Uint8Array): NativeBlock {
    const { room, space } = this;
    const size = bytes.length;
    const align = alignmentOf(bytes);
    const start = room === undefined ? 0 : startIn(room, align);
    if (room !== undefined && start + size <= room.u8.length) {
      room.u8.set(bytes, start);
      room.top = start + size;
      return {
        address: room.addressAt(start),
        read: (into) => into.set(room.u8.subarray(start, start + size)),
        free() {},
      };
    }
    const most = size + align - ALIGNED;
    const place = space.allocate(most);
    const local = adapter.toAddress(place + BigInt(gapAt(place, align)));
    if (size > 0) adapter.store(local, bytes);
    return {
      address: local,
      read: (into) => size > 0 && adapter.copy(local, into),
      free: () => space.free(place, most),
    };
  }
}

/** Where the next thing begins in a frame that lies at a multiple of `align` there. */
function startIn(room: FrameRoom, align: number): number {
  return align === ALIGNED
    ? roundUp(room.top, ALIGNED)
    : room.top + gapAt(BigInt(room.addressAt(room.top)), align);
}

/** Gives back the memory of what nobody has any more. */
const abandoned = new FinalizationRegistry<() => void>((free) => free());

/** What memory of another process points to: copies that stay as long as this does. */
class KeptAway extends SentAway {
  readonly #places: NativeBlock[] = [];

  protected override put(bytes: Uint8Array): NativeBlock {
    const place = super.put(bytes);
    this.#places.push(place);
    abandoned.register(this, place.free, this);
    return place;
  }

  /** Frees the copies before nobody has this any more. */
  free(): void {
    abandoned.unregister(this);
    for (const place of this.#places.splice(0)) place.free();
  }
}

const staying = new WeakSet<ArrayBufferLike>();

/** What takes memory away from a buffer without a message. */
const TRANSFERS = ["transfer", "transferToFixedLength"] as const;

let isTransferFree: boolean | undefined;

/**
 * Keeps memory where it is for good: that of a struct or a variable, which has
 * one address and cannot be copied for a call, and what that points to. Bun keeps
 * it from messages alone: there the buffer's own `transfer()` refuses.
 */
export function stay(buffer: ArrayBufferLike): void {
  if (staying.has(buffer) || isShared(buffer)) return;
  staying.add(buffer);
  const { markAsUntransferable } = nodeModule<
    typeof import("node:worker_threads")
  >("node:worker_threads");
  markAsUntransferable(buffer);
  isTransferFree ??= canTransfer(markAsUntransferable);
  if (!isTransferFree) return;
  for (const name of TRANSFERS) {
    Object.defineProperty(buffer, name, { value: refuseTransfer });
  }
}

/** The memory that plugins go on using when a call has ended. */
const usedOn = new WeakSet<ArrayBufferLike>();

/** Keeps memory where it is for good, for a plugin that goes on using it: also a call on another thread gets no copy of it. */
export function stayUsed(buffer: ArrayBufferLike): void {
  stay(buffer);
  usedOn.add(buffer);
}

function isUsedOn(buffer: ArrayBufferLike): boolean {
  if (!usedOn.has(buffer)) return false;
  if ((underWay.get(buffer)?.size ?? 0) === 0) return true;
  throw new TypeError(
    "A call on another thread has a copy of this memory, which the plugin is to go on using: wait for its promise",
  );
}

/** Whether a buffer that was marked can be transferred all the same. */
function canTransfer(mark: (buffer: object) => void): boolean {
  const probe = new ArrayBuffer(1);
  mark(probe);
  try {
    probe.transfer();
  } catch {
    return false;
  }
  return isGone(probe);
}

function refuseTransfer(): never {
  throw new TypeError(
    "transfer(): a plugin has the address of this memory, and may use it yet",
  );
}

/** Whether what a call holds is for another process. */
export function isSentAway(held: unknown[]): held is SentAway {
  return held instanceof SentAway;
}

/** What takes what must live for as long as some memory points to it. */
export function heldFor(memory: ArrayBufferLike): unknown[] {
  return heldIn(ownerOf(memory));
}

/** The same for memory of a process; of this one without it. */
export function heldIn(space: Space | undefined): unknown[] {
  return space === undefined ? [] : new KeptAway(space);
}

/**
 * Frees what some memory has pointed to that nobody reads any more. Of this
 * process the collector has it; of another nothing frees it while a loop runs
 * that waits for nothing.
 */
export function freeKept(held: unknown[] | undefined): void {
  if (held instanceof KeptAway) held.free();
}

/**
 * The address of a pointer, which is one of the process that it goes to.
 *
 * @throws {TypeError} When it is another's.
 */
export function addressFor(pointer: Pointer, held: unknown[]): Address {
  if (!(held instanceof SentAway)) return addressIn(pointer);
  const address = addressAnywhere(pointer);
  held.space.toWord(address);
  return address;
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
  return addressFor(pointer, held);
}

/**
 * Whether memory that a call on this thread was lent is gone: a callback has
 * transferred it. Nothing keeps it; but where no more of JavaScript runs, hardly
 * anybody collects it.
 *
 * @param lent A view or a buffer, several of them, or all that the call holds.
 */
export function isLost(lent: unknown): boolean {
  if (!Array.isArray(lent)) return isGone(lent);
  const isHeld = lent instanceof Held;
  for (let i = 0; i < lent.length; i++) {
    const one: unknown = lent[i];
    if ((!isHeld || ArrayBuffer.isView(one)) && isGone(one)) return true;
  }
  return false;
}

/** Lets go of all that a call has held. */
export function releaseAll(held: Held): void {
  if (held instanceof Lent) held.release();
  const { isBegun } = held;
  if (isBegun) held.isBegun = false;
  let failure: { readonly error: unknown } | undefined;
  // `splice` of an array with a class of its own takes half a microsecond.
  while (held.length > 0) {
    const one = held.pop();
    try {
      if (one instanceof Use) one.end(isBegun);
      else releasePointer(one);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
}
