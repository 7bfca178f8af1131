/**
 * The functions that are behind a class.
 *
 * @module
 */

import type { ClassDefinition } from "./format.ts";

/**
 * The functions of a plugin that are members of a class, make its objects or
 * say what these are: who has the class needs none of them.
 *
 * @param definition What the manifest says of the class.
 */
export function functionsOfClass(
  { methods = {}, accessors = {}, from = {}, ...own }: ClassDefinition,
): string[] {
  return [
    own.new,
    own.next,
    own.stream,
    own.call,
    own.text,
    own.json?.get,
    own.iterator,
    from.symbol,
    from.bytes,
    from.data,
    from.iterable,
    from.entries,
    from.error,
    from.call,
    ...from.values ?? [],
    ...Object.values(methods),
    ...Object.values(accessors).flatMap(({ get, set }) => [get, set]),
  ].filter((name) => name !== undefined);
}
