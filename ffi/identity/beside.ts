/**
 * The libraries that one brings along: those that the loader finds from where
 * it lies, and those that these need.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { isFile, system } from "../system/system.ts";
import { type Dynamic, readElf } from "./elf.ts";
import type { CopiedFile } from "./identity.ts";
import { sourceOf } from "./library_bytes.ts";
import { needsByName, placesOf, straighten } from "./search_path.ts";

/** Most libraries that are taken along. */
const MAX_LIBRARIES = 256;

const ELF = "7f454c46";

/**
 * What the loader goes by in a library.
 *
 * @param path Where its bytes are from, for errors.
 * @param bytes All of them.
 * @returns Undefined where it is no ELF file, or has nothing of the kind.
 * @throws {PluginError} `not_a_library`, `wrong_target`.
 */
export function dynamicIn(
  path: string,
  bytes: Uint8Array,
): Dynamic | undefined {
  if (bytes.subarray(0, 4).toHex() !== ELF) return undefined;
  return readElf(sourceOf(path, bytes)).dynamic;
}

/**
 * Finds what a library brings along.
 *
 * @param path The real path of the library.
 * @param bytes The library.
 * @returns In the order in which the loader comes by them.
 * @throws {PluginError} Where one of them is no library.
 */
export function librariesBeside(path: string, bytes: Uint8Array): CopiedFile[] {
  const found = new Map<string, CopiedFile>();
  const queue: { directory: string[]; bytes: Uint8Array; path: string }[] = [
    { directory: [], bytes, path },
  ];
  for (const { directory, bytes, path: file } of queue) {
    const dynamic = dynamicIn(file, bytes);
    if (dynamic === undefined) continue;
    const ways = placesOf(dynamic).filter(({ kind }) => kind === "origin")
      .map(({ parts }) => straighten([...directory, ...parts]))
      .filter((way) => way !== undefined);
    for (const need of needsByName(dynamic)) {
      const way = ways.find((way) => isFile(join(dirname(path), ...way, need)));
      if (way === undefined || found.size === MAX_LIBRARIES) continue;
      const name = [...way, need].join("/");
      if (found.has(name)) continue;
      const library = join(dirname(path), ...way, need);
      const copied = { file: name, bytes: system.read(library) };
      found.set(name, copied);
      queue.push({ directory: way, bytes: copied.bytes, path: library });
    }
  }
  return [...found.values()];
}
