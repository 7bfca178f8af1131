/**
 * Functions of Go that take a context: options stand in its place, behind the
 * other arguments.
 *
 * @module
 */

import { checkSignal } from "../call/check_async_options.ts";
import { nextContext } from "../call/frame.ts";
import { show } from "../check/show.ts";
import { assertOptions } from "../did_you_mean.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { isPlainObject } from "../value/plain_object.ts";

/** What may follow the arguments of a function whose first parameter in Go is a context. */
interface ContextOptions {
  /** Milliseconds after which the context ends. */
  readonly timeout?: number;
  /** Ends the context: in a synchronous call, when a callback of it aborts. */
  readonly signal?: AbortSignal;
  /** As of any call on another thread. */
  readonly inOrder?: object;
}

/** A function, with the one that gives a promise. */
type WithAsync = RawFunction & {
  readonly async: (...args: unknown[]) => Promise<unknown>;
};

/** The number of the last call that can be cancelled; other threads have others. */
let last = Math.floor(Math.random() * 2 ** 31) * 2 ** 21;

/**
 * Takes options behind the arguments.
 *
 * @param call Takes none.
 * @param name For errors.
 * @param count How many arguments come before them.
 * @param cancel Ends the context of a call by its number; the negative one says that
 * the call has ended.
 */
export function withContext(
  call: RawFunction,
  name: string,
  count: number,
  cancel: (number: number) => void,
): RawFunction {
  const begin = (
    args: readonly unknown[],
    isAsync: boolean,
  ): ContextCall | undefined => {
    if (args.length !== count + 1) return undefined; // which says how many are wanted
    const options = optionsOf(name, args[count], isAsync);
    return options && new ContextCall(options, cancel);
  };
  function limited(this: unknown, ...args: unknown[]): unknown {
    const own = begin(args, false);
    if (own === undefined) return call.apply(this, args);
    try {
      return own.run(() => call.apply(this, args.slice(0, count)));
    } catch (error) {
      throw own.reasonOf(error);
    } finally {
      own.end();
    }
  }
  async function limitedLater(
    this: unknown,
    ...args: unknown[]
  ): Promise<unknown> {
    const { async } = call as WithAsync;
    const own = begin(args, true);
    if (own === undefined) return await async.apply(this, args);
    const { inOrder } = own.options;
    const given = args.slice(0, count);
    if (inOrder !== undefined) given.push({ inOrder });
    try {
      return await own.run(() => async.apply(this, given));
    } catch (error) {
      throw own.reasonOf(error);
    } finally {
      own.end();
    }
  }
  Object.defineProperties(limited, {
    name: { value: call.name, configurable: true },
    async: { configurable: true, value: limitedLater },
  });
  return limited;
}

/** A call with options. */
class ContextCall {
  readonly options: ContextOptions;
  readonly #number: number;
  readonly #cancel: (number: number) => void;
  readonly #abort: () => void;
  #isCancelled = false;

  constructor(options: ContextOptions, cancel: (number: number) => void) {
    options.signal?.throwIfAborted();
    this.options = options;
    const number = options.signal === undefined ? 0 : ++last;
    this.#number = number;
    this.#cancel = cancel;
    this.#abort = () => {
      this.#isCancelled = true;
      cancel(number);
    };
    options.signal?.addEventListener("abort", this.#abort);
  }

  /** Makes the call. */
  run<T>(call: () => T): T {
    nextContext.number = this.#number;
    nextContext.timeout = this.options.timeout ?? -1;
    try {
      return call();
    } finally {
      // One that was refused has not asked for them; they are not the next call's.
      nextContext.number = 0;
      nextContext.timeout = -1;
    }
  }

  /** What is thrown in the place of an error: that of a call that was aborted is the signal's reason. */
  reasonOf(error: unknown): unknown {
    const { signal } = this.options;
    const isReturned = (error as { code?: unknown } | null)?.code ===
      "returned_error";
    return signal?.aborted && isReturned ? signal.reason : error;
  }

  end(): void {
    this.options.signal?.removeEventListener("abort", this.#abort);
    if (!this.#isCancelled) return;
    try {
      // A call that had ended, or never began, would be waited for for ever.
      this.#cancel(-this.#number);
    } catch {
      // The process that waits for it has ended: an isolated one.
    }
  }
}

const NAMES = ["timeout", "signal"];

/** The options behind some arguments; undefined for what is none, which is one argument too many. */
function optionsOf(
  name: string,
  given: unknown,
  isAsync: boolean,
): ContextOptions | undefined {
  if (!isPlainObject(given)) return undefined;
  const where = `${name}${isAsync ? ".async" : ""}(): options`;
  const names = isAsync ? [...NAMES, "inOrder"] : NAMES;
  assertOptions(where, given, names);
  // Each is read once: what was checked is what counts.
  const { timeout, signal, inOrder } = given;
  if (timeout !== undefined && typeof timeout !== "number") {
    throw new TypeError(
      `${where}.timeout: wanted a number of milliseconds, got ${show(timeout)}`,
    );
  }
  const isEndless = timeout === undefined || timeout === Infinity;
  if (!isEndless && !(timeout >= 0 && timeout <= MOST)) {
    throw new RangeError(
      `${where}.timeout: wanted milliseconds from 0 to ${MOST}, or Infinity, got ${timeout}`,
    );
  }
  checkSignal(where, signal);
  return {
    ...isEndless ? {} : { timeout },
    ...signal === undefined ? {} : { signal },
    ...inOrder === undefined ? {} : { inOrder: inOrder as object },
  };
}

/** Most milliseconds: a hundred years. */
const MOST = 3_155_760_000_000;
