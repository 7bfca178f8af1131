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
  SystemLoader,
} from "./adapter.ts";
import { type BindFunction, findLoader, RTLD_NOW } from "./dlopen.ts";
import { LazySupport } from "../support/lazy_support.ts";
import { bunHost } from "./bun_host.ts";
import { CallWorker } from "./worker.ts";
import { bufferOf } from "./views.ts";

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

// ------------------------------------------------------------------- marshals

const MARSHALS: Readonly<Record<Primitive, Marshal>> = {
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
    args: params.map((param) => MARSHALS[param].native),
    returns: MARSHALS[result].native,
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
function loaderOf(ffi: BunFfi, texts: Pick<Adapter, "addressOf" | "cstring">) {
  const load = (holder: string): BindFunction => (symbol, params, result) =>
    ffi.dlopen(holder, { [symbol]: signature(params, result) }).symbols[symbol];
  const loader = findLoader(load, texts);
  if (loader !== undefined) return loader;
  throw new Error("the system's loader is not where it is looked for");
}

class BunLibrary implements NativeLibrary {
  readonly #ffi: BunFfi;
  readonly #loader: SystemLoader;
  readonly #handle: Address;
  readonly #support: LazySupport;

  constructor(
    ffi: BunFfi,
    loader: SystemLoader,
    path: string,
    support: LazySupport,
  ) {
    this.#support = support;
    this.#ffi = ffi;
    this.#loader = loader;
    this.#handle = loader.open(path, RTLD_NOW);
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
    return this.#loader.address(this.#handle, symbol);
  }

  has(symbol: string): boolean {
    return this.#loader.findAddress(this.#handle, symbol) !== undefined;
  }

  close(): void {
    this.#loader.close(this.#handle);
  }

  #function(symbol: string): BunFunction {
    return new BunFunction(this.#ffi, this.address(symbol), this.#support);
  }
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
  readonly #support: LazySupport;

  constructor(ffi: BunFfi, address: Address, support: LazySupport) {
    this.#ffi = ffi;
    this.#ptr = address;
    this.#support = support;
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
    const threads = this.#support.threads();
    return threads?.bind(this.#ptr, params, result) ??
      worker.bind({ ptr: this.#ptr, ...signature(params, result) });
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

/** Whether this is no main thread. Asked of Bun: `node:worker_threads` takes 3 ms to load. */
function isWorker(): boolean {
  const { Bun } = globalThis as unknown as { Bun: { isMainThread: boolean } };
  return !Bun.isMainThread;
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
  let loader: SystemLoader | undefined;
  const cstring = (address: Address): string => new CString(address).toString();
  const addressOf = (view: ArrayBufferView): Address => {
    // A small array has its bytes in the collector's heap until its buffer is
    // asked for, which takes them elsewhere.
    bufferOf(view);
    return ffi.ptr(view);
  };
  const memory = (address: Address, length: number): ArrayBuffer =>
    ffi.toArrayBuffer(address, 0, length);
  const systemLoader = (): SystemLoader =>
    loader ??= loaderOf(ffi, { addressOf, cstring });
  const load = (path: string): BunLibrary =>
    new BunLibrary(ffi, systemLoader(), path, support);
  const support = new LazySupport(() =>
    bunHost(ffi, { toAddress, memory, addressOf, cstring, isWorker }, load)
  );
  return {
    name: "Bun",
    version,
    isWorker: isWorker(),
    null: null,
    marshals: MARSHALS,
    bindsNow: true,
    load,
    missing: (path, symbols) => missingIn(load(path), symbols),
    systemLoader,
    functionAt: (address) => new BunFunction(ffi, address, support),
    callback(params, result, call, anyThread) {
      const make = () => {
        const isOwn = anyThread && support.threads() === undefined;
        return bunCallback(ffi, params, result, call, isOwn);
      };
      return support.callback(make, call, params, result, anyThread);
    },
    stuck: () => support.stuck,
    threads: () => support.threads(),
    support: (what) => support.must(what),
    supportIfThere: () => support.get(),
    withoutThreads: (what) => support.withoutThreads(what),
    get otherThreads() {
      return support.threads() === undefined ? "void" : "made";
    },
    holdsBuffers: false,
    toAddress,
    addressOf,
    memory,
    copy: (from, to) =>
      to.set(new Uint8Array(ffi.toArrayBuffer(from, 0, to.length))),
    store: (to, from) =>
      new Uint8Array(ffi.toArrayBuffer(to, 0, from.length)).set(from),
    cstring,
    textReader: () => (text) => text === null ? null : cstring(text as Address),
    reason: (error) => error.message,
    denied: () => undefined,
  };
}
