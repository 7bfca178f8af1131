/**
 * Chooses among the entries that may describe a symbol.
 *
 * @module
 */

import type { Export } from "../image/library.ts";
import {
  DW_AT_declaration,
  DW_AT_external,
  DW_AT_linkage_name,
  DW_AT_location,
  DW_AT_low_pc,
  DW_AT_MIPS_linkage_name,
  DW_AT_name,
  DW_AT_prototyped,
  DW_TAG_subprogram,
} from "./constants.ts";
import type { Entry } from "./entry.ts";
import type { Types } from "./type_reader.ts";

/** The entry of a symbol. */
export interface DescribingEntry {
  /** The entry with the address, the type or the parameters. */
  readonly entry: Entry;
  /** The entry that it is a copy or the definition of; else the same. */
  readonly origin: Entry;
}

interface Candidate extends DescribingEntry {
  readonly score: number;
}

/** The entries that have a wanted name or address, the best of each. */
export class Candidates {
  readonly #types: Types;
  readonly #wanted: readonly Export[];
  readonly #byName = new Map<string, Export>();
  readonly #addresses = new Set<number>();
  readonly #named = new Map<string, Candidate>();
  readonly #placed = new Map<number, Candidate>();
  /** Filled by {@linkcode Candidates.best}. */
  readonly merged = new Map<string, string>();

  /**
   * @param types Follows an entry to its origin.
   * @param wanted The symbols.
   */
  constructor(types: Types, wanted: readonly Export[]) {
    this.#types = types;
    this.#wanted = wanted;
    for (const symbol of wanted) {
      this.#byName.set(symbol.name, symbol);
      if (symbol.kind !== "ifunc") this.#addresses.add(symbol.address);
    }
  }

  /** Takes an entry for what it is worth. */
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

  /**
   * Whether the entries so far describe a symbol as well as any could: where
   * its code lies, no unit but that one can say more of it than a prototype.
   */
  isFound(symbol: Export): boolean {
    const score = this.#named.get(symbol.name)?.score ?? 0;
    return score >= DEFINED ||
      symbol.kind === "function" &&
        (score >= PROTOTYPED || this.#placed.has(symbol.address));
  }

  /** The best entry of each symbol that has any. */
  best(): Map<string, DescribingEntry> {
    const found = new Map<string, DescribingEntry>();
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

// How well an entry describes the symbol of its name: what lies at its address
// before any other definition, that before a mere declaration, and what has a
// prototype before what has none.
const HERE = 6;
const DEFINED = 4;
const PROTOTYPED = 3;
const DECLARED = 2;
/** Something else of that name, such as a static function of another unit. */
const OTHER = 0;

function scoreOf(
  symbol: Export,
  entry: Entry,
  origin: Entry,
  address: number | undefined,
): number {
  if (address === symbol.address && symbol.kind !== "ifunc") return HERE;
  if (!entry.flag(DW_AT_external) && !origin.flag(DW_AT_external)) return OTHER;
  const prototyped = entry.flag(DW_AT_prototyped) ||
      origin.flag(DW_AT_prototyped)
    ? 1
    : 0;
  return (entry.flag(DW_AT_declaration) ? DECLARED : DEFINED) + prototyped;
}
