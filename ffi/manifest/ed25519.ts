/**
 * Ed25519 as RFC 8032 defines it, without what libraries let through.
 *
 * Under a key of small order one signature fits every text, or each eighth.
 * Keys and points that are written in a second way make two names of one key.
 * OpenSSL, BoringSSL and the runtimes differ in which of these they take, so
 * they are refused before any of them is asked.
 *
 * @module
 */

import type { KeyObject } from "node:crypto";
import { nodeModule } from "../system/node_system.ts";

/** The prime of the field: 2 ** 255 - 19. */
const P = 2n ** 255n - 19n;
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
/** Bytes of a key, and of each half of a signature. */
const HALF = 32;
/** What stands before the 32 bytes of a key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI = "302a300506032b6570032100";

/**
 * The y of the points whose order divides 8: those of order 8 are at two of
 * them, of order 4 at 0, of order 2 at -1, and 1 is the neutral element.
 */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
]);

/**
 * The 32 bytes of a public key, from the way in which signatures name it.
 *
 * @param key SubjectPublicKeyInfo in base64.
 * @returns Undefined where it is no Ed25519 key, or is written in another way
 * than the one that there is.
 */
export function keyBytes(key: string): Uint8Array | undefined {
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  const der = Buffer.from(key, "base64");
  const isOne = der.toString("base64") === key &&
    der.length === SPKI.length / 2 + HALF &&
    der.subarray(0, SPKI.length / 2).toString("hex") === SPKI;
  return isOne ? der.subarray(SPKI.length / 2) : undefined;
}

/**
 * Whether bytes are a point that a key or a signature may have: written in the
 * one way that there is, and not of small order.
 *
 * @param bytes 32 of them.
 */
export function isSoundPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== HALF) return false;
  const y = numberOf(bytes) & (2n ** 255n - 1n); // the highest bit is the sign of x
  return y < P && !SMALL_ORDER.has(y);
}

/**
 * Whether a key is one that only its owner can sign with.
 *
 * @param key SubjectPublicKeyInfo in base64.
 */
export function isSoundKey(key: string): boolean {
  const point = keyBytes(key);
  return point !== undefined && isSoundPoint(point);
}

/**
 * Whether a signature is one of this key over these bytes.
 *
 * @param bytes What was signed.
 * @param key SubjectPublicKeyInfo in base64.
 * @param value The signature, in base64.
 * @returns False also for keys and signatures that are not sound.
 */
export function isSignedBy(
  bytes: Uint8Array,
  key: string,
  value: string,
): boolean {
  const point = keyBytes(key);
  if (point === undefined || !isSoundPoint(point)) return false;
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  const signature = Buffer.from(value, "base64");
  const isSound = signature.length === 2 * HALF &&
    signature.toString("base64") === value &&
    isSoundPoint(signature.subarray(0, HALF)) &&
    numberOf(signature.subarray(HALF)) < L;
  if (!isSound) return false;
  try {
    const { verify } = nodeModule<typeof import("node:crypto")>("node:crypto");
    return verify(null, bytes, keyObject(point), signature);
  } catch {
    return false; // a y that no point has
  }
}

/** Keys that were made, by their bytes in base64: who trusts one signer opens many plugins of it. */
const made = new Map<string, KeyObject>();

/** Most keys that are kept. */
const MOST_MADE = 64;

/**
 * A public key as `node:crypto` takes it, made once.
 *
 * @param point The key's 32 bytes.
 * @throws {Error} Where the runtime takes none of these bytes.
 */
export function keyObject(point: Uint8Array): KeyObject {
  const { createPublicKey } = nodeModule<typeof import("node:crypto")>(
    "node:crypto",
  );
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  const der = Buffer.concat([Buffer.from(SPKI, "hex"), point]);
  const name = der.toString("base64");
  let key = made.get(name);
  if (key === undefined) {
    key = createPublicKey({ key: der, type: "spki", format: "der" });
    if (made.size === MOST_MADE) made.clear();
    made.set(name, key);
  }
  return key;
}

/** The number that little-endian bytes are. */
function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toReversed().toHex()}`);
}
