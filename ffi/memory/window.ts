/**
 * Windows on memory that is not ours.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Codec } from "./codec.ts";

/** One value in the plugin's memory. */
export interface Window {
  /** The value as it is now. */
  read(): unknown;
  /** Writes a value that fits. */
  write(value: unknown): void;
}

/**
 * Opens a window.
 *
 * @param address Where the value lies.
 * @param codec How it lies there.
 * @returns What reads and writes it. Where only one library is permitted
 * (`--allow-ffi=path` on Deno), the memory cannot be shown, only copied: there
 * a struct comes out as a plain object and not as a live view.
 */
export function windowOn(address: Address, codec: Codec): Window {
  let memory: ArrayBuffer;
  try {
    memory = adapter.memory(address, codec.size);
  } catch (cause) {
    if (adapter.denied(cause as Error) === undefined) throw cause;
    return copies(address, codec);
  }
  return windowIn(new DataView(memory), codec);
}

/**
 * Opens a window on memory that JavaScript sees.
 *
 * @param view The memory.
 * @param codec How the value lies there.
 */
export function windowIn(view: DataView, codec: Codec): Window {
  const held: unknown[] = [];
  return {
    read: () => codec.live(view, 0, held),
    write(value) {
      replace(held, (now) => codec.write(view, 0, value, now));
    },
  };
}

function copies(address: Address, codec: Codec): Window {
  const bytes = new Uint8Array(codec.size);
  const view = new DataView(bytes.buffer);
  const held: unknown[] = [];
  return {
    read() {
      adapter.copy(address, bytes);
      return codec.read(view, 0);
    },
    write(value) {
      replace(held, (now) => codec.write(view, 0, value, now));
      adapter.store(address, bytes);
    },
  };
}

/** What the memory points to lives until it is written again. */
function replace(held: unknown[], write: (now: unknown[]) => void): void {
  const now: unknown[] = [];
  write(now);
  held.splice(0, held.length, ...now);
}
