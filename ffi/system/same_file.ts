/**
 * Whether a file is the same as before, by what the system says of it: nothing
 * of it is read.
 *
 * @module
 */

import type { Status } from "./interface.ts";

/**
 * What a file has of its own, and what each writing of it changes; equal texts
 * are of one file that was not written in between, as far as who writes it says
 * when.
 *
 * @param status What the system says of it; undefined where there is none.
 */
export function stampOf(status: Status | undefined): string {
  if (status === undefined) return "none";
  const { dev, ino, size, mtimeMs } = status;
  return `${dev} ${ino} ${size} ${mtimeMs}`;
}

/**
 * Whether it is the same file, and was not written in between.
 *
 * @param now What the system says of it.
 * @param before What it said then.
 */
export function isUnwritten(now: Status, before: Status): boolean {
  return stampOf(now) === stampOf(before);
}

/**
 * Whether it is the same file, of which nothing was changed, whatever anybody
 * says: nobody can set that time. A new link to the file changes it, and so
 * does another mode, which {@linkcode isUnwritten} lets pass.
 *
 * @param now What the system says of it.
 * @param before What it said then.
 */
export function isUntouched(now: Status, before: Status): boolean {
  return isUnwritten(now, before) && now.ctimeMs === before.ctimeMs;
}
