/**
 * Which plugin, and which release of it: what a signer calls it.
 *
 * @module
 */

import {
  name,
  printable,
  type Read,
  show,
  string,
  ValidationError,
} from "./field.ts";

/** Numbers with dots between them, then what comes before that release. */
const VERSION =
  /^\d{1,9}(?:\.\d{1,9}){0,3}(?:-[0-9A-Za-z-]{1,32}(?:\.[0-9A-Za-z-]{1,32}){0,7})?$/;

/** What a version must be, as errors say it. */
export const VERSION_WANTED =
  'numbers with dots between them, such as "1.4.2" or "1.4.2-rc.1"';

/**
 * Whether a text is a version: one to four numbers with dots between them, and
 * perhaps a pre-release as Semantic Versioning has it.
 */
export function isVersion(text: unknown): text is string {
  return typeof text === "string" && VERSION.test(text);
}

/** Reads a version. */
export const versionText: Read<string> = (value) => {
  const text = string(value);
  if (isVersion(text)) return text;
  throw new ValidationError(show(text), VERSION_WANTED);
};

/** Reads the name of a plugin. */
export const pluginName: Read<string> = (value) => printable(name(value));

/**
 * Whether a release is older than another, in the order of Semantic Versioning
 * (section 11): a pre-release comes before its release. A number that is left
 * out is 0.
 *
 * @param version A version.
 * @param least Another.
 */
export function isOlder(version: string, least: string): boolean {
  const [mine, other] = [partsOf(version), partsOf(least)];
  for (let i = 0; i < 4; i++) {
    const [a = 0, b = 0] = [mine.numbers[i], other.numbers[i]];
    if (a !== b) return a < b;
  }
  if (mine.before === undefined) return false;
  return other.before === undefined || isBefore(mine.before, other.before);
}

interface Parts {
  readonly numbers: readonly number[];
  /** The identifiers of a pre-release. */
  readonly before?: readonly string[];
}

function partsOf(version: string): Parts {
  const dash = version.indexOf("-");
  const numbers = (dash < 0 ? version : version.slice(0, dash)).split(".");
  return {
    numbers: numbers.map(Number),
    ...dash >= 0 && { before: version.slice(dash + 1).split(".") },
  };
}

/** The order of pre-releases: numbers before words, and what is longer later. */
function isBefore(one: readonly string[], other: readonly string[]): boolean {
  for (const [i, a] of one.entries()) {
    const b = other[i];
    if (b === undefined) return false;
    if (a === b) continue;
    const [isNumber, areNumbers] = [isDigits(a), isDigits(a) && isDigits(b)];
    if (areNumbers && BigInt(a) === BigInt(b)) continue;
    if (areNumbers) return BigInt(a) < BigInt(b);
    return isNumber !== isDigits(b) ? isNumber : a < b;
  }
  return one.length < other.length;
}

function isDigits(identifier: string): boolean {
  return /^\d+$/.test(identifier);
}

/**
 * What a plugin is called where nobody has said it, for all machines.
 *
 * @param file The library's file name.
 * @returns `"hello"` for `hello.so.2` and for `hello.dylib`.
 */
export function nameFor(file: string): string {
  return file.replace(/\.(?:so|dylib|bundle)(?:\..*)?$/, "") || file;
}
