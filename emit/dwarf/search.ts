/**
 * Finds the entries that describe given symbols.
 *
 * A symbol and its entry are joined by name first, and by address where no
 * entry has the name: GCC leaves the address out of functions that it folded
 * into an identical one, and several names can lie at one address.
 *
 * @module
 */

import type { Export } from "../library.ts";
import {
  DW_AT_declaration,
  DW_AT_dwo_name,
  DW_AT_external,
  DW_AT_GNU_dwo_name,
  DW_AT_linkage_name,
  DW_AT_location,
  DW_AT_low_pc,
  DW_AT_MIPS_linkage_name,
  DW_AT_name,
  DW_AT_prototyped,
  DW_TAG_namespace,
  DW_TAG_subprogram,
  DW_TAG_variable,
  DW_UT_split_type,
  DW_UT_type,
} from "./constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import type { Types } from "./types.ts";

/** The entry of a symbol. */
export interface Found {
  /** The entry with the address, the type or the parameters. */
  readonly entry: Entry;
  /** The entry that it is a copy or the definition of; else the same. */
  readonly origin: Entry;
}

/** What a search came upon. */
export interface SearchResult {
  /** The best entry of each symbol, by the symbol's name. */
  readonly found: ReadonlyMap<string, Found>;
  /**
   * Symbols whose code the compiler made one with that of another function,
   * and that function's name: nothing says the types of these.
   */
  readonly merged: ReadonlyMap<string, string>;
  /** Number of units whose entries lie in a `.dwo` file. */
  readonly split: number;
  /** Number of units that have a root entry and nothing below it. */
  readonly bare: number;
  /** Number of units that entries were read of. */
  readonly full: number;
}

const SCOPES: ReadonlySet<number> = new Set([
  DW_TAG_namespace,
  DW_TAG_subprogram,
  DW_TAG_variable,
]);

/** Deepest nesting of namespaces that is followed. */
const MAX_SCOPES = 64;

/**
 * Looks through the units for the entries of symbols.
 *
 * @param info Where to look.
 * @param types Follows an entry to its origin.
 * @param wanted The symbols.
 * @returns The best entry of each one that has any.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function search(
  info: DebugInfo,
  types: Types,
  wanted: readonly Export[],
): SearchResult {
  const candidates = new Candidates(types, wanted);
  let split = 0;
  let bare = 0;
  let full = 0;
  for (const header of info.headers) {
    if (header.kind === DW_UT_type || header.kind === DW_UT_split_type) {
      continue;
    }
    const root = info.root(info.unit(header));
    if (root === undefined) continue;
    if (root.has(DW_AT_dwo_name) || root.has(DW_AT_GNU_dwo_name)) split++;
    else if (!root.abbreviation.children) bare++;
    else full++;
    visit(info, root, candidates, 0);
  }
  const { merged } = candidates;
  return { found: candidates.best(), merged, split, bare, full };
}

function visit(
  info: DebugInfo,
  scope: Entry,
  candidates: Candidates,
  depth: number,
): void {
  if (depth > MAX_SCOPES) return;
  for (const entry of info.children(scope, SCOPES)) {
    if (entry.tag === DW_TAG_namespace) {
      visit(info, entry, candidates, depth + 1);
    } else {
      candidates.add(entry);
    }
  }
}

/**
 * Finds the variables whose names begin with a prefix, and what is declared
 * under the rest of those names.
 *
 * @param info Where to look.
 * @param prefix The prefix.
 * @returns Both by the name without the prefix.
 * @throws {EmitError} `bad_debug_info` when an entry on the way is broken.
 */
export function findNamed(
  info: DebugInfo,
  prefix: string,
): { pointers: Map<string, Entry>; declared: Map<string, Entry> } {
  const pointers = new Map<string, Entry>();
  const declared = new Map<string, Entry>();
  for (const header of info.headers) {
    const root = info.root(info.unit(header));
    if (root === undefined) continue;
    for (const entry of info.children(root, SCOPES)) {
      const name = entry.string(DW_AT_name);
      if (name === undefined || !entry.flag(DW_AT_external)) continue;
      if (entry.flag(DW_AT_declaration) || !name.startsWith(prefix)) {
        declared.set(name, entry);
      } else if (entry.tag === DW_TAG_variable) {
        pointers.set(name.slice(prefix.length), entry);
      }
    }
  }
  return { pointers, declared };
}

interface Candidate extends Found {
  readonly score: number;
}

class Candidates {
  readonly #types: Types;
  readonly #wanted: readonly Export[];
  readonly #byName = new Map<string, Export>();
  readonly #addresses = new Set<number>();
  readonly #named = new Map<string, Candidate>();
  readonly #placed = new Map<number, Candidate>();
  /** Filled by {@linkcode Candidates.best}. */
  readonly merged = new Map<string, string>();

  constructor(types: Types, wanted: readonly Export[]) {
    this.#types = types;
    this.#wanted = wanted;
    for (const symbol of wanted) {
      this.#byName.set(symbol.name, symbol);
      if (symbol.kind !== "ifunc") this.#addresses.add(symbol.address);
    }
  }

  add(entry: Entry): void {
    let origin = entry;
    let name = nameOf(entry);
    if (name === undefined) {
      origin = this.#types.origin(entry);
      if (origin === entry) return;
      name = nameOf(origin);
    }
    const address = entry.tag === DW_TAG_subprogram
      ? entry.address(DW_AT_low_pc)
      : entry.location(DW_AT_location);
    const symbol = name === undefined ? undefined : this.#byName.get(name);
    if (symbol !== undefined && fits(symbol, entry)) {
      const score = scoreOf(symbol, entry, origin, address);
      const best = this.#named.get(symbol.name);
      if (score > 0 && (best === undefined || score > best.score)) {
        this.#named.set(symbol.name, { entry, origin, score });
      }
    }
    if (
      address !== undefined && this.#addresses.has(address) &&
      !this.#placed.has(address)
    ) {
      if (origin === entry) origin = this.#types.origin(entry);
      this.#placed.set(address, { entry, origin, score: 0 });
    }
  }

  best(): Map<string, Found> {
    const found = new Map<string, Found>();
    for (const symbol of this.#wanted) {
      const named = this.#named.get(symbol.name);
      if (named !== undefined) {
        const origin = this.#types.origin(named.entry);
        found.set(symbol.name, { entry: named.entry, origin });
        continue;
      }
      // What lies at an IFUNC's address is the resolver, not the function.
      const placed = this.#placed.get(symbol.address);
      if (
        placed !== undefined && symbol.kind !== "ifunc" &&
        fits(symbol, placed.entry)
      ) {
        // C has names for one function; Rust only has functions that LLVM
        // found to be alike, whatever their types.
        const { entry, origin } = placed;
        const isRust = this.#types.languages.of(entry) === "Rust";
        if (isRust && entry.tag === DW_TAG_subprogram) {
          this.merged.set(symbol.name, nameOf(origin) ?? "another");
        } else {
          found.set(symbol.name, placed);
        }
      }
    }
    return found;
  }
}

/** The symbol's name: the linkage name where the language mangles. */
function nameOf(entry: Entry): string | undefined {
  return entry.string(DW_AT_linkage_name) ??
    entry.string(DW_AT_MIPS_linkage_name) ?? entry.string(DW_AT_name);
}

function fits(symbol: Export, entry: Entry): boolean {
  const isFunction = symbol.kind === "function" || symbol.kind === "ifunc";
  return isFunction === (entry.tag === DW_TAG_subprogram);
}

/**
 * How well an entry describes the symbol of its name: what lies at its address
 * before any other definition, that before a mere declaration; 0 is something
 * else of that name, such as a static function of another unit.
 */
function scoreOf(
  symbol: Export,
  entry: Entry,
  origin: Entry,
  address: number | undefined,
): number {
  const prototyped = entry.flag(DW_AT_prototyped) ||
      origin.flag(DW_AT_prototyped)
    ? 1
    : 0;
  if (address === symbol.address && symbol.kind !== "ifunc") return 6;
  if (!entry.flag(DW_AT_external) && !origin.flag(DW_AT_external)) return 0;
  return (entry.flag(DW_AT_declaration) ? 2 : 4) + prototyped;
}
