/**
 * What comes out of a plugin and is no value of JavaScript's. Whatever reads it
 * does not know what it is of; whoever does says so.
 *
 * @module
 */

import { isInstance } from "./instance.ts";

/** A value that came out of a plugin, and that JavaScript has none for. */
export class UnreadableError extends RangeError {}

/**
 * Says of an error what the value came out of, where it is one of a value.
 *
 * @param place The function, the variable or the member.
 * @param error Anything that was thrown.
 */
export function unreadableFrom(place: string, error: unknown): unknown {
  return isInstance(error, UnreadableError)
    ? new RangeError(`${place}: ${error.message}`)
    : error;
}

/**
 * Reads, and says of a value that cannot be read what it came out of.
 *
 * @param place The function, the variable or the member.
 * @param read Reads it.
 */
export function readingFrom<A extends unknown[], R>(
  place: string,
  read: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    try {
      return read(...args);
    } catch (error) {
      throw unreadableFrom(place, error);
    }
  };
}
