/**
 * Private keys, and what is signed with them.
 *
 * @module
 */

import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import {
  exists,
  readTextFile,
  system,
  whyUnread,
} from "../../ffi/system/system.ts";
import {
  keyText,
  type ManifestSignature,
  MAX_MANIFEST_SIZE,
  readSucceeded,
  signedBytes,
  type SignedKind,
  type SucceededKey,
  successorBytes,
} from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";

/** The variable that says the passphrase of a key. */
const PASSPHRASE = "PLUGIN_KEY_PASSPHRASE";

/** How keys begin that ssh-keygen has made. */
const OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";

/** A key to sign with. */
export interface SigningKey {
  readonly secret: KeyObject;
  /** The public key, as signatures name it. */
  readonly text: string;
  /** The keys whose place it has taken, the last one first. */
  readonly succeeds: readonly SucceededKey[];
}

/** Where it is written whose place a key has taken, beside the key. */
export function successionFile(key: string): string {
  return `${key.replace(/\.pem$/, "")}.succeeds.json`;
}

/**
 * Reads a private key, and whose place it has taken.
 *
 * @param path A PEM file.
 * @returns The key, with those that it succeeds.
 * @throws {EmitError} `not_found`, `bad_key`.
 */
export function readSigningKey(path: string): SigningKey {
  const secret = readSecret(path);
  const text = keyText(createPublicKey(secret));
  return { secret, text, succeeds: readSuccession(successionFile(path), text) };
}

/**
 * Signs.
 *
 * @param json What is signed; a member `signature` is left out.
 * @param kind What it is.
 * @param key The key.
 * @returns The signature, as a manifest says it.
 */
export function signJson(
  json: object,
  kind: SignedKind,
  { secret, text, succeeds }: SigningKey,
): ManifestSignature {
  const value = signBytes(null, signedBytes(json, kind), secret);
  return {
    algorithm: "ed25519",
    key: text,
    value: value.toString("base64"),
    ...(succeeds.length > 0 && { succeeds }),
  };
}

/**
 * Says that a newer key takes the place of an older one.
 *
 * @param older The older one.
 * @param newer The newer public key, as signatures name it.
 * @returns What is kept beside the newer one.
 */
export function succession(
  { secret, text, succeeds }: SigningKey,
  newer: string,
): SucceededKey[] {
  const value = signBytes(null, successorBytes(text, newer), secret);
  return [{ key: text, value: value.toString("base64") }, ...succeeds];
}

/**
 * Reads a public key.
 *
 * @param path A PEM file.
 * @returns The key, as signatures name it.
 * @throws {EmitError} `not_found`, `bad_key`.
 */
export function readPublicKey(path: string): string {
  const pem = readPem(path);
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519") return keyText(key);
  } catch (cause) {
    throw badKey("read", path, "it is no key in PEM", cause);
  }
  throw badKey("read", path, "it is not for Ed25519");
}

function readSuccession(path: string, text: string): readonly SucceededKey[] {
  if (!exists(path)) return [];
  try {
    return readSucceeded(readTextFile(path, MAX_MANIFEST_SIZE), text);
  } catch (cause) {
    throw badKey(
      "sign with",
      path,
      `it does not say whose place the key has taken: ${
        (cause as Error).message
      }`,
      cause,
    );
  }
}

/**
 * A private key as it is written to the disk: encrypted where there is a passphrase.
 *
 * @param key The key.
 * @returns PEM.
 */
export function secretPem(key: KeyObject): string {
  const passphrase = system.permittedEnv(PASSPHRASE);
  return String(key.export({
    type: "pkcs8",
    format: "pem",
    ...passphrase !== undefined && passphrase !== "" &&
      { cipher: "aes-256-cbc", passphrase },
  }));
}

function readSecret(path: string): KeyObject {
  const pem = readPem(path);
  let key: KeyObject;
  try {
    const passphrase = system.permittedEnv(PASSPHRASE);
    key = createPrivateKey(
      passphrase === undefined ? pem : { key: pem, passphrase },
    );
  } catch (cause) {
    throw badKey(
      "sign with",
      path,
      pem.includes("PUBLIC KEY")
        ? "it is the public one, wanted the private one"
        : pem.includes("ENCRYPTED")
        ? `it has a passphrase, and ${PASSPHRASE} does not say the right one`
        : pem.includes(OPENSSH)
        ? "it is in the format of OpenSSH (ssh-keygen), wanted PKCS #8 in PEM; make one with: plugin keygen"
        : "it is not a private key in PEM",
      cause,
    );
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw badKey(
    "sign with",
    path,
    `it is for ${key.asymmetricKeyType}, wanted Ed25519`,
  );
}

function readPem(path: string): string {
  try {
    return system.readText(path);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot read the key "${path}": ${whyUnread(cause)}`,
      { path, cause },
    );
  }
}

function badKey(
  what: "read" | "sign with",
  path: string,
  why: string,
  cause?: unknown,
): EmitError {
  return new EmitError("bad_key", `Cannot ${what} the key "${path}": ${why}`, {
    path,
    cause,
  });
}
