/**
 * The order and the end of calls on another thread where the runtime makes
 * them, which knows of neither. Those on the threads of the support library are
 * begun and cancelled by `support/call_threads.ts`.
 *
 * @module
 */

import type { AsyncOptions } from "../support/async_options.ts";

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
