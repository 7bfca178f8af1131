/**
 * What a codec of whole data is: it works on a column, all values of one kind
 * that a packet has at one place of its type. A single value is a column of
 * one; the coordinates of a thousand points are two columns of a thousand.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { show } from "../check/show.ts";
import type { PacketReader, PacketWriter } from "./packet.ts";

/** Values in order: an array, or a typed array. */
export interface Values {
  readonly length: number;
  readonly [index: number]: unknown;
}

/** How values of one type lie in a packet, and how they get there and back. */
export interface Column {
  /** What one value is, for a person. */
  readonly wanted: string;
  /**
   * Writes values; each part of them is read once.
   *
   * @param values Anything; nothing is trusted.
   * @param depth How many values these lie in.
   * @returns False when one of them does not fit; then some may have been written.
   */
  write(packet: PacketWriter, values: Values, depth: number): boolean;
  /**
   * Reads values.
   *
   * @param n How many.
   * @throws {PacketError} When the packet has not got them.
   */
  read(packet: PacketReader, n: number): Values;
  /**
   * What is wrong with a value that was refused.
   *
   * @returns Nothing when it fits.
   */
  explain(value: unknown, depth: number): Misfit | undefined;
}

/** How deep values may lie in each other. */
export const MAX_VALUE_DEPTH = 200;

/** The misfit of a value as a whole. */
export function wholeMisfit(
  wanted: string,
  value: unknown,
  isRange = false,
): Misfit {
  return { path: "", wanted, got: show(value), isRange };
}

/** What is wrong with a part of a value, seen from the value. */
export function within(
  path: string,
  misfit: Misfit | undefined,
): Misfit | undefined {
  return misfit === undefined
    ? undefined
    : { ...misfit, path: path + misfit.path };
}

/** The misfit of a value that lies too deep, which a cycle does. */
export function tooDeep(): Misfit {
  return {
    path: "",
    wanted:
      `values at most ${MAX_VALUE_DEPTH} deep in each other; is it a cycle?`,
    isRange: true,
  };
}
