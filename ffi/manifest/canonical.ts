/**
 * The canonical form of JSON, RFC 8785: the same bytes for the same values,
 * however they were laid out.
 *
 * @module
 */

/** How deep values may lie in each other; a manifest needs 10. */
const MAX_DEPTH = 256;

/** What is said of a value that nests deeper. */
export const TOO_DEEP =
  "its values lie in each other deeper than can be signed";

/** What has no canonical form; the message says what of it. */
export class NotCanonicalError extends RangeError {}

/**
 * The canonical form of a value.
 *
 * JavaScript writes numbers and strings as RFC 8785 wants them, and sorts by
 * UTF-16 code units as it wants keys sorted.
 *
 * @param value What `JSON.parse` gave.
 * @returns JSON without white space, keys in order.
 * @throws {NotCanonicalError} For half a surrogate pair, which has no UTF-8, for values
 * that lie too deep in each other, and for numbers that are written as another
 * value is: `1e999` would be `null`, and `-0` would be `0`.
 */
export function canonical(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new NotCanonicalError(TOO_DEEP);
  }
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return number(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((element) => write(element, depth + 1)).join()}]`;
  }
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${
    members.map(([key, member]) => `${text(key)}:${write(member, depth + 1)}`)
      .join()
  }}`;
}

function number(value: number): string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  throw new NotCanonicalError(
    `the number ${Object.is(value, -0) ? "-0" : value} has no form of its own`,
  );
}

function text(value: string): string {
  if (value.isWellFormed()) return JSON.stringify(value);
  throw new NotCanonicalError(
    `the text ${JSON.stringify(value)} has half a surrogate pair`,
  );
}
