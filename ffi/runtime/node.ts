/**
 * The adapter for Node.
 *
 * @module
 */

import { isTooOld, OLDEST_NODE } from "../system/node_version.ts";
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
import { PluginError } from "../error.ts";
import { findLoader } from "./dlopen.ts";
import { type EndingProcess, installExitGuard } from "./node_end.ts";
import { LazySupport } from "../support/lazy_support.ts";
import { nodeHost } from "./node_host.ts";
import { stackReserve } from "./node_stack.ts";
import { isMainThread } from "../system/node_system.ts";
import { V8_NUMBERS } from "./v8_numbers.ts";
import { CallWorker } from "./worker.ts";

// ---------------------------------------------------------------- the runtime

/** The members of `node:ffi` that are used here. */
export interface NodeFfi {
  /** `null` is the program itself. */
  readonly DynamicLibrary: new (path: string | null) => NodeLibraryHandle;
  getRawPointer(view: ArrayBufferView): bigint;
  toArrayBuffer(address: bigint, length: number, copy: boolean): ArrayBuffer;
  exportArrayBufferView(
    from: ArrayBufferView,
    to: bigint,
    length: number,
  ): void;
  toString(address: bigint): string;
}

interface NodeLibraryHandle {
  close(): void;
  getFunction(symbol: string, signature: NodeSignature): RawFunction;
  getSymbol(symbol: string): bigint;
  registerCallback(signature: NodeSignature, call: RawFunction): bigint;
  unregisterCallback(address: bigint): void;
}

interface NodeSignature {
  readonly arguments: string[];
  readonly return: string;
}

interface NodeError {
  readonly code?: string;
  /** What is missing, where that is a permission. */
  readonly permission?: string;
}

/** The members of `process` that are used here. */
export interface NodeProcess extends EndingProcess {
  getBuiltinModule(name: string): unknown;
  readonly versions: { readonly node: string; readonly deno?: string };
  emitWarning(...args: unknown[]): void;
}

/**
 * Loads `node:ffi`.
 *
 * Node tells every program that loads it that it is an experiment. Those who
 * use plugins have read that in our documentation; this one warning is kept
 * back, and every other goes where it went before.
 *
 * @param process Node's `process`.
 * @returns The module.
 * @throws {PluginError} `unsupported`: which Node is needed, and which this is.
 */
export function nodeFfi(process: NodeProcess): NodeFfi {
  const version = process.versions.node;
  const refused = (wanted: string): PluginError =>
    new PluginError(
      "unsupported",
      `Cannot load plugins on Node ${version}: ${wanted}`,
    );
  if (isTooOld(version)) {
    throw refused(`wanted Node ${OLDEST_NODE} or newer, Deno, or Bun`);
  }
  const { emitWarning } = process;
  process.emitWarning = (...args) => {
    if (args[1] !== "ExperimentalWarning") emitWarning.apply(process, args);
  };
  try {
    const ffi = process.getBuiltinModule("node:ffi");
    if (ffi !== undefined) {
      installExitGuard(process);
      return ffi as NodeFfi;
    }
  } finally {
    process.emitWarning = emitWarning;
  }
  throw refused(
    "it has no node:ffi, run it without --no-experimental-ffi, or take a build that has it",
  );
}

// ------------------------------------------------------------------- marshals

const MARSHALS: Readonly<Record<Primitive, Marshal>> = {
  void: { native: "void" },
  // Node's is a byte.
  bool: {
    native: "bool",
    toNative: (x) => `(${x} ? 1 : 0)`,
    fromNative: (x) => `(${x} !== 0)`,
  },
  ...V8_NUMBERS,
  isize: V8_NUMBERS.i64,
  usize: V8_NUMBERS.u64,
  address: { native: "pointer" },
  text: { native: "pointer" },
  buffer: { native: "buffer" },
};

function signature(
  params: readonly Primitive[],
  result: Primitive,
): NodeSignature {
  return {
    arguments: params.map((param) => MARSHALS[param].native),
    return: MARSHALS[result].native,
  };
}

const worker = new CallWorker(`
const { DynamicLibrary } = process.getBuiltinModule("node:ffi");
function bind({ path, symbol, signature }) {
  return new DynamicLibrary(path).getFunction(symbol, signature);
}`);

// -------------------------------------------------------------------- library

/**
 * Whether the engine compiles calls of a function: those of doubles alone, and
 * some without parameters. All others go through JavaScript of node:ffi, which
 * all functions of as many parameters share, and take ten times as long.
 */
function isCompiled(params: readonly Primitive[], result: Primitive): boolean {
  return params.every((param) => param === "f64") &&
    (result === "f64" || result === "void");
}

class NodeLibrary implements NativeLibrary {
  readonly #ffi: NodeFfi;
  readonly #path: string | null;
  readonly #support: LazySupport | undefined;
  // Node closes a library that nothing refers to.
  readonly #open: NodeLibraryHandle[] = [];

  /** @param support What calls functions that the engine does not. */
  constructor(ffi: NodeFfi, path: string | null, support?: LazySupport) {
    this.#ffi = ffi;
    this.#path = path;
    this.#support = support;
    this.#open.push(new ffi.DynamicLibrary(path));
  }

  // Each handle gives a symbol one signature only, so each symbol has a handle
  // of its own: all of the image that is already loaded.
  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const support = isCompiled(params, result)
      ? undefined
      : this.#support?.get();
    const call = support?.bind(this.address(symbol), params, result, true);
    if (call !== undefined) return call;
    const library = new this.#ffi.DynamicLibrary(this.#path);
    this.#open.push(library);
    return library.getFunction(symbol, signature(params, result));
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const address = this.address(symbol); // throws here when there is none, and not in the worker
    const call = this.#support?.threads()?.bind(address, params, result);
    if (call !== undefined) return call;
    return worker.bind({
      path: this.#path,
      symbol,
      signature: signature(params, result),
    });
  }

  address(symbol: string): Address {
    return this.#open[0]!.getSymbol(symbol);
  }
}

/** Libraries that have all that was searched; closed, their initialisers would run again. */
const searched: NodeLibraryHandle[] = [];

function missingIn(
  library: NodeLibraryHandle,
  symbols: readonly string[],
): string[] {
  const missing = symbols.filter((symbol) => {
    try {
      library.getSymbol(symbol);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) searched.push(library);
  else library.close();
  return missing;
}

// ------------------------------------------------------------------- function

// Node calls by name only, the support library calls addresses.
class NodeFunction implements FunctionSource {
  readonly #support: LazySupport;
  readonly #address: Address;

  constructor(support: LazySupport, address: Address) {
    this.#support = support;
    this.#address = address;
  }

  // Without the library, it is the call that is refused: such a function can
  // still be handed back to the plugin.
  bind(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const call = this.#support.get()?.bind(
      this.#address,
      params,
      result,
      false,
    );
    return call ?? this.#refused();
  }

  bindAsync(
    _symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const threads = this.#support.threads();
    return threads?.bind(this.#address, params, result) ?? this.#refused();
  }

  #refused(): RawFunction {
    return () => {
      throw this.#support.error("Cannot call a function pointer on Node");
    };
  }
}

// ------------------------------------------------------------------- callback

function nodeCallback(
  program: NodeLibraryHandle,
  params: readonly Primitive[],
  result: Primitive,
  call: RawFunction,
): NativeCallback {
  const address = program.registerCallback(signature(params, result), call);
  return { address, close: () => program.unregisterCallback(address) };
}

// -------------------------------------------------------------------- adapter

/**
 * Makes the adapter.
 *
 * @param ffi The module `node:ffi`.
 * @param version The version of Node.
 * @returns The adapter for it.
 */
export function nodeAdapter(ffi: NodeFfi, version: string): Adapter {
  let program: NodeLibraryHandle | undefined;
  const support = new LazySupport(() =>
    nodeHost(ffi, (path) => new NodeLibrary(ffi, path))
  );
  const addressOf = (view: ArrayBufferView): Address => ffi.getRawPointer(view);
  const cstring = (address: Address): string => ffi.toString(address as bigint);
  let loader: SystemLoader | undefined;
  return {
    name: "Node",
    version,
    isWorker: !isMainThread(),
    null: 0n,
    marshals: MARSHALS,
    bindsNow: false,
    load: (path) => new NodeLibrary(ffi, path, support),
    missing: (path, symbols) =>
      missingIn(new ffi.DynamicLibrary(path), symbols),
    functionAt: (address) => new NodeFunction(support, address),
    program: () => new NodeLibrary(ffi, null, support),
    systemLoader: () =>
      loader ??= findLoader((holder) => {
        const library = new NodeLibrary(ffi, holder, support);
        return (...what) => library.bind(...what);
      }, { addressOf, cstring }),
    callback(params, result, call, anyThread) {
      const make = () => {
        program ??= new ffi.DynamicLibrary(null);
        return nodeCallback(program, params, result, call);
      };
      return support.callback(make, call, params, result, anyThread);
    },
    stuck: () => support.stuck,
    threads: () => support.threads(),
    support: (what) => support.must(what),
    supportIfThere: () => support.get(),
    withoutThreads: (what) => support.withoutThreads(what),
    get otherThreads() {
      return support.threads() === undefined ? "none" : "made";
    },
    holdsBuffers: false,
    reserveStack: stackReserve(),
    toAddress: (address) => BigInt.asUintN(64, BigInt(address)),
    addressOf,
    memory: (address, length) =>
      ffi.toArrayBuffer(address as bigint, length, false),
    copy: (from, to) =>
      to.set(
        new Uint8Array(ffi.toArrayBuffer(from as bigint, to.length, false)),
      ),
    store: (to, from) =>
      ffi.exportArrayBufferView(from, to as bigint, from.length),
    cstring,
    // The support library has read those of its calls.
    textReader: () => (text) =>
      typeof text === "bigint"
        ? text === 0n ? null : ffi.toString(text)
        : text as string | null,
    reason: (error) => error.message.replace(/^dlopen failed: /, ""),
    denied(error) {
      return flagFor(error as NodeError);
    },
  };
}

/** What gives the permission that an error says is missing. */
function flagFor({ code, permission }: NodeError): string | undefined {
  if (code !== "ERR_ACCESS_DENIED") return undefined;
  if (permission === "Net") return "--allow-net";
  return permission === "WorkerThreads" ? "--allow-worker" : "--allow-ffi";
}
