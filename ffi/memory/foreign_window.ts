/**
 * Windows on memory that is not ours.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { assign, type Codec } from "./codec.ts";
import { isElsewhere, mirror } from "../runtime/space.ts";
import { frozen } from "./frozen_copy.ts";
import { Kept } from "../handle/kept_alive.ts";

/** One value in the plugin's memory. */
export interface Window {
  /** The value as it is now. */
  read(): unknown;
  /**
   * Writes a value; what the memory points to lives until it is written again.
   *
   * @returns False when it does not fit: then nothing is written.
   */
  write(value: unknown): boolean;
}

/**
 * Opens a window.
 *
 * @param address Where the value lies.
 * @param codec How it lies there.
 * @param find Where it lies now, where it may lie elsewhere later.
 * @returns What reads and writes it. Where it lies in another process, or only one library is permitted
 * (`--allow-ffi=path` on Deno), the memory cannot be shown, only copied: there
 * a struct comes out as a plain object and not as a live view.
 */
export function windowOn(
  address: Address,
  codec: Codec,
  find: () => Address = () => address,
): Window {
  if (isElsewhere(address)) return distantWindow(find, codec);
  let memory: ArrayBuffer;
  try {
    memory = adapter.memory(address, codec.size);
  } catch (cause) {
    if (adapter.denied(cause as Error) === undefined) throw cause;
    return copies(() => address, codec);
  }
  return windowIn(new DataView(memory), codec);
}

/**
 * Opens a window on memory that JavaScript sees.
 *
 * @param view The memory.
 * @param codec How the value lies there.
 * @returns The window.
 */
export function windowIn(view: DataView, codec: Codec): Window {
  const kept = new Kept();
  return {
    read: () => codec.live(view, 0, kept),
    write: (value) => assign(codec, view, 0, value, kept),
  };
}

/** A window on memory of another process: of a struct it is a view, which is read and written there. */
function distantWindow(find: () => Address, codec: Codec): Window {
  const memory = mirror(find, codec.size);
  if (!("type" in codec)) return copies(find, codec, memory);
  const view = new DataView(memory);
  const kept = new Kept();
  return {
    read: () => codec.live(view, 0, kept),
    write: (value) => assign(codec, view, 0, value, kept),
  };
}

function copies(
  find: () => Address,
  codec: Codec,
  memory = new ArrayBuffer(codec.size),
): Window {
  const bytes = new Uint8Array(memory);
  const view = new DataView(bytes.buffer);
  const kept = new Kept();
  return {
    read() {
      adapter.copy(find(), bytes);
      return frozen(codec.read(view, 0));
    },
    write: (value) =>
      assign(
        codec,
        view,
        0,
        value,
        kept,
        () => adapter.store(find(), bytes),
      ),
  };
}
