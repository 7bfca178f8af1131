/**
 * Whether a file is the same as before, by what the system says of it: nothing
 * of it is read.
 *
 * @module
 */

import type { Status } from "./interface.ts";

/**
 * What a file has of its own, and what each writing of it changes; equal texts
 * are of one file of which nothing was changed, whatever anybody says of its
 * times: the last of them nobody can set. A new link to the file changes it, and
 * so does another mode.
 *
 * @param status What the system says of it; undefined where there is none.
 */
export function stampOf(status: Status | undefined): string {
  if (status === undefined) return "none";
  const { dev, ino, size, mtimeMs, ctimeMs } = status;
  return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/**
 * Whether it is the same file, of which nothing was changed.
 *
 * @param now What the system says of it.
 * @param before What it said then.
 */
export function isUntouched(now: Status, before: Status): boolean {
  return stampOf(now) === stampOf(before);
}

/** Milliseconds that are one moment to some runtime: Deno tells seconds apart. */
const MOMENT = 2000;

/**
 * Whether what the system says of a file tells it from any that comes later. What
 * was touched a moment ago could be touched once more, or give its number to
 * another file, and the system would say the same.
 *
 * @param status What the system says now.
 */
export function isSettled({ ctimeMs }: Status): boolean {
  return ctimeMs > 0 && Date.now() - ctimeMs > MOMENT;
}
