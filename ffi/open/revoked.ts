/**
 * What the caller's lists have taken back, and whether a plugin is of that.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import {
  isAsSigned,
  isOlder,
  type ReadRevocations,
  readRevocations,
  signersOf,
} from "../manifest/manifest.ts";

/** What is not opened, although it is signed. */
export interface Revoked {
  /** As signatures name them. */
  readonly keys: ReadonlySet<string>;
  /** By SHA-256. */
  readonly libraries: ReadonlySet<string>;
  /** The oldest release that is good, by the plugin's name. */
  readonly releases: ReadonlyMap<string, string>;
}

/** Most lists whose reading is remembered. */
const MAX_REMEMBERED = 16;
/** Lists that are as they were signed, by their text: to read them takes longer than to open a plugin that is there. */
const remembered = new Map<string, ReadRevocations>();

/**
 * Reads lists.
 *
 * @param texts The lists' texts.
 * @param keys Whom the caller trusts: each list must be signed by one of them.
 * @returns What all of them take back.
 * @throws {PluginError} `bad_revocations`.
 */
export function revokedBy(
  texts: readonly string[],
  keys: ReadonlySet<string>,
): Revoked {
  const lists = texts.map((text, index) => {
    const { list } = readOnce(text, index);
    const signers = signersOf(list.signature);
    if (signers.some((key) => keys.has(key))) return list;
    throw bad(
      index,
      `it is signed by the key ${signers[0]}, which is not trusted`,
    );
  });
  const releases = new Map<string, string>();
  for (const list of lists) {
    for (const [name, version] of Object.entries(list.releases)) {
      const before = releases.get(name);
      if (before === undefined || isOlder(before, version)) {
        releases.set(name, version);
      }
    }
  }
  return {
    keys: new Set(lists.flatMap(({ keys }) => keys)),
    libraries: new Set(lists.flatMap(({ libraries }) => libraries)),
    releases,
  };
}

/**
 * Which of the keys that vouch for a plugin was taken back.
 *
 * @param revoked What was taken back.
 * @param signers The keys, up to the one that is trusted.
 * @returns The first of those; undefined where all are good.
 */
export function revokedKey(
  { keys }: Revoked,
  signers: readonly string[],
): string | undefined {
  return signers.find((key) => keys.has(key));
}

/**
 * Which of the libraries of a plugin was taken back.
 *
 * @param revoked What was taken back.
 * @param digests SHA-256 of each library.
 * @returns The first of those; undefined where all are good.
 */
export function revokedLibrary(
  { libraries }: Revoked,
  digests: readonly string[],
): string | undefined {
  return digests.find((digest) => libraries.has(digest));
}

/**
 * Whether a release was taken back: all before a good one are.
 *
 * @param revoked What was taken back.
 * @param name The plugin's name.
 * @param version The plugin's version; what says none is too old.
 * @returns The oldest release that is good, where this one is older.
 */
export function goodRelease(
  { releases }: Revoked,
  name: string,
  version: string | undefined,
): string | undefined {
  const good = releases.get(name);
  if (good === undefined) return undefined;
  return version === undefined || isOlder(version, good) ? good : undefined;
}

function readOnce(text: string, index: number): ReadRevocations {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  let read: ReadRevocations;
  try {
    read = readRevocations(text);
  } catch (error) {
    const why = (error as Error).message;
    throw bad(
      index,
      text.trimStart().startsWith("{") ? why : noText(why),
      error,
    );
  }
  const { signature } = read.list;
  if (!isAsSigned({ signature, json: read.json }, "revocations")) {
    throw bad(
      index,
      `it is not as the key ${signature.key} has signed it; it was changed since`,
    );
  }
  if (remembered.size < MAX_REMEMBERED) remembered.set(text, read);
  return read;
}

/** A path is easily given in the place of a text. */
function noText(why: string): string {
  return `${why}; wanted the text of the list, as readFileSync(path, "utf8") gives it, and not its path`;
}

function bad(index: number, why: string, cause?: unknown): PluginError {
  return new PluginError(
    "bad_revocations",
    `Cannot read the list of revocations trust.revocations[${index}]: ${why}`,
    { cause },
  );
}
