/**
 * Choosing, in a directory of libraries for several targets, the one that this
 * process can load.
 *
 * @module
 */

import { join } from "@std/path";
import { PluginError, quote } from "../error.ts";
import { ownLibc } from "../identity/libc.ts";
import { real } from "./locate.ts";
import {
  type LibraryInfo,
  PACK_INDEX,
  parsePackIndex,
  targetOf,
} from "../manifest/manifest.ts";
import { isMissing, system } from "../system/system.ts";

/**
 * The file to open where a directory is named.
 *
 * @param path The real path of the directory.
 * @returns The real path of the manifest for this process.
 * @throws {PluginError} `no_manifest` for a directory without an index,
 * `bad_manifest`, `wrong_target` with the targets that there are.
 */
export function choose(path: string): string {
  const index = join(path, PACK_INDEX);
  const { targets } = parsePackIndex(read(index, path), index);
  const own = targetOf({
    os: system.os as LibraryInfo["os"],
    arch: system.arch as LibraryInfo["arch"],
    libc: ownLibc() ?? "gnu",
  });
  const manifest = Object.hasOwn(targets, own) ? targets[own] : undefined;
  if (manifest !== undefined) return real(join(path, manifest), "manifest");
  const there = Object.keys(targets).sort();
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: it is for ${
      there.length === 0 ? "no target" : there.join(", ")
    }, this process is ${own}; build it for this machine with: plugin build --target ${own}`,
    { path },
  );
}

function read(index: string, directory: string): string {
  try {
    return system.readText(index);
  } catch (cause) {
    if (!isMissing(cause)) real(index, "manifest"); // explains what is denied
    throw new PluginError(
      "no_manifest",
      `Cannot open the plugin ${quote(directory)}: it is a directory without ${
        quote(PACK_INDEX)
      }; plugin pack makes one of libraries for several targets`,
      { path: directory, cause },
    );
  }
}
