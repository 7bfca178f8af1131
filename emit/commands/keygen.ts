/**
 * `plugin keygen`: a pair of keys.
 *
 * @module
 */

import { exists, system } from "../../ffi/system/system.ts";
import { generateKeyPairSync } from "node:crypto";
import { keyText } from "../../ffi/manifest/manifest.ts";
import { defineCommand, type Outcome } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { EmitError } from "../error.ts";

/** What is asked of `plugin keygen`. */
export interface KeygenCommand extends Reporting {
  /** The files to write, without `.pem` and `.pub.pem`. */
  readonly output?: string;
}

/** `plugin keygen`. */
export const command = defineCommand({
  name: "keygen",
  options: OUTPUT,
  parse(given): KeygenCommand {
    given.onlyOptions();
    return { ...given.one("output"), ...reportingOf(given) };
  },
  run(asked: KeygenCommand): Outcome {
    return { text: keygen(asked) };
  },
  help: `Makes a pair of Ed25519 keys to sign plugins with.

Usage: plugin keygen [options]

Examples:
  plugin keygen                     writes key.pem and key.pub.pem
  plugin keygen -o ~/.keys/release  writes release.pem and release.pub.pem there

The private key is readable by you alone; whoever has it can sign in your name.
The public one is for those who open plugins. Nothing is overwritten.

Options:
  -o, --output <name>  the files, without .pem and .pub.pem; default: key
      --json           print a summary for programs
  -h, --help           print this
`,
});

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
    if (!exists(path)) continue;
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
    system.remove(secret);
    throw error;
  }
  const key = keyText(publicKey);
  return json
    ? `${JSON.stringify({ written: [secret, open], key }, null, 2)}\n`
    : `wrote   ${secret} (keep it to yourself)\nwrote   ${open}\nkey     ${key}\n`;
}

function write(path: string, data: string | Uint8Array, mode: number): void {
  try {
    system.write(path, data, mode);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot write the key "${path}": ${(cause as Error).message}`,
      { path, cause },
    );
  }
}
