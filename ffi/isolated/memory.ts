/**
 * Memory of an isolated plugin: the arena, which both processes see, and by way of
 * it the plugin's own, which is read and written there.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { adapter } from "../runtime/runtime.ts";
import { Arena } from "./arena.ts";
import type { Caller } from "./caller.ts";

/** Most bytes of a text that the plugin says that it gives: what no string could hold. */
const MOST_TEXT = 2 ** 29;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The memory of one plugin: the arena is the same in each of its processes. */
export class DistantMemory {
  readonly #caller: Caller;
  readonly #arena: Arena;
  readonly #start: bigint;
  readonly #end: bigint;
  readonly #assertOpen: () => void;

  /**
   * @param caller Calls the runner.
   * @param start Where the arena begins.
   * @param size Bytes of it.
   * @param assertOpen Throws once the plugin is closed: there is no arena then.
   */
  constructor(
    caller: Caller,
    start: bigint,
    size: number,
    assertOpen: () => void,
  ) {
    this.#caller = caller;
    this.#assertOpen = assertOpen;
    this.#arena = new Arena(size);
    this.#start = start;
    this.#end = start + BigInt(size);
  }

  /** Whether both see what lies at an address. */
  isShared(word: bigint): boolean {
    return word >= this.#start && word < this.#end;
  }

  /** Gives a part of the arena; free it with its size. */
  allocate(size: number): bigint {
    this.#assertOpen();
    return this.#start + BigInt(this.#arena.allocate(size));
  }

  /** Takes it back. */
  free(address: bigint, size: number): void {
    this.#arena.free(Number(address - this.#start), size);
  }

  /** Calls `use` with where some bytes lie in the arena meanwhile. */
  with<T>(bytes: Uint8Array, use: (address: bigint) => T): T {
    return this.room(bytes.length, (at) => {
      adapter.store(adapter.toAddress(at), bytes);
      return use(at);
    });
  }

  /** The same with memory in which anything stands. */
  room<T>(size: number, use: (address: bigint) => T): T {
    const at = this.allocate(size);
    try {
      return use(at);
    } finally {
      this.free(at, size);
    }
  }

  /** Reads from the plugin's memory: it is the runner that does, and its end if there is nothing. */
  read(word: bigint, to: Uint8Array): void {
    this.room(to.length, (at) => {
      this.#caller.ask("copy", at, word, BigInt(to.length));
      adapter.copy(adapter.toAddress(at), to);
    });
  }

  /** Writes to it. */
  write(word: bigint, from: Uint8Array): void {
    this.with(
      from,
      (at) => this.#caller.ask("copy", word, at, BigInt(from.length)),
    );
  }

  /**
   * Reads a text.
   *
   * @param word Where it begins.
   * @param length Bytes of it; it is asked for when left out.
   * @throws {PluginError} `bad_data` when no string can hold it.
   */
  text(
    word: bigint,
    length = Number(this.#caller.ask("length", word)),
  ): string {
    if (length > MOST_TEXT) {
      throw new PluginError(
        "bad_data",
        `An isolated plugin gave a text of ${length} bytes, which no string can hold`,
      );
    }
    const bytes = new Uint8Array(length);
    if (length > 0) this.read(word, bytes);
    return decoder.decode(bytes);
  }
}
