/**
 * Room for results in the frame of a call: what lies there is read when the
 * call has ended, and not freed.
 *
 * @module
 */

import { nextWord } from "../notation/sequence.ts";
import { LEAST_ADDRESS } from "../memory/span_codecs.ts";
import { putWord } from "../value/scalar.ts";
import type { Frame } from "./frame.ts";

/** Says in a frame that results may lie behind what is in it. */
export function putRoom(frame: Frame, at: number): void {
  const start = nextWord(frame.top);
  const size = frame.u8.length - start;
  if (size <= 0 || frame.u8.length > LEAST_ADDRESS || frame.isCopied) {
    return putNoRoom(frame, at);
  }
  putWord(frame.view, at, frame.addressAt(start));
  frame.view.setUint32(at + 8, start, true);
  frame.view.setUint32(at + 12, size, true);
}

/** Says in a frame that results lie elsewhere. */
export function putNoRoom({ view }: Frame, at: number): void {
  view.setUint32(at + 12, 0, true);
}
