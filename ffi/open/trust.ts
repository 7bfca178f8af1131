/**
 * Whose plugins are opened: manifests that one of the given keys has signed.
 *
 * @module
 */

import type { KeyObject } from "node:crypto";
import { PluginError, quote } from "../error.ts";
import {
  isAsSigned,
  keyText,
  type LazyManifest,
} from "../manifest/manifest.ts";
import { nodeModule } from "../system/node.ts";

/**
 * An Ed25519 public key: the text of a PEM file, a `KeyObject` of
 * `node:crypto`, or the 32 bytes themselves.
 */
export type PublicKey = string | KeyObject | Uint8Array;

/** Keys as signatures name them. */
export type TrustedKeys = ReadonlySet<string>;

/**
 * Reads the keys that a caller trusts.
 *
 * @param keys At least one.
 * @throws {TypeError} When one is no Ed25519 public key, or there is none.
 */
export function trustedKeys(keys: readonly PublicKey[]): TrustedKeys {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      "open(): trust is not a list of public keys: it takes at least one",
    );
  }
  return new Set(keys.map((key, index) => keyText(readKey(key, index))));
}

/** Most keys given as text whose reading is remembered. */
const MAX_REMEMBERED = 64;
/** Reading PEM takes as long as opening a plugin that is already there. */
const remembered = new Map<string, KeyObject>();

function readKey(key: PublicKey, index: number): KeyObject {
  const known = typeof key === "string" ? remembered.get(key) : undefined;
  if (known !== undefined) return known;
  let read: KeyObject;
  try {
    read = parseKey(key);
  } catch (cause) {
    throw noKey(index, "it cannot be read", cause);
  }
  if (read.type !== "public") {
    throw noKey(index, `it is a ${read.type} key, wanted the public one`);
  }
  if (read.asymmetricKeyType !== "ed25519") {
    throw noKey(index, `it is for ${read.asymmetricKeyType}`);
  }
  if (typeof key === "string" && remembered.size < MAX_REMEMBERED) {
    remembered.set(key, read);
  }
  return read;
}

function parseKey(key: PublicKey): KeyObject {
  const { createPublicKey, KeyObject } = nodeModule<
    typeof import("node:crypto")
  >("node:crypto");
  if (key instanceof KeyObject) return key;
  if (typeof key === "string") {
    // Made of a private key, the public one would be taken without a word.
    if (key.includes("PRIVATE KEY")) throw new Error("it is a private key");
    return createPublicKey(key);
  }
  if (!(key instanceof Uint8Array) || key.length !== 32) {
    throw new Error("wanted PEM, a KeyObject or 32 bytes");
  }
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  const x = Buffer.from(key).toString("base64url");
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  return createPublicKey({ key: jwk, format: "jwk" });
}

function noKey(index: number, why: string, cause?: unknown): TypeError {
  const detail = cause instanceof Error ? `${why} (${cause.message})` : why;
  return new TypeError(
    `open(): trust[${index}] is not an Ed25519 public key: ${detail}`,
    { cause },
  );
}

/**
 * Makes sure that a manifest is signed by one of the keys, and is what was signed.
 *
 * @param path The plugin, for errors.
 * @param manifest What was read, all of it.
 * @param keys Whom the caller trusts.
 * @returns The key, as the signature names it.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`.
 */
export function checkSignature(
  path: string,
  manifest: LazyManifest,
  keys: TrustedKeys,
): string {
  const signer = manifest.signature?.key;
  if (signer === undefined) {
    throw refuse(
      "unsigned",
      path,
      "its manifest is not signed; sign it with: plugin sign --key key.pem",
    );
  }
  if (!keys.has(signer)) throw signedByOther(path, signer, keys);
  if (!isAsSigned(manifest)) {
    throw refuse(
      "bad_signature",
      path,
      `its manifest is not as the key ${signer} has signed it; it was changed since`,
    );
  }
  return signer;
}

/**
 * Makes sure that a plugin which is loaded already was checked then, with one of the keys.
 *
 * @param path The plugin, for errors.
 * @param signer The key that it was checked with, if it was.
 * @param keys Whom the caller trusts.
 * @throws {PluginError} `untrusted`.
 */
export function checkSigner(
  path: string,
  signer: string | undefined,
  keys: TrustedKeys,
): void {
  if (signer === undefined) {
    throw refuse(
      "untrusted",
      path,
      "it was loaded before without trust; whoever opens it first must name the keys",
    );
  }
  if (!keys.has(signer)) throw signedByOther(path, signer, keys);
}

function signedByOther(
  path: string,
  signer: string,
  keys: TrustedKeys,
): PluginError {
  return refuse(
    "untrusted",
    path,
    `its manifest is signed by the key ${signer}, trusted ${
      keys.size === 1 ? "is" : "are"
    } ${[...keys].join(", ")}`,
  );
}

function refuse(
  code: "unsigned" | "untrusted" | "bad_signature",
  path: string,
  why: string,
): PluginError {
  return new PluginError(
    code,
    `Cannot open the plugin ${quote(path)}: ${why}`,
    { path },
  );
}
