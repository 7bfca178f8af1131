/**
 * What the support library needs of the runtime that it is loaded in.
 *
 * @module
 */

import type { Address, Primitive, RawFunction } from "./primitive.ts";

/** The support library, as the runtime loads it. */
export interface HostLibrary {
  /** Binds one of its functions. */
  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction;
  /** The address of one of its functions. */
  address(symbol: string): Address;
}

/** What reaches this thread from others, and keeps the program waiting for them. */
export interface Bell {
  /** What any thread may call; null where a descriptor is watched instead. */
  readonly address: Address | null;
  /** Whether whoever rings waits until this thread has heard. */
  readonly isSlow: boolean;
  /** Watches a descriptor. */
  watch(descriptor: number): void;
  /** From now on something is under way: the program does not end. */
  hold(): void;
  /** From now on nothing is. */
  release(): void;
}

/** The support library as an addon of Node-API. */
export interface Addon {
  /**
   * Reaches this thread through Node-API from now on.
   *
   * @param owner This thread, as the library knows it.
   * @param wake Called when something is there for JavaScript.
   * @returns The same function, with what belongs to it; undefined where it cannot be.
   */
  attach(owner: number, wake: () => void): Attached | undefined;
}

/** What Node-API does for one thread; `native/addon.c` says what each does. */
export interface Attached {
  answer(callback: number, call: () => void): void;
  hold(): void;
  release(): void;
}

/**
 * Reads the text that a call gave.
 *
 * @param call Where the call's memory lies.
 * @param copied The part of it that a text may be copied to.
 * @param words All of it.
 */
export type TextOfCall = (
  call: number,
  copied: Uint8Array,
  words: BigUint64Array,
) => string | null;

/** One runtime. */
export interface SupportHost {
  /** Whether this thread can end before the process does. */
  readonly isWorker: boolean;
  /** The operating system, as `process.platform` spells it. */
  readonly os: string;
  /** The architecture, as `process.arch` spells it. */
  readonly arch: string;
  /** A variable of the environment; undefined where it is not set, or nobody may ask. */
  env(name: string): string | undefined;
  /** Whether there may be a library that may be loaded. */
  isThere(path: string): boolean;
  /** The flag that permits a library which is there and may not be loaded. */
  denied?(path: string): string | undefined;
  /** The flag that permits to ask where the user's cache is; undefined where that is permitted. */
  flagForCache?(): string | undefined;
  /** The flags that permit to look whether there are files; undefined where that is permitted. */
  flagForReading?(paths: readonly string[]): string | undefined;
  /** Loads a library; throws whatever the runtime throws. */
  load(path: string): HostLibrary;
  /** Loads the library as an addon of Node-API as well; undefined where that may not be, or takes too long. */
  addon(path: string): Addon | undefined;
  /** Whether the runtime calls back faster than Node-API does. */
  readonly callsBackFaster: boolean;
  /** Makes what reads the texts that calls gave, where that is faster than to make an address first. */
  readTexts?(library: HostLibrary): TextOfCall;
  /** Whether calls through memory are faster than those of the runtime. */
  readonly isSlow: boolean;
  /** The null address. */
  readonly null: Address | null;
  /** The bytes at an address, live. */
  memory(address: Address, length: number): ArrayBuffer;
  /** Address of the first byte of a view. */
  addressOf(view: ArrayBufferView): Address;
  /** The text at an address. */
  cstring(address: Address): string;
  /** Runs generated code, once. */
  generate(scope: Readonly<Record<string, unknown>>, code: string): RawFunction;
  /** The expression of what the runtime's own call would give for a boolean, a bigint that is an address, or one that is a text's. */
  readonly results: Readonly<
    Record<"bool" | "address" | "text", (x: string) => string>
  >;
  /** What {@linkcode results} find by name. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Makes what wakes this thread. */
  bell(wake: () => void): Bell;
}
