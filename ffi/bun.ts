/**
 * The adapter for Bun.
 *
 * @module
 */

import type {
  Adapter,
  Address,
  Crossing,
  FunctionSource,
  NativeCallback,
  NativeLibrary,
  Primitive,
  RawFunction,
} from "./adapter.ts";
import { CallWorker } from "./worker.ts";

// ---------------------------------------------------------------- the runtime

/** The members of `bun:ffi` that are used here. */
export interface BunFfi {
  // deno-lint-ignore no-explicit-any -- Bun types it by the definitions, which are only known at run time
  dlopen(path: string, symbols: any): BunHandle;
  ptr(view: ArrayBufferView): number;
  toArrayBuffer(
    address: number,
    offset: number,
    length: number,
  ): ArrayBuffer;
  readonly CString: new (address: number) => { toString(): string };
  // deno-lint-ignore no-explicit-any -- its type is known to the definition only
  CFunction(definition: any): any;
  readonly JSCallback: new (
    call: RawFunction,
    // deno-lint-ignore no-explicit-any -- names of types
    definition: any,
  ) => { readonly ptr: number | null; close(): void };
}

interface BunHandle {
  // deno-lint-ignore no-explicit-any -- typed by the definitions, too
  readonly symbols: any;
  close(): void;
}

// ------------------------------------------------------------------ crossings

const CROSSINGS: Readonly<Record<Primitive, Crossing>> = {
  void: { native: "void" },
  bool: { native: "bool" },
  i8: { native: "i8" },
  u8: { native: "u8" },
  i16: { native: "i16" },
  u16: { native: "u16" },
  i32: { native: "i32" },
  u32: { native: "u32" },
  i64: { native: "i64" },
  u64: { native: "u64" },
  // The fast ones give a number where it is exact and spare the bigint.
  isize: { native: "i64_fast" },
  usize: { native: "u64_fast" },
  f32: { native: "f32" },
  f64: { native: "f64" },
  address: { native: "ptr" },
  text: { native: "ptr" },
  buffer: { native: "ptr" },
};

function signature(
  params: readonly Primitive[],
  result: Primitive,
): { args: string[]; returns: string } {
  return {
    args: params.map((param) => CROSSINGS[param].native),
    returns: CROSSINGS[result].native,
  };
}

const worker = new CallWorker(`
const { dlopen, CFunction } = process.getBuiltinModule("bun:ffi");
const libraries = [];
function bind({ path, symbol, ptr, args, returns }) {
  if (path === undefined) return CFunction({ ptr, args, returns });
  const library = dlopen(path, { [symbol]: { args, returns } });
  libraries.push(library);
  return library.symbols[symbol];
}`);

// -------------------------------------------------------------------- library

class BunLibrary implements NativeLibrary {
  readonly #ffi: BunFfi;
  readonly #path: string;
  readonly #open: object[] = [];

  constructor(ffi: BunFfi, path: string, symbol: string) {
    this.#ffi = ffi;
    this.#path = path;
    // Bun loads nothing for no symbols, so one is declared and never called.
    this.#declare(symbol, { args: [], returns: "void" });
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#declare(symbol, signature(params, result));
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return worker.bind({
      path: this.#path,
      symbol,
      ...signature(params, result),
    });
  }

  // Bun gives no address of a variable: declared as a function that nobody
  // calls, the symbol shows its own.
  address(symbol: string): Address {
    return this.#declare(symbol, { args: [], returns: "void" }).ptr;
  }

  #declare(
    symbol: string,
    definition: object,
  ): RawFunction & { readonly ptr: number } {
    const library = this.#ffi.dlopen(this.#path, { [symbol]: definition });
    this.#open.push(library);
    return library.symbols[symbol];
  }
}

/** Libraries that have all that was searched; closed, their initialisers would run again. */
const searched: BunHandle[] = [];

function missingIn(
  ffi: BunFfi,
  path: string,
  symbols: readonly string[],
): string[] {
  const open: BunHandle[] = [];
  const missing = symbols.filter((symbol) => {
    try {
      open.push(ffi.dlopen(path, { [symbol]: { args: [], returns: "void" } }));
      return false;
    } catch (error) {
      // Anything else is said of the library, and not of the symbol.
      if ((error as { code?: string }).code === "ERR_INVALID_ARG_TYPE") {
        return true;
      }
      throw error;
    }
  });
  if (missing.length === 0) searched.push(...open);
  else for (const library of open) library.close();
  return missing;
}

// ------------------------------------------------------------------- function

class BunFunction implements FunctionSource {
  readonly #ffi: BunFfi;
  readonly #ptr: Address;

  constructor(ffi: BunFfi, address: Address) {
    this.#ffi = ffi;
    this.#ptr = address;
  }

  bind(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#ffi.CFunction({
      ptr: this.#ptr,
      ...signature(params, result),
    });
  }

  bindAsync(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return worker.bind({ ptr: this.#ptr, ...signature(params, result) });
  }
}

// ------------------------------------------------------------------- callback

function bunCallback(
  ffi: BunFfi,
  params: readonly Primitive[],
  result: Primitive,
  call: RawFunction,
  anyThread: boolean,
): NativeCallback {
  // Bun makes another thread wait for nothing: it would read no result.
  const made = new ffi.JSCallback(call, {
    ...signature(params, result),
    threadsafe: anyThread,
  });
  return {
    address: made.ptr!,
    // Calls of other threads may still wait for the event loop to turn.
    close: () => anyThread ? void setTimeout(() => made.close()) : made.close(),
  };
}

// -------------------------------------------------------------------- adapter

/**
 * Makes the adapter.
 *
 * @param ffi The module `bun:ffi`.
 * @param version The version of Bun.
 * @returns The adapter for it.
 */
export function bunAdapter(ffi: BunFfi, version: string): Adapter {
  const { CString } = ffi;
  const cstring = (address: Address): string =>
    new CString(address as number).toString();
  return {
    name: "Bun",
    version,
    null: null,
    crossings: CROSSINGS,
    load: (path, anySymbol) => new BunLibrary(ffi, path, anySymbol()),
    missing: (path, symbols) => missingIn(ffi, path, symbols),
    functionAt: (address) => new BunFunction(ffi, address),
    callback: (params, result, call, anyThread) =>
      bunCallback(ffi, params, result, call, anyThread),
    otherThreads: "void",
    toAddress: (address) => address,
    addressOf: (view) => ffi.ptr(view),
    memory: (address, length) => ffi.toArrayBuffer(Number(address), 0, length),
    copy: (from, to) =>
      to.set(new Uint8Array(ffi.toArrayBuffer(Number(from), 0, to.length))),
    store: (to, from) =>
      new Uint8Array(ffi.toArrayBuffer(Number(to), 0, from.length)).set(from),
    cstring,
    textReader: () => (text) => text === null ? null : cstring(text as number),
    permits: () => true,
    reason: (error) =>
      error.message.replace(/^Failed to open library ".*?": /s, ""),
    denied: () => undefined,
  };
}
