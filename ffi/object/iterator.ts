/**
 * Objects that are walked through by `for … of` and `for await`, and have `map`,
 * `toArray` and the like: what has a next, what gives all of it at once, streams
 * (Go's channels), and the rows of `rows.ts`.
 *
 * @module
 */

import type { ClassDefinition } from "../manifest/manifest.ts";
import { type Binder, define, type Method } from "./binder.ts";
import { assertThis, type NativeObject } from "./object.ts";
import { walksOf } from "./rows.ts";
import type { NativeClass } from "./state.ts";

/**
 * Gives a class the iterators that its definition names.
 *
 * @param prototype The class's.
 * @param own The class.
 * @param definition What the manifest says of it.
 * @param method Binds a method by its key and its symbol.
 * @param binder Binds what rows are made of.
 */
export function addIterators(
  prototype: NativeObject,
  own: NativeClass,
  { iterator, next, stream, iterate }: ClassDefinition,
  method: (key: string, symbol: string) => Method,
  binder: Pick<Binder, "bind" | "bindMethod" | "show">,
): void {
  if (iterator !== undefined) {
    define(prototype, Symbol.iterator, () => {
      const all = method("[Symbol.iterator]", iterator);
      return function (this: unknown) {
        const values = all.call(this) as Iterable<unknown> | object;
        return Symbol.iterator in values
          ? values[Symbol.iterator]()
          : Object.entries(values)[Symbol.iterator]();
      };
    });
  }
  if (next !== undefined) {
    define(prototype, Symbol.iterator, () => {
      const step = method("next", next);
      return function (this: NativeObject) {
        assertThis(this, own, ITERATOR);
        return walk(this, step);
      };
    });
  }
  if (next !== undefined || iterator !== undefined) addHelpers(prototype, own);
  if (stream !== undefined) {
    define(prototype, Symbol.asyncIterator, () => {
      const step = method("next", stream);
      return function (this: NativeObject) {
        assertThis(this, own, "[Symbol.asyncIterator]");
        return walkAsync(this, step);
      };
    });
  }
  if (iterate !== undefined) {
    const walks = walksOf(
      own,
      iterate,
      (symbol) => binder.bind(symbol),
      (symbol, method) => binder.bindMethod(symbol, method),
      (value) => binder.show(value),
    );
    for (const [key, walk] of walks) {
      const member = key === ITERATOR ? Symbol.iterator : key;
      Object.defineProperty(prototype, member, {
        configurable: true,
        value: walk,
      });
    }
    if (walks.has(ITERATOR)) addHelpers(prototype, own);
  }
}

/** What iterators of JavaScript have: `map`, `filter`, `toArray` and the others. */
const HELPERS = [
  "drop",
  "every",
  "filter",
  "find",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "some",
  "take",
  "toArray",
] as const;

/** Lets an object be walked through as an iterator of JavaScript is; its own methods stay. */
function addHelpers(prototype: NativeObject, own: NativeClass): void {
  for (const key of HELPERS) {
    if (key in prototype) continue;
    Object.defineProperty(prototype, key, {
      configurable: true,
      value(this: NativeObject & Iterable<unknown>, ...args: unknown[]) {
        assertThis(this, own, `${key}()`);
        const values = this[Symbol.iterator]() as unknown as Record<
          string,
          (...args: unknown[]) => unknown
        >;
        return values[key]!(...args);
      },
    });
  }
}

/** The method that `for … of` calls. */
const ITERATOR = "[Symbol.iterator]";

/** What a step gives: the value, or several as a tuple; the last says whether there was one. */
function stepValue(given: unknown): { value: unknown; done: boolean } {
  const values = Array.isArray(given) ? given : [given];
  const done = values.pop() === false;
  return { value: values.length === 1 ? values[0] : values, done };
}

/** The values of an iterator, which is let go of when nobody wants another one. */
function* walk(object: NativeObject, step: Method): Generator<unknown> {
  try {
    for (;;) {
      const { value, done } = stepValue(step.call(object));
      if (done) return;
      yield value;
    }
  } finally {
    object[Symbol.dispose]();
  }
}

/**
 * The values of a channel, which stays: who has left the loop may read on. Who ends
 * the walk while the next value is waited for ends the wait: there may never be one.
 */
function walkAsync(
  object: NativeObject,
  step: Method,
): AsyncGenerator<unknown> {
  const left = new AbortController();
  const values = walkUntil(object, step, left.signal);
  const { return: end } = values;
  return Object.defineProperty(values, "return", {
    configurable: true,
    writable: true,
    // A generator would look at it when the wait is over.
    value(given: unknown) {
      left.abort();
      return end.call(values, given);
    },
  });
}

async function* walkUntil(
  object: NativeObject,
  step: Method,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  for (;;) {
    let given: unknown;
    try {
      given = await step.async.call(object, { signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const { value, done } = stepValue(given);
    if (done) return;
    yield value;
  }
}
