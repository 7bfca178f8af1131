/**
 * What keeps a handle on the thread that has it. What a plugin gives lies behind
 * private fields, which a message to a Worker leaves out: there it would be an
 * empty object, and nobody would know. A function in an object is what no
 * message takes.
 *
 * @module
 */

/** Stands in every handle, so that posting it to a Worker is an error and not an empty object. */
export function cannotBePosted(): never {
  throw new TypeError("It stays on its thread");
}
