/**
 * What is signed of a manifest, and whether a signature fits.
 *
 * @module
 */

import type { KeyObject } from "node:crypto";
import { nodeModule } from "../system/node.ts";
import { canonical } from "./canonical.ts";
import type { LazyManifest } from "./parse.ts";

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
 * A public key as a signature names it.
 *
 * @param key A public key.
 * @returns Its SubjectPublicKeyInfo in base64: the line in its PEM file.
 */
export function keyText(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

/**
 * Whether a manifest is as the key that it names has signed it. Whose key that
 * is, is another question.
 *
 * @param manifest What was read, all of it; false where it is not signed.
 */
export function isAsSigned(
  { signature, json }: Pick<LazyManifest, "signature" | "json">,
): boolean {
  if (signature === undefined) return false;
  const { createPublicKey, verify } = nodeModule<typeof import("node:crypto")>(
    "node:crypto",
  );
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  try {
    const key = createPublicKey({
      key: Buffer.from(signature.key, "base64"),
      type: "spki",
      format: "der",
    });
    const value = Buffer.from(signature.value, "base64");
    return key.asymmetricKeyType === signature.algorithm &&
      verify(null, signedBytes(json), key, value);
  } catch {
    return false; // no key, or nothing that could have been signed
  }
}
