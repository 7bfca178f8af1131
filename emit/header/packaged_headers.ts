/**
 * Which headers came with the same packages as others: of what lies in the
 * system's directory only its own list of files says whose it is, as of the
 * `eti.h` that `form.h` includes.
 *
 * @module
 */

import { system, textAt } from "../../ffi/system/system.ts";
import { filesOf, packagesWith } from "../toolchain/debian.ts";

/** Whether a header came with those that were asked about. */
export type IsPackaged = (path: string) => boolean;

/**
 * Asks the system's package manager which files came with headers.
 *
 * @param named Those headers.
 * @param others What may have come with them.
 * @returns Undefined where nothing but the C library's headers may have, or the
 * system has no list.
 */
export async function packagedWith(
  named: Iterable<string>,
  others: Iterable<string>,
): Promise<IsPackaged | undefined> {
  // To ask takes as long as a small header does.
  if ([...others].every(isLibc)) return undefined;
  const paths = Array.from(named, realOf)
    .filter((path) => path.startsWith("/")); // of any other it looks for a part
  if (paths.length === 0) return undefined;
  const packages = await packagesWith(paths);
  const lists = await Promise.all(packages.map(filesOf));
  const files = new Set(
    // All that there is came with the C library's headers.
    lists.filter((list) => !list.includes(LIBC)).flat(),
  );
  return files.size === 0
    ? undefined
    : (path) => files.has(path) || files.has(realOf(path));
}

/** A header that only the C library's package has. */
const LIBC = "/usr/include/features.h";

/** Whether a header is the C library's or the compiler's, as far as it says so itself. */
export function isLibc(path: string): boolean {
  return /\/(?:gcc|clang)\//.test(path) ||
    /\bGNU C Library\b/.test(textAt(path));
}

function realOf(path: string): string {
  try {
    return system.realPath(path);
  } catch {
    return path; // a `#line` names what is not there
  }
}
