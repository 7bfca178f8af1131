/**
 * Iterables of JavaScript as functions that a plugin calls for the next values.
 *
 * Those that are asynchronous give promises, for which the plugin waits.
 *
 * @module
 */

type Source = Iterable<unknown> | AsyncIterable<unknown>;
type Step = IteratorResult<unknown>;

/** Whether values can be taken from something, now or later. */
export function isIterable(value: object): value is Source {
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function iteratorOf(source: Source): {
  next(): Step | Promise<Step>;
} {
  return Symbol.asyncIterator in source
    ? source[Symbol.asyncIterator]()
    : source[Symbol.iterator]();
}

function then<T>(
  step: Step | Promise<Step>,
  make: (step: Step) => T | Promise<T>,
): T | Promise<T> {
  return isPromise(step) ? Promise.resolve(step).then(make) : make(step);
}

/** Whether it is a promise, of whichever realm. */
function isPromise(step: Step | Promise<Step>): step is Promise<Step> {
  return typeof (step as Partial<Promise<Step>>).then === "function";
}

/** A function that gives the next value in a list, and at the end an empty one. */
export function stepsOf(source: Source): () => unknown {
  const iterator = iteratorOf(source);
  return () => then(iterator.next(), ({ done, value }) => done ? [] : [value]);
}

/** The same of pairs: a list of the first ones, and one of the second ones. */
export function pairsOf(source: Source): () => unknown {
  const iterator = iteratorOf(source);
  return () =>
    then(iterator.next(), ({ done, value }) => {
      if (done) return [[], []];
      const [first, second] = value as [unknown, unknown];
      return [[first], [second]];
    });
}

/** A function that gives the next bytes, and at the end none. */
export function bytesOf(source: Source): () => unknown {
  const iterator = iteratorOf(source);
  const next = (): unknown =>
    then(
      iterator.next(),
      ({ done, value }): unknown =>
        done
          ? new Uint8Array()
          : value instanceof Uint8Array && value.length === 0
          ? next() // which would be the end
          : value,
    );
  return next;
}
