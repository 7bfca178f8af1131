/**
 * Resolving: from what the caller wrote to the file that is meant by it.
 *
 * @module
 */

import { basename, dirname, join } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { systemLibrary, systemPlaces } from "../system/libraries.ts";
import { exists } from "../system/system.ts";
import {
  absoluteOf,
  realPathOf,
  resolvedAt,
  type ResolvedFile,
} from "./files.ts";

/**
 * Finds what the caller names: at the path, or else, for a bare name such as
 * `libm.so.6`, where the system keeps its libraries.
 *
 * @param path A library, a manifest or a directory, as the caller wrote it.
 * @returns The file or directory.
 * @throws {TypeError} When it is not a path or a `file:` URL.
 * @throws {PluginError} `not_found`, with the places that were looked at, or
 * `permission_denied`.
 */
export function resolveFile(path: string | URL): ResolvedFile {
  return resolvedAt(realPathOrSystem(path), "plugin");
}

function realPathOrSystem(path: string | URL): string {
  const file = absoluteOf(path);
  try {
    return realPathOf(file, "plugin");
  } catch (error) {
    const name = basename(file);
    const { code, cause } = error as PluginError;
    if (code !== "not_found" || path !== name) throw error;
    return inSystem(name) ?? notThere(file, "plugin", file, cause);
  }
}

/**
 * Finds the library that a manifest names: beside it, or else, as for
 * `libz.so.1`, where the system keeps its libraries.
 *
 * @param manifest The real path of the manifest.
 * @param name The file name that the manifest has for its library.
 * @returns The library.
 * @throws {PluginError} As {@linkcode resolveFile}.
 */
export function resolveLibrary(manifest: string, name: string): ResolvedFile {
  const beside = join(dirname(manifest), name);
  const path = exists(beside)
    ? realPathOf(beside, "plugin")
    : inSystem(name) ?? notThere(beside, "plugin of the manifest", manifest);
  return resolvedAt(path, "plugin");
}

/** The real path of a library of the system. */
function inSystem(name: string): string | undefined {
  const path = systemLibrary(name);
  return path && realPathOf(path, "plugin");
}

function notThere(
  library: string,
  what: string,
  path: string,
  cause?: unknown,
): never {
  throw new PluginError(
    "not_found",
    `Cannot open the ${what} ${quote(path)}: there is no ${
      quote(basename(library))
    } in ${[dirname(library), ...systemPlaces()].join(", ")}`,
    { path, cause },
  );
}
