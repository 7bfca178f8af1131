/**
 * Whether a library is the one that a manifest describes: decided in one way by
 * what opens libraries and by what says whether a manifest is stale.
 *
 * @module
 */

import type { ThunkLibrary } from "../manifest/manifest.ts";

/** What is known of a library's file. */
export interface LibraryFacts {
  /** The linker's build id, if it has one. */
  readonly buildId?: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** The digest of all bytes; asked for when it is wanted. */
  sha256(): string;
}

/** One thing in which a library is not the one described. */
export interface LibraryDifference {
  readonly field: "buildId" | "size" | "sha256";
  /** What the manifest says. */
  readonly described: string | number;
  /** What the library has. */
  readonly there: string | number;
}

/**
 * Compares a library with its description: the build ids where both have one,
 * and size and digest where they have not, or where all bytes are to be compared.
 *
 * @param described What the manifest says.
 * @param there The library.
 * @param hasAllBytes Whether a build id that is the same is not enough.
 * @returns What differs, the first of it first; the digest is taken last.
 */
export function* libraryDifferences(
  described: Omit<ThunkLibrary, "file">,
  there: LibraryFacts,
  hasAllBytes = false,
): Generator<LibraryDifference, void> {
  const { buildId, size, sha256 } = described;
  const hasBuildIds = buildId !== undefined && there.buildId !== undefined;
  if (hasBuildIds && buildId !== there.buildId) {
    yield { field: "buildId", described: buildId, there: there.buildId };
  }
  if (hasBuildIds && !hasAllBytes) return;
  if (size !== there.size) {
    yield { field: "size", described: size, there: there.size };
  }
  const digest = there.sha256();
  if (sha256 !== digest) {
    yield { field: "sha256", described: sha256, there: digest };
  }
}
