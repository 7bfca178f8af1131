/**
 * The C library of this process.
 *
 * @module
 */

import type { LibraryInfo } from "../manifest/manifest.ts";
import { identify } from "./identify.ts";

let libc: LibraryInfo["libc"] | undefined;

/**
 * The C library that this process runs on, from its executable.
 *
 * @returns Undefined where it cannot be told: no Linux, or no permission to read `/proc`.
 */
export function ownLibc(): LibraryInfo["libc"] | undefined {
  return libc ??= read();
}

function read(): LibraryInfo["libc"] | undefined {
  try {
    return identify("/proc/self/exe").libc;
  } catch {
    return undefined; // a sandbox without /proc: the loader will tell
  }
}
