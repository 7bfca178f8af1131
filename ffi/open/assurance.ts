/**
 * How sure a caller wants to be of a plugin: the options `integrity` and `trust`.
 *
 * @module
 */

import { showGiven } from "../check/show.ts";
import type { Integrity } from "../identity/identity.ts";
import {
  type PublicKey,
  type Trust,
  type TrustPolicy,
  trustPolicy,
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
   * Opens only what one of these keys has signed (`plugin sign`), or a key that
   * one of them has named as its successor; and with a {@linkcode Trust} only
   * the plugin of that name, and no release that is too old or was taken back.
   *
   * The size and all bytes are compared then too, of the library and of those
   * that were signed with it, and those very bytes are loaded, from a private
   * copy: nobody can exchange a file in between. What else it needs comes from
   * the system's directories or those of `LD_LIBRARY_PATH`, or it is refused.
   *
   * @example
   * ```ts ignore
   * open("./hello.so", { trust: [publicKey] });
   * open("./hello.so", { trust: { keys: [publicKey], name: "hello", minVersion: "1.4" } });
   * ```
   */
  trust?: readonly PublicKey[] | Trust;
}

/** What is to be made sure of. */
export interface VerifyPolicy {
  readonly integrity: Integrity;
  readonly trust?: TrustPolicy;
}

/**
 * Reads what is to be made sure of.
 *
 * @throws {TypeError} When one is not what it must be.
 * @throws {PluginError} `bad_revocations`.
 */
export function parsePolicy(options: AssuranceOptions): VerifyPolicy {
  const { integrity, trust } = options;
  if (integrity === undefined && "integrity" in options) {
    throw new TypeError(
      'open(): integrity is undefined: leave it out to compare what is needed, or say "sha256"',
    );
  }
  if (integrity !== undefined && integrity !== "sha256") {
    throw new TypeError(
      `open(): integrity is ${showGiven(integrity)}, wanted "sha256"`,
    );
  }
  if (trust === undefined && "trust" in options) {
    throw new TypeError(
      "open(): trust is undefined: leave it out to trust everybody, or name the keys",
    );
  }
  return trust === undefined
    ? { integrity: integrity ?? "buildId" }
    : { integrity: "bytes", trust: trustPolicy(trust) };
}
