/**
 * Functions of this process that an isolated plugin may call: each has a slot,
 * whose number is all that the runner knows of it.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type {
  Address,
  DistantCallback,
  Primitive,
} from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { kindOf } from "../support/call_layout.ts";
import type { Callee } from "./callee.ts";

/** How many there may be; `native/isolate.h` has the same. */
const SLOTS = 8192;

/** The process that calls. */
export interface CallingProcess extends Callee {
  /** Whether it was closed. */
  readonly isClosed: boolean;
  /** Whether an address is of the process that there is now. */
  isNow(address: Address): boolean;
  /** What the plugin calls for a slot, in the process that there is now. */
  entryOf(slot: number): Address;
}

/** The slots of one plugin, the same in each of its processes. */
export class CallbackSlots {
  readonly #process: CallingProcess;
  /** Those that were let go of, the one that rests longest first, and how many there were. */
  readonly #free: number[] = [];
  #count = 0;
  /** Whether threads of the plugin's own may call something. */
  #isListening = false;

  /** @param process The process that calls. */
  constructor(process: CallingProcess) {
    this.#process = process;
  }

  /** Says that a process has begun. */
  began(): void {
    if (this.#isListening) this.#process.isolate.listen();
  }

  /**
   * Lets the plugin call a function.
   *
   * @param target What is called here.
   * @param isForAny Whether other threads may call it than the one that the plugin was opened on.
   * @throws {PluginError} `unsupported` when there are too many, or it has too many parameters.
   */
  make(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
    isForAny: boolean,
  ): DistantCallback {
    const process = this.#process;
    const { isolate } = process;
    if (kindOf(params, result, process.support.convention) === undefined) {
      throw this.#refused("it has more parameters than there are registers");
    }
    const slot = this.#take();
    const givesFloat = result === "f32" || result === "f64";
    isolate.answer(slot, target, { givesFloat, isForAny });
    if (isForAny && !this.#isListening) {
      this.#isListening = true;
      if (process.number !== 0n) isolate.listen();
    }
    let address: Address | undefined;
    return {
      address: () => {
        if (address === undefined || !process.isNow(address)) {
          address = process.entryOf(slot);
        }
        return address;
      },
      close: () => {
        if (!process.isClosed && isolate.answer(slot, adapter.null) > 0) {
          return false;
        }
        this.#free.push(slot);
        return true;
      },
    };
  }

  #take(): number {
    const slot = this.#free.shift();
    if (slot !== undefined) return slot;
    if (this.#count < SLOTS) return this.#count++;
    throw this.#refused(
      `there are ${SLOTS} already; give the same function again, or a callback() that is disposed of`,
    );
  }

  #refused(why: string): PluginError {
    const { path } = this.#process;
    return new PluginError(
      "unsupported",
      `Cannot make a callback for the isolated plugin ${quote(path)}: ${why}`,
      { path },
    );
  }
}
