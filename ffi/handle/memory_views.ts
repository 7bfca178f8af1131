/**
 * Views of memory: of that of plugins, as it is, and of our own.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { PluginError } from "../error.ts";
import { adapter } from "../runtime/runtime.ts";

/** What the memory of a new `ArrayBuffer` lies at a multiple of, on every runtime. */
const GIVEN = 8;

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
  const over = permitted(() => restOf(new Uint8Array(buffer), align));
  return new DataView(buffer, over === 0 ? 0 : align - over, size);
}

/**
 * Whether bytes begin at a multiple of `align`.
 *
 * @param view At least one byte, which can neither move nor go.
 */
export function isAligned(view: ArrayBufferView, align: number): boolean {
  return permitted(() => restOf(view, align)) === 0;
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
  return permitted(() => adapter.memory(address, length));
}

function permitted<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const flag = adapter.denied(cause as Error);
    if (flag === undefined) throw cause;
    throw new PluginError(
      "permission_denied",
      `Cannot read the memory at a Pointer: permission denied, run with ${flag}`,
      { cause },
    );
  }
}
