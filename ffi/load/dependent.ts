/**
 * Which library needs another.
 *
 * @module
 */

import { withNeeds } from "../identity/needed_libraries.ts";
import { systemPlaces } from "../system/libraries.ts";

/**
 * Finds out which library needs another that is missing.
 *
 * @param path The library that was to be loaded.
 * @param name What is missing.
 * @returns The file that names it, the nearest first, where one is found; and
 * where was looked.
 */
export function dependentOf(
  path: string,
  name: string,
): { dependent?: string; looked: readonly string[] } {
  for (const { path: dependent, dynamic, directories } of withNeeds(path)) {
    if (dynamic.needs.includes(name)) {
      const looked = [...new Set([...directories, ...systemPlaces()])];
      return { dependent, looked: name.includes("/") ? [] : looked };
    }
  }
  return { looked: [] };
}
