/**
 * What the options of isolated plugins are called.
 *
 * @module
 */

/** Their names. */
export const ISOLATED: readonly string[] = [
  "arena",
  "memory",
  "output",
  "permissions",
  "processes",
  "restart",
  "timeout",
];
