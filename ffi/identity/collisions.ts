/**
 * Symbols of a library, or of those that it needs, that this process's
 * executable exports as well. The loader takes the executable's, also for the
 * calls within the library: Node has OpenSSL, zlib, SQLite and libuv in it, of
 * versions of its own, and Deno and Bun a part of libuv.
 *
 * @module
 */

import { SYSTEM_LIBRARIES } from "../system/libraries.ts";
import { basename } from "../system/path.ts";
import { DynamicSymbols, type Relocation } from "./dynamic_symbols.ts";
import type { ElfIdentity } from "./elf.ts";
import { inElf, withNeeds } from "./needed_libraries.ts";
import { type RuntimeSymbols, runtimeSymbols } from "./executable.ts";

/** What a library uses of some symbols. */
export interface SymbolUses {
  /** The library. */
  readonly path: string;
  /** Where the loader writes where they are. */
  readonly relocations: readonly Relocation[];
  /** Their names. */
  readonly symbols: readonly string[];
}

/** What would be the executable's in place of the libraries' own. */
export interface Collisions {
  /** Who uses what of it; never empty. */
  readonly uses: readonly SymbolUses[];
  /** What the same libraries use of the variables that there is but one of, the executable's. */
  readonly copied: readonly SymbolUses[];
}

/** What C++ defines in many places, and what its library has: the same everywhere. */
const STANDARD = /^_Z(?:T[VTIS]|GV)?(?:N[KVrRO]*)?S[tabsiod]/;

/** What each library has in common with the executable. */
const common = new Map<string, readonly string[]>();

/**
 * What a library, and those that it needs, get of the executable's in place of
 * their own.
 *
 * @param path Absolute path of the library that is to be loaded.
 * @param symbols What the executable exports; only asked for where a library
 * could get something of it.
 * @returns Mostly undefined: nothing.
 */
export function collisionsOf(
  path: string,
  symbols: () => RuntimeSymbols | undefined = runtimeSymbols,
): Collisions | undefined {
  if (SYSTEM_LIBRARIES.test(basename(path))) return undefined;
  const runtime = symbols();
  if (runtime === undefined) return undefined;
  const isShared = (name: string) =>
    SYSTEM_LIBRARIES.test(name) || runtime.needs.includes(name);
  const inBoth = (elf: ElfIdentity, path: string) => {
    let names = common.get(path);
    if (names === undefined) common.set(path, names = compare(elf, runtime));
    return names;
  };
  const libraries = [...withNeeds(path, isShared, inBoth)];
  common.delete(path); // it may be another file when it is opened again
  const twice = new Set(libraries.flatMap(({ there }) => there));
  if (twice.size === 0) return undefined;
  const paths = libraries.map(({ path }) => path);
  const uses = usesOf(paths, twice);
  return uses.length === 0
    ? undefined
    : { uses, copied: usesOf(paths, runtime.copied()) };
}

/**
 * Whether nothing of the executable's can take the place of anything: no
 * relocation names a symbol of the library's own, and no other library comes
 * with it. Most are so, and this much is told by a few bytes of the one file.
 *
 * @param elf The library.
 */
export function isSelfContained(elf: ElfIdentity): boolean {
  return elf.dynamic !== undefined &&
    elf.dynamic.needs.every((name) => SYSTEM_LIBRARIES.test(name)) &&
    !new DynamicSymbols(elf).usesOwn();
}

/** What a library and the executable both export. */
function compare(elf: ElfIdentity, runtime: RuntimeSymbols): string[] {
  const names: string[] = [];
  if (elf.dynamic === undefined) return names;
  const symbols = new DynamicSymbols(elf);
  for (const { index, hash } of symbols.exported()) {
    if (!runtime.mayHave(hash)) continue;
    const name = symbols.name(index);
    const isSame = name.startsWith("_Z") &&
      (symbols.isWeak(index) || STANDARD.test(name));
    if (!isSame && runtime.has(name)) names.push(name);
  }
  return names;
}

/** Which libraries use some of these symbols, and where. */
function usesOf(
  paths: readonly string[],
  names: ReadonlySet<string>,
): SymbolUses[] {
  return paths.flatMap((path) => {
    const relocations = inElf(path, (elf) =>
      [...new DynamicSymbols(elf).relocations()]
        .filter(({ symbol }) =>
          names.has(symbol)
        )) ?? [];
    const symbols = [...new Set(relocations.map(({ symbol }) => symbol))];
    return symbols.length === 0
      ? []
      : [{ path, relocations, symbols: symbols.sort() }];
  });
}
