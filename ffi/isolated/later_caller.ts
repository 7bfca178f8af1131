/**
 * Calls into the process of an isolated plugin on other threads: what they give is
 * a promise.
 *
 * @module
 */

import type { Primitive, RawFunction } from "../runtime/adapter.ts";
import { generate } from "../runtime/generate.ts";
import { adapter } from "../runtime/runtime.ts";
import { type Callee, placeRemote } from "./callee.ts";
import { type Block, Blocks } from "./async_lanes.ts";
import type { ProcessLife } from "./call_errors.ts";
import { IN, KIND, OUT, OUTCOME, TIMEOUT } from "./remote_call.ts";

/** The process that is called. */
export interface LaterCallee extends Callee {
  /** The process that there is now. */
  readonly life: ProcessLife;
  /** The error of a call that a process has not answered. */
  lost(name: string, life: ProcessLife): Error;
  /** Does what takes the permission for all memory. */
  permitted<T>(what: string, use: () => T): T;
}

/** The part of a frame that a call into the process knows. */
interface FramePart {
  /** What a call holds; it is written back when the call has ended. */
  readonly held: { bringBack?(): void; readonly length: number };
  readonly u8: Uint8Array;
  /** Where its thunk's part lies there. */
  readonly to: bigint;
  readonly top: number;
  /** Where its thunk's part begins in it. */
  readonly start: number;
}

/** Makes calls on other threads, each with memory of its own. */
export class LaterCaller {
  readonly #callee: LaterCallee;
  #blocks: Blocks | undefined;
  /** How many calls have begun and not ended. */
  running = 0;

  /** @param callee What is called. */
  constructor(callee: LaterCallee) {
    this.#callee = callee;
  }

  /**
   * Binds a function.
   *
   * @param name What errors call it.
   * @param find Where it is, asked once for each process.
   * @returns It takes the frame of the call behind its arguments, which is the
   * call's until what it gives is settled.
   */
  bind(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const callee = this.#callee;
    const { placed, words, kind } = placeRemote(callee, name, params, result);
    const views = "{ i32, u32, i64, u64, f32, f64, bytes }";
    return generate(
      {
        toAddress: callee.addressOrNull,
        toWord: callee.wordOrZero,
        number: () => callee.number,
        find: () => {
          callee.ensure(name);
          return find();
        },
        take: () => this.#take(name),
        textOf: (word: bigint, { all, u64 }: Block) =>
          word === 0n ? null : callee.text(word, all, u64),
        run: (
          block: Block,
          frame: FramePart | undefined,
          read: (block: Block) => unknown,
        ) => this.#run(name, block, frame, read),
      },
      `let process = -1n;
let target = 0n;
const read = (block) => {
  const ${views} = block;
  const text = (word) => textOf(word, block);
  return ${placed.result};
};
return function (${
        [...params.map((_, index) => `a${index}`), "frame"].join()
      }) {
  if (number() !== process) {
    target = find();
    process = number();
  }
  ${words}
  const block = take();
  const ${views} = block;
  u64[0] = target;
  ${placed.stores}
  u32[${KIND}] = ${kind};
  u32[${TIMEOUT}] = ${callee.timeout};
  u32[${IN}] = u32[${OUT}] = 0;
  return run(block, frame, read);
};`,
    );
  }

  #take(name: string): Block {
    const { support, isolate } = this.#callee;
    return this.#callee.permitted(
      `call ${name}() on another thread`,
      () => (this.#blocks ??= new Blocks(support, isolate.address)).take(),
    );
  }

  /** The frame is copied here, where it is this thread's: who runs the call may outlive that. */
  async #run(
    name: string,
    block: Block,
    frame: FramePart | undefined,
    read: (block: Block) => unknown,
  ): Promise<unknown> {
    const { life } = this.#callee;
    const blocks = this.#blocks!;
    this.running++;
    try {
      const place = frame && adapter.toAddress(frame.to);
      const bytes = frame?.u8.subarray(frame.start, frame.top);
      const isUsed = bytes !== undefined && bytes.length > 0;
      if (isUsed) adapter.store(place!, bytes);
      await life.lanes.run(block, () => blocks.run(block));
      if (block.u32[OUTCOME] !== 0) throw this.#callee.lost(name, life);
      if (isUsed) adapter.copy(place!, bytes);
      if (frame !== undefined && frame.held.length > 0) frame.held.bringBack!();
      return read(block);
    } finally {
      this.running--;
      blocks.release(block);
    }
  }
}
