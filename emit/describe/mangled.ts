/**
 * Names that only a linker reads, such as C++'s `_ZN8geometry4areaEd`: which of
 * them are described, and what they are called.
 *
 * @module
 */

import { DW_AT_name } from "../dwarf/dw_constants.ts";
import type { DescribingEntry } from "../dwarf/search.ts";
import { type CType, printCType } from "../dwarf/c_type.ts";
import type { Types } from "../dwarf/type_reader.ts";
import type { Export } from "../image/library.ts";

/** An exported function or variable and what it is called in the source. */
export interface Unmangled {
  readonly symbol: Export;
  readonly found: DescribingEntry;
  readonly type: CType;
  /** `"geometry::area"`; with the parameters where there are several of that name. */
  readonly key: string;
}

/** The name under which a description counts what it leaves out. */
export const LEFT_OUT = "_Z*";

/** Whether a name is one that C++ or Rust made up for the linker. */
export function isMangled(name: string): boolean {
  return /^_(?:Z|R[A-Z0-9])/.test(name);
}

/**
 * Says what was left out.
 *
 * @param count How many names.
 * @param cxx Whether C++ names were asked for.
 * @returns One sentence for all of them.
 */
export function leftOut(count: number, cxx: boolean): string {
  const names = `${count} ${count === 1 ? "name" : "names"} of C++`;
  return cxx
    ? `${names}: methods, what belongs to a class, and what has no debug information`
    : `${names}: only extern "C" is described; --cxx adds free functions and variables`;
}

/**
 * Names the free functions and variables among mangled symbols.
 *
 * @param symbols Mangled ones.
 * @param found The symbols' entries.
 * @param types Gives the types and the namespaces.
 * @param typeOf The type of a symbol.
 * @returns Those that are no part of a class, with a name that no other has.
 */
export function unmangle(
  symbols: readonly Export[],
  found: ReadonlyMap<string, DescribingEntry>,
  types: Types,
  typeOf: (types: Types, found: DescribingEntry) => CType,
): Unmangled[] {
  const free: Unmangled[] = [];
  for (const symbol of symbols) {
    const entry = symbol.kind === "tls" ? undefined : found.get(symbol.name);
    const key = entry === undefined ? undefined : nameOf(entry, types);
    if (entry === undefined || key === undefined) continue;
    free.push({ symbol, found: entry, type: typeOf(types, entry), key });
  }
  // Overloads: by their parameters; the linker's name where even those agree,
  // as `int *` and `int &` do in debug information.
  return distinguish(
    distinguish(free, ({ key, type }) => key + parametersOf(type)),
    ({ symbol }) => symbol.name,
  );
}

/** The name with its namespaces; undefined for a part of a class. */
function nameOf({ origin }: DescribingEntry, types: Types): string | undefined {
  const name = origin.string(DW_AT_name);
  const scopes = types.scopes.around(origin);
  if (name === undefined || scopes.some(({ isType }) => isType)) {
    return undefined;
  }
  const path = scopes.map((scope) => scope.name ?? "(anonymous namespace)");
  return [...path, name].join("::");
}

/** Gives another name to those that share one. */
function distinguish(
  all: readonly Unmangled[],
  rename: (one: Unmangled) => string,
): Unmangled[] {
  const counts = new Map<string, number>();
  for (const { key } of all) counts.set(key, (counts.get(key) ?? 0) + 1);
  return all.map((one) =>
    counts.get(one.key) === 1 ? one : { ...one, key: rename(one) }
  );
}

/** `"(double, const Point *)"` */
function parametersOf(type: CType): string {
  if (type.kind !== "function") return "";
  const params = type.params.map((param) =>
    printCType(param.type).replace(/\b(?:struct|class|union|enum) /g, "")
      .replace(/ \*/g, "*")
  );
  return `(${params.join(", ")})`;
}
