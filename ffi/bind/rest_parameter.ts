/**
 * Functions whose last parameter is a list that is given as all further
 * arguments.
 *
 * @module
 */

import type { RawFunction } from "../runtime/adapter.ts";

/** A function, with the one that gives a promise. */
type WithAsync = RawFunction & { readonly async: RawFunction };

/**
 * Collects the further arguments.
 *
 * @param call Takes them as one list.
 * @param fixed How many arguments come before them.
 */
export function withRest(call: RawFunction, fixed: number): RawFunction {
  const collected = collecting(call, fixed);
  Object.defineProperties(collected, {
    name: { value: call.name, configurable: true },
    async: {
      configurable: true,
      get: () => collecting((call as WithAsync).async, fixed),
    },
  });
  return collected;
}

function collecting(call: RawFunction, fixed: number): RawFunction {
  return function (this: unknown, ...args: unknown[]) {
    return args.length < fixed
      ? call.apply(this, args) // which says how many are wanted
      : call.call(this, ...args.slice(0, fixed), args.slice(fixed));
  };
}
