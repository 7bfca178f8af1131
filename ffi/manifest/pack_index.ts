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
 * @module
 */

import {
  bad,
  field,
  name,
  object,
  oneOf,
  type Read,
  record,
  show,
  ValidationError,
  wrapValidationErrors,
} from "./field.ts";
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
}

/**
 * Reads and validates an index.
 *
 * @param text JSON.
 * @param path The file it came from, for errors.
 * @returns A copy of what the format knows.
 * @throws {PluginError} `bad_manifest`: names the field that is wrong.
 */
export function parsePackIndex(text: string, path: string): PackIndex {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(path, "it is not JSON", cause);
  }
  return wrapValidationErrors(path, (): PackIndex => {
    const root = object(json);
    field(root, "plugin", oneOf([PACK_VERSION]));
    const targets = field(root, "targets", manifests);
    return { plugin: PACK_VERSION, targets };
  });
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
