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

/** Most errors of each kind that a plugin may have before they are forgotten: it can swallow them, or keep them. */
const MOST = 256;

/** What functions have thrown and nobody has yet thrown again, by number. */
const thrown = new Map<number, unknown>();
/** What plugins were given, likewise: they may return it, or throw it. */
const given = new Map<number, unknown>();
let last = 0;

function keep(errors: Map<number, unknown>, error: unknown): number {
  errors.set(++last, error);
  if (errors.size > MOST) errors.delete(errors.keys().next().value!);
  return last;
}

/**
 * Keeps what a function has thrown.
 *
 * @returns Its number.
 */
export function keepThrown(error: unknown): number {
  return keep(thrown, error);
}

/**
 * Keeps an error that a plugin is given.
 *
 * @returns Its number.
 */
export function keepGiven(error: Error): number {
  return keep(given, error);
}

/** The number of what was kept last. */
export function lastKept(): number {
  return last;
}

/**
 * What functions have thrown since then and the plugin has swallowed: the first of it.
 *
 * @param before What {@linkcode lastKept} gave then.
 */
export function takeSwallowed(before: number): { error: unknown } | undefined {
  let first: { error: unknown } | undefined;
  for (let number = last; number > before; number--) {
    first = taken(thrown, number) ?? first;
  }
  return first;
}

/**
 * What a function has thrown, or the plugin was given, which comes back out of it.
 *
 * @param number What the plugin was told of it.
 */
export function takeThrown(number: number): { error: unknown } | undefined {
  return taken(thrown, number) ?? taken(given, number);
}

function taken(
  errors: Map<number, unknown>,
  number: number,
): { error: unknown } | undefined {
  if (!errors.has(number)) return undefined;
  const error = errors.get(number);
  errors.delete(number);
  return { error };
}
