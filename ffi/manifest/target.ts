/**
 * The machines that a library can be for.
 *
 * @module
 */

import type { LibraryInfo } from "./format.ts";

/** Every target that a library can be built, packed and chosen for. */
export const TARGETS = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm64",
  "linux-arm64-musl",
  "linux-x64",
  "linux-x64-musl",
] as const;

/**
 * A system, an architecture and, on Linux, a C library: `linux-x64` is that of
 * GNU, `linux-x64-musl` the one of Alpine.
 */
export type Target = typeof TARGETS[number];

/**
 * The target of a library.
 *
 * @param library What the library needs of a machine.
 */
export function targetOf(
  { os, arch, libc }: Pick<LibraryInfo, "os" | "arch" | "libc">,
): Target {
  const machine = `${os}-${arch}` as const;
  return os === "linux" && libc === "musl" ? `linux-${arch}-musl` : machine;
}
