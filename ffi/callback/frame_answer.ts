/**
 * JavaScript functions that the plugin calls with structs by value: a function of
 * C, compiled beside the plugin's thunks, stands before each. It lays what it is
 * called with into a frame, and calls the runtime's callback with that.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { PluginError } from "../error.ts";
import type { Address, Space } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { isOver } from "../runtime/space.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";
import type { Carrier } from "../value/pointer_thunks.ts";

/** How a call lies in its frame. */
export interface FrameParts {
  /** Reads what the function is called with. */
  read(frame: DataView): unknown[];
  /** What it gives, where it gives something. */
  readonly result?: {
    /** Where it lies. */
    readonly at: number;
    readonly size: number;
    /** Writes it to memory of its own; false when it does not fit. */
    write(view: DataView, given: unknown, held: unknown[]): boolean;
    /** Why it does not fit. */
    explain(given: unknown): Misfit;
  };
}

/** Says how calls lie in frames; that needs the codecs, which need callbacks. */
export let framePartsOf: (signature: FunctionPointer) => FrameParts; // its body: framePartsOf() in ffi/memory/frame_parts.ts

/** Sets {@linkcode framePartsOf}. */
export function readFramesWith(parts: typeof framePartsOf): void {
  framePartsOf = parts;
}

/** The functions of C that stand before one JavaScript function. */
export class FrameAnswer {
  readonly #signature: FunctionPointer;
  readonly #carrier: Carrier;
  readonly #space: Space | undefined;
  /** What it stands before now, and which it is. */
  #target: Address | undefined;
  #made: Address | undefined;

  /**
   * @param signature What the functions are called with.
   * @param carrier What has them.
   * @param space The process that they are in, where that is not this one.
   */
  constructor(
    signature: FunctionPointer,
    carrier: Carrier,
    space: Space | undefined,
  ) {
    this.#signature = signature;
    this.#carrier = carrier;
    this.#space = space;
  }

  /**
   * What the plugin calls; another one in each process.
   *
   * @param target What that calls, with a frame.
   * @throws {PluginError} `unsupported` when there are too many.
   */
  before(target: Address): Address {
    if (target === this.#target) return this.#made!;
    const word = this.#ask(this.#wordOf(target), 0n);
    if (word === 0n) {
      throw new PluginError(
        "unsupported",
        `Cannot make a callback ${this.#signature.text}: there are as many of this type as there can be at a time; ` +
          "give the same function again, or a plugin.callback() that is disposed of",
      );
    }
    this.#target = target;
    return this.#made = this.#space?.toAddress(word) ?? adapter.toAddress(word);
  }

  /** Lets go of it: called, it gives zero from then on. */
  close(): void {
    const made = this.#made;
    this.#made = this.#target = undefined;
    if (made !== undefined && !isOver(made)) {
      this.#ask(0n, this.#wordOf(made));
    }
  }

  #ask(target: bigint, made: bigint): bigint {
    const word = this.#carrier.answer()(target, made) as number | bigint;
    return BigInt.asUintN(64, BigInt(word));
  }

  #wordOf(address: Address): bigint {
    return this.#space?.toWord(address) ?? BigInt.asUintN(64, BigInt(address));
  }
}
