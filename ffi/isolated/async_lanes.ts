/**
 * Calls on other threads: who has which lane into the process, and the memory of
 * each call.
 *
 * @module
 */

import type { Address, RawFunction } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { type Views, viewsOf } from "../support/call_layout.ts";
import type { Support } from "../support/support_library.ts";
import {
  BLOCK_BUSY,
  BLOCK_IDLE,
  GENERATION,
  LANE,
  REMOTE_CALL_SIZE,
  STATE,
} from "./remote_call.ts";

/** Lanes for calls on other threads; `native/isolate.h` has one more at each end. */
const LANES = 14;

/** The memory of one call at a time. */
export interface Block extends Views {
  readonly address: bigint;
  readonly bytes: DataView;
  readonly all: Uint8Array;
}

/** The lanes into one process. */
export class Lanes {
  readonly #generation: number;
  readonly #serve: (lane: number) => boolean;
  readonly #noRoom: () => Error;
  /** How many there may be, as far as is known. */
  #most = LANES;
  readonly #free: number[] = [];
  #served = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param generation The number of the process, of all that were started.
   * @param serve Lets the process serve one more lane; false where it has no room for its thread.
   * @param noRoom The error where it has none for the first one.
   */
  constructor(
    generation: number,
    serve: (lane: number) => boolean,
    noRoom: () => Error,
  ) {
    this.#generation = generation;
    this.#serve = serve;
    this.#noRoom = noRoom;
  }

  /** Runs a call as soon as there is a lane for it. */
  async run(block: Block, run: () => Promise<void>): Promise<void> {
    let lane = this.#take();
    while (lane === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      lane = this.#take();
    }
    block.u32[LANE] = lane;
    block.u32[GENERATION] = this.#generation;
    try {
      await run();
    } finally {
      this.#free.push(lane);
      this.#waiting.shift()?.();
    }
  }

  #take(): number | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#served === this.#most) return free;
    if (this.#serve(this.#served + 1)) return ++this.#served;
    if (this.#served === 0) throw this.#noRoom();
    this.#most = this.#served; // those that there are do for all
    return undefined;
  }
}

/** The memory of calls of one isolate. */
export class Blocks {
  readonly #isolate: Address;
  readonly #open: RawFunction;
  readonly #run: (address: bigint) => Promise<void>;
  readonly #idle: Block[] = [];

  /**
   * @param support The library.
   * @param isolate The `plugin_isolate`.
   */
  constructor(support: Support, isolate: Address) {
    this.#isolate = isolate;
    this.#open = support.once("plugin_isolate_block", ["address"], "u64");
    const run = support.library.address("plugin_isolate_call_later");
    this.#run = adapter.functionAt(run).bindAsync(
      "plugin_isolate_call_later",
      ["u64"],
      "void",
    ) as (address: bigint) => Promise<void>;
  }

  /** Memory for a call. */
  take(): Block {
    return this.#idle.pop() ?? this.#make();
  }

  /** Gives it back. */
  release(block: Block): void {
    this.#idle.push(block);
  }

  /** Runs the call that stands in some memory. */
  async run({ address, u32 }: Block): Promise<void> {
    u32[STATE] = BLOCK_BUSY;
    try {
      await this.#run(address);
    } catch (error) {
      u32[STATE] = BLOCK_IDLE; // it has not begun
      throw error;
    }
  }

  #make(): Block {
    const address = BigInt(this.#open(this.#isolate));
    if (address === 0n) throw new RangeError("There is no memory for a call");
    const buffer = adapter.memory(adapter.toAddress(address), REMOTE_CALL_SIZE);
    return {
      ...viewsOf(buffer),
      address,
      bytes: new DataView(buffer),
      all: new Uint8Array(buffer),
    };
  }
}
