/**
 * Describing: the manifest of what the caller named, and the library that it is of.
 *
 * @module
 */

import { howToEmbed } from "../system/one_binary.ts";
import { basename } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { type LazyManifest, readManifest } from "../manifest/manifest.ts";
import { choose, type Pack } from "./find_in_pack.ts";
import {
  absoluteOf,
  readBytes,
  readText,
  realPathOf,
  type ResolvedFile,
} from "./files.ts";
import { resolveLibrary } from "./resolve.ts";

/** Ending of a manifest's name. */
const ENDING = ".json";

/** A library, and the manifest that was found for it. */
export interface DescribedLibrary {
  readonly file: ResolvedFile;
  readonly manifest: LazyManifest;
  /** The manifest's absolute path. */
  readonly manifestPath: string;
  /** What was read to get from the named file to the library; nothing where the library itself was named. */
  readonly through: readonly ResolvedFile[];
  /** The index that names the manifest, where a directory was named. */
  readonly pack?: Pack;
}

/** Whether the caller named a manifest rather than a library. */
export function isManifest(path: string): boolean {
  return path.endsWith(ENDING);
}

/**
 * Whether something can be opened as its manifest describes it: it is one, it
 * has one beside it, or it is a directory that names one.
 *
 * @param named A library, a manifest or a directory.
 * @throws {PluginError} `permission_denied`, when that may not be known.
 */
export function hasManifest({ path, status }: ResolvedFile): boolean {
  if (isManifest(path) || status.isDirectory) return true;
  try {
    realPathOf(path + ENDING, "manifest");
    return true;
  } catch (error) {
    if ((error as PluginError).code !== "not_found") throw error;
    return false;
  }
}

/**
 * Finds the manifest of a library, or the library of a manifest or of a
 * directory, and reads the manifest.
 *
 * @param named A library, a manifest or a directory.
 * @param elsewhere Where the caller says that the manifest of a library is, and
 * the file of what its headers define.
 * @returns The library with its manifest.
 * @throws {PluginError} `no_manifest`, `bad_manifest`, `wrong_target`,
 * `not_found`, `permission_denied`.
 */
export function describeLibrary(
  named: ResolvedFile,
  elsewhere: Elsewhere = {},
): DescribedLibrary {
  const headers = elsewhere.headers === undefined
    ? undefined
    : absoluteOf(elsewhere.headers);
  if (named.status.isDirectory) {
    const { index, manifest, pack } = choose(named.path);
    return { ...describeManifest(manifest, [index, manifest], headers), pack };
  }
  return isManifest(named.path)
    ? describeManifest(named, [named], headers)
    : describeNamed(named, elsewhere.manifest, headers);
}

/** What does not lie where it would be looked for. */
interface Elsewhere {
  readonly manifest?: string | URL | undefined;
  readonly headers?: string | URL | undefined;
}

function describeManifest(
  { path }: ResolvedFile,
  through: readonly ResolvedFile[],
  headers: string | undefined,
): DescribedLibrary {
  const manifest = readManifest(readText(path), path, readBytes, headers);
  const file = resolveLibrary(path, manifest.library.file);
  return { file, manifest, manifestPath: path, through };
}

function describeNamed(
  file: ResolvedFile,
  elsewhere: string | URL | undefined,
  headers: string | undefined,
): DescribedLibrary {
  const manifestPath = elsewhere === undefined
    ? file.path + ENDING
    : realPathOf(absoluteOf(elsewhere), "manifest");
  const manifest = readManifest(
    textBeside(file.path, manifestPath),
    manifestPath,
    readBytes,
    headers,
  );
  return { file, manifest, manifestPath, through: [] };
}

function textBeside(library: string, manifest: string): string {
  try {
    return readText(manifest);
  } catch (cause) {
    if (!(cause instanceof PluginError) || cause.code !== "not_found") {
      throw cause;
    }
    throw new PluginError(
      "no_manifest",
      `Cannot open the plugin ${quote(library)}: it has no manifest ${
        quote(basename(manifest))
      } beside it${
        howToEmbed(manifest, "manifest") ||
        `; write one with: plugin emit ${basename(library)}`
      }`,
      { path: library, cause: cause.cause },
    );
  }
}
