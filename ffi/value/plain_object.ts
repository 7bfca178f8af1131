/**
 * Plain objects: a caller's own names, and no instance of anything.
 *
 * @module
 */

/** Whether a value is an object of somebody's own names, and not a list or an instance of something. */
export function isPlainObject(
  value: unknown,
): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // The one of another realm is also the end of its chain.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A copy without `Object.prototype`, which would become code. */
export function withoutPrototype<T extends object>(record: T): T {
  return Object.assign(Object.create(null), record);
}
