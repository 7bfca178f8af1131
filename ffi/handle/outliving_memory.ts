/**
 * Memory that is still there when this thread has ended: a Worker's own goes
 * with it, while its calls on other threads run on. What such a call has left
 * behind then is never freed.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";

/** C's memory. */
export interface Outliving {
  readonly address: Address;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Whether what calls on other threads use has to be there longer than this thread. */
export function isOutlived(): boolean {
  return adapter.isWorker && !adapter.holdsBuffers;
}

/**
 * Allocates memory.
 *
 * @param size Bytes, at least 1.
 */
export function allocate(size: number): Outliving {
  const address = adapter.systemLoader()?.allocate(size);
  if (address === undefined) {
    throw new RangeError(`There is no memory for ${size} bytes of a call`);
  }
  return { address, bytes: new Uint8Array(adapter.memory(address, size)) };
}

/** Gives it back; nothing may look at it any more. */
export function free({ address }: Outliving): void {
  adapter.systemLoader()?.free(address);
}
