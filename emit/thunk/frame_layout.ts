/**
 * Where everything lies in the memory that a thunk is called with.
 *
 * @module
 */

import { MAX_FRAME_SIZE, type Thunk } from "../../ffi/manifest/manifest.ts";
import {
  type Extent,
  inSequence,
  roundUp,
} from "../../ffi/notation/sequence.ts";
import { Unwritable } from "./unwritable.ts";

/** What a frame holds beside parameters and results. */
export interface Extras {
  /** Whether the thunk takes C's `errno` along. */
  readonly errno?: boolean;
  /** Whether the frame says which function to call. */
  readonly target?: boolean;
  /** Whether the frame says when the context of a Go function ends. */
  readonly context?: boolean;
  /** Whether the frame says how the call of a Go function ended. */
  readonly error?: boolean;
  /** Whether the frame says where there is room for results. */
  readonly room?: boolean;
}

/** How much each of them takes. */
const EXTRAS: Readonly<Record<keyof Extras, Extent>> = {
  errno: { size: 4, align: 4 },
  target: { size: 8, align: 8 },
  context: { size: 16, align: 8 },
  error: { size: 40, align: 8 },
  room: { size: 16, align: 8 },
};

/** A frame begins at a multiple of 8, and at most of 16. */
const [MIN_ALIGN, MAX_ALIGN] = [8, 16];

/**
 * Lays out a frame: parameters, results, then what else is asked for, each at
 * its own alignment.
 *
 * @param symbol The thunk's symbol.
 * @param params What each of the parameters takes.
 * @param results What each of the results takes.
 * @param extras What else the frame holds.
 * @returns The thunk, as a manifest says it.
 * @throws {Unwritable} When the frame is larger than a manifest may say.
 */
export function layOutFrame(
  symbol: string,
  params: readonly Extent[],
  results: readonly Extent[],
  extras: Extras,
): Thunk {
  const more = Object.keys(EXTRAS).filter((name): name is keyof Extras =>
    extras[name as keyof Extras] === true
  );
  const { offsets, end, align } = inSequence([
    ...params,
    ...results,
    ...more.map((name) => EXTRAS[name]),
  ]);
  const size = roundUp(end, Math.min(Math.max(align, MIN_ALIGN), MAX_ALIGN));
  if (size > MAX_FRAME_SIZE) {
    throw new Unwritable(
      `its arguments take ${size} bytes, and at most ${MAX_FRAME_SIZE} are passed`,
    );
  }
  const values = params.length + results.length;
  return {
    symbol,
    size,
    params: offsets.slice(0, params.length),
    results: offsets.slice(params.length, values),
    ...Object.fromEntries(
      more.map((name, index) => [name, offsets[values + index]!]),
    ),
  };
}
