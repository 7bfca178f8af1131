/**
 * Copies of what lies in the plugin's memory. They are frozen: the plugin would
 * not see what is done to them. Only typed arrays cannot be.
 *
 * @module
 */

import type { Codec } from "./codec.ts";

/**
 * Freezes a copy, and all that it has.
 *
 * @param copy The copy.
 * @returns The same.
 */
export function frozen(copy: unknown): unknown {
  if (typeof copy !== "object" || copy === null || ArrayBuffer.isView(copy)) {
    return copy;
  }
  for (const inner of Object.values(copy)) frozen(inner);
  return Object.freeze(copy);
}

/**
 * The codec of what cannot be written: where others show the memory itself, it
 * gives a copy. To write to a constant ends the process.
 *
 * @param codec How the value lies in memory.
 */
export function constant(codec: Codec): Codec {
  if (codec.parts === undefined) return codec;
  const { size, align, parts, write, read, glimpse, explain } = codec;
  const live: Codec["live"] = (view, at) => frozen(read(view, at));
  return { size, align, parts, write, read, live, glimpse, explain };
}
