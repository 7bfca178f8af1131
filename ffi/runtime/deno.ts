/**
 * The adapter for Deno: `load` opens a library, `DenoLibrary.bind` declares one
 * symbol of it: the raw function in which every call ends.
 *
 * @module
 */

import { uninlined } from "./uninlined.ts";
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
import {
  type DenoMemory,
  denoMemory,
  type DenoMemoryRuntime,
} from "./deno_memory.ts";
import { LazySupport } from "../support/lazy_support.ts";
import { denoHost } from "./deno_host.ts";
import { noteForeignCall } from "./deno_end.ts";
import { findLoader, RTLD_NOW } from "./dlopen.ts";
import { V8_NUMBERS } from "./v8_numbers.ts";

// ---------------------------------------------------------------- the runtime

/** The members of `Deno` that are used here. */
export interface DenoRuntime extends DenoMemoryRuntime {
  readonly version: { readonly deno: string };
  readonly UnsafeFnPointer: new (
    pointer: never,
    definition: never,
  ) => { call: unknown };
  readonly UnsafeCallback: new (
    definition: never,
    call: never,
  ) => {
    readonly pointer: object;
    close(): void;
    ref(): number;
    unref(): number;
  };
}

// ------------------------------------------------------------------- marshals

const MARSHALS: Readonly<Record<Primitive, Marshal>> = {
  void: { native: "void" },
  bool: { native: "bool" },
  ...V8_NUMBERS,
  isize: { ...V8_NUMBERS.i64, native: "isize" },
  usize: { ...V8_NUMBERS.u64, native: "usize" },
  // An address crosses as an integer: as cheap as Deno's pointer objects, and
  // unlike them it can be computed with and compared.
  address: { native: "u64" },
  // The one exception: only Deno's own reading of texts is fast for long ones,
  // and to make the object of an integer takes 40 ns.
  text: { native: "pointer" },
  buffer: { native: "buffer" },
};

function signature(params: readonly Primitive[], result: Primitive): object {
  return {
    __proto__: null,
    parameters: params.map((param) => MARSHALS[param].native),
    result: MARSHALS[result].native,
  };
}

/** The signature of a call on another thread; Deno keeps the memory of its buffers until it ends. */
function holding(
  params: readonly Primitive[],
  result: Primitive,
  holds: number,
): object {
  const buffers = new Array<Primitive>(holds).fill("buffer");
  return Object.assign(signature([...params, ...buffers], result), {
    nonblocking: true,
  });
}

// -------------------------------------------------------------------- library

class DenoLibrary implements NativeLibrary {
  readonly #deno: DenoRuntime;
  readonly #path: string;
  // Deno may close a library that nothing refers to; a call after that is the
  // end of the process.
  readonly #open: object[] = [];
  #memory: DenoMemory | undefined;
  readonly #keep: (path: string) => void;
  readonly #support: () => LazySupport;
  #isKept = false;

  /** @param keep Keeps what is loaded from a path loaded until the process ends. */
  constructor(
    deno: DenoRuntime,
    path: string,
    keep: (path: string) => void,
    support: () => LazySupport,
  ) {
    this.#deno = deno;
    this.#path = path;
    this.#keep = keep;
    this.#support = support;
    this.#open.push(deno.dlopen(path, {}));
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
    holds = 0,
  ): RawFunction {
    // At an uncaught error Deno unloads what it has loaded, and then waits for
    // the threads that are still in there: the end of the process.
    if (!this.#isKept) this.#keep(this.#path);
    this.#isKept = true;
    return this.#declare(symbol, holding(params, result, holds));
  }

  bindApart(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction | undefined {
    const threads = this.#support().threads();
    return threads?.bind(this.address(symbol), params, result);
  }

  address(symbol: string): Address {
    this.#memory ??= denoMemory(this.#deno, this.#path);
    return this.#memory.addressOfPointer(
      this.#declare(symbol, { type: "pointer" }),
    );
  }

  // Opening the path again gives the image that is already loaded, and binds
  // one symbol more.
  // deno-lint-ignore no-explicit-any -- a function or a pointer, as the definition says
  #declare(symbol: string, definition: object): any {
    const library = this.#deno.dlopen(this.#path, {
      symbol: { __proto__: null, name: symbol, ...definition },
    });
    this.#open.push(library);
    return library.symbols.symbol;
  }
}

/** Libraries that have all that was searched; closed, their initialisers would run again. */
const searched: object[] = [];

function missingIn(
  deno: DenoRuntime,
  path: string,
  symbols: readonly string[],
): string[] {
  // An optional one is null where there is none.
  const library = deno.dlopen(
    path,
    Object.fromEntries(symbols.map((name, index) => [
      `s${index}`,
      { __proto__: null, name, type: "pointer", optional: true },
    ])),
  );
  const found = library.symbols as Record<string, unknown>;
  const missing = symbols.filter((_, index) => found[`s${index}`] === null);
  if (missing.length === 0) searched.push(library);
  else library.close();
  return missing;
}

/** Undefined where it may not be called: nobody is asked for it. */
function loaderOf(
  deno: DenoRuntime,
  texts: Pick<Adapter, "addressOf" | "cstring">,
  load: (path: string) => NativeLibrary,
): SystemLoader | undefined {
  return findLoader((holder) => {
    if (!permits(deno, holder)) throw new Error(`no permission for ${holder}`);
    const library = load(holder);
    return (...what) => library.bind(...what);
  }, texts);
}

function permits(deno: DenoRuntime, path: string): boolean {
  return deno.permissions.querySync({ name: "ffi", path }).state === "granted";
}

// ------------------------------------------------------------------- function

class DenoFunction implements FunctionSource {
  readonly #deno: DenoRuntime;
  readonly #address: Address;
  readonly #pointer: object;
  readonly #support: LazySupport;

  constructor(deno: DenoRuntime, address: Address, support: LazySupport) {
    this.#deno = deno;
    this.#address = address;
    this.#support = support;
    this.#pointer = deno.UnsafePointer.create(BigInt(address))!;
  }

  bind(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const support = this.#support.get();
    return support?.bind(this.#address, params, result, false) ??
      this.#declare(signature(params, result));
  }

  bindAsync(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    holds = 0,
  ): RawFunction {
    return this.#declare(holding(params, result, holds));
  }

  bindApart(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction | undefined {
    return this.#support.threads()?.bind(this.#address, params, result);
  }

  // 900 ns a call, against 5 for a symbol: Deno compiles nothing for these. The
  // support library is bound by its symbols and calls them in 10.
  #declare(definition: object): RawFunction {
    const made = new this.#deno.UnsafeFnPointer(
      this.#pointer as never,
      definition as never,
    ) as { call: RawFunction };
    return (...args) => made.call(...args);
  }
}

// ------------------------------------------------------------------- callback

function denoCallback(
  deno: DenoRuntime,
  params: readonly Primitive[],
  result: Primitive,
  call: RawFunction,
): NativeCallback {
  // Every one can be called from every thread.
  const made = new deno.UnsafeCallback(
    signature(params, result) as never,
    call as never,
  );
  return {
    address: deno.UnsafePointer.value(made.pointer),
    close: () => made.close(),
  };
}

// -------------------------------------------------------------------- adapter

/**
 * Makes the adapter.
 *
 * @param deno The global `Deno`.
 * @returns The adapter for it.
 */
export function denoAdapter(deno: DenoRuntime): Adapter {
  const { UnsafePointer, UnsafePointerView } = deno;
  const pointer = (address: Address): object =>
    UnsafePointer.create(BigInt(address))!;
  let first: string | undefined;
  let reader: DenoMemory | undefined;
  // No address can be known before a library is open.
  const memory = (): DenoMemory => reader ??= denoMemory(deno, first!);
  const addressOf = (view: ArrayBufferView): Address =>
    memory().addressOf(view);
  const cstring = (address: Address): string => memory().cstring(address);
  const load = (path: string): NativeLibrary => {
    const library = new DenoLibrary(deno, path, keep, () => support);
    first ??= path;
    return library;
  };
  let loader: SystemLoader | null | undefined;
  const view = (address: Address, length: number): ArrayBuffer =>
    UnsafePointerView.getArrayBuffer(pointer(address), length);
  const support = new LazySupport(() =>
    denoHost(deno, { load, memory: view, addressOf, cstring })
  );
  const systemLoader = (): SystemLoader | undefined => {
    if (loader === undefined) {
      loader = loaderOf(deno, { addressOf, cstring }, load) ?? null;
    }
    return loader ?? undefined;
  };
  const keep = (path: string): void => {
    systemLoader()?.find(path, RTLD_NOW);
  };
  return {
    name: "Deno",
    version: deno.version.deno,
    isWorker: "DedicatedWorkerGlobalScope" in globalThis,
    null: 0n,
    marshals: MARSHALS,
    bindsNow: false,
    load,
    missing: (path, symbols) => missingIn(deno, path, symbols),
    systemLoader,
    ownSymbols: /^(?:uv|napi|node_api)_/,
    functionAt: (address) => new DenoFunction(deno, address, support),
    callback(params, result, call, anyThread) {
      const make = () => denoCallback(deno, params, result, call);
      return support.callback(make, call, params, result, anyThread, true);
    },
    uninlined,
    noteForeignCall,
    stuck: () => support.stuck,
    threads: () => support.threads(),
    support: (what) => support.must(what),
    supportIfThere: () => support.get(),
    withoutThreads: () => undefined,
    otherThreads: "any",
    holdsBuffers: true,
    toAddress: (address) => BigInt.asUintN(64, BigInt(address)),
    addressOf,
    memory: view,
    copy: (from, to) => memory().copy(from, to),
    store: (to, from) => memory().store(to, from),
    cstring,
    textReader: () => memory().textReader(),
    lacksFor: (path) => permits(deno, path) ? undefined : `--allow-ffi=${path}`,
    reason: (error) =>
      error.message.replace(/^(?:Could not open library: )+/, ""),
    denied(error, path) {
      if (error.name !== "NotCapable") return undefined;
      return path === undefined
        ? "--allow-ffi without a path"
        : `--allow-ffi=${path}`;
    },
  };
}
