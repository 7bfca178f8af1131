/**
 * Functions and libraries of the process of an isolated plugin, as those of this
 * process are bound.
 *
 * @module
 */

import type {
  Address,
  FunctionSource,
  NativeLibrary,
  Primitive,
  RawFunction,
  Space,
  Spread,
} from "../runtime/adapter.ts";

/** The process that they are in. */
export interface Home extends Space {
  /** Whether an address is of the process that there is now. */
  isNow(address: Address): boolean;
  /**
   * The address of a symbol.
   *
   * @param handle The library's, in the process that there is now.
   * @throws {Error} When there is none.
   */
  symbol(handle: () => bigint, symbol: string): bigint;
  /**
   * Binds a function.
   *
   * @param name What errors call it.
   * @param find Where it is, asked once for each process.
   */
  bind(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction;
  /** The same for calls on other threads. */
  bindAsync(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction;
}

/** A function at an address. */
export class DistantFunction implements FunctionSource {
  readonly space: Home;
  readonly #find: () => bigint;

  /** @param word Where it is there. */
  constructor(space: Home, word: bigint) {
    this.space = space;
    this.#find = () => word;
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.space.bind(symbol, this.#find, params, result);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.space.bindAsync(symbol, this.#find, params, result);
  }
}

/** A library that is loaded there. */
export class DistantLibrary implements NativeLibrary {
  readonly space: Home;
  readonly spread: Spread | undefined;
  readonly #handle: () => bigint;
  /** What was found in the process that there is now, or was in another. */
  readonly #addresses = new Map<string, Address>();

  /**
   * @param handle What it is called in the process that there is now.
   * @param spread The same library in several processes.
   */
  constructor(
    space: Home,
    handle: () => bigint,
    spread: Spread | undefined,
  ) {
    this.space = space;
    this.#handle = handle;
    this.spread = spread;
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    name = symbol,
  ): RawFunction {
    return this.space.bind(name, this.#finding(symbol), params, result);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    _holds?: number,
    name = symbol,
  ): RawFunction {
    return this.space.bindAsync(name, this.#finding(symbol), params, result);
  }

  /** Finds it in each process; throws here when there is none, and not in the call. */
  #finding(symbol: string): () => bigint {
    const find = () => this.space.toWord(this.address(symbol));
    find();
    return find;
  }

  address(symbol: string): Address {
    const known = this.#addresses.get(symbol);
    if (known !== undefined && this.space.isNow(known)) return known;
    const found = this.space.toAddress(
      this.space.symbol(this.#handle, symbol),
    );
    this.#addresses.set(symbol, found);
    return found;
  }
}
