/**
 * Finds the entries that describe given symbols.
 *
 * A symbol and its entry are joined by name first, and by address where no
 * entry has the name: GCC leaves the address out of functions that it folded
 * into an identical one, and several names can lie at one address.
 *
 * @module
 */

import type { Export } from "../image/library.ts";
import { Candidates, type DescribingEntry } from "./candidates.ts";
import {
  DW_AT_declaration,
  DW_AT_dwo_name,
  DW_AT_external,
  DW_AT_GNU_dwo_name,
  DW_AT_name,
  DW_TAG_class_type,
  DW_TAG_enumeration_type,
  DW_TAG_structure_type,
  DW_TAG_subprogram,
  DW_TAG_typedef,
  DW_TAG_union_type,
  DW_TAG_variable,
  DW_UT_split_type,
  DW_UT_type,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import { NameFilter } from "./name_set.ts";
import { scan } from "./scan.ts";
import type { Types } from "./type_reader.ts";

export type { DescribingEntry } from "./candidates.ts";

/** What a search came upon. */
export interface SearchResult {
  /** The best entry of each symbol, by the symbol's name. */
  readonly found: ReadonlyMap<string, DescribingEntry>;
  /**
   * Symbols whose code the compiler made one with that of another function,
   * and that function's name: nothing says the types of these.
   */
  readonly merged: ReadonlyMap<string, string>;
  /** Symbols that were written in assembly. */
  readonly assembled: ReadonlySet<string>;
  /** The definitions that the source calls otherwise than the linker, by the linker's names. */
  readonly renamed: ReadonlyMap<string, Entry>;
  /** Number of units whose entries lie in a `.dwo` file. */
  readonly split: number;
  /** Number of units that have a root entry and nothing below it. */
  readonly bare: number;
  /** Number of units that entries were read of. */
  readonly full: number;
}

const NAMED: ReadonlySet<number> = new Set([
  DW_TAG_subprogram,
  DW_TAG_typedef,
  DW_TAG_variable,
]);

/**
 * Looks through the units for the entries of symbols: first those whose code
 * lies where the symbols do, and the others only for what is then still
 * missing, variables and what has no entry with an address.
 *
 * @param info Where to look.
 * @param types Follows an entry to its origin.
 * @param symbols The symbols.
 * @param prefix What the linker puts before C's names: `"_"` on macOS.
 * @returns The best entry of each one that has any.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function search(
  info: DebugInfo,
  types: Types,
  symbols: readonly Export[],
  prefix = "",
): SearchResult {
  const candidates = new Candidates(types, symbols, prefix);
  const look = (roots: readonly Entry[], wanted: readonly Export[]) => {
    const places = wanted.filter(({ kind }) => kind !== "ifunc");
    const what = {
      names: new NameFilter(
        wanted.flatMap(({ name }) =>
          prefix === "" ? [name] : [name, prefix + name]
        ),
      ),
      addresses: new Set(places.map(({ address }) => address)),
    };
    for (const root of roots) {
      scan(info, root, what, (entry) => candidates.add(entry));
    }
  };
  const { near, far, split, bare, full } = sortUnits(info, symbols);
  look(near, symbols);
  const missing = symbols.filter((symbol) => !candidates.isFound(symbol));
  if (missing.length > 0) look(far, missing);
  const { merged, assembled, renamed } = candidates;
  return {
    found: candidates.best(),
    merged,
    assembled,
    renamed,
    split,
    bare,
    full,
  };
}

/** The roots of all units, and how much each kind of them says. */
class SortedUnits {
  /** Those whose code lies where a symbol does. */
  readonly near: Entry[] = [];
  readonly far: Entry[] = [];
  split = 0;
  bare = 0;
  full = 0;
}

function sortUnits(info: DebugInfo, symbols: readonly Export[]): SortedUnits {
  const units = new SortedUnits();
  const addresses = Float64Array.from(symbols, ({ address }) => address).sort();
  for (const root of roots(info)) {
    if (isSplit(root)) units.split++;
    else if (root.abbreviation.children) units.full++;
    else units.bare++;
    (isNear(info, root, addresses) ? units.near : units.far).push(root);
  }
  return units;
}

/** The roots of the units that have entries of functions and variables. */
function* roots(info: DebugInfo): Generator<Entry> {
  for (const header of info.headers) {
    if (header.kind === DW_UT_type || header.kind === DW_UT_split_type) {
      continue;
    }
    const root = info.root(info.unit(header));
    if (root !== undefined) yield root;
  }
}

/** Whether the entries of a unit lie in a `.dwo` file. */
function isSplit(root: Entry): boolean {
  return root.has(DW_AT_dwo_name) || root.has(DW_AT_GNU_dwo_name);
}

/** Whether a unit has code at one of the addresses, or does not say where its code is. */
function isNear(
  info: DebugInfo,
  root: Entry,
  sorted: Float64Array,
): boolean {
  let has = false;
  const known = info.ranges(root, (from, to) => {
    has ||= (sorted[firstFrom(sorted, from)] ?? Infinity) < to;
  });
  return has || !known;
}

/** Index of the first number that is not below `limit`. */
function firstFrom(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Finds the variables whose names begin with a prefix, and what is declared
 * under the rest of those names; and all typedefs.
 *
 * @param info Where to look.
 * @param prefix The prefix.
 * @returns Both by the name without the prefix, and the typedefs in their order.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function findNamed(
  info: DebugInfo,
  prefix: string,
): {
  pointers: Map<string, Entry>;
  declared: Map<string, Entry>;
  typedefs: Entry[];
} {
  const pointers = new Map<string, Entry>();
  const declared = new Map<string, Entry>();
  const typedefs: Entry[] = [];
  for (const root of roots(info)) {
    for (const entry of info.children(root, NAMED)) {
      if (entry.tag === DW_TAG_typedef) {
        typedefs.push(entry);
        continue;
      }
      const name = entry.string(DW_AT_name);
      if (name === undefined || !entry.flag(DW_AT_external)) continue;
      if (entry.flag(DW_AT_declaration) || !name.startsWith(prefix)) {
        declared.set(name, entry);
      } else if (entry.tag === DW_TAG_variable) {
        pointers.set(name.slice(prefix.length), entry);
      }
    }
  }
  return { pointers, declared, typedefs };
}

const TYPES: ReadonlySet<number> = new Set([
  DW_TAG_class_type,
  DW_TAG_enumeration_type,
  DW_TAG_structure_type,
  DW_TAG_typedef,
  DW_TAG_union_type,
]);

/**
 * Finds types by their names, tags and typedefs alike.
 *
 * @param info Where to look.
 * @param names The names.
 * @returns The types, in their order; none that is only declared.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function findTypes(
  info: DebugInfo,
  names: ReadonlySet<string>,
): Entry[] {
  if (names.size === 0) return [];
  const found: Entry[] = [];
  for (const root of roots(info)) {
    for (const entry of info.children(root, TYPES)) {
      const name = entry.string(DW_AT_name);
      if (name === undefined || !names.has(name)) continue;
      if (!entry.flag(DW_AT_declaration)) found.push(entry);
    }
  }
  return found;
}

/**
 * Finds C's enumerations.
 *
 * @param info Where to look.
 * @returns Those at the outermost level, and those in the structs and unions that
 * they are written in, where Clang has them; in their order.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function findEnumerations(info: DebugInfo): Entry[] {
  const found: Entry[] = [];
  const look = (parent: Entry): void => {
    for (const entry of info.children(parent, TYPES)) {
      if (entry.tag === DW_TAG_enumeration_type) found.push(entry);
      else look(entry);
    }
  };
  for (const root of roots(info)) look(root);
  return found;
}
