/**
 * Calls on another thread, for Bun: one worker that calls into the libraries
 * of this process, in the order of the calls.
 *
 * Opening a library again in a worker gives the image that is already loaded,
 * and an address means the same there: only numbers are sent.
 *
 * @module
 */

import type { RawFunction } from "./adapter.ts";

/** A function as the worker binds it. */
export interface WorkerFunction {
  /** The library, where it is bound by its symbol. */
  readonly path?: string;
  readonly symbol?: string;
  /** Its address, where it is not. */
  readonly ptr?: number | bigint;
  readonly args: readonly string[];
  readonly returns: string;
}

/**
 * What the worker runs. It is a text, so that it is there in a published
 * package and in a compiled program as well.
 *
 * It is sent a definition, which it binds and numbers, or `[number, args]`,
 * and answers every call with `[result]` or `[undefined, error]`.
 */
const SOURCE = `
const { dlopen, CFunction } = process.getBuiltinModule("bun:ffi");
const functions = [];
const libraries = [];
function bind({ path, symbol, ptr, args, returns }) {
  if (path === undefined) return CFunction({ ptr, args, returns });
  const library = dlopen(path, { [symbol]: { args, returns } });
  libraries.push(library);
  return library.symbols[symbol];
}
self.onmessage = ({ data }) => {
  if (!Array.isArray(data)) {
    functions.push(bind(data));
    return;
  }
  try {
    postMessage([functions[data[0]](...data[1])]);
  } catch (error) {
    postMessage([undefined, error]);
  }
};`;

interface Caller {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** The members of Bun's `Worker` that are used here. */
interface Thread {
  onmessage: ((event: { data: [unknown, unknown?] }) => void) | null;
  postMessage(message: unknown): void;
  ref(): void;
  unref(): void;
}

/** The worker, which is started by the first call. */
export class BunWorker {
  #thread: Thread | undefined;
  #bound = 0;
  /** Who waits, the longest waiting first: the worker answers in order. */
  readonly #waiting: Caller[] = [];

  /** Binds a function in the worker. */
  bind(definition: WorkerFunction): RawFunction {
    const thread = this.#thread ??= this.#start();
    thread.postMessage(definition);
    const number = this.#bound++;
    return (...args) =>
      new Promise((resolve, reject) => {
        // The process must not end before the call does.
        if (this.#waiting.push({ resolve, reject }) === 1) thread.ref();
        thread.postMessage([number, args]);
      });
  }

  #start(): Thread {
    const url = URL.createObjectURL(
      new Blob([SOURCE], { type: "text/javascript" }),
    );
    const thread = new Worker(url) as unknown as Thread;
    thread.unref();
    thread.onmessage = ({ data }) => {
      const caller = this.#waiting.shift()!;
      if (this.#waiting.length === 0) thread.unref();
      if (data.length === 1) caller.resolve(data[0]);
      else caller.reject(data[1]);
    };
    return thread;
  }
}
