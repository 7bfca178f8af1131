/**
 * What there is instead of a name that is not there, of an option too.
 *
 * @module
 */

import { assertObject, quote } from "./error.ts";

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
 * import { didYouMean } from "./did_you_mean.ts";
 *
 * assertEquals(didYouMean("biuld", ["build", "emit"]), `: did you mean "build"?`);
 * assertEquals(didYouMean("frobnicate", ["build", "emit"]), "");
 * ```
 */
export function didYouMean(name: string, names: Iterable<string>): string {
  const [first] = ranked(name, [...names]);
  // Two letters that changed places are two edits to this measure; where no letter is
  // the same, another name was meant.
  const most = Math.min(
    Math.max(2, Math.floor(name.length / 3)),
    name.length - 1,
  );
  return first === undefined || first.distance > most
    ? ""
    : `: did you mean "${first.name}"?`;
}

/**
 * Makes sure that options are an object, with names that somebody reads: one that
 * is written wrong, or stands in the wrong object, would ask for nothing.
 *
 * @param where Whose options they are, for the error.
 * @param given The options.
 * @param names Those that there are.
 * @param what What they are called.
 * @throws {TypeError} When there is another, or it is no object.
 */
export function assertOptions(
  where: string,
  given: unknown,
  names: readonly string[],
  what = "option",
): asserts given is object {
  assertObject(given, where);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new TypeError(
      `${where}: there is no ${what} "${name}"${didYouMean(name, names)}`,
    );
  }
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
      distance: editsBetween(wanted, name.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
}

/**
 * How many letters must be put in, left out or replaced to make one name of
 * another (Levenshtein). That of `@std/text` takes 4 MB when it is imported.
 */
function editsBetween(one: string, other: string): number {
  let row = Uint16Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = new Uint16Array(row.length);
    next[0] = i;
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[other.length]!;
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
