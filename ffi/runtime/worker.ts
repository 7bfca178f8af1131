/**
 * Calls on another thread, for the runtimes that have none of their own: one
 * worker that calls into the libraries of this process, in the order of the
 * calls.
 *
 * Opening a library again in a worker gives the image that is already loaded,
 * and an address means the same there: only numbers are sent.
 *
 * @module
 */

import type { RawFunction } from "./adapter.ts";
import { nodeModule } from "../system/node_system.ts";

/**
 * What the worker runs, behind the runtime's own `bind`. It is a text, so that
 * it is there in a published package and in a compiled program as well.
 *
 * It is sent a definition, which it binds and numbers, or `[number, args]`,
 * and answers every call with `[result]` or `[undefined, error]`.
 */
const SOURCE = `
const { parentPort } = process.getBuiltinModule("node:worker_threads");
const functions = [];
parentPort.on("message", (message) => {
  if (!Array.isArray(message)) {
    functions.push(bind(message));
    return;
  }
  try {
    parentPort.postMessage([functions[message[0]](...message[1])]);
  } catch (error) {
    parentPort.postMessage([undefined, error]);
  }
});`;

interface Caller {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** The members of a `Worker` of `node:worker_threads` that are used here. */
interface Thread {
  on(event: "message", listener: (answer: [unknown, unknown?]) => void): void;
  postMessage(message: unknown): void;
  ref(): void;
  unref(): void;
}

interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => Thread;
}

/** The worker, which is started by the first call. */
export class CallWorker {
  readonly #bind: string;
  #thread: Thread | undefined;
  #bound = 0;
  /** Who waits, the longest waiting first: the worker answers in order. */
  readonly #waiting: Caller[] = [];

  /** @param bind Source that declares `function bind(definition)`, which gives a function of the runtime. */
  constructor(bind: string) {
    this.#bind = bind;
  }

  /**
   * Binds a function in the worker.
   *
   * @param definition What the worker's `bind` is given; no array.
   */
  bind(definition: object): RawFunction {
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
    // Asked for at run time: not every program has calls on another thread.
    const { Worker } = nodeModule<WorkerThreads>("node:worker_threads");
    const thread = new Worker(this.#bind + SOURCE, {
      eval: true,
      // Of the program's own flags none is meant for this thread.
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    thread.on("message", (answer) => {
      const caller = this.#waiting.shift()!;
      if (this.#waiting.length === 0) thread.unref();
      if (answer.length === 1) caller.resolve(answer[0]);
      else caller.reject(answer[1]);
    });
    thread.unref();
    return thread;
  }
}
