/**
 * How one kind of value lies in memory, and how it gets there and back.
 *
 * One codec serves by-value arguments and results in frames, members of
 * structs, and variables.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import type { Check, Misfit } from "../check/check.ts";
import { show } from "../check/show.ts";

/** Gives memory back to the plugin. */
export type Free = (address: Address) => void;

/** One kind of value in memory. */
export interface Codec {
  /** Size in bytes. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly align: number;
  /**
   * Writes a value.
   *
   * @param view The memory.
   * @param at Where in it.
   * @param value Anything; nothing is trusted.
   * @param held Takes what must live for as long as the memory points to it.
   * @returns False when the value does not fit; then part of it may have been written.
   */
  write(view: DataView, at: number, value: unknown, held: unknown[]): boolean;
  /**
   * Reads a value: a copy, nothing that changes with the memory.
   *
   * @param free Takes the memory of strings and slices, once they are read, where the reader owns it.
   */
  read(view: DataView, at: number, free?: Free): unknown;
  /** What stands for the memory itself where there is such a thing: a struct view, a typed array; otherwise as `read`. */
  live(view: DataView, at: number, held: unknown[]): unknown;
  /** Why {@linkcode write} refused a value. */
  explain(value: unknown): Misfit | undefined;
}

/** Describes a value that a check refuses. */
export function misfit(check: Check, value: unknown): Misfit {
  return {
    path: "",
    message: `wanted ${check.wanted}, got ${show(value)}`,
    isRange: check.isKind(value),
  };
}

/** Whether a codec takes a value: tried on memory that nobody sees. */
export function fits(codec: Codec, value: unknown): boolean {
  const scratch = new DataView(new ArrayBuffer(Math.max(codec.size, 1)));
  return codec.write(scratch, 0, value, []);
}
