/**
 * What tells the bytes of a library from others.
 *
 * @module
 */

import { sha256 } from "../../ffi/system/node_system.ts";

/** As a manifest says it. */
export interface Fingerprint {
  /** In hexadecimal. */
  readonly sha256: string;
  /** How many bytes. */
  readonly size: number;
}

/** More bytes than that are not copied. */
const LARGE = 2 ** 26;

/**
 * Fingerprints a library.
 *
 * @param bytes The library, as it will lie on the disk.
 * @returns Digest and size.
 */
export async function fingerprint(bytes: Uint8Array): Promise<Fingerprint> {
  return { sha256: await digest(bytes), size: bytes.length };
}

// Web Crypto is there without being loaded and has a thread of its own, but it
// computes on a copy.
async function digest(bytes: Uint8Array): Promise<string> {
  if (bytes.length >= LARGE) return sha256(bytes);
  const data = bytes as Uint8Array<ArrayBuffer>;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}
