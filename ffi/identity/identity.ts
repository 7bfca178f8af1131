/**
 * Is the file the library that the manifest describes, and can this machine
 * load it? Answered before any of its code runs.
 *
 * @module
 */

import { basename } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { identify } from "./read_identity.ts";
import { ownLibc } from "./executable.ts";
import {
  type Identity,
  notALibrary,
  readWhole,
  sourceOf,
} from "./library_bytes.ts";
import type { LibraryInfo, ThunkLibrary } from "../manifest/manifest.ts";
import { type LibraryDifference, libraryDifferences } from "./same_library.ts";
import type { SeenFile } from "./unchanged.ts";
import { isMissing, system } from "../system/system.ts";
import { sha256 } from "../system/node_system.ts";

/**
 * How much a library is compared with its manifest.
 *
 * `"buildId"` compares the linker's build id where there is one: the same
 * compilation, or one that came out the same. It does not notice a byte that
 * was changed afterwards. `"sha256"` compares the size and the digest of all
 * bytes, always. Without a build id both do. `"bytes"` does as `"sha256"`, and
 * what was compared is kept in memory to be loaded, whatever becomes of the file.
 */
export type Integrity = "buildId" | "sha256" | "bytes";

/** A library that may be loaded. */
export interface Checked {
  /** Absolute path of the library. */
  readonly path: string;
  /** Whether it asks that all functions it needs are found at once; undefined where its format does not say. */
  readonly bindsNow: boolean | undefined;
  /** Whether no other file's symbols can take the place of any in it; undefined where that is not known. */
  readonly isSelfContained?: boolean | undefined;
  /** The linker's build id, if it has one. */
  readonly buildId: string | undefined;
  /** The bytes that were checked, where these and no others are to be loaded. */
  readonly copy?: CopySet;
  /** What tells later whether the file is still the one that was checked, where it is the file that is loaded. */
  readonly seen?: SeenFile;
  /** Functions of the plugin that it is given the addresses of, once it is loaded. */
  readonly links?: readonly string[] | undefined;
  /** What a report of its crashes says of it, where they are reported. */
  readonly report?: { readonly manifest: string };
}

/** What is loaded from a private copy. */
export interface CopySet {
  /** The library itself. */
  readonly bytes: Uint8Array;
  /** Letters, digits and hyphens that tell copies apart: digests, or something random for images of their own. */
  readonly key: string;
  /** Whether all of it was signed: nothing else may take the place of any of it. */
  readonly isSigned?: boolean;
  /** The libraries that it brings along. */
  readonly bundled?: readonly CopiedFile[];
  /** How many directories up a way leads at most that begins at one of them. */
  readonly depth?: number;
  /** Directories that such ways go through, by their paths from the library's. */
  readonly directories?: readonly string[];
}

/** A library that is copied with another. */
export interface CopiedFile {
  /** Its path from the directory of the other, as it lies there: `"../lib/libbase.so"`. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What tells its bytes and its name from others, where it was signed. */
  readonly tag?: string;
}

/**
 * Makes sure that this process can load the library, and that it is the one described.
 *
 * @param path Absolute path of the library.
 * @param library What the manifest says of it.
 * @param integrity How much of it is compared.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `wrong_library`,
 * `permission_denied`: each says what is there and what was wanted.
 */
export function checkIdentity(
  path: string,
  library: LibraryInfo,
  integrity: Integrity,
): Checked {
  return check(path, library, integrity, () => {
    checkTarget(path, "the manifest", [library.os], [library.arch]);
    checkLibc(path, library.libc);
  });
}

/**
 * Makes sure that this process can load a library that nothing describes.
 *
 * @param path Absolute path of the library.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `permission_denied`.
 */
export function checkAlone(path: string): Checked {
  const file = identify(path);
  checkShared(path, file);
  checkHere(path, file);
  return { path, ...factsOf(file), ...seenIn(file) };
}

/**
 * What a manifest would say of a library that this process can load.
 *
 * @param path Absolute path of the library; all of it is read.
 * @throws {PluginError} As {@linkcode checkAlone}.
 */
export function infoOf(path: string): LibraryInfo {
  const bytes = readWhole(path);
  const { libc, buildId, needs, size } = identify(sourceOf(path, bytes));
  return {
    file: basename(path),
    os: system.os as LibraryInfo["os"],
    arch: system.arch as LibraryInfo["arch"],
    ...(libc === undefined || libc === "bionic" ? {} : { libc }),
    ...(buildId === undefined ? {} : { buildId }),
    sha256: sha256(bytes),
    size,
    needs: needs ?? [],
  };
}

/**
 * Makes sure that the companion of a library, which its thunks lie in, is the one described.
 *
 * @param path Absolute path of the companion.
 * @param thunks What the manifest says of it.
 * @param integrity How much of it is compared.
 * @throws {PluginError} As {@linkcode checkIdentity}.
 */
export function checkCompanion(
  path: string,
  thunks: ThunkLibrary,
  integrity: Integrity,
): Checked {
  return { ...check(path, thunks, integrity), links: thunks.links };
}

function check(
  path: string,
  wanted: ThunkLibrary,
  integrity: Integrity,
  more?: () => void,
): Checked {
  const read = integrity === "bytes" ? readWhole(path, wanted.size) : undefined;
  const bytes = typeof read === "object" ? read : undefined;
  const file = identify(bytes === undefined ? path : sourceOf(path, bytes));
  checkShared(path, file);
  more?.();
  checkHere(path, file);
  const { buildId, size } = file;
  const facts = {
    buildId,
    size,
    sha256: () => sha256(bytes ?? readWhole(path)),
  };
  const [other] = libraryDifferences(wanted, facts, integrity !== "buildId");
  if (other !== undefined) throw notDescribed(path, other);
  const checked = { path, ...factsOf(file) };
  if (integrity !== "bytes") {
    const isWhole = integrity === "sha256";
    return { ...checked, ...seenIn(file, wanted, isWhole) };
  }
  if (bytes === undefined) throw notALibrary(path, "it is being written");
  return { ...checked, copy: { bytes, key: wanted.sha256 } };
}

/**
 * Reads a library that a plugin brings along, and makes sure that it is the one described.
 *
 * @param path Absolute path of the library.
 * @param wanted What the manifest says of the library.
 * @returns The bytes of the library.
 * @throws {PluginError} `wrong_library`, `permission_denied`, `not_found`.
 */
export function readBundled(
  path: string,
  wanted: Pick<LibraryInfo, "size" | "sha256">,
): Uint8Array {
  let read: Uint8Array | number;
  try {
    read = readWhole(path, wanted.size);
  } catch (error) {
    const { cause } = error as PluginError;
    if (!isMissing(cause)) throw error;
    throw new PluginError(
      "not_found",
      `Cannot open ${
        quote(path)
      }, which the plugin brings along: there is no such file`,
      { path, cause },
    );
  }
  const [size, bytes] = typeof read === "number"
    ? [read, new Uint8Array()]
    : [read.length, read];
  const facts = { size, sha256: () => sha256(bytes) };
  const [other] = libraryDifferences(wanted, facts, true);
  if (other !== undefined) throw notDescribed(path, other);
  return bytes;
}

function factsOf(
  { bindsNow, isSelfContained, buildId }: Identity,
): Omit<Checked, "path" | "copy" | "seen"> {
  return { bindsNow, isSelfContained, buildId };
}

function seenIn(
  { status }: Identity,
  described?: SeenFile["described"],
  isWhole = false,
): Pick<Checked, "seen"> {
  return status === undefined ? {} : { seen: { status, described, isWhole } };
}

function checkShared(path: string, { isShared }: Identity): void {
  if (isShared) return;
  throw notALibrary(path, "it is compiled, but not a shared object");
}

/** Whether this process can load the file. */
function checkHere(path: string, { os, arch, libc }: Identity): void {
  checkTarget(path, "the file", [os], arch);
  checkLibc(path, libc);
}

function notDescribed(
  path: string,
  { field, described, there }: LibraryDifference,
): PluginError {
  const what = field === "buildId" ? "build id" : field;
  return new PluginError(
    "wrong_library",
    `Cannot open the plugin ${quote(path)}: its ${what} is ${there}, ` +
      `the manifest describes ${described}; write the manifest anew`,
    { path },
  );
}

function checkTarget(
  path: string,
  who: string,
  os: readonly string[],
  arch: readonly string[],
): void {
  if (os.includes(system.os) && arch.includes(system.arch)) return;
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: ${who} is for ${os}-${arch}, ` +
      `this process is ${system.os}-${system.arch}; build the plugin for this machine`,
    { path },
  );
}

/** Two C libraries in one process do not live together, even where both are installed. */
function checkLibc(path: string, needed: Identity["libc"]): void {
  if (needed === undefined || system.os !== "linux") return;
  const own = ownLibc();
  if (own === undefined || own === needed) return;
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: it needs the C library ${
      quote(needed)
    }, this process runs on ${quote(own)}; build the plugin for this machine`,
    { path },
  );
}
