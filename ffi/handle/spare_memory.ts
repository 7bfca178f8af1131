/**
 * Memory for copies of what calls are lent: that of calls which have ended is
 * used again, as to get new memory takes longer than to copy what goes in.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";

/** Memory of this thread's. */
export interface Spare {
  readonly address: Address;
  /** All of it; at least as much as was asked for. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Most bytes that lie idle. */
const MOST_IDLE = 8 << 20;
const LEAST = 256;

/** Idle memory, by the logarithm of its size. */
const idle: readonly Spare[][] = Array.from({ length: 54 }, () => []);
let idleBytes = 0;

/**
 * Takes memory; what is in it is of the call before.
 *
 * @param size Bytes that are wanted.
 */
export function takeSpare(size: number): Spare {
  const order = orderOf(size);
  const spare = idle[order]!.pop();
  if (spare === undefined) {
    const bytes = new Uint8Array(new ArrayBuffer(2 ** order));
    return { address: adapter.addressOf(bytes), bytes };
  }
  idleBytes -= spare.bytes.length;
  return spare;
}

/** Gives it back; nothing may look at it any more. */
export function giveSpare(spare: Spare): void {
  const { length } = spare.bytes;
  if (idleBytes + length > MOST_IDLE) return;
  idleBytes += length;
  idle[orderOf(length)]!.push(spare);
}

function orderOf(size: number): number {
  return Math.ceil(Math.log2(Math.max(size, LEAST)));
}
