/**
 * Which library needs another, and where the system's loader looks for it.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { Dynamic } from "../identity/elf.ts";
import { dynamicOf } from "../identity/versions.ts";
import { systemLibrary, systemPlaces } from "../system/libraries.ts";
import { exists } from "../system/system.ts";

/** Most libraries that are looked into. */
const MAX_LIBRARIES = 1000;

/**
 * Finds out which library needs another that is missing.
 *
 * @param path The library that was to be loaded.
 * @param name What is missing.
 * @returns The file that names it, the nearest first, where one is found; and
 * where was looked.
 */
export function neederOf(
  path: string,
  name: string,
): { needer?: string; looked: readonly string[] } {
  const queue = [{ path, inherited: [] as readonly string[] }];
  const seen = new Set([path]);
  for (const { path, inherited } of queue) {
    const dynamic = dynamicOf(path);
    if (dynamic === undefined) continue;
    const own = expand(dynamic.rpath, path);
    const rpath = [...own, ...inherited];
    const directories = directoriesOf(dynamic, path, rpath);
    if (dynamic.needs.includes(name)) {
      const looked = [...new Set([...directories, ...systemPlaces()])];
      return { needer: path, looked: name.includes("/") ? [] : looked };
    }
    for (const need of dynamic.needs) {
      const found = directories.map((directory) => join(directory, need))
        .find((file) => exists(file)) ?? systemLibrary(need);
      if (found === undefined || seen.has(found)) continue;
      if (seen.size > MAX_LIBRARIES) return { looked: [] };
      seen.add(found);
      queue.push({ path: found, inherited: rpath });
    }
  }
  return { looked: [] };
}

/** Where the loader looks first for what a library needs; a `runpath` makes it forget every `rpath`. */
function directoriesOf(
  { runpath }: Dynamic,
  path: string,
  rpath: readonly string[],
): string[] {
  return runpath === undefined ? [...rpath] : expand(runpath, path);
}

function expand(list: string | undefined, path: string): string[] {
  return (list ?? "").split(":").filter((directory) => directory !== "")
    .map((directory) =>
      directory.replace(/\$ORIGIN\b|\$\{ORIGIN\}/g, () => dirname(path))
    );
}
