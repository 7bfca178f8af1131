/**
 * What the support library needs of Node.
 *
 * @module
 */

import type { HostLibrary, SupportHost, TextOfCall } from "../support/host.ts";
import { isMainThread, nodeModule } from "../system/node_system.ts";
import { exists } from "../system/system.ts";
import { loadAddon } from "./addon.ts";
import { generate } from "./generate.ts";
import { SHORT, shortText } from "./short_text.ts";

/** The word of a call that its result is in. */
const RESULT = 1;

/** The members of `node:ffi` that are used here. */
interface Memory {
  getRawPointer(view: ArrayBufferView): bigint;
  toArrayBuffer(address: bigint, length: number, copy: boolean): ArrayBuffer;
  toString(address: bigint): string;
}

/** The members of a `Socket` of `node:net` that are used here. */
interface Socket {
  on(event: "data", listener: () => void): void;
  ref(): void;
  unref(): void;
}

interface Net {
  readonly Socket: new (options: object) => Socket;
}

/**
 * Describes Node to the support library.
 *
 * @param ffi The module `node:ffi`.
 * @param load Loads a library, with nothing in between.
 */
export function nodeHost(
  ffi: Memory,
  load: (path: string) => HostLibrary,
): SupportHost {
  const { process } = globalThis as unknown as { process: NodeJS.Process };
  return {
    os: process.platform,
    arch: process.arch,
    env: (name) => process.env[name],
    isThere: exists,
    flagForReading: (paths) =>
      paths.filter((path) => process.permission?.has("fs.read", path) === false)
        .map((path) => `--allow-fs-read=${path}`).join(" ") || undefined,
    load,
    addon: loadAddon,
    isWorker: !isMainThread(),
    callsBackFaster: false,
    isSlow: true,
    null: 0n,
    memory: (address, length) =>
      ffi.toArrayBuffer(address as bigint, length, false),
    addressOf: (view) => ffi.getRawPointer(view),
    cstring: (address) => ffi.toString(address as bigint),
    generate,
    results: { bool: (x) => x, address: (x) => x, text: (x) => x },
    readTexts: (library) => textsOf(ffi, library),
    scope: {},
    bell(wake) {
      let socket: Socket | undefined;
      return {
        address: null,
        isSlow: false,
        // Sockets of the system are what Node's loop watches.
        watch(fd) {
          const { Socket } = nodeModule<Net>("node:net");
          const buffer = new Uint8Array(64);
          socket = new Socket({
            fd,
            readable: true,
            writable: false,
            onread: { buffer, callback: () => (wake(), true) },
          });
          socket.on("data", () => {});
          socket.unref();
        },
        hold: () => socket!.ref(),
        release: () => socket!.unref(),
      };
    },
  };
}

/** Makes what reads the texts of calls: short ones without an address, which is a bigint. */
function textsOf(ffi: Memory, library: HostLibrary): TextOfCall {
  const copy = library.bind("plugin_text_copy", ["f64"], "f64");
  let isLong = false; // those of one function are alike
  return (call, copied, words) => {
    if (!isLong) {
      const length = copy(call);
      const text = length < 0 ? undefined : shortText(copied, length);
      if (text !== undefined) return text;
    }
    const address = words[RESULT]!;
    if (address === 0n) return null;
    const text = ffi.toString(address);
    isLong = text.length > SHORT;
    return text;
  };
}
