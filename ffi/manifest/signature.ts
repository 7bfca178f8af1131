/**
 * What is signed of a manifest, and how keys are named.
 *
 * @module
 */

import { createHash, type KeyObject } from "node:crypto";
import { canonical } from "./canonical.ts";

/**
 * The bytes that are signed: the canonical form of the manifest without its
 * member `signature`. Everything else is in it, also what the format does not know.
 *
 * @param json The manifest, as `JSON.parse` gave it.
 * @throws {RangeError} As {@linkcode canonical}.
 */
export function signedBytes(json: object): Uint8Array {
  const { signature: _, ...rest } = json as Record<string, unknown>;
  return new TextEncoder().encode(canonical(rest));
}

/**
 * The name of a key.
 *
 * @param key A public key.
 * @returns SHA-256 of its SubjectPublicKeyInfo, in lower-case hexadecimal:
 * `openssl pkey -pubin -in key.pub.pem -outform DER | sha256sum`.
 */
export function keyId(key: KeyObject): string {
  const spki = key.export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("hex");
}
