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
 * The names that are most like a name, for an error that says what there is.
 *
 * @param name What was asked for.
 * @param names What there is.
 * @returns The end of a sentence, or nothing where nothing compares.
 */
export function nearest(name: string, names: readonly string[]): string {
  const near = ranked(name, names).slice(0, NEAREST);
  return near.length === 0
    ? ""
    : `; the nearest are ${near.map(({ name }) => quote(name)).join(", ")}`;
}

/**
 * The name that was probably meant, for an error about what was written.
 *
 * @param name What was written.
 * @param names What it could have been.
 * @returns `": did you mean …"`, or nothing where all are too far off to be meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { didYouMean } from "./nearest.ts";
 *
 * assertEquals(didYouMean("biuld", ["build", "emit"]), `: did you mean "build"?`);
 * assertEquals(didYouMean("frobnicate", ["build", "emit"]), "");
 * ```
 */
export function didYouMean(name: string, names: Iterable<string>): string {
  const [first] = ranked(name, [...names]);
  // Two letters that changed places are two edits to this measure.
  const most = Math.max(2, Math.floor(name.length / 3));
  return first === undefined || first.distance > most
    ? ""
    : `: did you mean "${first.name}"?`;
}

/** Names with how far off they are, first the nearest; each is compared once. */
function ranked(
  name: string,
  names: readonly string[],
): { readonly name: string; readonly distance: number }[] {
  if (name.length > COMPARED) return [];
  const wanted = name.toLowerCase();
  return names.filter(({ length }) => length <= COMPARED)
    .map((name) => ({
      name,
      distance: levenshteinDistance(wanted, name.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
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
