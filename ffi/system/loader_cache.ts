/**
 * What glibc's loader remembers of where libraries are: `/etc/ld.so.cache`.
 *
 * The layout is that of `sysdeps/generic/dl-cache.h` in glibc, its "new format".
 *
 * @module
 */

import type { Status } from "./interface.ts";
import { processorLevels } from "./processor.ts";
import { isUntouched } from "./same_file.ts";
import { system } from "./system.ts";

/** Where it is. */
export const LOADER_CACHE = "/etc/ld.so.cache";

const MAGIC = "glibc-ld.so.cache1.1";
/** The magic, the number of entries, the size of the texts, flags, and what is reserved. */
const HEADER = 48;
/** Where in the header the offset of what is said besides stands. */
const EXTENSION = 32;
/** Flags, offset of the name, offset of the path, the system's version, what hardware it wants. */
const ENTRY = 24;
/** Where in an entry the two halves of that stand. */
const HARDWARE = 16;
/** In the upper half: the lower one is which directory of `glibc-hwcaps` it lies in. */
const IS_LEVEL = 1 << 30;
/** `cache_extension_magic`, and `cache_extension_tag_glibc_hwcaps`. */
const EXTENSION_MAGIC = 0xeaa42174;
const TAG_LEVELS = 1;
/** A tag, flags, an offset and a size. */
const SECTION = 16;

/** `FLAG_ELF_LIBC6` with the flag of the 64-bit libraries of this machine. */
const FLAGS = system.arch === "arm64" ? 0x0a03 : 0x0303;

/** The cache as it was when it was last read, and what was found in it. */
let last: {
  readonly status: Status;
  readonly bytes: Uint8Array;
  readonly found: Map<string, readonly string[]>;
} | undefined;

/**
 * Every path that the cache has for a library and this processor, in the order in
 * which the loader prefers them.
 *
 * @param name The name that programs are linked with.
 * @returns Absolute paths; none where the system has no such cache, or it may not be read.
 */
export function cached(name: string): readonly string[] {
  let status: Status;
  try {
    status = system.status(LOADER_CACHE);
    // To read and search it takes longer than the rest of opening.
    if (last === undefined || !isUntouched(status, last.status)) {
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

/**
 * Searches the bytes of a cache.
 *
 * @param bytes What is in the file.
 * @param name The name of a library.
 * @param levels What libraries can be made for, the best first; undefined where
 * that is not known: then all are taken.
 * @returns Its paths; none when the bytes are not a cache.
 */
export function searchCache(
  bytes: Uint8Array,
  name: string,
  levels: () => readonly string[] | undefined = processorLevels,
): string[] {
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
  const found: { path: string; level?: string | undefined }[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEADER + index * ENTRY;
    const isOurs = view.getUint32(at, true) === FLAGS;
    if (!isOurs || read(view.getUint32(at + 4, true)) !== name) continue;
    const path = read(view.getUint32(at + 8, true));
    const isForLevel =
      (view.getUint32(at + HARDWARE + 4, true) & IS_LEVEL) !== 0;
    const number = view.getUint32(at + HARDWARE, true);
    found.push(
      isForLevel
        ? { path, level: levelAt(view, number, read) ?? "" }
        : { path },
    );
  }
  const ours = found.some(({ level }) => level !== undefined)
    ? levels()
    : undefined;
  if (ours === undefined) return found.map(({ path }) => path);
  const rank = ({ level }: { level?: string | undefined }) =>
    level === undefined ? ours.length : ours.indexOf(level);
  return found.filter((entry) => rank(entry) >= 0)
    .sort((a, b) => rank(a) - rank(b)).map(({ path }) => path);
}

/** The name of a directory of `glibc-hwcaps`; undefined where the cache does not say it. */
function levelAt(
  view: DataView,
  number: number,
  read: (offset: number) => string,
): string | undefined {
  const has = (offset: number, size: number) =>
    offset > 0 && offset + size <= view.byteLength;
  const at = view.getUint32(EXTENSION, true);
  if (!has(at, 8) || view.getUint32(at, true) !== EXTENSION_MAGIC) {
    return undefined;
  }
  const sections = Math.min(
    view.getUint32(at + 4, true),
    Math.floor((view.byteLength - at - 8) / SECTION),
  );
  for (let index = 0; index < sections; index++) {
    const section = at + 8 + index * SECTION;
    if (view.getUint32(section, true) !== TAG_LEVELS) continue;
    const word = view.getUint32(section + 8, true) + number * 4;
    const isThere = number * 4 < view.getUint32(section + 12, true);
    if (isThere && has(word, 4)) return read(view.getUint32(word, true));
  }
  return undefined;
}
