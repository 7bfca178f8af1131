/**
 * Files as `open` asks for them: from what the caller wrote to absolute paths,
 * with errors that say what is missing or not permitted.
 *
 * @module
 */

import { fromFileUrl, isUrl } from "../system/path.ts";
import { showGiven } from "../check/show.ts";
import { PluginError, quote } from "../error.ts";
import { MAX_MANIFEST_SIZE } from "../manifest/manifest.ts";
import { absolutePath } from "../system/absolute.ts";
import { howToEmbed } from "../system/one_binary.ts";
import {
  exists,
  isMissing,
  readFile,
  readTextFile,
  type Status,
  system,
  UnreadableError,
} from "../system/system.ts";

/** What a file is to the caller, as errors call it. */
export type Role =
  | "plugin"
  | "manifest"
  | "library of thunks"
  | "file of headers";

/** What each is to a program that is one binary. */
const EMBEDDED = {
  plugin: "library",
  manifest: "manifest",
  "library of thunks": "thunks",
  "file of headers": "headers",
} as const;

/** A file that is there. */
export interface ResolvedFile {
  /** Its real path. */
  readonly path: string;
  /** What the system said of it, before anything of it was read. */
  readonly status: Status;
}

/**
 * The absolute path that the caller means.
 *
 * @param path A path, taken from the working directory, or a `file:` URL.
 * @returns An absolute path; it need not exist.
 * @throws {TypeError} When it is neither, or a URL of another scheme.
 */
export function absoluteOf(path: string | URL): string {
  if (isUrl(path)) {
    if (path.protocol !== "file:") {
      throw new TypeError(
        `Cannot open "${path.href}": wanted a file: URL, the system's loader takes only files`,
      );
    }
    return fromFileUrl(path);
  }
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError(
      `Cannot open ${showGiven(path)}: wanted a path or a file: URL`,
    );
  }
  return absolutePath(path);
}

/**
 * The path of the file itself, however it is spelled: links followed, dots taken away.
 *
 * @param path An absolute path.
 * @param role What it is to the caller, for the error.
 * @returns The real path.
 * @throws {PluginError} `not_found`, or `permission_denied`.
 */
export function realPathOf(path: string, role: Role): string {
  try {
    return system.realPath(path);
  } catch (cause) {
    if (liesEmbedded(path)) return path;
    throw unreachable(path, role, cause);
  }
}

/**
 * A file, with what the system says of it now.
 *
 * @param path The real path of the file.
 * @param role What the file is to the caller, for the error.
 * @returns The path, and what the system says.
 * @throws {PluginError} As {@linkcode realPathOf}.
 */
export function resolvedAt(path: string, role: Role): ResolvedFile {
  try {
    return { path, status: system.status(path) };
  } catch (cause) {
    throw unreachable(path, role, cause);
  }
}

/**
 * The text of a manifest.
 *
 * @param path The manifest's absolute path.
 * @returns The text.
 * @throws {PluginError} As {@linkcode realPathOf}; `bad_manifest` where it is no file.
 */
export function readText(path: string): string {
  return reading(
    path,
    "manifest",
    () => readTextFile(path, MAX_MANIFEST_SIZE),
  );
}

/** The bytes of the file of what a manifest's headers define. */
export function readBytes(path: string): Uint8Array {
  return reading(
    path,
    "file of headers",
    () => readFile(path, MAX_MANIFEST_SIZE),
  );
}

function reading<T>(path: string, role: Role, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof UnreadableError
      ? badManifest(path, cause.why)
      : unreachable(path, role, cause);
  }
}

function badManifest(path: string, why: string): PluginError {
  return new PluginError(
    "bad_manifest",
    `Cannot read the manifest ${quote(path)}: ${why}`,
    { path },
  );
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

function liesEmbedded(path: string): boolean {
  try {
    return isEmbedded(system.status(path));
  } catch {
    return false; // there is none, or it may not be asked for
  }
}

function unreachable(path: string, role: Role, cause: unknown): PluginError {
  const { code, name } = cause as { code?: string; name?: string };
  const flag = name === "NotCapable"
    ? "--allow-read"
    : code === "ERR_ACCESS_DENIED"
    ? "--allow-fs-read"
    : undefined;
  if (flag !== undefined || code === "EACCES" || code === "EPERM") {
    return new PluginError(
      "permission_denied",
      `Cannot read the ${role} ${quote(path)}: permission denied` +
        (flag === undefined ? "" : `, run with ${flag}=${path}`),
      { path, cause },
    );
  }
  return new PluginError(
    "not_found",
    `Cannot open the ${role} ${quote(path)}: ${
      !isMissing(cause)
        ? (cause as Error).message
        : exists(path)
        ? "it has no name in any directory: it was removed, or has never been in one (memfd_create), and the system's loader knows libraries by their paths; write it to a file"
        : `there is no such file${howToEmbed(path, EMBEDDED[role])}`
    }`,
    { path, cause },
  );
}
