/**
 * What a runtime must be able to do, and nothing else: load a library, bind a
 * symbol at a primitive signature, find an address, look at memory.
 *
 * Everything above it is one code base. Each runtime implements this in a file
 * of its own, in the same order; `runtime.ts` has that of the runtime at hand.
 *
 * @module
 */

import type { Address, Primitive, RawFunction } from "../support/primitive.ts";
import type { Support } from "../support/support_library.ts";
import type { Threads } from "../support/call_threads.ts";

export type { Address, Primitive, RawFunction };

/**
 * How one primitive crosses: two expressions of JavaScript, each around an
 * expression that was already checked.
 */
export interface Marshal {
  /** The runtime's own name of the type. */
  readonly native: string;
  /** What to pass for the checked value `x`. A 64-bit `x` is a bigint or a safe integer. */
  readonly toNative?: (x: string) => string;
  /** Whether the bigint `x` is one of a 64-bit type's, where the runtime has a cheaper test than comparing it with both ends. */
  readonly fits?: (x: string) => string;
  /** The value that the runtime's result `x` stands for. 64 bits: a bigint; `isize`, `usize`: or a safe integer. */
  readonly fromNative?: (x: string) => string;
}

/** A function of this process that another one can call. */
export interface DistantCallback {
  /** What is called in the process that there is now. */
  address(): Address;
  /**
   * Lets go of it: a call gives zero from then on.
   *
   * @returns False while threads of the other process may still be in it: to be tried again.
   */
  close(): boolean;
}

/** The memory of another process. */
export interface Space {
  /** The address that a word of its memory is. */
  toAddress(word: bigint): Address;
  /**
   * The word that an address is there.
   *
   * @throws {PluginError} When it is another's.
   */
  toWord(address: Address): bigint;
  /** Copies as many bytes as `to` has, at least 1, from an address into it. */
  copy(from: Address, to: Uint8Array): void;
  /** Copies the bytes of `from`, at least 1, to an address. */
  store(to: Address, from: Uint8Array): void;
  /** The NUL-terminated UTF-8 text at an address. */
  cstring(address: Address): string;
  /** The function at an address. */
  functionAt(address: Address): FunctionSource;
  /** Memory that both processes see at one address; free it with its size. */
  allocate(size: number): bigint;
  /** Gives it back. */
  free(address: bigint, size: number): void;
  /** New memory that both see, all zeros: given as it is, and not as a copy. */
  share(size: number): ArrayBuffer;
  /** Ends the process. */
  close(): void;
  /**
   * Lets the plugin call a function of this process.
   *
   * @param target What is called here: addresses are words, of 64 bits.
   * @param isForAny Whether other threads may call it than this one.
   * @throws {PluginError} `unsupported` when there are too many, or it has too many parameters.
   */
  callback(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
    isForAny: boolean,
  ): DistantCallback;
  /** The system calls that it was refused, for a person, each once. */
  refused(): string[];
  /** Called when it is closed, or has ended and none follows. */
  onEnd(call: () => void): void;
  /** Called once, when the process that there is now has ended, whether another follows or not: by what each is for. */
  readonly onProcessEnd: Map<object, () => void>;
  /** Whether memory of JavaScript's is some that both see. */
  isShared(buffer: ArrayBufferLike): boolean;
}

/** Where functions are bound: in a library by their symbols, or at one address. */
export interface FunctionSource {
  /**
   * The memory of the process that it is in, where that is not this one.
   * Functions then take the frame of the call behind their arguments, and a
   * text comes out as it is read.
   */
  readonly space?: Space | undefined;
  /**
   * Binds one function.
   *
   * @param symbol The function's symbol; at an address, only a name.
   * @param name What errors call it; as its symbol when left out.
   * @returns The runtime's own function.
   * @throws Whatever the runtime throws when there is no such symbol.
   */
  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    name?: string,
  ): RawFunction;
  /**
   * Binds one function to be called on another thread: its result is a promise.
   * Buffers must be given as addresses.
   *
   * @param holds How many buffers come behind the arguments: their memory stays
   * until the call ends; only where the runtime {@linkcode Adapter.holdsBuffers}.
   */
  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    holds?: number,
    name?: string,
  ): RawFunction;
  /**
   * The same on a thread of the support library, where calls on other threads have
   * few of the runtime's own; nothing is held.
   *
   * @returns Undefined where that library is not there.
   */
  bindApart?(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction | undefined;
}

/** A library that is loaded, and stays loaded. */
export interface NativeLibrary extends FunctionSource {
  /** The address of a symbol; throws whatever the runtime throws when there is none. */
  address(symbol: string): Address;
  /** The same library in several processes, where calls on other threads are spread over those. */
  readonly spread?: Spread | undefined;
}

/** A library that is loaded in several processes. */
export interface Spread {
  /** Which of them has the least to do, counted from 0, which is the first. */
  choose(): number;
  /** The library in one of them, which is begun for it. */
  at(process: number): NativeLibrary;
}

/** A JavaScript function that native code can call. */
export interface NativeCallback {
  /** What native code calls. */
  readonly address: Address;
  /** Frees it; a call after that is the end of the process, where no function of C stands before it. */
  close(): void;
  /** Whether a function of C stands before it: no other thread is ever in what is freed. */
  readonly isBehindC?: boolean;
}

/** The system's own loader, and what else of C comes with it, for what no runtime's way of loading can be told. */
export interface SystemLoader {
  /** Bytes of a page of memory. */
  readonly pageSize: number;
  /**
   * Loads a library.
   *
   * @param path A path or a bare name; null for the program with all that is global.
   * @param mode Some of the constants of dlopen.ts.
   * @returns The handle of the library.
   * @throws {Error} The loader's own words.
   */
  open(path: string | null, mode: number): Address;
  /** The same, but undefined where it does not load. */
  find(path: string | null, mode: number): Address | undefined;
  /**
   * The address of a symbol of a library that is loaded, or of one that it needs.
   *
   * @throws {Error} The loader's own words.
   */
  address(handle: Address, symbol: string): Address;
  /** The same, but undefined where there is none. */
  findAddress(handle: Address, symbol: string): Address | undefined;
  /** Lets go of a library: it stays loaded where it was loaded once more. */
  close(handle: Address): void;
  /**
   * Lets pages be read, and be written as well or not.
   *
   * @returns Whether that is so now.
   */
  protect(address: Address, size: number, isWritable: boolean): boolean;
  /** C's `malloc`; undefined where there is no memory. */
  allocate(size: number): Address | undefined;
  /** C's `free`. */
  free(address: Address): void;
}

/** One runtime. */
export interface Adapter {
  /** Its name, as a person writes it. */
  readonly name: "Deno" | "Bun" | "Node";
  /** Its version. */
  readonly version: string;

  /** Whether this thread may end before the process does, and its libraries with it. */
  readonly isWorker: boolean;
  /** The null address, as calls take and give it. */
  readonly null: Address | null;
  /** How each primitive crosses. */
  readonly marshals: Readonly<Record<Primitive, Marshal>>;

  /** Whether {@linkcode load} binds all functions that a library needs, and not each when it is first called. */
  readonly bindsNow: boolean;
  /**
   * Loads the library: its initialisers run. Throws whatever the runtime throws.
   *
   * @param path An absolute path, or a bare name that the system's loader searches for.
   */
  load(path: string): NativeLibrary;
  /**
   * Which of the symbols a library has not got: it is loaded to find out, and
   * stays loaded where it has them all.
   * Throws whatever {@linkcode load} throws.
   */
  missing(path: string, symbols: readonly string[]): string[];
  /** The system's own loader; undefined where it may not be called. */
  systemLoader(): SystemLoader | undefined;
  /** What the names of the runtime's own symbols begin with, for where its file may not be read. */
  readonly ownSymbols?: RegExp;

  /** The function at an address. */
  functionAt(address: Address): FunctionSource;
  /** What all of the process sees, where functions are called by their names alone, and those at addresses take the support library. */
  readonly program?: () => NativeLibrary;
  /**
   * Makes a function callable by native code.
   *
   * @param call Never throws; takes and gives what the runtime's own calls do.
   * @param anyThread Whether threads that the runtime does not own call it.
   * @throws Whatever the runtime throws when it is not permitted.
   */
  callback(
    params: readonly Primitive[],
    result: Primitive,
    call: RawFunction,
    anyThread: boolean,
  ): NativeCallback;
  /** Where it is counted that threads have given up waiting for this one. */
  stuck?(): Uint32Array | undefined;
  /** How other threads reach this one; undefined without the support library. */
  threads(): Threads | undefined;
  /**
   * The support library.
   *
   * @param what What it is for: "Cannot isolate a plugin".
   * @throws {PluginError} `unsupported` where there is none.
   */
  support(what: string): Support;
  /** The same; undefined where there is none. */
  supportIfThere(): Support | undefined;
  /**
   * Why the support library's threads are not to be had; undefined where they are, or the runtime needs none.
   *
   * @param what What they are for: "Cannot take options of a call".
   */
  withoutThreads(what: string): Error | undefined;
  /** Which callbacks threads that are not this one can call: any, those that are made for it, of these those without a result, or none. */
  readonly otherThreads: "any" | "made" | "void" | "none";
  /** Whether a call on another thread keeps the memory of the buffers that it is given, wherever they are transferred and whichever thread ends. */
  readonly holdsBuffers: boolean;
  /** Throws `RangeError` where the stack has no room for a call back into JavaScript, where a callback would end the process there. */
  readonly reserveStack?: () => void;
  /** Makes a function with a result callable where it calls back, whatever becomes of the caller's code meanwhile; undefined where each is. */
  readonly uninlined?: (raw: RawFunction, count: number) => RawFunction;
  /** Called when JavaScript has answered what another thread may have called, where the runtime needs to know. */
  readonly noteForeignCall?: () => void;

  /** The runtime's spelling of an address: a safe integer, or a bigint, of which 64 bits count. */
  toAddress(address: number | bigint): Address;
  /** Address of the first byte of a view, which must not be empty; valid while the buffer lives. */
  addressOf(view: ArrayBufferView): Address;
  /** The `length` bytes at an address, live; `length` is at least 1. */
  memory(address: Address, length: number): ArrayBuffer;
  /** Copies as many bytes as `to` has, at least 1, from an address into it. */
  copy(from: Address, to: Uint8Array): void;
  /** Copies the bytes of `from`, at least 1, to an address. */
  store(to: Address, from: Uint8Array): void;
  /** The NUL-terminated UTF-8 text at an address. */
  cstring(address: Address): string;
  /** Makes what reads the texts of one function, which may learn how long they are: takes what crosses as `"text"`. */
  textReader(): (text: unknown) => string | null;

  /** The flag that is missing for a library to be loaded, also in another process; undefined where it may be. */
  lacksFor?(path: string): string | undefined;
  /** The system loader's own words in an error that {@linkcode load} threw. */
  reason(error: Error): string;
  /**
   * The flag that gives the permission which an error of the runtime says is missing.
   *
   * @param path The one library that it is needed for; without one it is needed for all memory.
   * @returns Undefined when the error says something else.
   */
  denied(error: Error, path?: string): string | undefined;
}
