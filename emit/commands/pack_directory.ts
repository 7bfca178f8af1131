/**
 * A directory that `plugin pack` has made.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { isMissing, readTextFile } from "../../ffi/system/system.ts";
import {
  MAX_MANIFEST_SIZE,
  PACK_INDEX,
  type PackIndex,
  readPackIndex,
} from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";

/** The index of such a directory. */
export interface FoundIndex {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
  readonly index: PackIndex;
  /** The manifests that it names, each once, in order. */
  readonly manifests: readonly string[];
}

/**
 * Reads the index of a directory.
 *
 * @param directory Its absolute path.
 * @param what What is to be done with it: `sign`.
 * @returns The index.
 * @throws {EmitError} `not_found` where it has none, or one of nothing.
 * @throws {PluginError} `bad_manifest`.
 */
export function readDirectory(directory: string, what: string): FoundIndex {
  const path = join(directory, PACK_INDEX);
  let text: string;
  try {
    text = readTextFile(path, MAX_MANIFEST_SIZE);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new EmitError(
      "not_found",
      `Cannot ${what} "${directory}": it is a directory without "${PACK_INDEX}"; plugin pack writes one`,
      { path, cause },
    );
  }
  const { index } = readPackIndex(text, path);
  const manifests = [...new Set(Object.values(index.targets))].sort();
  if (manifests.length === 0) {
    throw new EmitError(
      "not_found",
      `Cannot ${what} "${directory}": its "${PACK_INDEX}" names no manifest; plugin pack writes it of libraries`,
      { path },
    );
  }
  return { path, text, index, manifests };
}
