/**
 * Which machines npm installs a package on.
 *
 * @module
 */

import type { LibraryInfo } from "../../ffi/manifest/manifest.ts";

/** What npm is told of the machines that a package is for. */
export interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
  /** Yarn keeps packages in archives, and no system loads a library out of one. */
  readonly preferUnplugged: true;
}

/**
 * The machines that a library is for, in npm's words.
 *
 * @param library What the library needs of a machine; without a C library it is
 * for all that there are.
 */
export function platformOf(
  { os, arch, libc }: Pick<LibraryInfo, "os" | "arch" | "libc">,
): Platform {
  return {
    os: [os],
    cpu: [arch],
    ...libc === undefined ? {} : { libc: [libc === "gnu" ? "glibc" : libc] },
    preferUnplugged: true,
  };
}
