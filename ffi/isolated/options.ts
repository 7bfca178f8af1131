/**
 * How a plugin is isolated.
 *
 * @module
 */

import { didYouMean } from "../nearest.ts";

/** How a plugin is isolated: what `isolated: true` leaves as it is. */
export interface IsolatedOptions {
  /**
   * Bytes of the memory that the plugin and the program both see, in which what
   * goes there and back lies: from 2 ** 21; 2 ** 28 (256 MB) when left out. None
   * of it is used before it is needed.
   */
  arena?: number;
  /**
   * What becomes of the plugin when its process has ended: `"never"`, and all
   * calls throw from then on; or `"next"`, and the next call begins in a new
   * process, in which the plugin is loaded anew: what it had in its memory is
   * gone, and pointers that it gave are refused. `"never"` when left out.
   */
  restart?: "never" | "next";
}

/** The same, made sense of. */
export interface IsolationOptions {
  readonly arena: number;
  readonly restart: "never" | "next";
  /** The same text for the same options. */
  readonly key: string;
}

const NAMES = ["arena", "restart"];
const LEAST_ARENA = 2 ** 21;
const MOST_ARENA = 2 ** 40;

/**
 * Makes sense of the option `isolated`.
 *
 * @param given Anything.
 * @returns Undefined when the plugin is not to be isolated.
 * @throws {TypeError} For what is no option, or no value of one.
 * @throws {RangeError} For an arena that is too small or too large.
 */
export function parseIsolated(given: unknown): IsolationOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given !== true && (typeof given !== "object" || given === null)) {
    throw new TypeError(
      `open(): isolated: wanted true, false or an object of options, got ${given}`,
    );
  }
  const options: Record<string, unknown> = given === true ? {} : { ...given };
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name)) continue;
    throw new TypeError(
      `open(): isolated: there is no option "${name}"${
        didYouMean(name, NAMES)
      }`,
    );
  }
  const { arena = 2 ** 28, restart = "never" } = options;
  if (
    typeof arena !== "number" || !Number.isSafeInteger(arena) ||
    arena < LEAST_ARENA || arena > MOST_ARENA
  ) {
    throw new RangeError(
      `open(): isolated.arena: wanted a number of bytes from ${LEAST_ARENA} to ${MOST_ARENA}, got ${arena}`,
    );
  }
  if (restart !== "never" && restart !== "next") {
    throw new TypeError(
      `open(): isolated.restart: wanted "never" or "next", got ${restart}`,
    );
  }
  return { arena, restart, key: JSON.stringify([arena, restart]) };
}
