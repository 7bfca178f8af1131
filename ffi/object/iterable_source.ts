/**
 * Iterables of JavaScript as functions that a plugin calls for the next values.
 *
 * Those that are asynchronous give promises, for which the plugin waits.
 *
 * @module
 */

import { throwLater } from "../system/throw_later.ts";

type Source = Iterable<unknown> | AsyncIterable<unknown>;
type Step = IteratorResult<unknown>;

/** Whether values can be taken from something, now or later. */
export function isIterable(value: object): value is Source {
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function iteratorOf(source: Source): {
  next(): Step | Promise<Step>;
  return?(): Step | Promise<Step>;
} {
  return Symbol.asyncIterator in source
    ? source[Symbol.asyncIterator]()
    : source[Symbol.iterator]();
}

/** Whether it is a promise, of whichever realm. */
function isPromise(step: Step | Promise<Step>): step is Promise<Step> {
  return typeof (step as Partial<Promise<Step>>).then === "function";
}

/** What ends the walk of a function that gives the next values. */
const ends = new WeakMap<object, () => void>();

/**
 * Nothing will ask a function for more: what it walks through and has not come to
 * the end of ends as where `for … of` is left early. A stream is cancelled by that.
 */
export function endWalk(next: object): void {
  ends.get(next)?.();
}

/** A function that makes something of each step through an iterable. */
function walk(source: Source, make: (step: Step) => unknown): () => unknown {
  // Begun with the first step: a call that is refused leaves it as it is.
  let iterator: ReturnType<typeof iteratorOf> | undefined;
  let isOver = false;
  const over = (error: unknown): never => {
    isOver = true;
    throw error;
  };
  // What is thrown here leaves the rest of it to be ended.
  const made = (step: Step): unknown => {
    if (step.done) isOver = true;
    return make(step);
  };
  const step = (): Step | Promise<Step> => {
    try {
      return (iterator ??= iteratorOf(source)).next();
    } catch (error) {
      return over(error);
    }
  };
  const next = (): unknown => {
    const one = step();
    return isPromise(one) ? Promise.resolve(one).then(made, over) : made(one);
  };
  ends.set(next, () => {
    if (isOver || iterator === undefined) return;
    isOver = true;
    try {
      const left = iterator.return?.();
      if (left !== undefined && isPromise(left)) {
        left.then(undefined, throwLater);
      }
    } catch (error) {
      throwLater(error);
    }
  });
  return next;
}

/** A function that gives the next value in a list, and at the end an empty one. */
export function stepsOf(source: Source): () => unknown {
  return walk(source, ({ done, value }) => done ? [] : [value]);
}

/** The same of pairs: a list of the first ones, and one of the second ones. */
export function pairsOf(source: Source): () => unknown {
  return walk(source, ({ done, value }) => {
    if (done) return [[], []];
    const [first, second] = value as [unknown, unknown];
    return [[first], [second]];
  });
}

/** A function that gives the next bytes, and at the end none. */
export function bytesOf(source: Source): () => unknown {
  const next = walk(
    source,
    ({ done, value }): unknown =>
      done
        ? new Uint8Array()
        : value instanceof Uint8Array && value.length === 0
        ? next() // which would be the end
        : value,
  );
  return next;
}
