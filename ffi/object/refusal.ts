/**
 * What a function says against its arguments, told from what code of the caller's
 * throws while they are looked at: a getter, an iterator.
 *
 * @module
 */

import { isInstance } from "../value/instance.ts";

/** The functions that have refused something, by the errors that say so. */
const refusers = new WeakMap<object, string>();

/** An error with which a function refuses an argument. */
export function refusedBy<E extends Error>(name: string, error: E): E {
  refusers.set(error, name);
  return error;
}

/** Whether it is one of that function's. */
export function isRefusedBy(error: unknown, name: string): boolean {
  return isInstance(error, Error) && refusers.get(error) === name;
}
