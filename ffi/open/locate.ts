/**
 * From what the caller wrote to two files: the library and its manifest.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join } from "@std/path";
import { absolutePath } from "../system/absolute.ts";
import { PluginError, quote } from "../error.ts";
import { type LazyManifest, readManifest } from "../manifest/manifest.ts";
import { exists, type Status, system } from "../system/system.ts";
import { systemDirectories } from "../system/libraries.ts";

/** Ending of a manifest's name. */
const ENDING = ".json";

/**
 * The absolute path that the caller means.
 *
 * @param path A path, taken from the working directory, or a `file:` URL.
 * @returns An absolute path; it need not exist.
 * @throws {TypeError} When it is neither, or a URL of another scheme.
 */
export function absolute(path: string | URL): string {
  if (path instanceof URL) {
    if (path.protocol !== "file:") {
      throw new TypeError(
        `Cannot open "${path.href}": wanted a file: URL, the system's loader takes only files`,
      );
    }
    return fromFileUrl(path);
  }
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError(
      `Cannot open ${
        JSON.stringify(path) ?? String(path)
      }: wanted a path or a file: URL`,
    );
  }
  return absolutePath(path);
}

/**
 * Whether a file lies in the executable itself, as what is compiled into one
 * does: it can be read, and no file system has it.
 *
 * @param status What the system says of it.
 */
export function isEmbedded({ ino }: Pick<Status, "ino">): boolean {
  return ino === 0;
}

/**
 * The file itself, however it is spelled: links followed, dots taken away.
 *
 * @param path An absolute path.
 * @param what What it is to the caller, for the error.
 * @throws {PluginError} `not_found`, or `permission_denied`.
 */
export function real(path: string, what: "plugin" | "manifest"): string {
  try {
    return system.realPath(path);
  } catch (cause) {
    if (liesEmbedded(path)) return path;
    throw missing(path, what, cause);
  }
}

function liesEmbedded(path: string): boolean {
  try {
    return isEmbedded(system.status(path));
  } catch {
    return false; // there is none, or it may not be asked for
  }
}

/**
 * What the system says of a file.
 *
 * @param path The real path of something to open.
 * @throws {PluginError} As {@linkcode real}.
 */
export function statusOf(path: string): Status {
  try {
    return system.status(path);
  } catch (cause) {
    throw missing(path, "plugin", cause);
  }
}

/**
 * The file that the caller means: at the path, or else, for a bare name such as
 * `libm.so.6`, where the system keeps its libraries.
 *
 * @throws {TypeError} As {@linkcode absolute}.
 * @throws {PluginError} `not_found`, with the places that were looked at, or
 * `permission_denied`.
 */
export function find(path: string | URL): string {
  const file = absolute(path);
  try {
    return real(file, "plugin");
  } catch (error) {
    const name = basename(file);
    const { code, cause } = error as PluginError;
    if (code !== "not_found" || path !== name) throw error;
    return inSystem(name) ?? notThere(file, "plugin", file, cause);
  }
}

function missing(path: string, what: string, cause: unknown): PluginError {
  const { code, name } = cause as { code?: string; name?: string };
  if (name === "NotCapable" || code === "EACCES" || code === "EPERM") {
    return new PluginError(
      "permission_denied",
      `Cannot read the ${what} ${quote(path)}: permission denied` +
        (name === "NotCapable" ? `, run with --allow-read=${path}` : ""),
      { path, cause },
    );
  }
  return new PluginError(
    "not_found",
    `Cannot open the ${what} ${quote(path)}: there is no such file`,
    { path, cause },
  );
}

/** A library, and the manifest that was found for it. */
export interface Located {
  /** Where the library should be: an absolute path. */
  readonly library: string;
  /** The manifest's file. */
  readonly manifestPath: string;
  /** What it says. */
  readonly manifest: LazyManifest;
}

/** Whether the caller named a manifest rather than a library. */
export function isManifest(path: string): boolean {
  return path.endsWith(ENDING);
}

/**
 * Whether a file is a manifest, or has one beside it.
 *
 * @throws {PluginError} `permission_denied`, when that may not be known.
 */
export function hasManifest(path: string): boolean {
  if (isManifest(path)) return true;
  try {
    real(path + ENDING, "manifest");
    return true;
  } catch (error) {
    if ((error as PluginError).code !== "not_found") throw error;
    return false;
  }
}

/**
 * Finds the manifest of a library, or the library of a manifest, and reads the manifest.
 *
 * @param path The real path of either.
 * @param manifestPath Where the manifest is, when it is not beside the library.
 * @throws {PluginError} `no_manifest`, `bad_manifest`, `permission_denied`.
 */
export function locate(path: string, manifestPath?: string): Located {
  if (isManifest(path)) {
    const manifest = readManifest(readText(path), path);
    return {
      library: join(dirname(path), manifest.library.file),
      manifestPath: path,
      manifest,
    };
  }
  const beside = manifestPath ?? path + ENDING;
  let text: string;
  try {
    text = readText(beside);
  } catch (cause) {
    if (!(cause instanceof PluginError) || cause.code !== "not_found") {
      throw cause;
    }
    throw new PluginError(
      "no_manifest",
      `Cannot open the plugin ${quote(path)}: it has no manifest ${
        quote(basename(beside))
      } beside it; write one with: plugin emit ${basename(path)}`,
      { path, cause: cause.cause },
    );
  }
  return {
    library: path,
    manifestPath: beside,
    manifest: readManifest(text, beside),
  };
}

function readText(path: string): string {
  try {
    return system.readText(path);
  } catch (cause) {
    throw missing(path, "manifest", cause);
  }
}

/**
 * The library's real path: beside its manifest, or else, as for `libz.so.1`,
 * where the system keeps its libraries.
 *
 * @throws {PluginError} `not_found`, with the places that were looked at.
 */
export function findLibrary({ library, manifestPath }: Located): string {
  if (exists(library)) return real(library, "plugin");
  return inSystem(basename(library)) ??
    notThere(library, "plugin of the manifest", manifestPath);
}

/** The real path of a library of the system. */
function inSystem(name: string): string | undefined {
  const found = systemDirectories().map((directory) => join(directory, name))
    .find((path) => exists(path));
  return found && real(found, "plugin");
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
    } in ${[dirname(library), ...systemDirectories()].join(", ")}`,
    { path, cause },
  );
}
