/**
 * `plugin keygen`: a pair of keys.
 *
 * @module
 */

import { generateKeyPairSync } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { keyText } from "../../ffi/manifest/manifest.ts";
import type { KeygenCommand } from "../arguments/command.ts";
import { EmitError } from "../error.ts";

/**
 * Makes a pair of keys.
 *
 * @param command Where to write it.
 * @returns What to print.
 * @throws {EmitError} `bad_key` when there is a file already, `not_found` when
 * one cannot be written; then there is neither.
 */
export function keygen({ output = "key", json }: KeygenCommand): string {
  const secret = `${output}.pem`;
  const open = `${output}.pub.pem`;
  for (const path of [secret, open]) {
    if (!existsSync(path)) continue;
    throw new EmitError(
      "bad_key",
      `Cannot write the key "${path}": it is there already, and a key that is lost is lost; remove it yourself, or name another with --output`,
      { path },
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  write(secret, privateKey.export({ type: "pkcs8", format: "pem" }), 0o600);
  try {
    write(open, publicKey.export({ type: "spki", format: "pem" }), 0o644);
  } catch (error) {
    rmSync(secret);
    throw error;
  }
  const key = keyText(publicKey);
  return json
    ? `${JSON.stringify({ written: [secret, open], key }, null, 2)}\n`
    : `wrote   ${secret} (keep it to yourself)\nwrote   ${open}\nkey     ${key}\n`;
}

function write(path: string, data: string | Uint8Array, mode: number): void {
  try {
    writeFileSync(path, data, { flag: "wx", mode });
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot write the key "${path}": ${(cause as Error).message}`,
      { path, cause },
    );
  }
}
