/**
 * The support library of this thread, from the moment on when it is needed.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { findSupport, withoutSupport } from "./find.ts";
import type { SupportHost } from "./host.ts";
import type { Address, Primitive } from "./primitive.ts";
import { Support } from "./support.ts";
import { Threads } from "./threads.ts";

/** How many of those there may be: they stay for ever. */
const MOST_UNASKED = 32;

/** A function of JavaScript that native code can call. */
interface ThreadCallback {
  readonly address: Address;
  close(): void;
  readonly isBehindC?: boolean;
}

/** The library, looked for when it is first asked for. */
export class LazySupport {
  readonly #host: () => SupportHost;
  #threads: Threads | undefined;
  /** Functions of C that stand before functions of which nobody says that threads call them. */
  #unasked = 0;
  #found: Support | string | undefined;
  /** Whether this thread is one, once the library was looked for. */
  #isWorker = false;

  /** @param host Makes what the library needs of the runtime. */
  constructor(host: () => SupportHost) {
    this.#host = host;
  }

  /** The library, or undefined. */
  get(): Support | undefined {
    const found = this.#found ??= this.#find();
    return typeof found === "string" ? undefined : found;
  }

  /** Its threads, or undefined where there is no library. */
  threads(): Threads | undefined {
    const support = this.get();
    if (support === undefined) return undefined;
    return this.#threads ??= new Threads(support);
  }

  /**
   * Puts a function of C before a callback where that is needed: any thread may
   * call that one, also when this thread has ended.
   *
   * @param made What this thread may call.
   * @param anyThread Whether other threads are to call it. Nobody knows of a
   * function that is given as it is, and a call of it would end the process.
   * @param isEnough Whether they can call `made`, too.
   * @returns The same where it is not needed, or there is no library.
   * @throws {PluginError} `unsupported` where one of a Worker could be called
   * after the Worker's end: what the runtime has made is gone then.
   */
  forThreads(
    made: ThreadCallback,
    params: readonly Primitive[],
    result: Primitive,
    anyThread: boolean,
    isEnough = false,
  ): ThreadCallback {
    this.get();
    const isWorker = this.#isWorker;
    if (!anyThread && !isWorker) {
      // The others are for those that threads are known to call.
      if (isEnough || this.#unasked >= MOST_UNASKED) return made;
    }
    const threads = this.threads();
    if (threads === undefined) {
      if (!isWorker) return made;
      made.close();
      throw this.error(
        "Cannot make a callback in a Worker, which may end first",
      );
    }
    const outer = threads.callback(made.address, params, result);
    if (typeof outer === "string") {
      if ((isEnough || !anyThread) && !isWorker) return made;
      made.close();
      throw new PluginError(
        "unsupported",
        `Cannot make a callback ${
          anyThread ? "for any thread" : "in a Worker, which may end first"
        }: ${outer}`,
      );
    }
    if (!anyThread) this.#unasked++;
    return {
      address: outer.address,
      isBehindC: true,
      close() {
        outer.close();
        made.close();
      },
    };
  }

  /** Where it is counted that threads have given up waiting for this one; undefined where none could. */
  get stuck(): Uint32Array | undefined {
    return this.#threads?.stuck;
  }

  /** The error where calls on its threads are not to be had. */
  refuseAsyncOptions(): PluginError | undefined {
    return this.threads() === undefined
      ? this.error("Cannot take options of a call on another thread")
      : undefined;
  }

  /** The error of what cannot be done without it. */
  error(what: string): PluginError {
    return withoutSupport(what, this.#found as string);
  }

  #find(): Support | string {
    const host = this.#host();
    this.#isWorker = host.isWorker;
    const { library, reason } = findSupport(host);
    return library === undefined ? reason : new Support(host, library);
  }
}
