/**
 * The library's part of an isolated plugin: `plugin_isolate` of
 * `native/support.h`, which starts a process, sees its end and starts the next.
 *
 * @module
 */

import { CRASH_SIZE } from "../backtrace/crash_size.ts";
import type { Address, Primitive } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Support } from "../support/support_library.ts";

/** The runner's own functions, as `enum plugin_service` counts them. */
export const SERVICES = [
  "load",
  "symbol",
  "copy",
  "length",
  "callback",
  "serve",
] as const;

/** A function of the runner's own. */
export type Service = typeof SERVICES[number];

/** `enum plugin_answer`. */
const [GIVES_FLOAT, FOR_ANY] = [1, 2];
/** How often another process is started where the arena's place is taken there. */
const ATTEMPTS = 8;
/** How the runner ends then. */
const CLASH = 97 << 8;
/** Bytes for why a process could not be confined. */
const REASON = 256;
/** Bytes for all system calls that were refused: 32 lines of 64. */
const REFUSED = 2048;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One process at a time, and the memory that it shares with this one. */
export class Isolate {
  readonly #support: Support;
  /** The `plugin_isolate`. */
  readonly address: Address;
  /** Where the arena begins, here and there. */
  readonly start: bigint;
  /** How many processes were started. */
  starts = 0;

  /**
   * @param support The library.
   * @param size Bytes of the arena.
   * @throws {RangeError} When there is no memory for it.
   */
  constructor(support: Support, size: number) {
    this.#support = support;
    this.address = support.once("plugin_isolate_open", ["f64"], "address")(
      size,
    );
    if (this.address === support.host.null) {
      throw new RangeError(
        `there is no memory for ${size} bytes, or files may not be as long (ulimit -f): give a smaller arena`,
      );
    }
    this.start = BigInt(this.#call("arena", [], "address"));
  }

  /** Starts a process; gives 0 when it runs, an error of the system, or -1 when it has ended at once. */
  begin(): number {
    for (let attempt = 1;; attempt++) {
      this.starts++;
      const failed = this.#call("start", [], "i32");
      const hasClashed = failed === -1 && this.status === CLASH;
      if (!hasClashed || attempt === ATTEMPTS) return failed;
    }
  }

  /** Ends the process; returns when it has ended. */
  stop(): void {
    this.#call("stop", [], "void");
  }

  /** How it has ended, as `wait()` has it. */
  get status(): number {
    return this.#call("status", [], "i32");
  }

  /** Whether it was ended because a call took too long. */
  get hasTimedOut(): boolean {
    return this.#call("timed_out", [], "u32") !== 0;
  }

  /** What the runner has kept of its crash; undefined when it has kept nothing. */
  crash(): Uint8Array | undefined {
    const kept = new Uint8Array(CRASH_SIZE);
    const to = this.#support.host.addressOf(kept);
    return this.#call("crash", ["address"], "u32", to) === 0 ? undefined : kept;
  }

  /**
   * Says what the next process may do.
   *
   * @param words In the words of `native/isolate.h`.
   * @returns 0, or an error of the system.
   */
  confine(words: readonly string[]): number {
    const text = encoder.encode(words.map((word) => `${word}\0`).join(""));
    return this.#call(
      "confine",
      ["address", "f64"],
      "i32",
      adapter.addressOf(text),
      text.length,
    );
  }

  /** Why the process could not be confined; undefined where that is not what has failed. */
  unconfined():
    | { readonly error: number; readonly reason: string }
    | undefined {
    const text = new Uint8Array(REASON);
    const to = adapter.addressOf(text);
    const error = this.#call("reason", ["address"], "i32", to);
    if (error === 0) return undefined;
    const reason = decoder.decode(text.subarray(0, text.indexOf(0)));
    return { error, reason };
  }

  /** The system calls that it was refused. */
  refused(): string[] {
    const text = new Uint8Array(REFUSED);
    const to = adapter.addressOf(text);
    const length = this.#call(
      "refused",
      ["address", "u32"],
      "u32",
      to,
      REFUSED,
    );
    return decoder.decode(text.subarray(0, length)).split("\n").slice(0, -1);
  }

  /** Where one of the runner's own functions is in the process that there is now. */
  service(service: Service): bigint {
    return this.#call(
      "service",
      ["u32"],
      "u64",
      SERVICES.indexOf(service),
    );
  }

  /**
   * Says what a callback of the plugin calls here; null for nothing, then it gets zero.
   *
   * @returns How many other threads may still be in what it called before.
   */
  answer(
    slot: number,
    target: Address | null,
    { givesFloat = false, isForAny = false } = {},
  ): number {
    return this.#call(
      "answer",
      ["u32", "address", "u32"],
      "u32",
      slot,
      target,
      (givesFloat ? GIVES_FLOAT! : 0) | (isForAny ? FOR_ANY! : 0),
    );
  }

  /** Answers threads of the plugin's own from now on, until the process ends. */
  listen(): void {
    this.#call("listen", [], "i32");
  }

  /**
   * Ends the process, and all of it.
   *
   * @param isSeen Whether JavaScript may still look at its memory.
   */
  close(isSeen: boolean): void {
    this.#call("close", ["u32"], "void", isSeen ? 1 : 0);
  }

  #call(
    name: string,
    params: readonly Primitive[],
    result: Primitive,
    ...given: readonly (Address | number | null)[]
    // deno-lint-ignore no-explicit-any -- as the library gives it
  ): any {
    const symbol = `plugin_isolate_${name}`;
    const call = this.#support.once(symbol, ["address", ...params], result);
    return call(this.address, ...given);
  }
}
