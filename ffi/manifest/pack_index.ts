/**
 * The index of a plugin for several targets: `plugin.json` in a directory of
 * libraries and manifests, which `plugin pack` writes.
 *
 * ```json
 * {
 *   "plugin": 1,
 *   "targets": {
 *     "darwin-arm64": "darwin-arm64/hello.dylib.json",
 *     "linux-x64": "linux-x64/hello.so.json"
 *   }
 * }
 * ```
 *
 * `plugin sign` adds the digest of what is signed of each manifest, and a
 * signature of all of it, so that no other manifest of the same key can be put
 * in the place of one.
 *
 * @module
 */

import {
  bad,
  field,
  formatVersion,
  hexadecimal,
  name,
  notJson,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  show,
  ValidationError,
  wrapValidationErrors,
} from "./field.ts";
import { sha256 } from "../system/node_system.ts";
import type { ManifestSignature } from "./format.ts";
import { signature } from "./parse_signed.ts";
import { signedBytes } from "./signature.ts";
import { type Target, TARGETS } from "./target.ts";

/** The version of the index that is read and written. */
export const PACK_VERSION = 1;
/** Its file name. */
export const PACK_INDEX = "plugin.json";

/** A plugin for several targets. */
export interface PackIndex {
  /** Version of the format. */
  readonly plugin: typeof PACK_VERSION;
  /** The manifest for each target, below the index's own directory. */
  readonly targets: Readonly<Partial<Record<Target, string>>>;
  /** SHA-256 of what is signed of each manifest, by its path. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** Who vouches for it. */
  readonly signature?: ManifestSignature;
}

/** An index, with the JSON that was signed. */
export interface ReadPackIndex {
  readonly index: PackIndex;
  readonly json: object;
}

/**
 * Reads and validates an index.
 *
 * @param text JSON.
 * @param path The file it came from, for errors.
 * @returns A copy of what the format knows, and what was read.
 * @throws {PluginError} `bad_manifest`: names the field that is wrong.
 */
export function readPackIndex(text: string, path: string): ReadPackIndex {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(path, notJson(cause), cause);
  }
  return wrapValidationErrors(path, (): ReadPackIndex => {
    const root = object(json);
    field(root, "plugin", formatVersion(PACK_VERSION));
    const index = omitMissing({
      plugin: PACK_VERSION,
      targets: field(root, "targets", manifests),
      manifests: optional(root, "manifests", record(hexadecimal)),
      signature: optional(root, "signature", signature),
    });
    return { index, json: root };
  });
}

/**
 * The digest of a manifest, as an index has it: of all that is signed of it.
 *
 * @param json The manifest, as `JSON.parse` gave it.
 * @throws {RangeError} As `signedBytes`.
 */
export function manifestDigest(json: object): string {
  return sha256(signedBytes(json));
}

const manifests: Read<PackIndex["targets"]> = (value) => {
  const targets = record(manifestBelow)(value);
  for (const target of Object.keys(targets)) oneOf(TARGETS)(target);
  return targets;
};

/** A path that cannot lead out of the directory that the index is in. */
const manifestBelow: Read<string> = (value) => {
  const text = name(value);
  const parts = text.split("/");
  const stays = !text.includes("\\") &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (stays && text.endsWith(".json")) return text;
  throw new ValidationError(
    show(text),
    "the path of a manifest below this directory",
  );
};
