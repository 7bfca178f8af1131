/**
 * The libraries that one brings along: those that the loader finds from where
 * it lies, and those that these need.
 *
 * @module
 */

import { dirname, join } from "../system/path.ts";
import { isFile, readFile } from "../system/system.ts";
import { isDynamic, readElf } from "./elf.ts";
import type { CopiedFile } from "./identity.ts";
import { notALibrary, sourceOf } from "./library_bytes.ts";
import { machOSearch } from "./macho.ts";
import {
  needsByName,
  needsByPath,
  placesOf,
  type Search,
  type SearchPlace,
  straighten,
} from "./search_path.ts";

/** Most libraries that are taken along. */
const MAX_LIBRARIES = 256;

const ELF = "7f454c46";

/**
 * What a library needs, and where that is looked for.
 *
 * @param path Where its bytes are from, for errors.
 * @param bytes All of them.
 * @returns Undefined where it is no library, or needs nothing.
 * @throws {PluginError} `not_a_library`, `wrong_target`.
 */
export function searchIn(path: string, bytes: Uint8Array): Search | undefined {
  if (bytes.length < 4) return undefined;
  if (bytes.subarray(0, 4).toHex() !== ELF) return machOSearch(path, bytes);
  const { segments, dynamic } = readElf(sourceOf(path, bytes));
  if (dynamic === undefined && segments.some(isDynamic)) {
    throw notALibrary(path, "its dynamic section cannot be read");
  }
  return dynamic;
}

/**
 * Finds what a library brings along.
 *
 * @param path The real path of the library.
 * @param bytes The library.
 * @returns In the order in which the loader comes by them.
 * @throws {PluginError} Where it is none itself.
 */
export function librariesBeside(path: string, bytes: Uint8Array): CopiedFile[] {
  const found = new Map<string, CopiedFile>();
  const queue: {
    path: string;
    bytes: Uint8Array;
    directory: readonly string[];
    inherited: readonly string[][];
  }[] = [{ path, bytes, directory: [], inherited: [] }];
  for (const { path: file, bytes, directory, inherited } of queue) {
    const search = searchIn(file, bytes);
    if (search === undefined) continue;
    const { rpath, runpath } = search;
    const waysFrom = (places: readonly SearchPlace[]) =>
      places.filter(({ kind }) => kind === "origin")
        .map(({ parts }) => straighten([...directory, ...parts]))
        .filter((way) => way !== undefined);
    // A RUNPATH is for what this one needs, an RPATH for all below it; and
    // where there is a RUNPATH, no RPATH counts.
    const below = [...waysFrom(placesOf({ rpath })), ...inherited];
    const ways = runpath === undefined
      ? below
      : waysFrom(placesOf({ runpath }));
    const needs = [
      ...needsByName(search).map((need) => ways.map((way) => [...way, need])),
      ...waysFrom(needsByPath(search)).map((way) => [way]),
    ];
    for (const places of needs) {
      const copied = places.values().map((way) => way.join("/"))
        .map((file) => found.get(file) ?? libraryAt(dirname(path), file))
        .find((library) => library !== undefined);
      if (copied === undefined || found.has(copied.file)) continue;
      if (found.size === MAX_LIBRARIES) break;
      found.set(copied.file, copied);
      queue.push({
        directory: copied.file.split("/").slice(0, -1),
        bytes: copied.bytes,
        path: join(dirname(path), copied.file),
        inherited: below,
      });
    }
  }
  return [...found.values()];
}

/** A library at a path; undefined where there is none that the loader could take. */
function libraryAt(directory: string, file: string): CopiedFile | undefined {
  const path = join(directory, file);
  if (!isFile(path)) return undefined;
  try {
    const bytes = readFile(path);
    return searchIn(path, bytes) && { file, bytes };
  } catch {
    return undefined;
  }
}
