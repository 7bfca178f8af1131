/**
 * Calls into the process of an isolated plugin, on the thread that opened it: one
 * after the other, or within each other where callbacks make calls.
 *
 * What crosses is registers, and a frame that is copied.
 *
 * @module
 */

import type { Primitive, RawFunction } from "../runtime/adapter.ts";
import { generate } from "../runtime/generate.ts";
import { adapter } from "../runtime/runtime.ts";
import { INTEGERS, RESULT, viewsOf } from "../support/call_layout.ts";
import type { Support } from "../support/support_library.ts";
import { type Service, SERVICES } from "./isolate.ts";
import { type Callee, placeRemote } from "./callee.ts";
import {
  FRAME,
  IN,
  KIND,
  OUT,
  OUTCOME,
  PLACE,
  REMOTE_CALL_SIZE,
  TIMEOUT,
} from "./remote_call.ts";

/** Makes the calls of one thread, which share the memory of a call. */
export class Caller {
  readonly #callee: Callee;
  readonly #support: Support;
  readonly #isolate: number;
  readonly #bytes = new Uint8Array(REMOTE_CALL_SIZE);
  readonly #views = viewsOf(this.#bytes.buffer);
  readonly #call = Number(adapter.addressOf(this.#bytes));
  readonly #run: RawFunction;
  /** How many calls have begun and not ended. */
  readonly calls = { running: 0 };
  /** Where the runner's own functions are, in the process of a number. */
  #services: { process: bigint; at: ReadonlyMap<Service, bigint> } = {
    process: 0n,
    at: new Map(),
  };

  /** @param callee What is called. */
  constructor(callee: Callee) {
    this.#callee = callee;
    this.#support = callee.support;
    this.#isolate = Number(callee.isolate.address);
    this.#run = callee.support.once(
      "plugin_isolate_call",
      ["f64", "f64"],
      "void",
    );
  }

  /**
   * Calls one of the runner's own functions.
   *
   * @param words Its arguments.
   * @returns The word that it gives.
   */
  ask(service: Service, ...words: readonly bigint[]): bigint {
    const target = this.#found(service);
    const { u32, u64 } = this.#views;
    u64[0] = target;
    words.forEach((word, index) => u64[INTEGERS / 8 + index] = word);
    u32[KIND] = 0;
    u32[TIMEOUT] = this.#callee.timeout;
    u32[IN] = u32[OUT] = 0;
    this.calls.running++;
    try {
      this.#run(this.#isolate, this.#call);
    } finally {
      this.calls.running--;
    }
    if (u32[OUTCOME] !== 0) this.#callee.ended(undefined, u32[OUTCOME]!);
    return u64[RESULT / 8]!;
  }

  #found(service: Service): bigint {
    const { isolate, number } = this.#callee;
    if (number !== this.#services.process || number === 0n) {
      this.#callee.ensure(undefined);
      this.#services = {
        process: this.#callee.number,
        at: new Map(SERVICES.map((name) => [name, isolate.service(name)])),
      };
    }
    return this.#services.at.get(service)!;
  }

  /**
   * Binds a function.
   *
   * @param name What errors call it.
   * @param find Where it is, asked once for each process.
   * @returns It takes the frame of the call behind its arguments.
   */
  bind(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const callee = this.#callee;
    const { placed, words, kind } = placeRemote(callee, name, params, result);
    return generate(
      {
        ...this.#views,
        bytes: new DataView(this.#bytes.buffer),
        run: this.#run,
        calls: this.calls,
        isolate: this.#isolate,
        call: this.#call,
        toAddress: callee.addressOrNull,
        toWord: callee.wordOrZero,
        text: (word: bigint) =>
          word === 0n ? null : callee.text(word, this.#bytes, this.#views.u64),
        number: () => callee.number,
        find: () => {
          callee.ensure(name);
          return find();
        },
        ended: (outcome: number) => callee.ended(name, outcome),
      },
      `let process = -1n;
let target = 0n;
return function (${
        [...params.map((_, index) => `a${index}`), "frame"].join()
      }) {
  if (number() !== process) {
    target = find();
    process = number();
  }
  ${words}
  u64[0] = target;
  ${placed.stores}
  u32[${KIND}] = ${kind};
  u32[${TIMEOUT}] = ${callee.timeout};
  if (frame === undefined) u32[${IN}] = u32[${OUT}] = 0;
  else {
    u64[${FRAME}] = frame.from;
    u64[${PLACE}] = frame.to;
    u32[${IN}] = u32[${OUT}] = frame.top - frame.start;
  }
  calls.running++;
  try {
    run(isolate, call);
  } finally {
    calls.running--;
  }
  if (u32[${OUTCOME}] !== 0) ended(u32[${OUTCOME}]);
  if (frame !== undefined && frame.held.length > 0) frame.held.bringBack();
  return ${placed.result};
};`,
    );
  }
}
