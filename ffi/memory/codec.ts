/**
 * How one kind of value lies in memory, and how it gets there and back.
 *
 * One codec serves by-value arguments and results in frames, members of
 * structs, and variables.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import type { Check, Misfit } from "../check/argument_checks.ts";
import type { Kept } from "../handle/kept_alive.ts";
import { heldFor } from "../handle/lent_memory.ts";
import { writeBack } from "../runtime/space.ts";
import { show } from "../check/show.ts";

/** Gives memory back to the plugin. */
export type Free = (address: Address) => void;

/** One kind of value in memory. */
export interface Codec {
  /** Size in bytes. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly align: number;
  /** Whether it is an address of something that can go: memory, a callback. */
  readonly isAddress?: boolean;
  /** Whether {@linkcode live} gives what shows the buffer that the value lies in. */
  readonly isShown?: boolean;
  /** Of a struct, a union or an array: how it is taken apart. */
  readonly parts: Parts | undefined;
  /**
   * Writes a value. Where it has parts, that runs code of the caller's: getters,
   * proxies.
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
  live(view: DataView, at: number, kept: Kept): unknown;
  /**
   * What a person is shown of the value.
   *
   * @param isShared Whether other members lie in the same bytes: an address may
   * then be none, and is not followed.
   */
  glimpse(view: DataView, at: number, isShared: boolean): unknown;
  /**
   * Writes what lies in a row, where many at once take less than one by one.
   *
   * @param values A list of the caller's own: what is written one by one is
   * read again.
   * @param stride Bytes between the beginnings of two.
   * @returns Undefined when they are to be written one by one.
   */
  writeAll?(
    view: DataView,
    at: number,
    values: readonly unknown[],
    held: unknown[],
    stride: number,
  ): boolean | undefined;
  /**
   * Reads what lies in a row, where many at once take less than one by one.
   *
   * @param view A copy of the memory.
   * @param at Where in it.
   * @param count How many there are.
   * @param stride Bytes between the beginnings of two.
   * @param place Where it lies.
   * @returns Undefined when they are to be read one by one.
   */
  readAll?(
    view: DataView,
    at: number,
    count: number,
    stride: number,
    place: Address,
  ): unknown[] | undefined;
  /** Why {@linkcode write} refused a value. */
  explain(value: unknown): Misfit | undefined;
  /** Of a struct that ends in an open array: it has no size but with its elements. */
  readonly open?: OpenCodec;
}

/** How a struct that ends in an open array gets into memory. */
export interface OpenCodec {
  /**
   * Makes memory of a value, as long as its elements need.
   *
   * @param held As of {@linkcode Codec.write}.
   * @returns Undefined when the value does not fit.
   */
  make(value: unknown, held: unknown[]): Uint8Array<ArrayBuffer> | undefined;
  /** Why {@linkcode make} refused a value. */
  explain(value: unknown): Misfit | undefined;
}

/** How a value with parts is taken apart. */
export interface Parts {
  /** Whether one of them is an address of something that can go: memory, a callback. */
  readonly isPointing: boolean;
  /**
   * A copy whose parts can be read again and again, and run no code.
   *
   * @returns Undefined, or some value that does not fit, where `value` does not.
   */
  copy(value: unknown): unknown;
}

/** Whether a value is, or has, an address of something that can go. */
export function isPointing(codec: Codec): boolean {
  return codec.parts?.isPointing ?? codec.isAddress === true;
}

/** Describes a value that a check refuses. */
export function checkMisfit(check: Check, value: unknown): Misfit {
  return {
    path: "",
    wanted: check.wanted,
    got: show(value),
    isRange: check.isKind(value),
  };
}

/** Whether a codec takes a value: tried on memory that nobody sees. */
export function fits(
  codec: Pick<Codec, "size" | "write">,
  value: unknown,
): boolean {
  return codec.write(scratch(codec), 0, value, []);
}

/**
 * Writes a value that is read once: all of it, or nothing.
 *
 * @param view The memory.
 * @param at Where in it.
 * @param value Anything.
 * @param kept What the memory points to.
 * @param store Puts what was written where it belongs, if that is elsewhere.
 * @returns False when the value does not fit.
 */
export function assign(
  codec: Codec,
  view: DataView,
  at: number,
  value: unknown,
  kept: Kept,
  store = writeBack,
): boolean {
  const { size, parts } = codec;
  const start = view.byteOffset + at;
  if (parts === undefined && !isPointing(codec)) {
    if (!codec.write(view, at, value, NOTHING)) return false;
    store?.(view);
    kept.replace(start, size, NOTHING);
    return true;
  }
  const held = heldFor(view.buffer);
  const whole = scratch(codec);
  const given = parts?.isPointing ? parts.copy(value) : value;
  if (!codec.write(whole, 0, given, held)) return false;
  const bytes = new Uint8Array(whole.buffer, 0, size);
  const memory = new Uint8Array(view.buffer, start, size);
  kept.replace(start, size, held, () => {
    memory.set(bytes);
    store?.(view);
  });
  return true;
}

/** What is held by a value that points to nothing. */
const NOTHING: unknown[] = [];

function scratch({ size }: Pick<Codec, "size">): DataView {
  return new DataView(new ArrayBuffer(Math.max(size, 1)));
}
