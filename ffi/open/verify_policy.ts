/**
 * What a caller wants to be sure of before a library is loaded, and what was
 * made sure of about those that are.
 *
 * @module
 */

import { checkIdentity, type Integrity } from "../identity/identity.ts";
import type { LazyManifest } from "../manifest/manifest.ts";
import type { Plugin } from "../plugin/plugin.ts";
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
   * `"sha256"` compares the size and all bytes of the library with its
   * manifest. Without it that is done only where the library has no build id:
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

/** What was made sure of when a library was loaded. */
interface Assurance {
  integrity: Integrity;
  /** The key that its manifest is signed with, if that was checked. */
  readonly signer: string | undefined;
}

const assurances = new WeakMap<Plugin, Assurance>();

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
 * @returns The key, for {@linkcode recordVerified}.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`.
 */
export function verifySignature(
  { keys }: VerifyPolicy,
  path: string,
  manifest: LazyManifest,
): string | undefined {
  return keys && checkSignature(path, manifest, keys);
}

/** Keeps in mind what was made sure of. */
export function recordVerified(
  plugin: Plugin,
  { integrity }: VerifyPolicy,
  signer: string | undefined,
): void {
  assurances.set(plugin, { integrity, signer });
}

/**
 * Makes sure of a plugin that may have been loaded for somebody who asked for less.
 *
 * The digest can still be compared, as long as the file is there. Whether the
 * bytes that were loaded are those that were signed can not.
 *
 * @throws {PluginError} `untrusted`, `wrong_library`.
 */
export function ensureVerified(
  plugin: Plugin,
  { integrity, keys }: VerifyPolicy,
): void {
  if (integrity === "buildId") return;
  const known = assurances.get(plugin)!;
  if (keys !== undefined) {
    checkSigner(plugin.path, known.signer, keys);
  } else if (known.integrity === "buildId") {
    checkIdentity(plugin.path, plugin.manifest.library, integrity);
    known.integrity = integrity;
  }
}
