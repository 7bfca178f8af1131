/**
 * What an isolated plugin prints, as a function of the program's is given it.
 *
 * @module
 */

import type { NativeCallback } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Support } from "../support/support.ts";
import type { Output } from "./options.ts";

/** Bytes that are taken at once. */
const PIECE = 1 << 16;

/** What one isolated plugin prints. */
export class Printed {
  readonly #output: Output;
  readonly #bytes = new Uint8Array(PIECE);
  readonly #decoders = [decoder(), decoder()] as const;
  readonly #take: () => number;
  readonly #callback: NativeCallback;
  readonly #listen = () => this.hear();

  /**
   * @param isolate The `plugin_isolate`, before its first process is started.
   * @throws {RangeError} Where it cannot be heard.
   */
  constructor({ library }: Support, isolate: number, output: Output) {
    this.#output = output;
    const printed = library.bind(
      "plugin_isolate_printed",
      ["address", "address", "u32"],
      "u32",
    );
    const address = adapter.toAddress(isolate);
    const to = adapter.addressOf(this.#bytes);
    this.#take = () => printed(address, to, PIECE) as number;
    this.#callback = adapter.callback([], "void", this.#listen, false);
    const threads = adapter.threads()!; // they come with the library
    const error = library.bind(
      "plugin_isolate_print_to",
      ["address", "address", "address"],
      "i32",
    )(address, threads.owner, this.#callback.address);
    if (error !== 0) {
      this.#callback.close();
      throw new RangeError(`the system says error ${error}`);
    }
    threads.listeners.add(this.#listen);
  }

  /** Gives away what was printed since. */
  hear(): void {
    for (let taken = this.#take(); taken !== 0; taken = this.#take()) {
      this.#give(taken & 1, this.#bytes.subarray(0, taken >>> 1));
    }
  }

  /** Gives away the rest: no process prints any more, until another one is started. */
  end(): void {
    this.hear();
    for (const stream of [0, 1]) this.#give(stream);
  }

  /** Nothing is heard from now on. */
  close(): void {
    adapter.threads()!.listeners.delete(this.#listen);
    this.#callback.close();
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
      setTimeout(() => {
        throw error;
      });
    }
  }
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
