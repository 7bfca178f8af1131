/**
 * What there is instead of a name that is not there.
 *
 * @module
 */

import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { quote } from "./error.ts";

/** Names that an error lists. */
const NEAREST = 3;
/** Longer names are not compared: the cost grows with the square of the length. */
const COMPARED = 256;

/**
 * The names that are most like a name.
 *
 * @param name What was asked for.
 * @param names What there is.
 * @returns The end of a sentence, or nothing where nothing compares.
 */
export function nearest(name: string, names: readonly string[]): string {
  const near = name.length > COMPARED ? [] : mostLike(name, names);
  return near.length === 0
    ? ""
    : `; the nearest are ${near.map(quote).join(", ")}`;
}

/** The nearest names, first the nearest; each is compared once. */
function mostLike(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return names.filter(({ length }) => length <= COMPARED)
    .map((name) => ({
      name,
      distance: levenshteinDistance(wanted, name.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST)
    .map(({ name }) => name);
}

/** Says that a name is none of the plugin's. */
export function noneOf(
  name: string,
  kind: "symbols" | "types",
  names: readonly string[],
): string {
  return names.length === 0
    ? `the plugin has no ${kind}`
    : `it is none of the plugin's ${names.length} ${kind}${
      nearest(name, names)
    }`;
}
