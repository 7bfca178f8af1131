/**
 * What an isolated plugin prints, as a function of the program's is given it.
 *
 * @module
 */

import type { Address, NativeCallback } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Support } from "../support/support_library.ts";
import { throwLater } from "../system/throw_later.ts";
import type { Output } from "./options.ts";

/** Bytes that are taken at once. */
const PIECE = 1 << 16;
/** So many times, before it is somebody else's turn: a plugin may print without end. */
const MOST = 16;

/** What one isolated plugin prints. */
export class Printed {
  readonly #output: Output;
  readonly #bytes = new Uint8Array(PIECE);
  readonly #decoders = [decoder(), decoder()] as const;
  #take: () => number;
  readonly #callback: NativeCallback;
  /** When it is heard on; the thread is rung again before that. */
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #listen = () => {
    if (this.#later === undefined) this.#hearMany();
  };

  /**
   * @param isolate The `plugin_isolate`, before its first process is started.
   * @throws {RangeError} Where it cannot be heard.
   */
  constructor(support: Support, isolate: Address, output: Output) {
    this.#output = output;
    const printed = support.once(
      "plugin_isolate_printed",
      ["address", "address", "u32"],
      "u32",
    );
    const to = adapter.addressOf(this.#bytes);
    this.#take = () => printed(isolate, to, PIECE) as number;
    // In a call, which asks again while there is more.
    this.#callback = adapter.callback([], "void", () => this.#hear(), false);
    const threads = adapter.threads()!; // they come with the library
    const error = support.once(
      "plugin_isolate_print_to",
      ["address", "address", "address"],
      "i32",
    )(isolate, threads.owner, this.#callback.address);
    if (error !== 0) {
      this.#callback.close();
      throw new RangeError(`the system says error ${error}`);
    }
    threads.listeners.add(this.#listen);
  }

  /** Gives away the rest: no process prints any more, until another one is started. */
  end(): void {
    while (this.#hear());
    for (const stream of [0, 1]) this.#give(stream);
  }

  /** Nothing is heard from now on. */
  close(): void {
    adapter.threads()!.listeners.delete(this.#listen);
    clearTimeout(this.#later);
    // What closes it may be what hears: that is asked for more behind it.
    this.#take = () => 0;
    this.#callback.close();
  }

  #hearMany(): void {
    this.#later = undefined;
    for (let i = 0; i < MOST; i++) if (!this.#hear()) return;
    this.#later = setTimeout(() => this.#hearMany());
  }

  /** Gives away some of what was printed since; whether there was any. */
  #hear(): boolean {
    const taken = this.#take();
    if (taken === 0) return false;
    this.#give(taken & 1, this.#bytes.subarray(0, taken >>> 1));
    return true;
  }

  #give(stream: number, bytes?: Uint8Array): void {
    const text = this.#decoders[stream]!.decode(bytes, {
      stream: bytes !== undefined,
    });
    if (text === "") return;
    try {
      this.#output(text, stream === 0 ? "stdout" : "stderr");
    } catch (error) {
      // Native code may be what called this: it is nobody's error there.
      throwLater(error);
    }
  }
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
