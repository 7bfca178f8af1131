/**
 * What the support library needs of Deno.
 *
 * @module
 */

import type { HostLibrary, SupportHost } from "../support/host.ts";
import type { Address, RawFunction } from "../support/primitive.ts";
import { system } from "../system/system.ts";
import { noteForeignCall } from "./deno_end.ts";
import { generate } from "./generate.ts";

/** The members of `Deno` that are used here. */
interface Runtime {
  readonly permissions: {
    querySync(descriptor: object): { readonly state: string };
  };
  readonly UnsafePointer: {
    create(address: bigint): object | null;
    value(pointer: never): bigint;
  };
  readonly UnsafeCallback: new (
    definition: never,
    call: never,
  ) => { readonly pointer: object; ref(): number; unref(): number };
}

/** What Deno's own adapter does. */
interface Memory {
  load(path: string): HostLibrary;
  memory(address: Address, length: number): ArrayBuffer;
  addressOf(view: ArrayBufferView): Address;
  cstring(address: Address): string;
}

/**
 * Describes Deno to the support library. Nobody is asked for a permission.
 *
 * @param deno The global `Deno`.
 * @param own How the adapter loads libraries and reaches memory.
 */
export function denoHost(deno: Runtime, own: Memory): SupportHost {
  const isGranted = (descriptor: object): boolean =>
    deno.permissions.querySync(descriptor).state === "granted";
  const { create } = deno.UnsafePointer;
  return {
    ...own,
    os: system.os,
    arch: system.arch,
    env: (name) => system.permittedEnv(name),
    // Where only some libraries are permitted, memory cannot be looked at: what needs
    // that says so.
    isThere: (path) =>
      isGranted({ name: "ffi", path }) && isGranted({ name: "read", path }) &&
      isFile(path),
    denied: (path) =>
      !isGranted({ name: "ffi", path }) &&
        isGranted({ name: "read", path }) && isFile(path)
        ? `--allow-ffi=${path}`
        : undefined,
    flagForCache: () =>
      isGranted({ name: "env", variable: "HOME" })
        ? undefined
        : "--allow-env=HOME",
    flagForReading(paths) {
      const hidden = paths.filter((path) => !isGranted({ name: "read", path }));
      return hidden.length === 0
        ? undefined
        : `--allow-read=${hidden.join(",")}`;
    },
    // The first of what Deno has of Node's takes it 15 ms and more.
    addon: () => undefined,
    isWorker: "DedicatedWorkerGlobalScope" in globalThis,
    callsBackFaster: true,
    isSlow: false,
    null: 0n,
    generate,
    results: {
      bool: (x) => `(${x}) !== 0`,
      address: (x) => x,
      text: (x) => `pointer(${x})`,
    },
    scope: { pointer: create },
    bell(wake) {
      const ring: RawFunction = () => {
        wake();
        noteForeignCall();
      };
      const callback = new deno.UnsafeCallback(
        { __proto__: null, parameters: ["u32"], result: "void" } as never,
        ring as never,
      );
      return {
        address: deno.UnsafePointer.value(callback.pointer as never),
        isSlow: true,
        watch() {},
        hold: () => void callback.ref(),
        release: () => void callback.unref(),
      };
    },
  };
}

function isFile(path: string): boolean {
  try {
    return system.status(path).isFile;
  } catch {
    return false;
  }
}
