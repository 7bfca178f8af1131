/**
 * Where the loader has written the addresses of symbols in a library that is
 * loaded: whether they are the runtime's, and making them so.
 *
 * @module
 */

import type { SymbolUses } from "../identity/collisions.ts";
import type { Relocation } from "../identity/dynamic_symbols.ts";
import { PT_GNU_RELRO } from "../identity/elf.ts";
import { inElf } from "../identity/needed_libraries.ts";
import type { Address, SystemLoader } from "../runtime/adapter.ts";
import { RTLD_LAZY, RTLD_NOLOAD, RTLD_NOW } from "../runtime/dlopen.ts";
import { adapter } from "../runtime/runtime.ts";

/** Relocations that are the address of a symbol: of variables and of calls, on x64 and arm64. */
const PLAIN = [6, 7, 1025, 1026];
/** Those that are the address of a variable, and something added to it. */
const VARIABLE = [1, 6, 257, 1025];
/** Most of them that are looked at: one loading binds all of a library alike. */
const SEEN = 16;
/** A library is smaller. */
const MAX_SIZE = 2 ** 32;

/**
 * Whether a library uses the runtime's symbols in place of its own.
 *
 * @param loader The system's loader.
 * @param uses The library, and what of its own it uses.
 * @returns False too where the library is not loaded.
 */
export function isTaken(loader: SystemLoader, uses: SymbolUses): boolean {
  return inLoaded(loader, uses.path, (handle, base) => {
    const program = loader.open(null, RTLD_NOW);
    return uses.relocations.filter(({ type }) => PLAIN.includes(type))
      .slice(0, SEEN).some(({ address, symbol }) => {
        const there = wordAt(base + address);
        if (there === addressOf(loader, handle, symbol)) return false;
        // One that is bound when it is first called points into the library
        // until then, and to the runtime afterwards.
        return there === addressOf(loader, program, symbol) ||
          there >= base && there < base + MAX_SIZE;
      });
  }) ?? false;
}

/**
 * Makes a library that was loaded apart from the runtime use what there is but
 * one of in a process: the runtime's. A program that is linked at fixed
 * addresses has variables of its libraries within itself (`environ`,
 * `std::cout`), and nobody has ever written to those of the libraries.
 *
 * @param loader The system's loader.
 * @param uses The library, and what of those variables it uses.
 */
export function share(loader: SystemLoader, uses: SymbolUses): void {
  inLoaded(loader, uses.path, (_handle, base) => {
    const program = loader.open(null, RTLD_NOW);
    const wrong = uses.relocations.flatMap((relocation) => {
      const slot = wrongSlot(loader, program, base, relocation);
      return slot === undefined ? [] : [slot];
    });
    if (wrong.length === 0) return;
    const write = () =>
      wrong.forEach(([at, word]) =>
        adapter.store(adapter.toAddress(at), bytesOf(word))
      );
    const sealed = sealedPages(uses.path, base, loader.pageSize);
    if (sealed === undefined) return write();
    const [from, size] = sealed;
    const start = adapter.toAddress(from);
    if (!loader.protect(start, size, true)) return;
    write();
    loader.protect(start, size, false);
  });
}

/** Where something else stands than what should. */
function wrongSlot(
  loader: SystemLoader,
  program: Address,
  base: number,
  { address, type, symbol, addend }: Relocation,
): readonly [number, number] | undefined {
  const wanted = addressOf(loader, program, symbol);
  if (!VARIABLE.includes(type) || wanted === 0) return undefined;
  const at = base + address;
  return wordAt(at) === wanted + addend ? undefined : [at, wanted + addend];
}

/** The pages that the loader has made read-only. */
function sealedPages(
  path: string,
  base: number,
  pageSize: number,
): readonly [number, number] | undefined {
  const segment = inElf(
    path,
    ({ segments }) => segments.find(({ type }) => type === PT_GNU_RELRO),
  );
  if (segment === undefined) return undefined;
  const down = (address: number) => address - address % pageSize;
  const from = down(base + segment.address);
  const size = down(base + segment.address + segment.size) - from;
  return size > 0 ? [from, size] : undefined;
}

/**
 * What is seen of a library that is loaded.
 *
 * @param loader The system's loader.
 * @param name What the loader is asked for.
 * @param look Gets the loader's handle, and where these lie in memory: the
 * library, the name that the loader has of its file, and its dynamic section.
 * @returns What `look` returns; undefined where the loader has none of that name.
 */
export function inLoaded<T>(
  loader: SystemLoader,
  name: string,
  look: (handle: Address, base: number, name: number, dynamic: number) => T,
): T | undefined {
  const handle = loader.find(name, RTLD_LAZY | RTLD_NOLOAD);
  if (handle === undefined) return undefined;
  try {
    // A handle is the loader's own record of the library, which begins with
    // where it lies, its name, and its dynamic section (link.h: struct link_map).
    const at = Number(handle);
    return look(handle, wordAt(at), wordAt(at + 8), wordAt(at + 16));
  } finally {
    loader.close(handle);
  }
}

/** Addresses are below 2 ** 48, exact as numbers; 0 where there is none. */
function addressOf(
  loader: SystemLoader,
  handle: Address,
  symbol: string,
): number {
  return Number(loader.findAddress(handle, symbol) ?? 0);
}

function wordAt(address: number): number {
  const bytes = new Uint8Array(8);
  adapter.copy(adapter.toAddress(address), bytes);
  return Number(new DataView(bytes.buffer).getBigUint64(0, true));
}

function bytesOf(word: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(word), true);
  return bytes;
}
