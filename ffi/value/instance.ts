/**
 * Whose error it is that came out of code of the caller's: a getter, an iterator,
 * a function that a plugin has called.
 *
 * @module
 */

/**
 * `instanceof` for what may be anything: a proxy answers it by code of its own,
 * which may throw, and one that was revoked always does.
 *
 * @param value Anything.
 * @param type The class.
 */
export function isInstance<T>(
  value: unknown,
  type: abstract new (...args: never[]) => T,
): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}
