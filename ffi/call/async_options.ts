/**
 * Reads what follows the arguments of a call on another thread.
 *
 * @module
 */

import type { AsyncOptions } from "../support/async_options.ts";
import { show } from "../check/show.ts";
import { didYouMean } from "../nearest.ts";
import { adapter } from "../runtime/runtime.ts";

const NAMES = ["signal", "inOrder"];

/**
 * Makes the test of what follows the arguments.
 *
 * @param name The function.
 * @returns Whether a value is an object of options; throws when one of them is
 * not what it should be, or was aborted before.
 */
export function asyncOptionsOf(name: string): (given: unknown) => boolean {
  const where = `${name}.async(): options`;
  return (given) => {
    if (typeof given !== "object" || given === null) return false;
    if (Object.getPrototypeOf(given) !== Object.prototype) return false;
    for (const key of Object.keys(given)) {
      if (NAMES.includes(key)) continue;
      throw new TypeError(
        `${where}: there is no option "${key}"${didYouMean(key, NAMES)}`,
      );
    }
    const { signal, inOrder } = given as Record<string, unknown>;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError(
        `${where}.signal: wanted an AbortSignal, got ${show(signal)}`,
      );
    }
    if (
      inOrder !== undefined &&
      (inOrder === null ||
        typeof inOrder !== "object" && typeof inOrder !== "function")
    ) {
      throw new TypeError(
        `${where}.inOrder: wanted an object, got ${show(inOrder)}`,
      );
    }
    const refusal = adapter.refuseAsyncOptions();
    if (refusal !== undefined) throw refusal;
    return true;
  };
}

/** The call of each object that was made last, or what waits for it. */
const last = new WeakMap<object, Promise<unknown>>();

/**
 * Begins a call when its options let it, where the runtime knows nothing of them.
 *
 * @param options The call's options.
 * @param start Begins it.
 */
export async function startLater(
  { signal, inOrder }: AsyncOptions,
  start: () => Promise<unknown>,
): Promise<unknown> {
  signal?.throwIfAborted();
  if (inOrder === undefined) return await start();
  const before = last.get(inOrder);
  const running = (async () => {
    // Those that failed have ended, too.
    await before?.catch(() => {});
    signal?.throwIfAborted();
    return await start();
  })();
  last.set(inOrder, running);
  return await (signal === undefined
    ? running
    : orAborted(signal, before, running));
}

/** Rejects as soon as a signal is aborted, while what comes before still runs. */
async function orAborted(
  signal: AbortSignal,
  before: Promise<unknown> | undefined,
  running: Promise<unknown>,
): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await Promise.race([before?.catch(() => {}), promise]);
  } catch (error) {
    running.catch(() => {}); // it is told here
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return await running;
}
