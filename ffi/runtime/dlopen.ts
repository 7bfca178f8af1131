/**
 * The system's own loader, C's `dlopen`, for what no runtime's way of loading
 * can be told: to bind every function at once, to look into a library before
 * the executable, to show its symbols to all, or whether it is loaded already.
 *
 * @module
 */

import type {
  Adapter,
  Address,
  Primitive,
  RawFunction,
  SystemLoader,
} from "./adapter.ts";
import { system } from "../system/system.ts";

/** Where it is: since glibc 2.34 and on musl, before, and on macOS. */
const HOLDERS = ["libc.so.6", "libdl.so.2", "/usr/lib/libSystem.B.dylib"];

const isMac = system.os === "darwin";

/** Functions that the library needs may be found when they are first called. */
export const RTLD_LAZY = 1;
/** Every function that the library needs is found now, not when it is first called. */
export const RTLD_NOW = 2;
/** Gives what is loaded already, and loads nothing. */
export const RTLD_NOLOAD = isMac ? 0x10 : 4;
/** The library's own symbols are looked for before those of the executable; glibc only. */
export const RTLD_DEEPBIND = 8;
/** What is loaded later finds its symbols. */
export const RTLD_GLOBAL = isMac ? 8 : 0x100;

const PROT_READ = 1;
const PROT_WRITE = 2;

/** Binds one function of a library; throws where it has none of that name. */
export type BindFunction = (
  symbol: string,
  params: readonly Primitive[],
  result: Primitive,
) => RawFunction;

/** How its texts are read. */
type Texts = Pick<Adapter, "addressOf" | "cstring">;

/** C's `dlopen` and its kin, each bound when it is first called. */
class CLoader implements SystemLoader {
  readonly #bind: BindFunction;
  readonly #texts: Texts;
  readonly #dlopen: RawFunction;
  #dlclose: RawFunction | undefined;
  #dlerror: RawFunction | undefined;
  #dlsym: RawFunction | undefined;
  #mprotect: RawFunction | undefined;
  #pageSize: number | undefined;
  #malloc: RawFunction | undefined;
  #free: RawFunction | undefined;

  /** @throws Where `bind` finds no `dlopen`. */
  constructor(bind: BindFunction, texts: Texts) {
    this.#bind = bind;
    this.#texts = texts;
    this.#dlopen = bind("dlopen", ["buffer", "i32"], "address");
  }

  open(path: string | null, mode: number): Address {
    return this.#must(() => this.find(path, mode));
  }

  find(path: string | null, mode: number): Address | undefined {
    return this.#dlopen(path === null ? null : cText(path), mode) || undefined;
  }

  address(handle: Address, symbol: string): Address {
    return this.#must(() => this.findAddress(handle, symbol));
  }

  findAddress(handle: Address, symbol: string): Address | undefined {
    this.#dlsym ??= this.#bind("dlsym", ["address", "buffer"], "address");
    return this.#dlsym(handle, cText(symbol)) || undefined;
  }

  close(handle: Address): void {
    this.#dlclose ??= this.#bind("dlclose", ["address"], "i32");
    this.#dlclose(handle);
  }

  get pageSize(): number {
    return this.#pageSize ??= this.#bind("getpagesize", [], "i32")();
  }

  protect(address: Address, size: number, isWritable: boolean): boolean {
    this.#mprotect ??= this.#bind(
      "mprotect",
      ["address", "u32", "i32"],
      "i32",
    );
    const mode = isWritable ? PROT_READ | PROT_WRITE : PROT_READ;
    return this.#mprotect(address, size, mode) === 0;
  }

  allocate(size: number): Address | undefined {
    this.#malloc ??= this.#bind("malloc", ["usize"], "address");
    return this.#malloc(BigInt(size)) || undefined;
  }

  free(address: Address): void {
    this.#free ??= this.#bind("free", ["address"], "void");
    this.#free(address);
  }

  #must(ask: () => Address | undefined): Address {
    const given = ask();
    if (given !== undefined) return given;
    if (this.#dlerror === undefined) {
      // To bind a function and to read a first text Deno calls the loader
      // itself, and what that said before is freed: both come first.
      this.#dlerror = this.#bind("dlerror", [], "address");
      this.#texts.cstring(this.#texts.addressOf(cText("")));
    }
    const again = ask();
    if (again !== undefined) return again;
    const words: Address | null = this.#dlerror();
    throw new Error(
      words
        ? this.#texts.cstring(words)
        : "the system's loader does not say why",
    );
  }
}

/**
 * Finds the system's loader.
 *
 * @param load Loads the library that has it, and gives what binds its functions.
 * @param texts How its texts are read.
 * @returns Undefined where it is in none of the known libraries, or those may not be loaded.
 */
export function findLoader(
  load: (holder: string) => BindFunction,
  texts: Texts,
): SystemLoader | undefined {
  for (const holder of HOLDERS) {
    try {
      return new CLoader(load(holder), texts);
    } catch {
      // The next one.
    }
  }
  return undefined;
}

function cText(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}
