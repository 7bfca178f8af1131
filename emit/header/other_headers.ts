/**
 * Headers that lie beside those that were read, and declare what these do not.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { isFile, namesAt, textAt } from "../../ffi/system/system.ts";
import type { Place } from "../describe/description.ts";
import { insteadIn } from "./compile_header.ts";

/** Most headers that are looked into: where there are more, they are everybody's. */
const MOST = 400;

/** A header that was not named, and how much it declares. */
export interface OtherHeader {
  /** As `--header` takes it. */
  readonly header: string;
  readonly count: number;
}

/**
 * Finds headers that declare exports which no header given does.
 *
 * @param undeclared Those exports.
 * @param declared The others.
 * @param places Where all is declared that was read.
 * @param headers The headers that were given.
 * @returns Those which declare most first; each name counts for one.
 */
export function otherHeaders(
  undeclared: readonly string[],
  declared: readonly string[],
  places: ReadonlyMap<string, Place>,
  headers: readonly string[],
): OtherHeader[] {
  const read = new Set(Array.from(places.values(), ({ path }) => path));
  const left = new Set(undeclared);
  const names = new Map<string, Set<string>>();
  const calls = callsOf(undeclared);
  // Not beside all that was read, as the C library's headers are.
  const own = new Set([
    ...declared.flatMap((name) => places.get(name)?.path ?? []),
    ...[...read].filter((path) =>
      headers.some((header) => path.endsWith(`/${header}`))
    ),
  ]);
  for (const path of [...new Set([...own].map(dirname))].flatMap(headersIn)) {
    if (read.has(path)) continue;
    const text = textAt(path);
    const found = (text.match(calls) ?? []).filter((name) => left.has(name));
    if (found.length === 0) continue;
    const taken = insteadOf(path, text);
    if (read.has(taken)) continue;
    names.set(taken, new Set([...names.get(taken) ?? [], ...found]));
  }
  const mentioned = [...names].map(([path, of]) => ({ path, names: [...of] }))
    .sort((a, b) => b.names.length - a.names.length);
  return mentioned.flatMap(({ path, names }) => {
    const own = names.filter((name) => left.delete(name));
    return own.length === 0
      ? []
      : [{ header: includedAs(path, read, headers), count: own.length }];
  });
}

/** Those in a directory; a `#line` may name one that is not there. */
function headersIn(directory: string): string[] {
  const names = namesAt(directory).filter((name) => name.endsWith(".h"));
  return names.length > MOST
    ? []
    : names.sort().map((name) => join(directory, name)).filter(isFile);
}

/** The header that is to be included for one. */
function insteadOf(path: string, text: string): string {
  const other = insteadIn(text);
  const beside = join(dirname(path), basename(other ?? ""));
  return other !== undefined && isFile(beside) ? beside : path;
}

/**
 * What stands before a bracket, as the names of declared functions do, where it
 * begins as one of some names: to look at each word of all headers takes seven
 * times as long.
 */
function callsOf(names: readonly string[]): RegExp {
  const beginnings = new Set(names.map((name) => name.slice(0, 4)));
  const any = [...beginnings].filter((each) => /^\w+$/.test(each)).join("|");
  return new RegExp(`\\b(?:${any || "(?!)"})\\w*(?=\\s*\\()`, "g");
}

/** A header as those are included that lie in the same place. */
function includedAs(
  path: string,
  read: ReadonlySet<string>,
  headers: readonly string[],
): string {
  for (const header of headers) {
    const found = [...read].find((each) => each.endsWith(`/${header}`));
    const root = found?.slice(0, -header.length);
    if (root !== undefined && path.startsWith(root)) {
      return path.slice(root.length);
    }
  }
  return path;
}
