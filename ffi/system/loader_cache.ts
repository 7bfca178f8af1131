/**
 * What glibc's loader remembers of where libraries are: `/etc/ld.so.cache`.
 *
 * The layout is that of `sysdeps/generic/dl-cache.h` in glibc, its "new format".
 *
 * @module
 */

import type { Status } from "./interface.ts";
import { system } from "./system.ts";

/** Where it is. */
export const LOADER_CACHE = "/etc/ld.so.cache";

const MAGIC = "glibc-ld.so.cache1.1";
/** The magic, the number of entries, the size of the texts, flags, and what is reserved. */
const HEADER = 48;
/** Flags, offset of the name, offset of the path, the system's version, what hardware it wants. */
const ENTRY = 24;

/** `FLAG_ELF_LIBC6` with the flag of the 64-bit libraries of this machine. */
const FLAGS = system.arch === "arm64" ? 0x0a03 : 0x0303;

/** The cache as it was when it was last read, and what was found in it. */
let last: {
  readonly status: Status;
  readonly bytes: Uint8Array;
  readonly found: Map<string, readonly string[]>;
} | undefined;

/**
 * Every path that the cache has for a library, in its order.
 *
 * @param name The name that programs are linked with.
 * @returns Absolute paths; none where the system has no such cache, or it may not be read.
 */
export function cached(name: string): readonly string[] {
  let status: Status;
  try {
    status = system.status(LOADER_CACHE);
    // To read and search it takes longer than the rest of opening.
    if (last === undefined || !isSame(last.status, status)) {
      last = { status, bytes: system.read(LOADER_CACHE), found: new Map() };
    }
  } catch {
    return [];
  }
  let paths = last.found.get(name);
  if (paths === undefined) {
    last.found.set(name, paths = searchCache(last.bytes, name));
  }
  return paths;
}

function isSame(one: Status, other: Status): boolean {
  return one.ino === other.ino && one.size === other.size &&
    one.mtimeMs === other.mtimeMs;
}

/**
 * Searches the bytes of a cache.
 *
 * @param bytes What is in the file.
 * @param name The name of a library.
 * @returns Its paths; none when the bytes are not a cache.
 */
export function searchCache(bytes: Uint8Array, name: string): string[] {
  const text = new TextDecoder("latin1").decode(bytes);
  // Older systems put this format behind the one before it.
  const start = text.indexOf(MAGIC);
  if (start < 0 || start + HEADER > bytes.length) return [];
  if (!text.includes(`${name}\0`, start)) return [];
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + start,
    bytes.length - start,
  );
  const read = (offset: number): string => {
    const from = start + offset;
    return text.slice(from, text.indexOf("\0", from));
  };
  const count = Math.min(
    view.getUint32(MAGIC.length, true),
    Math.floor((view.byteLength - HEADER) / ENTRY),
  );
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEADER + index * ENTRY;
    const isOurs = view.getUint32(at, true) === FLAGS;
    if (isOurs && read(view.getUint32(at + 4, true)) === name) {
      paths.push(read(view.getUint32(at + 8, true)));
    }
  }
  return paths;
}
