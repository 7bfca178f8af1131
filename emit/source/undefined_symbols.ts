/**
 * What is said of symbols that a linker has found nowhere: where they are, and
 * how that is linked.
 *
 * @module
 */

import { systemLibrary } from "../../ffi/system/libraries.ts";
import { readLibrary } from "../image/library_file.ts";

/** As GNU's linkers and LLVM's say it, Apple's, and Apple's former one. */
const UNDEFINED =
  /undefined reference to [`'"](.+?)['"]|undefined symbol: (.+)|^ {2}"_(\w+)", referenced from:/gm;

/** The library of C's mathematics, which is one of its own where glibc is. */
const MATHEMATICS = "libm.so.6";

/**
 * Says what to link.
 *
 * @param said The linker's words.
 * @returns Lines to put behind them; none where nothing is undefined.
 */
export function undefinedSymbols(said: string): string {
  const names = new Set(
    [...said.matchAll(UNDEFINED)].map(([, gnu, llvm, apple]) =>
      gnu ?? llvm ?? apple!
    ),
  );
  if (names.size === 0) return "";
  const mathematics = namesOf(MATHEMATICS);
  const [here, elsewhere] = [
    [...names.intersection(mathematics)],
    [...names.difference(mathematics)],
  ];
  return [
    ...here.length === 0
      ? []
      : [`\n${quoted(here)} in libm: add "-- -lm" to the command`],
    ...elsewhere.length === 0 ? [] : [
      `\n${quoted(elsewhere)} in nothing that is linked: name the file too, ` +
      `or the library behind "--", as in "-- -lz"`,
    ],
  ].join("");
}

/** Most names that are listed. */
const MOST = 3;

function quoted(all: readonly string[]): string {
  const names = all.toSorted();
  const listed = names.slice(0, MOST).map((name) => `"${name}"`).join(", ");
  const more = names.length - MOST;
  return more > 0
    ? `${listed} and ${more} more are`
    : `${listed} ${names.length === 1 ? "is" : "are"}`;
}

/** What a library of the system exports; nothing where it is not there. */
function namesOf(library: string): ReadonlySet<string> {
  const path = systemLibrary(library);
  if (path === undefined) return new Set();
  return new Set(readLibrary(path).image.exports.map(({ name }) => name));
}
