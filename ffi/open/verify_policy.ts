/**
 * What a caller wants to be sure of before a library is loaded, and what was
 * made sure of about those that are.
 *
 * @module
 */

import { checkIdentity, type Integrity } from "../identity/identity.ts";
import type { LazyManifest, LibraryInfo } from "../manifest/manifest.ts";
import type { Plugin } from "../plugin/plugin.ts";
import type { Companion } from "./companion.ts";
import {
  checkSignature,
  checkSigner,
  type PublicKey,
  type TrustedKeys,
  trustedKeys,
} from "./trust.ts";

/** How sure a caller wants to be. */
export interface AssuranceOptions {
  /**
   * `"sha256"` compares the size and all bytes of the library, and of the one
   * that its thunks lie in, with its manifest. Without it that is done only where the library has no build id:
   * a build id tells another build, not a byte that was changed since.
   */
  integrity?: "sha256";
  /**
   * Opens only what one of these keys has signed (`plugin sign`). The size and
   * all bytes are compared then too, and those very bytes are loaded, from a
   * private copy: nobody can exchange the file in between. As the copy lies in
   * a directory of its own, libraries beside the plugin are not found by
   * `$ORIGIN`; nobody has signed them.
   */
  trust?: readonly PublicKey[];
}

/** What is to be made sure of. */
export interface VerifyPolicy {
  readonly integrity: Integrity;
  readonly keys?: TrustedKeys;
}

/** A plugin that its manifest describes, and what was made sure of it. */
export interface VerifiedPlugin {
  readonly plugin: Plugin;
  /** What its manifest says of the library. */
  readonly library: LibraryInfo;
  readonly companion: Companion | undefined;
  /** How much of both was compared. */
  integrity: Integrity;
  /** The key that its manifest is signed with, if that was checked. */
  readonly signer: string | undefined;
}

/**
 * Reads the options.
 *
 * @throws {TypeError} When one is not what it must be.
 */
export function parsePolicy(
  { integrity, trust }: AssuranceOptions,
): VerifyPolicy {
  if (integrity !== undefined && integrity !== "sha256") {
    throw new TypeError(
      `open(): integrity is ${JSON.stringify(integrity)}, wanted "sha256"`,
    );
  }
  return trust === undefined
    ? { integrity: integrity ?? "buildId" }
    : { integrity: "bytes", keys: trustedKeys(trust) };
}

/**
 * Makes sure of the manifest's signature, where that is asked for.
 *
 * @param policy What is asked for.
 * @param path The plugin, for errors.
 * @param manifest What was read, all of it.
 * @returns The key, for {@linkcode VerifiedPlugin}; undefined where it was not asked for.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`.
 */
export function verifySignature(
  { keys }: VerifyPolicy,
  path: string,
  manifest: LazyManifest,
): string | undefined {
  return keys && checkSignature(path, manifest, keys);
}

/**
 * Makes sure of a plugin that may have been loaded for somebody who asked for less.
 *
 * Digests can still be compared, as long as the files are there: the library's,
 * and its companion's. Whether the bytes that were loaded are those that were
 * signed can not.
 *
 * @param known What was loaded, and made sure of then.
 * @param policy What is asked for now.
 * @throws {PluginError} `untrusted`, `wrong_library`.
 */
export function ensureVerified(
  known: VerifiedPlugin,
  { integrity, keys }: VerifyPolicy,
): void {
  if (integrity === "buildId") return;
  const { plugin: { path }, library, companion, signer } = known;
  if (keys !== undefined) {
    checkSigner(path, signer, keys);
  } else if (known.integrity === "buildId") {
    checkIdentity(path, library, integrity);
    companion?.compare(integrity);
    known.integrity = integrity;
  }
}

/**
 * Makes sure that a plugin which is open is what another manifest describes.
 *
 * @param known What is open.
 * @param library What the manifest that was named now says of it.
 * @param policy What is asked for.
 * @throws {PluginError} `wrong_library`, `wrong_target`.
 */
export function ensureDescribed(
  { plugin: { path }, library: known }: VerifiedPlugin,
  library: LibraryInfo,
  { integrity }: VerifyPolicy,
): void {
  const isSame = known.sha256 === library.sha256 &&
    known.size === library.size && known.buildId === library.buildId;
  if (!isSame) checkIdentity(path, library, integrity);
}
