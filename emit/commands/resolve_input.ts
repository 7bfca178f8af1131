/**
 * Finds the library and the manifest that a command is about.
 *
 * @module
 */

import { readTextFile, statusAt, whyUnread } from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import {
  isAsSigned,
  type Manifest,
  MAX_MANIFEST_SIZE,
  readManifest as read,
} from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import { locate } from "../find/find_library.ts";

/** A manifest that was read. */
export interface FoundManifest {
  /** Absolute path. */
  readonly path: string;
  readonly manifest: Manifest;
  /** Who has signed it, where somebody has. */
  readonly signed?: Signed;
}

/** A manifest's signature. */
export interface Signed {
  /** The public key: the line in its PEM file. */
  readonly key: string;
  /** Whether the manifest is still what was signed. */
  readonly fits: boolean;
}

/** A library, and its manifest where it has one. */
export interface ResolvedInput {
  /** Absolute path of the library. */
  readonly library: string;
  readonly manifest?: FoundManifest;
}

/**
 * Finds a library and its manifest.
 *
 * @param file A library, a name that the system's loader finds, or a manifest.
 * @param manifest Where the manifest is, when it is not beside the library or here.
 * @returns Both; the library alone where there is no manifest.
 * @throws {EmitError} `not_found`.
 * @throws {PluginError} `bad_manifest`.
 */
export function resolveInput(file: string, manifest?: string): ResolvedInput {
  if (file.endsWith(".json")) {
    const found = resolveManifest(absolutePath(file));
    const beside = join(dirname(found.path), found.manifest.library.file);
    const library = isFile(beside)
      ? beside
      : locate(found.manifest.library.file).path;
    return { library, manifest: found };
  }
  const { path } = locate(file);
  if (manifest !== undefined) {
    return {
      library: path,
      manifest: resolveManifest(absolutePath(manifest)),
    };
  }
  for (
    const place of [`${path}.json`, absolutePath(`${basename(path)}.json`)]
  ) {
    if (isFile(place)) {
      return { library: path, manifest: resolveManifest(place) };
    }
  }
  return { library: path };
}

/**
 * Reads a manifest.
 *
 * @param path Absolute path.
 * @returns The manifest.
 * @throws {EmitError} `not_found`.
 * @throws {PluginError} `bad_manifest`.
 */
export function resolveManifest(path: string): FoundManifest {
  let text: string;
  try {
    text = readTextFile(path, MAX_MANIFEST_SIZE);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot read the manifest "${path}": ${whyUnread(cause)}`,
      { path, cause },
    );
  }
  const lazy = read(text, path);
  const manifest = lazy.whole;
  const key = manifest.signature?.key;
  return key === undefined
    ? { path, manifest }
    : { path, manifest, signed: { key, fits: isAsSigned(lazy) } };
}

function isFile(path: string): boolean {
  return statusAt(path)?.isFile ?? false;
}
