/**
 * Directories in which nothing may be executed.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { emptyDirectory } from "./directory.ts";

function mount(place: string, options: string): boolean {
  const args = ["-t", "tmpfs", "-o", options, "tmpfs", place];
  return spawnSync("/bin/mount", args).status === 0;
}

/** Why file systems cannot be mounted here; false where they can. */
export function noMounts(): string | false {
  const place = emptyDirectory();
  if (!mount(place, "size=1m")) return "nothing may be mounted here";
  spawnSync("/bin/umount", [place]);
  return false;
}

/**
 * Calls `use` with a directory that is mounted `noexec`.
 *
 * @throws {Error} Where nothing may be mounted.
 */
export async function inNoexec(
  use: (place: string) => void | Promise<void>,
): Promise<void> {
  const place = emptyDirectory();
  if (!mount(place, "noexec,size=2m,mode=700")) {
    throw new Error("Nothing may be mounted here");
  }
  try {
    await use(place);
  } finally {
    // Lazily: glibc leaves the part mapped that it could map.
    spawnSync("/bin/umount", ["-l", place]);
  }
}
