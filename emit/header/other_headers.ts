/**
 * Headers that declare what those that were read do not: they lie beside these,
 * or are among them and want a macro for it.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { isFile, namesAt, system, textAt } from "../../ffi/system/system.ts";
import type { DeclarationSite, HeadersRead } from "../describe/description.ts";
import { insteadIn } from "./compile_header.ts";
import { isLibc } from "./packaged_headers.ts";

/** Most headers that are looked into: where there are more, they are everybody's. */
const MOST = 400;

/** A header that declares more. */
export interface OtherHeader {
  /** As `--header` takes it. */
  readonly header: string;
  readonly count: number;
  /** Macros that it wants for those, as `-D` takes them. */
  readonly defines: readonly string[];
  /** Whether it was read, and declares them with those macros only. */
  readonly isRead: boolean;
}

/**
 * Finds headers that declare exports which no header given does.
 *
 * @param undeclared Those exports.
 * @param declared The others.
 * @param places Where all is declared that was read.
 * @param read What was read.
 * @param headers The headers that were given.
 * @returns Those which declare most first, and before them those that were read;
 * each name counts for one.
 */
export function otherHeaders(
  undeclared: readonly string[],
  declared: readonly string[],
  places: ReadonlyMap<string, DeclarationSite>,
  { named, files, macros }: HeadersRead,
  headers: readonly string[],
): OtherHeader[] {
  const read = new Set([
    ...files,
    ...Array.from(places.values(), ({ path }) => path),
  ]);
  const left = new Set(undeclared);
  const calls = callsOf(undeclared);
  const isOfC = [...named].some(isLibc);
  /** The names that a header declares, and what each takes. */
  const declares = (path: string) => {
    const text = textAt(path);
    // Most have none: to see that takes a part of the time.
    const isNone = text.match(calls)?.every((name) => !left.has(name)) ?? true;
    // What the C library declares is not what another library calls so.
    return isNone || !isOfC && isLibc(path)
      ? []
      : [...namesBehind(text, calls, macros)].filter(([name]) =>
        left.has(name)
      );
  };
  // Not beside all that was read, as the C library's headers are.
  const own = new Set([
    ...declared.flatMap((name) => places.get(name)?.path ?? []),
    ...named,
  ]);
  const found = new Map<string, [name: string, defines: readonly string[]][]>();
  for (const path of files) {
    const some = declares(path).filter(([, wants]) => wants.length > 0);
    if (some.length > 0) found.set(path, some);
  }
  for (const path of [...new Set([...own].map(dirname))].flatMap(headersIn)) {
    if (read.has(path) || read.has(system.realPath(path))) continue;
    const some = declares(path);
    if (some.length === 0) continue;
    const taken = includableFor(path);
    if (read.has(taken)) continue;
    found.set(taken, [...found.get(taken) ?? [], ...some]);
  }
  const mentioned = [...found].map(([path, names]) => ({
    path,
    names,
    isRead: files.has(path),
  })).sort((a, b) => +b.isRead - +a.isRead || b.names.length - a.names.length);
  return mentioned.flatMap(({ path, names, isRead }) => {
    const own = names.filter(([name]) => left.delete(name));
    return own.length === 0 ? [] : [{
      header: includedAs(path, named, headers),
      count: own.length,
      defines: [...new Set(own.flatMap(([, defines]) => defines))],
      isRead,
    }];
  });
}

/** What nobody defines who only uses a library: `0`, `__cplusplus`, `_WIN32`, `NCURSES_INTERNALS`, the mark that a header was read. */
const NOBODYS = /^[\d_]|INTERNAL|PRIVATE|_H(?:_|$)/;

/** Comments, and the ends of lines that go on. */
const BETWEEN = /\/\*[^]*?\*\/|\/\/[^\n]*|\\\r?\n/g;

/** A condition of the preprocessor's. */
const CONDITION =
  /^[ \t]*#[ \t]*(ifdef|ifndef|if|elif\w*|else|endif)\b[ \t]*(.*)$/;

/** What only C++ has: who writes it outside of a condition about C++ has no header of C. */
const CXX =
  /^\s*(?:extern\s*"C|class\s+\w|namespace\s+\w|template\s*<|using\s+\w)/;

/** A condition that a line is in. */
interface Condition {
  /** The macro that it wants; "" for none, or one that nobody defines. */
  readonly wants: string;
  /** The macro that is wanted behind its `#else`. */
  readonly otherwise: string;
  /** Whether it is about C++, one way or the other. */
  readonly isOfCxx: boolean;
}

/**
 * The names that a header declares in C, and the macros that it wants for each:
 * those that are not defined, and that it stands behind (`#ifdef GL_GLEXT_PROTOTYPES`).
 */
function namesBehind(
  text: string,
  calls: RegExp,
  macros: { has(name: string): boolean },
): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const conditions: Condition[] = [];
  for (const line of text.replace(BETWEEN, " ").split("\n")) {
    if (line.trim() === "") continue; // as comments leave them
    const [, word, what = ""] = CONDITION.exec(line) ?? [];
    const isOfCxx = /\b__cplusplus\b/.test(what);
    if (word === undefined) {
      // What a macro stands for declares nothing.
      if (/^\s*#/.test(line)) continue;
      if (CXX.test(line) && !conditions.some(({ isOfCxx }) => isOfCxx)) {
        return new Map();
      }
      for (const name of line.match(calls) ?? []) {
        const wants = conditions.map(({ wants }) => wants)
          .filter((macro) => macro !== "" && !macros.has(macro));
        if (wants.some((macro) => NOBODYS.test(macro))) continue;
        if (names.get(name)?.length !== 0) names.set(name, wants);
      }
    } else if (word === "endif") conditions.pop();
    else if (word.startsWith("el")) {
      const before = conditions.pop();
      conditions.push({
        wants: word === "else" ? before?.otherwise ?? "" : "",
        otherwise: "",
        isOfCxx: isOfCxx || before?.isOfCxx === true,
      });
    } else {
      const [, macro = ""] = word === "if"
        ? /^defined\s*\(?\s*(\w+)\s*\)?\s*$/.exec(what) ?? []
        : /^(\w+)/.exec(what) ?? [];
      conditions.push(
        word === "ifndef"
          ? { wants: "", otherwise: macro, isOfCxx }
          : { wants: /^0/.test(what) ? "0" : macro, otherwise: "", isOfCxx },
      );
    }
  }
  return names;
}

/** Those in a directory; a `#line` may name one that is not there. */
function headersIn(directory: string): string[] {
  const names = namesAt(directory).filter((name) => name.endsWith(".h"));
  return names.length > MOST
    ? []
    : names.sort().map((name) => join(directory, name)).filter(isFile);
}

/** The header that is to be included for one. */
function includableFor(path: string): string {
  const other = insteadIn(textAt(path));
  const beside = join(dirname(path), basename(other ?? ""));
  return other !== undefined && isFile(beside) ? beside : path;
}

/**
 * What stands before a bracket, as the names of declared functions do, in one of
 * their own or not (`int (lua_error)(lua_State *)`), where it begins as one of
 * some names: to look at each word of all headers takes seven times as long.
 */
function callsOf(names: readonly string[]): RegExp {
  const beginnings = new Set(names.map((name) => name.slice(0, 4)));
  const any = [...beginnings].filter((each) => /^\w+$/.test(each)).join("|");
  return new RegExp(`\\b(?:${any || "(?!)"})\\w*(?=\\s*\\)?\\s*\\()`, "g");
}

/** A header as those are included that lie in the same place. */
function includedAs(
  path: string,
  named: ReadonlySet<string>,
  headers: readonly string[],
): string {
  const paths = [...named];
  for (const header of headers) {
    // The compiler may name what a link points to.
    const found = paths.find((each) => each.endsWith(`/${header}`)) ??
      (headers.length === 1 ? paths[0] : undefined);
    if (found === undefined) continue;
    const within = dirname(`/${header}`).replace(/\/$/, "");
    const place = dirname(found);
    const root = `${place.slice(0, place.length - within.length)}/`;
    if (place.endsWith(within) && path.startsWith(root)) {
      return path.slice(root.length);
    }
  }
  return path;
}
