/**
 * What the support library needs of Bun.
 *
 * @module
 */

import type { HostLibrary, SupportHost } from "../support/host.ts";
import type { Address, RawFunction } from "../support/primitive.ts";
import { exists } from "../system/system.ts";
import { loadAddon } from "./addon.ts";
import { generate } from "./generate.ts";

/** The members of `bun:ffi` that are used here. */
interface Callbacks {
  readonly JSCallback: new (
    call: RawFunction,
    // deno-lint-ignore no-explicit-any -- names of types
    definition: any,
  ) => { readonly ptr: number | null; close(): void };
}

/** What Bun's own adapter does. */
interface Memory {
  toAddress(address: number | bigint): Address;
  memory(address: Address, length: number): ArrayBuffer;
  addressOf(view: ArrayBufferView): Address;
  cstring(address: Address): string;
  isWorker(): boolean;
}

/** Milliseconds of the longest timer. */
const LONG = 0x7fff_ffff;

/**
 * Describes Bun to the support library.
 *
 * @param ffi The module `bun:ffi`.
 * @param memory How memory is reached.
 * @param load Loads a library.
 */
export function bunHost(
  ffi: Callbacks,
  memory: Memory,
  load: (path: string) => HostLibrary,
): SupportHost {
  const { process } = globalThis as unknown as { process: NodeJS.Process };
  return {
    os: process.platform,
    arch: process.arch,
    env: (name) => process.env[name],
    isThere: exists,
    load,
    addon: loadAddon,
    isWorker: memory.isWorker(),
    callsBackFaster: true,
    isSlow: false,
    null: null,
    memory: memory.memory,
    addressOf: memory.addressOf,
    cstring: memory.cstring,
    generate,
    results: {
      bool: (x) => `(${x}) !== 0`,
      address: (x) => `addressOf(${x})`,
      text: (x) => `addressOf(${x})`,
    },
    scope: {
      addressOf: (address: bigint) =>
        address === 0n ? null : memory.toAddress(address),
    },
    bell(wake) {
      const { ptr } = new ffi.JSCallback(wake, {
        args: ["u32"],
        returns: "void",
        threadsafe: true,
      });
      const timer = setInterval(() => {}, LONG);
      timer.unref();
      return {
        address: ptr,
        isSlow: false,
        watch() {},
        hold: () => timer.ref(),
        release: () => timer.unref(),
      };
    },
  };
}
