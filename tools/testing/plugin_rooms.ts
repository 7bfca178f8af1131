/**
 * The rooms of tests that open plugins, and hold for each way to have one: in a
 * process of its own, or without the support library.
 *
 * @module
 */

/** Directories of tests, in the checkout. */
export const PLUGIN_ROOMS: readonly string[] = [
  ...["bind", "call", "callback", "check", "data", "make", "memory"],
  ...["object", "plugin", "typed"],
].map((room) => `tests/ffi/${room}`);
