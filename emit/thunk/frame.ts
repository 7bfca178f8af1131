/**
 * Where everything lies in the memory that a thunk is called with.
 *
 * @module
 */

import { MAX_FRAME_SIZE, type Thunk } from "../../ffi/manifest/manifest.ts";
import { Unwritable } from "./ctypes.ts";
import type { CType } from "./declare.ts";
import { roundUp } from "./layout.ts";

/** What a frame holds beside parameters and results. */
export interface Extras {
  /** Whether the thunk takes C's `errno` along. */
  readonly errno: boolean;
  /** Whether the frame says which function to call. */
  readonly target: boolean;
}

/** Largest alignment that the memory of a frame has. */
const MAX_ALIGN = 16;

/**
 * Lays out a frame: parameters, results, then what else is asked for, each at
 * its own alignment.
 *
 * @param symbol The thunk's symbol.
 * @param params Types of the parameters.
 * @param results Types of the results.
 * @param extras What else the frame holds.
 * @returns The thunk, as a manifest says it.
 * @throws {Unwritable} When the frame is larger than a manifest may say.
 */
export function layOutFrame(
  symbol: string,
  params: readonly CType[],
  results: readonly CType[],
  extras: Extras,
): Thunk {
  let end = 0;
  let widest = 8;
  const place = ({ size, align }: Pick<CType, "size" | "align">): number => {
    const at = roundUp(end, align);
    end = at + size;
    widest = Math.max(widest, Math.min(align, MAX_ALIGN));
    return at;
  };
  const placed = {
    params: params.map(place),
    results: results.map(place),
    ...(extras.errno ? { errno: place({ size: 4, align: 4 }) } : {}),
    ...(extras.target ? { target: place({ size: 8, align: 8 }) } : {}),
  };
  const size = roundUp(end, widest);
  if (size > MAX_FRAME_SIZE) {
    throw new Unwritable(
      `its arguments take ${size} bytes, and at most ${MAX_FRAME_SIZE} are passed`,
    );
  }
  return { symbol, size, ...placed };
}
