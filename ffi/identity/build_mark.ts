/**
 * What tells one library from another.
 *
 * @module
 */

import { sha256 } from "../system/node_system.ts";
import { identify } from "./read_identity.ts";
import { readWhole } from "./library_bytes.ts";

/**
 * What tells the bytes of a library from others, as an error says it: the
 * linker's build id, or where there is none the digest.
 *
 * @param path Absolute path of the library, which is read.
 * @throws {PluginError} As {@linkcode identify}.
 */
export function markIn(path: string): string {
  const { buildId } = identify(path);
  return buildId === undefined
    ? markOf(undefined, sha256(readWhole(path)))
    : markOf(buildId, "");
}

/** The same, of a library of which both are known. */
export function markOf(buildId: string | undefined, sha256: string): string {
  return buildId === undefined
    ? `the sha256 ${sha256}`
    : `the build id ${buildId}`;
}
