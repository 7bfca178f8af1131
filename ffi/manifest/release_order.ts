/**
 * Which of two versions is the older one.
 *
 * @module
 */

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
    const [a = 0, b = 0] = [mine.numbers.at(i), other.numbers.at(i)];
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
    const b = other.at(i);
    if (b === undefined) return false;
    if (a === b) continue;
    const isNumber = isDigits(a);
    if (isNumber !== isDigits(b)) return isNumber;
    if (!isNumber) return a < b;
    if (BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b);
  }
  return one.length < other.length;
}

function isDigits(identifier: string): boolean {
  return /^\d+$/.test(identifier);
}
