/**
 * What is signed, and whether a signature fits.
 *
 * @module
 */

import type { KeyObject } from "node:crypto";
import { canonical } from "./canonical.ts";
import { isSignedBy } from "./ed25519.ts";
import { ValidationError } from "./field.ts";
import type { ManifestSignature, SucceededKey } from "./format.ts";
import { succeededKeys } from "./parse_signed.ts";

/**
 * What stands before the canonical form of everything that is signed and is no
 * manifest, so that no signature of one is good for another.
 */
export type SignedKind =
  | "manifest"
  | "pack index"
  | "successor"
  | "revocations";

/**
 * The bytes that are signed: for a manifest its canonical form without the
 * member `signature`. Everything else is in it, also what the format does not
 * know. For the others a line with what they are comes first, which is no JSON.
 *
 * @param json What `JSON.parse` gave.
 * @param kind What it is.
 * @throws {RangeError} As {@linkcode canonical}.
 */
export function signedBytes(
  json: object,
  kind: SignedKind = "manifest",
): Uint8Array {
  const { signature: _, ...rest } = json as Record<string, unknown>;
  const first = kind === "manifest" ? "" : `plugin ${kind} 1\n`;
  return new TextEncoder().encode(first + canonical(rest));
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
 * Whether something is as the key that it names has signed it. Whose key that
 * is, is another question.
 *
 * @param signed What was read, all of it; false where it is not signed.
 * @param kind What it is.
 */
export function isAsSigned(
  { signature, json }: {
    readonly signature: ManifestSignature | undefined;
    readonly json: object;
  },
  kind: SignedKind = "manifest",
): boolean {
  if (signature === undefined) return false;
  let bytes: Uint8Array;
  try {
    bytes = signedBytes(json, kind);
  } catch {
    return false; // nothing that could have been signed
  }
  const { key, value, succeeds = [] } = signature;
  return isSignedBy(bytes, key, value) && isSuccession(succeeds, key);
}

/** Whether each of the keys has signed that the one before it takes its place, and the first that `key` does. */
function isSuccession(succeeds: readonly SucceededKey[], key: string): boolean {
  return succeeds.every((older, index) =>
    isSignedBy(
      successorBytes(older.key, index === 0 ? key : succeeds[index - 1]!.key),
      older.key,
      older.value,
    )
  );
}

/**
 * Reads the keys whose place one has taken, and makes sure that they have said so.
 *
 * @param text JSON: the list.
 * @param key The public key, as signatures name it.
 * @returns The keys, the latest first.
 * @throws {Error} Its message says what is wrong.
 */
export function readSucceeded(text: string, key: string): SucceededKey[] {
  let succeeds: SucceededKey[];
  try {
    succeeds = succeededKeys(JSON.parse(text));
  } catch (error) {
    throw error instanceof ValidationError ? new Error(error.sentence) : error;
  }
  if (isSuccession(succeeds, key)) return succeeds;
  throw new Error(`its keys have not signed that ${key} takes their place`);
}

/** What an older key signs to say that another takes its place. */
export function successorBytes(older: string, newer: string): Uint8Array {
  return signedBytes({ key: older, successor: newer }, "successor");
}

/**
 * The keys that vouch for a signature: the one that it was made with, and those
 * that this one has succeeded.
 *
 * @param signature One that fits.
 */
export function signersOf(
  { key, succeeds = [] }: ManifestSignature,
): string[] {
  return [key, ...succeeds.map(({ key }) => key)];
}
