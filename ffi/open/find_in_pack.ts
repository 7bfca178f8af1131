/**
 * Choosing, in a directory of libraries for several targets, the one that this
 * process can load.
 *
 * @module
 */

import { join } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { ownTarget } from "../identity/executable.ts";
import {
  PACK_INDEX,
  type ReadPackIndex,
  readPackIndex,
} from "../manifest/manifest.ts";
import { isMissing } from "../system/system.ts";
import {
  readText,
  realPathOf,
  resolvedAt,
  type ResolvedFile,
} from "./files.ts";

/** What is opened where a directory is named. */
export interface ChosenTarget {
  /** The directory's index, which names a manifest for each target. */
  readonly index: ResolvedFile;
  /** The manifest for this process. */
  readonly manifest: ResolvedFile;
  /** What vouches for it. */
  readonly pack: Pack;
}

/** An index, and which of its manifests was chosen. */
export interface Pack extends ReadPackIndex {
  /** The manifest's path, as the index has it. */
  readonly chosen: string;
}

/**
 * Chooses what to open where a directory is named.
 *
 * @param path The real path of the directory.
 * @returns The manifest for this process, and the index that names it.
 * @throws {PluginError} `no_manifest` for a directory without an index,
 * `bad_manifest`, `wrong_target` with the targets that there are.
 */
export function choose(path: string): ChosenTarget {
  const index = indexOf(path);
  const read = readPackIndex(readText(index.path), index.path);
  const { targets } = read.index;
  const own = ownTarget();
  const name = Object.hasOwn(targets, own) ? targets[own] : undefined;
  if (name !== undefined) {
    const manifest = realPathOf(join(path, name), "manifest");
    return {
      index,
      manifest: resolvedAt(manifest, "manifest"),
      pack: { ...read, chosen: name },
    };
  }
  const there = Object.keys(targets).sort();
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: it is for ${
      there.length === 0 ? "no target" : there.join(", ")
    }, this process is ${own}; build it for this machine with: plugin build --target ${own}`,
    { path },
  );
}

function indexOf(directory: string): ResolvedFile {
  const index = join(directory, PACK_INDEX);
  try {
    return resolvedAt(index, "manifest");
  } catch (error) {
    const { code, cause } = error as PluginError;
    if (code !== "not_found" || !isMissing(cause)) throw error;
    throw new PluginError(
      "no_manifest",
      `Cannot open the plugin ${quote(directory)}: it is a directory without ${
        quote(PACK_INDEX)
      }; plugin pack makes one of libraries for several targets`,
      { path: directory, cause },
    );
  }
}
