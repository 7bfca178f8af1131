/**
 * The adapter for Bun.
 *
 * @module
 */

import type {
  Adapter,
  Address,
  FunctionSource,
  Marshal,
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
    address: Address,
    offset: number,
    length: number,
  ): ArrayBuffer;
  readonly CString: new (address: Address) => { toString(): string };
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
}

// ------------------------------------------------------------------ crossings

const CROSSINGS: Readonly<Record<Primitive, Marshal>> = {
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
const { CFunction } = process.getBuiltinModule("bun:ffi");
function bind(definition) {
  return CFunction(definition);
}`);

// -------------------------------------------------------------------- library

// Bun's own way of loading wants a function to declare with each library, and
// binds those that the library needs when they are first called: one that is
// missing is then the end of the process. So the system's loader is called.
const RTLD_NOW = 2;
/** Where it is: since glibc 2.34 and on musl, before, and on macOS. */
const HOLDERS = ["libc.so.6", "libdl.so.2", "/usr/lib/libSystem.B.dylib"];

/** The system's loader, as bound. */
interface Loader {
  dlopen(path: Uint8Array, mode: number): number | null;
  dlsym(library: number, symbol: Uint8Array): number | null;
  dlclose(library: number): number;
  dlerror(): number | null;
}

function findLoader(ffi: BunFfi): Loader {
  let cause: unknown;
  for (const holder of HOLDERS) {
    try {
      return ffi.dlopen(holder, {
        dlopen: { args: ["ptr", "i32"], returns: "ptr" },
        dlsym: { args: ["ptr", "ptr"], returns: "ptr" },
        dlclose: { args: ["ptr"], returns: "i32" },
        dlerror: { args: [], returns: "ptr" },
      }).symbols;
    } catch (error) {
      cause ??= error;
    }
  }
  throw cause;
}

class BunLibrary implements NativeLibrary {
  readonly #ffi: BunFfi;
  readonly #loader: Loader;
  readonly #handle: number;

  constructor(ffi: BunFfi, loader: Loader, path: string) {
    this.#ffi = ffi;
    this.#loader = loader;
    this.#handle = this.#must(loader.dlopen(cText(path), RTLD_NOW));
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#function(symbol).bind(symbol, params, result);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#function(symbol).bindAsync(symbol, params, result);
  }

  address(symbol: string): Address {
    return this.#must(this.#loader.dlsym(this.#handle, cText(symbol)));
  }

  has(symbol: string): boolean {
    return this.#loader.dlsym(this.#handle, cText(symbol)) !== null;
  }

  close(): void {
    this.#loader.dlclose(this.#handle);
  }

  #function(symbol: string): BunFunction {
    return new BunFunction(this.#ffi, this.address(symbol));
  }

  #must(address: number | null): number {
    if (address !== null) return address;
    const words = this.#loader.dlerror();
    throw new Error(
      words === null
        ? "the system's loader does not say why"
        : new this.#ffi.CString(words).toString(),
    );
  }
}

function cText(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

function missingIn(
  library: BunLibrary,
  symbols: readonly string[],
): string[] {
  const missing = symbols.filter((symbol) => !library.has(symbol));
  if (missing.length > 0) library.close();
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

/** As Bun gives addresses: a number where that is exact. */
function toAddress(address: number | bigint): Address {
  if (typeof address === "number") return address;
  const word = BigInt.asUintN(64, address);
  return word <= Number.MAX_SAFE_INTEGER ? Number(word) : word;
}

/**
 * Makes the adapter.
 *
 * @param ffi The module `bun:ffi`.
 * @param version The version of Bun.
 * @returns The adapter for it.
 */
export function bunAdapter(ffi: BunFfi, version: string): Adapter {
  const { CString } = ffi;
  let loader: Loader | undefined;
  const load = (path: string): BunLibrary =>
    new BunLibrary(ffi, loader ??= findLoader(ffi), path);
  const cstring = (address: Address): string => new CString(address).toString();
  return {
    name: "Bun",
    version,
    null: null,
    crossings: CROSSINGS,
    bindsNow: true,
    load,
    missing: (path, symbols) => missingIn(load(path), symbols),
    functionAt: (address) => new BunFunction(ffi, address),
    callback: (params, result, call, anyThread) =>
      bunCallback(ffi, params, result, call, anyThread),
    otherThreads: "void",
    toAddress,
    addressOf: (view) => ffi.ptr(view),
    memory: (address, length) => ffi.toArrayBuffer(address, 0, length),
    copy: (from, to) =>
      to.set(new Uint8Array(ffi.toArrayBuffer(from, 0, to.length))),
    store: (to, from) =>
      new Uint8Array(ffi.toArrayBuffer(to, 0, from.length)).set(from),
    cstring,
    textReader: () => (text) => text === null ? null : cstring(text as Address),
    permits: () => true,
    reason: (error) => error.message,
    denied: () => undefined,
  };
}
