/**
 * Views of memory: of that of plugins, as it is, and of our own.
 *
 * @module
 */

import { nextWord } from "../notation/sequence.ts";
import type { Address } from "../runtime/adapter.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";

/** What the memory of a new `ArrayBuffer` lies at a multiple of, on every runtime. */
const GIVEN = 8;

const WHAT = () => "Cannot read the memory at a Pointer";

/**
 * Memory of JavaScript's own, all zeros.
 *
 * @param size Number of bytes.
 * @param align What its address is a multiple of.
 * @throws {PluginError} `permission_denied`, where it takes that to learn an address.
 */
export function ownMemory(size: number, align: number): DataView {
  if (align <= GIVEN) {
    return new DataView(new ArrayBuffer(Math.max(size, 1)), 0, size);
  }
  const buffer = new ArrayBuffer(size + align);
  const over = permitted(WHAT, () => restOf(new Uint8Array(buffer), align));
  return new DataView(buffer, over === 0 ? 0 : align - over, size);
}

/** Bytes of a buffer that many small copies lie in: to make one takes an engine up to a microsecond. */
const SHELF = 4096;
/** The largest of these copies. */
const SMALL = 256;

let shelf = new DataView(new ArrayBuffer(0));
let top = 0;

/**
 * Copies bytes to memory of JavaScript's own, at a multiple of 8, few of them
 * beside other copies: nobody must get at the buffer.
 *
 * @returns The memory, and where in it, not at its beginning.
 */
export function copied(
  from: DataView,
  at: number,
  size: number,
): { view: DataView; at: number } {
  const start = top;
  const room = nextWord(size);
  if (start + room > shelf.byteLength) {
    const isSmall = size <= SMALL;
    const view = new DataView(new ArrayBuffer(isSmall ? SHELF : 8 + room));
    copyBytes(view, 8, from, at, size);
    if (isSmall) {
      shelf = view;
      top = 8 + room;
    }
    return { view, at: 8 };
  }
  top += room;
  copyBytes(shelf, start, from, at, size);
  return { view: shelf, at: start };
}

/** Copies bytes: few of them sooner than typed arrays do. */
export function copyBytes(
  to: DataView,
  at: number,
  from: DataView,
  start: number,
  size: number,
): void {
  if (size > SMALL) {
    new Uint8Array(to.buffer, to.byteOffset + at, size).set(
      new Uint8Array(from.buffer, from.byteOffset + start, size),
    );
    return;
  }
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    to.setUint32(at + i, from.getUint32(start + i, true), true);
  }
  for (; i < size; i++) to.setUint8(at + i, from.getUint8(start + i));
}

/**
 * Whether bytes begin at a multiple of `align`.
 *
 * @param view At least one byte, which can neither move nor go.
 */
export function isAligned(view: ArrayBufferView, align: number): boolean {
  return permitted(WHAT, () => restOf(view, align)) === 0;
}

/** What anything may lie at a multiple of, as with C's `malloc`. */
export const ALIGNED = 16;

/** The most that anything is made to lie at a multiple of: a page. */
const PAGE = 4096;

/**
 * What a copy of some bytes has to lie at a multiple of: what they do, as far as
 * their type can have asked for it.
 *
 * @param bytes Bytes, which can neither move nor go; there may be more of them than of the type.
 */
export function alignmentOf(bytes: Uint8Array): number {
  const { length } = bytes;
  // No type is smaller than what its values lie at a multiple of.
  if (length < 2 * ALIGNED) return ALIGNED;
  const most = Math.min(2 ** Math.floor(Math.log2(length)), PAGE);
  const rest = permitted(WHAT, () => restOf(bytes, most));
  return rest === 0 ? most : Math.max(rest & -rest, ALIGNED);
}

/** How many bytes there are from an address to the next multiple of `align`. */
export function gapAt(address: bigint, align: number): number {
  return Number(BigInt.asUintN(64, -address) % BigInt(align));
}

function restOf(view: ArrayBufferView, align: number): number {
  return Number(BigInt(adapter.addressOf(view)) % BigInt(align));
}

/**
 * The bytes at an address, live.
 *
 * @param address Where they begin.
 * @param length How many, at least 1.
 * @throws {PluginError} `permission_denied` where only one library is permitted.
 */
export function liveMemory(address: Address, length: number): ArrayBuffer {
  return permitted(WHAT, () => adapter.memory(address, length));
}
