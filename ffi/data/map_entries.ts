/**
 * What a `Map` has, asked of JavaScript's own methods: those of the map may say
 * anything, and what only inherits from one has nothing.
 *
 * @module
 */

const { entries } = Map.prototype;

/** Whether a value is a map, and not only says so. */
export function isMap(value: unknown): value is Map<unknown, unknown> {
  if (!(value instanceof Map)) return false;
  try {
    entries.call(value);
    return true;
  } catch {
    return false;
  }
}

/** The keys of a map that {@linkcode isMap} knows, or of a plain object, and their values. */
export function entriesOf(of: object): Iterable<[unknown, unknown]> {
  return of instanceof Map ? entries.call(of) : Object.entries(of);
}
