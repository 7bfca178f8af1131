/**
 * The support library of this thread, from the moment on when it is needed.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { findSupport, withoutSupport } from "./find.ts";
import type { SupportHost } from "./host.ts";
import type { Primitive, RawFunction } from "./primitive.ts";
import { Support } from "./support_library.ts";
import {
  makeThreads,
  type ThreadCallback,
  type Threads,
} from "./call_threads.ts";

/** How many of those there may be: they stay for ever. */
const MOST_UNASKED = 32;

/** The library, looked for when it is first asked for. */
export class LazySupport {
  readonly #host: () => SupportHost;
  #threads: Threads | undefined;
  /** Functions of C that stand before functions of which nobody says that threads call them. */
  #unasked = 0;
  #found: Support | string | undefined;
  /** Why its threads cannot be heard though the library is there. */
  #unheard: string | undefined;
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

  /**
   * The library.
   *
   * @param what What it is for.
   * @throws {PluginError} `unsupported` where there is none.
   */
  must(what: string): Support {
    const support = this.get();
    if (support !== undefined) return support;
    throw this.error(what);
  }

  /** Its threads, or undefined where there is no library, or the runtime may not wait for them. */
  threads(): Threads | undefined {
    const support = this.get();
    if (support === undefined || this.#unheard !== undefined) return undefined;
    try {
      return this.#threads ??= makeThreads(support);
    } catch (error) {
      this.#unheard = whyUnheard(error);
      return undefined;
    }
  }

  /**
   * Makes a callback that is called through Node-API, where there is that; else
   * puts a function of C before one of the runtime's where that is needed: any
   * thread may call that one, also when this thread has ended.
   *
   * @param make Makes the runtime's own, which this thread may call.
   * @param call What it calls.
   * @param anyThread Whether other threads are to call it. Nobody knows of a
   * function that is given as it is, and a call of it would end the process.
   * @param isEnough Whether they can call the runtime's own, too: then one that
   * this thread sleeps for waits for ever.
   * @returns The same where it is not needed, or there is no library.
   * @throws {PluginError} `unsupported` where one of a Worker could be called
   * after the Worker's end: what the runtime has made is gone then.
   */
  callback(
    make: () => ThreadCallback,
    call: RawFunction,
    params: readonly Primitive[],
    result: Primitive,
    anyThread: boolean,
    isEnough = false,
  ): ThreadCallback {
    this.get();
    const isWorker = this.#isWorker;
    // The others are for those that threads are known to call.
    const isUnasked = !anyThread && !isWorker;
    if (isUnasked && this.#unasked >= MOST_UNASKED) return make();
    const threads = this.threads();
    const answered = threads?.answered(call, params, result);
    if (answered !== undefined) {
      if (!isUnasked) return answered;
      this.#unasked++;
      return {
        ...answered,
        close: () => {
          this.#unasked--;
          answered.close();
        },
      };
    }
    const made = make();
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
      ...outer,
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

  /** The error where its threads are not to be had. */
  withoutThreads(what: string): PluginError | undefined {
    return this.threads() === undefined ? this.error(what) : undefined;
  }

  /** The error of what cannot be done without it. */
  error(what: string): PluginError {
    return withoutSupport(what, this.#unheard ?? this.#found as string);
  }

  #find(): Support | string {
    const host = this.#host();
    this.#isWorker = host.isWorker;
    const found = findSupport(host);
    return found.library === undefined
      ? found.reason
      : new Support(host, found.library, found.path);
  }
}

/** Why threads cannot be heard: Node counts the pipe by which they wake this one as a network. */
function whyUnheard(error: unknown): string {
  if ((error as { code?: unknown }).code !== "ERR_ACCESS_DENIED") throw error;
  return "Node may not wait for its threads, run with --allow-net or --allow-addons";
}
