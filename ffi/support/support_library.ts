/**
 * The support library: native code of ours, where no runtime has what is
 * needed.
 *
 * @module
 */

import type { Addon, HostLibrary, SupportHost } from "./host.ts";
import {
  CALL_SIZE,
  type Convention,
  place,
  STACK,
  viewsOf,
} from "./call_layout.ts";
import type { Address, Primitive, RawFunction } from "./primitive.ts";

/** The bit that says that arguments on the stack are packed. */
const PACKED = 256;

/** The library as one thread of JavaScript sees it. */
export class Support {
  /** The runtime. */
  readonly host: SupportHost;
  /** The library. */
  readonly library: HostLibrary;
  /** How arguments are placed on this machine. */
  readonly convention: Convention;
  /** Its file. */
  readonly path: string;
  /** Its own functions, by their symbols. */
  readonly #bound = new Map<string, RawFunction>();
  /** What makes calls of one signature; code is generated once for each. */
  readonly #makers = new Map<string, ((target: Address) => RawFunction)>();

  /**
   * @param host The runtime.
   * @param library The library.
   * @param path Its file.
   */
  constructor(host: SupportHost, library: HostLibrary, path: string) {
    this.host = host;
    this.path = path;
    this.library = library;
    const traits = library.bind("plugin_support_traits", [], "u32")();
    this.convention = {
      integers: traits % PACKED,
      isPacked: traits >= PACKED,
    };
  }

  /** The library as an addon of Node-API, where there can be one. */
  addon(): Addon | undefined {
    return this.host.addon(this.path);
  }

  /**
   * Binds a function of the library's own once, for who needs it again and again.
   *
   * @param symbol It has one signature.
   */
  once(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    let bound = this.#bound.get(symbol);
    if (bound === undefined) {
      bound = this.library.bind(symbol, params, result);
      this.#bound.set(symbol, bound);
    }
    return bound;
  }

  /** Binds a function of the library's own. */
  own(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const { host, library } = this;
    const call = host.isSlow
      ? this.bind(library.address(symbol), params, result, true)
      : undefined;
    return call ?? library.bind(symbol, params, result);
  }

  /**
   * Binds the function at an address.
   *
   * @param isHot Whether it is one of a library's functions, which are not many: each gets code of its own.
   * @returns Undefined where its arguments are too many.
   */
  bind(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
    isHot: boolean,
  ): RawFunction | undefined {
    if (isHot) return this.#maker(params, result, true)?.(target);
    const key = `${params} ${result}`;
    let maker = this.#makers.get(key);
    if (maker === undefined) {
      maker = this.#maker(params, result, false);
      if (maker === undefined) return undefined;
      this.#makers.set(key, maker);
    }
    return maker(target);
  }

  // The library reads target and arguments before it calls, so calls within
  // calls of the same function may use the same memory.
  #maker(
    params: readonly Primitive[],
    result: Primitive,
    isHot: boolean,
  ): ((target: Address) => RawFunction) | undefined {
    const { host, library } = this;
    const placed = place(params, result, this.convention, host);
    if (placed === undefined) return undefined;
    const textOf = result === "text" ? host.readTexts?.(library) : undefined;
    const buffer = new ArrayBuffer(CALL_SIZE);
    return host.generate(
      {
        ...host.scope,
        ...viewsOf(buffer),
        bytes: new DataView(buffer),
        copied: new Uint8Array(buffer, STACK),
        textOf,
        run: library.bind(placed.symbol, ["f64"], "void"),
        call: Number(host.addressOf(new Uint8Array(buffer))),
      },
      `return (target) => {
  target = BigInt(target);
  ${isHot ? "u64[0] = target;" : ""}
  return function (${params.map((_, index) => `a${index}`).join(", ")}) {
    ${isHot ? "" : "u64[0] = target;"}
    ${placed.stores}
    run(call);
    return ${
        textOf === undefined ? placed.result : "textOf(call, copied, u64)"
      };
  };
};`,
    );
  }
}
