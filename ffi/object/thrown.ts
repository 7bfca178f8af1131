/**
 * Errors of JavaScript that are in a plugin, which has a number and a text of
 * each: what its functions have thrown, and what it was given.
 *
 * @module
 */

/** What a thrown value says; it may be anything, and say nothing. */
export function textOfThrown(error: unknown): string {
  try {
    const text = String(error instanceof Error ? error.message : error);
    return text.toWellFormed();
  } catch {
    return "a value without a text was thrown";
  }
}

/** What functions have thrown and nobody has yet thrown again, by number. */
const thrown = new Map<number, unknown>();
let lastThrown = 0;

/** Most errors that a plugin may have swallowed before they are forgotten. */
const MOST_THROWN = 256;

/**
 * Keeps what was thrown, or an error that was given.
 *
 * @returns Its number.
 */
export function keepThrown(error: unknown): number {
  thrown.set(++lastThrown, error);
  if (thrown.size > MOST_THROWN) {
    thrown.delete(thrown.keys().next().value!);
  }
  return lastThrown;
}

/** How many functions have thrown so far. */
export function countThrown(): number {
  return lastThrown;
}

/**
 * What functions have thrown since then and the plugin has swallowed: the first of it.
 *
 * @param before What {@linkcode countThrown} gave then.
 */
export function takeSwallowed(before: number): { error: unknown } | undefined {
  let first: ReturnType<typeof takeThrown>;
  for (let number = lastThrown; number > before; number--) {
    first = takeThrown(number) ?? first;
  }
  return first;
}

/**
 * What a function has thrown, which comes back out of the plugin.
 *
 * @param number What the plugin was told of it.
 */
export function takeThrown(number: number): { error: unknown } | undefined {
  if (!thrown.has(number)) return undefined;
  const error = thrown.get(number);
  thrown.delete(number);
  return { error };
}
