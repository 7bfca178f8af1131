/**
 * Functions as a library's own code finds them by their names: the loader looks
 * first in what all of the process sees. An allocator or a sanitizer that was
 * preloaded stands there before the C library, and what the library's `malloc`
 * is then, only the same one's `free` frees.
 *
 * @module
 */

import { DynamicSymbols } from "../identity/dynamic_symbols.ts";
import { inElf } from "../identity/needed_libraries.ts";
import { RTLD_LAZY, RTLD_NOLOAD, RTLD_NOW } from "../runtime/dlopen.ts";
import type {
  Address,
  FunctionSource,
  NativeLibrary,
  Primitive,
  RawFunction,
} from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { SYSTEM_LIBRARIES } from "../system/libraries.ts";
import { basename } from "../system/path.ts";
import { isApart } from "./preload.ts";

/**
 * A library of which functions are bound as its own code finds them, for names
 * that it need not have itself: `"free"`.
 *
 * @param library What is loaded; one in another process has its loader look there.
 * @param path Its absolute path.
 */
export function asLibraryCalls(
  library: NativeLibrary,
  path: string,
): NativeLibrary {
  return library.space === undefined
    ? new Calling(
      library,
      path,
      (elf, symbol) => !elf.has(symbol) || elf.refersTo(symbol),
    )
    : library;
}

/**
 * The same, for names that the caller says the library has: what it has itself
 * is meant, and what the libraries have that it brings along. Only the system's
 * own are made for others to stand before them.
 */
export function asProgramsCall(
  library: NativeLibrary,
  path: string,
): NativeLibrary {
  if (library.space !== undefined) return library;
  const isSystems = SYSTEM_LIBRARIES.test(basename(path));
  return new Calling(
    library,
    path,
    (elf, symbol, own) => isSystems || !elf.has(symbol) && isOfC(symbol, own),
  );
}

/** Whether a function is the C library's. */
function isOfC(symbol: string, own: Address): boolean {
  const loader = adapter.systemLoader();
  return ["libc.so.6", "libm.so.6"].some((name) => {
    const handle = loader?.find(name, RTLD_LAZY | RTLD_NOLOAD);
    if (loader === undefined || handle === undefined) return false;
    const address = loader.findAddress(handle, symbol);
    loader.close(handle);
    return address !== undefined && isSame(address, own);
  });
}

function isSame(one: Address, other: Address): boolean {
  return BigInt(one) === BigInt(other);
}

/** Whether another's function stands before the one that a library gives for a name. */
type IsTaken = (elf: DynamicSymbols, symbol: string, own: Address) => boolean;

class Calling implements NativeLibrary {
  readonly #library: NativeLibrary;
  readonly #path: string;
  readonly #isTaken: IsTaken;

  constructor(library: NativeLibrary, path: string, isTaken: IsTaken) {
    this.#library = library;
    this.#path = path;
    this.#isTaken = isTaken;
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    name?: string,
  ): RawFunction {
    return this.#source(symbol).bind(symbol, params, result, name);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    holds?: number,
    name?: string,
  ): RawFunction {
    return this.#source(symbol).bindAsync(symbol, params, result, holds, name);
  }

  bindApart(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction | undefined {
    return this.#source(symbol).bindApart?.(symbol, params, result);
  }

  address(symbol: string): Address {
    return this.#instead(symbol) ?? this.#library.address(symbol);
  }

  #source(symbol: string): FunctionSource {
    const address = this.#instead(symbol);
    if (address === undefined) return this.#library;
    return adapter.program?.() ?? adapter.functionAt(address);
  }

  /** What is called, where it is not what the library gives; undefined too where the loader may not be asked. */
  #instead(symbol: string): Address | undefined {
    if (isApart(this.#path)) return undefined;
    const loader = adapter.systemLoader();
    const program = loader?.find(null, RTLD_NOW);
    if (loader === undefined || program === undefined) return undefined;
    const first = loader.findAddress(program, symbol);
    if (first === undefined) return undefined;
    const own = this.#library.address(symbol);
    if (isSame(first, own)) return undefined;
    const isTaken = inElf(
      this.#path,
      (file) => this.#isTaken(new DynamicSymbols(file), symbol, own),
    );
    return isTaken === true ? first : undefined;
  }
}
