/**
 * What a call into the process of an isolated plugin knows of it, and how its
 * arguments are placed.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import type { Address, Primitive } from "../runtime/adapter.ts";
import { place, type Placed } from "../support/call_layout.ts";
import type { Support } from "../support/support_library.ts";
import type { Isolate } from "./isolate.ts";
import { GIVES_TEXT } from "./remote_call.ts";

/** The process that is called. */
export interface Callee {
  /** The plugin, for errors. */
  readonly path: string;
  readonly support: Support;
  readonly isolate: Isolate;
  /** Milliseconds that a call may take; 0 for any number. */
  readonly timeout: number;
  /** Which process of all there were it is; 0 when there is none. */
  readonly number: bigint;
  /** What its words become here. */
  readonly addressOrNull: (word: bigint) => Address | null;
  readonly wordOrZero: (address: Address | null) => bigint;
  /**
   * Makes sure that there is a process.
   *
   * @param name What errors call what is about to be called.
   * @throws {PluginError} When there is none, and none may follow.
   */
  ensure(name: string | undefined): void;
  /**
   * The text that a call gave.
   *
   * @param word Where it is there.
   * @param bytes The memory of the call.
   * @param words The same.
   */
  text(word: bigint, bytes: Uint8Array, words: BigUint64Array): string;
  /** Throws the error of a call that has no answer. */
  ended(name: string | undefined, outcome: number): never;
}

/** How the arguments of a call are placed. */
export interface PlacedCall {
  readonly placed: Placed;
  /** Statements that make words of those arguments that are addresses. */
  readonly words: string;
  /** Its kind, as the runner counts, and whether it gives a text. */
  readonly kind: number;
}

/**
 * Places the arguments of one signature.
 *
 * @param name What errors call the function.
 * @throws {PluginError} `unsupported` when there are too many.
 */
export function placeRemote(
  { path, support: { host, convention } }: Callee,
  name: string,
  params: readonly Primitive[],
  result: Primitive,
): PlacedCall {
  const placed = place(params, result, convention, {
    results: {
      bool: host.results.bool,
      address: (x) => `toAddress(${x})`,
      text: (x) => `text(${x})`,
    },
  });
  if (placed === undefined) {
    throw new PluginError(
      "unsupported",
      `Cannot call ${name}() in another process: its arguments are too many`,
      { path, symbol: name },
    );
  }
  const words = params.flatMap((param, index) =>
    param === "address" || param === "text"
      ? [`a${index} = toWord(a${index});`]
      : []
  );
  const kind = placed.kind | (result === "text" ? GIVES_TEXT : 0);
  return { placed, words: words.join("\n  "), kind };
}
