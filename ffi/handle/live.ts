/**
 * Memory that is shown as it is.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { PluginError } from "../error.ts";
import { adapter } from "../runtime/runtime.ts";

/**
 * The bytes at an address, live.
 *
 * @param address Where they begin.
 * @param length How many, at least 1.
 * @throws {PluginError} `permission_denied` where only one library is permitted.
 */
export function liveMemory(address: Address, length: number): ArrayBuffer {
  try {
    return adapter.memory(address, length);
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
