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
  DW_AT_type,
  DW_TAG_subprogram,
} from "./dw_constants.ts";
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
  readonly #assembled = new Set<number>();
  readonly #prefix: string;
  /** The definitions that the source calls otherwise than the linker, by the linker's names. */
  readonly renamed = new Map<string, Entry>();
  /** Filled by {@linkcode Candidates.best}. */
  readonly merged = new Map<string, string>();
  /** Filled by {@linkcode Candidates.best}. */
  readonly assembled = new Set<string>();

  /**
   * @param types Follows an entry to its origin.
   * @param wanted The symbols.
   * @param prefix What the linker puts before C's names, and the names of the
   * symbols are without.
   */
  constructor(types: Types, wanted: readonly Export[], prefix: string) {
    this.#types = types;
    this.#prefix = prefix;
    this.#wanted = wanted;
    for (const symbol of wanted) {
      this.#byName.set(symbol.name, symbol);
      if (symbol.kind !== "ifunc") this.#addresses.add(symbol.address);
    }
  }

  /** Takes an entry for what it is worth. */
  add(entry: Entry): void {
    // Assemblers know where a function lies, and nothing of its type.
    if (this.#types.languages.of(entry) === "assembly") {
      const address = entry.address(DW_AT_low_pc);
      if (address !== undefined) this.#assembled.add(address);
      return;
    }
    let origin = entry;
    let name = this.#nameOf(entry);
    if (name === undefined) {
      origin = this.#types.origin(entry);
      if (origin === entry) return;
      name = this.#nameOf(origin);
    }
    if (name !== undefined && isRenamed(origin, name)) {
      this.renamed.set(name, origin);
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
      const placed = this.#placedAt(symbol);
      // C has names for one function; Rust only has functions that LLVM found
      // to be alike, whatever their types.
      const isMerged = placed?.entry.tag === DW_TAG_subprogram &&
        this.#types.languages.of(placed.entry) === "Rust";
      if (placed && !isMerged && !((named?.score ?? 0) >= DEFINED)) {
        found.set(symbol.name, placed);
      } else if (named !== undefined) {
        const origin = this.#types.origin(named.entry);
        found.set(symbol.name, { entry: named.entry, origin });
      } else if (placed !== undefined) {
        this.merged.set(symbol.name, this.#nameOf(placed.origin) ?? "another");
      } else if (this.#assembled.has(symbol.address)) {
        this.assembled.add(symbol.name);
      }
    }
    return found;
  }

  /** The symbol's name: the linkage name where the language or a label says one. */
  #nameOf(entry: Entry): string | undefined {
    const link = entry.string(DW_AT_linkage_name) ??
      entry.string(DW_AT_MIPS_linkage_name);
    if (link === undefined) return entry.string(DW_AT_name);
    // A label has the prefix, a name that a language made up has not.
    const plain = link.startsWith(this.#prefix)
      ? link.slice(this.#prefix.length)
      : link;
    return !this.#byName.has(link) && this.#byName.has(plain) ? plain : link;
  }

  /** What lies where a symbol does, if that could be it. */
  #placedAt(symbol: Export): DescribingEntry | undefined {
    // What lies at an IFUNC's address is the resolver, not the function.
    if (symbol.kind === "ifunc") return undefined;
    const placed = this.#placed.get(symbol.address);
    return placed !== undefined && fits(symbol, placed.entry)
      ? placed
      : undefined;
  }
}

/** Whether an entry is the definition of what the linker calls otherwise. */
function isRenamed(entry: Entry, link: string): boolean {
  return entry.has(DW_AT_linkage_name) && !entry.flag(DW_AT_declaration) &&
    entry.flag(DW_AT_external) && entry.string(DW_AT_name) !== link;
}

function fits(symbol: Export, entry: Entry): boolean {
  const isFunction = symbol.kind === "function" || symbol.kind === "ifunc";
  return isFunction === (entry.tag === DW_TAG_subprogram);
}

// How well an entry describes the symbol of its name: what lies at its address
// before a definition whose address is not said; these before whatever else
// lies at the symbol's address, as its definition does by another name; that
// before a definition elsewhere and a mere declaration, and what has a prototype
// before what has none.
const HERE = 7;
const DEFINED = 5;
const ELSEWHERE = 4;
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
  const isIfunc = symbol.kind === "ifunc";
  if (address === symbol.address && !isIfunc) return HERE;
  if (!entry.flag(DW_AT_external) && !origin.flag(DW_AT_external)) return OTHER;
  const prototyped = entry.flag(DW_AT_prototyped) ||
      origin.flag(DW_AT_prototyped)
    ? 1
    : 0;
  if (entry.flag(DW_AT_declaration)) {
    // GCC's own idea of `memcpy` is `__builtin_memcpy`, and has no types.
    const isBuiltin = prototyped === 0 && !entry.has(DW_AT_type) &&
      (entry.string(DW_AT_name) ?? "").startsWith("__builtin_");
    return isBuiltin ? OTHER : DECLARED + prototyped;
  }
  // A definition of an IFUNC's name is the resolver, or nothing of it at all.
  if (isIfunc) return OTHER;
  // Object files of macOS have addresses of their own, the library has none.
  return address === undefined || symbol.address < 0
    ? DEFINED + prototyped
    : ELSEWHERE;
}
