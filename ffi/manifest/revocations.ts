/**
 * What a signer has taken back: keys, builds, and releases that are too old.
 *
 * ```json
 * {
 *   "revocations": 1,
 *   "keys": ["MCowBQYDK2VwAyEA…"],
 *   "libraries": ["f7220bfc61ad…"],
 *   "releases": { "hello": "1.4.2" },
 *   "signature": { "algorithm": "ed25519", "key": "…", "value": "…" }
 * }
 * ```
 *
 * @module
 */

import {
  base64,
  field,
  formatVersion,
  hexadecimal,
  list,
  notJson,
  object,
  type Read,
  record,
  ValidationError,
} from "./field.ts";
import type { ManifestSignature } from "./format.ts";
import { signature } from "./parse_signed.ts";
import { versionText } from "./release.ts";

/** The version of the list that is read and written. */
export const REVOCATIONS_VERSION = 1;

/** A list of what was taken back. */
export interface Revocations {
  /** Version of the format. */
  readonly revocations: typeof REVOCATIONS_VERSION;
  /** Public keys: nothing that they have signed is good any more. */
  readonly keys: readonly string[];
  /** SHA-256 of libraries, of plugins or of what they bring along. */
  readonly libraries: readonly string[];
  /** The oldest release of a plugin that is still good, by its name. */
  readonly releases: Readonly<Record<string, string>>;
  /** Who has taken them back. */
  readonly signature: ManifestSignature;
}

/** A list, with the JSON that was signed. */
export interface ReadRevocations {
  readonly list: Revocations;
  readonly json: object;
}

/** Longest list that is read, in UTF-16 code units. */
const MAX_LENGTH = 2 ** 24;

/**
 * Reads and validates a list. Whose it is, is another question.
 *
 * @param text JSON.
 * @returns The list, which nobody has vouched for yet.
 * @throws {Error} Its message says what is wrong.
 */
export function readRevocations(text: string): ReadRevocations {
  if (text.length > MAX_LENGTH) {
    throw new Error(
      `it has ${text.length} characters, at most ${MAX_LENGTH} are read`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(notJson(cause), { cause });
  }
  try {
    return { list: revocations(json), json: object(json) };
  } catch (error) {
    throw error instanceof ValidationError ? new Error(error.sentence) : error;
  }
}

const revocations: Read<Revocations> = (value) => {
  const from = object(value);
  return {
    revocations: field(from, "revocations", formatVersion(REVOCATIONS_VERSION)),
    keys: field(from, "keys", list(base64)),
    libraries: field(from, "libraries", list(hexadecimal)),
    releases: field(from, "releases", record(versionText)),
    signature: field(from, "signature", signature),
  };
};
