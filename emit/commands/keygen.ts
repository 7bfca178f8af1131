/**
 * `plugin keygen`: a pair of keys.
 *
 * @module
 */

import { exists } from "../../ffi/system/system.ts";
import { generateKeyPairSync } from "node:crypto";
import { keyText } from "../../ffi/manifest/manifest.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { dirname } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { EmitError } from "../error.ts";
import { writeNewFiles } from "../files/write_files.ts";
import { run } from "../toolchain/run.ts";
import {
  readSigningKey,
  secretPem,
  succession,
  successionFile,
} from "./private_key.ts";

/** What is asked of `plugin keygen`. */
export interface KeygenCommand extends Reporting {
  /** The files to write, without `.pem` and `.pub.pem`. */
  readonly output?: string;
  /** The PEM file of the private key whose place the new one takes. */
  readonly successorOf?: string;
}

/** `plugin keygen`. */
export const command = defineCommand({
  name: "keygen",
  options: { ...OUTPUT, "successor-of": { type: "string" } },
  parse(given): KeygenCommand {
    given.onlyOptions();
    const { "successor-of": successorOf } = given.one("successor-of");
    return {
      ...given.one("output"),
      ...(successorOf !== undefined && { successorOf }),
      ...reportingOf(given),
    };
  },
  async run(asked: KeygenCommand): Promise<CommandOutcome> {
    const text = keygen(asked);
    return { text, warnings: await warningOf(secretOf(asked)) };
  },
  help: `Makes a pair of Ed25519 keys to sign plugins with.

Usage: plugin keygen [options]

Examples:
  plugin keygen                     writes key.pem and key.pub.pem
  plugin keygen -o ~/.keys/release  writes release.pem and release.pub.pem there
  plugin keygen -o new --successor-of key.pem
                                    and new.succeeds.json, in which the old key
                                    says that the new one takes its place

The private key is readable by you alone; whoever has it can sign in your name.
The public one is for those who open plugins. Nothing is overwritten. Where
PLUGIN_KEY_PASSPHRASE is set the private key is encrypted with it, and "plugin
sign" takes it from there.

Who trusts the old key opens what its successor has signed: "plugin sign" puts
what new.succeeds.json says into the signature, as long as it lies beside
new.pem. A key that somebody else may have: "plugin revoke".

Options:
  -o, --output <name>         the files, without .pem and .pub.pem; default: key
      --successor-of <key>    the private key whose place the new one takes
      --json                  print a summary for programs
  -h, --help                  print this
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
export function keygen(
  command: KeygenCommand,
): string {
  const { successorOf, json } = command;
  const secret = secretOf(command);
  const open = secret.replace(/pem$/, "pub.pem");
  const succeeds = successionFile(secret);
  for (const path of [secret, open, succeeds]) {
    if (!exists(path)) continue;
    throw new EmitError(
      "bad_key",
      `Cannot write the key "${path}": it is there already, and a key that is lost is lost; remove it yourself, or name another with --output`,
      { path },
    );
  }
  const older = successorOf === undefined
    ? undefined
    : readSigningKey(successorOf);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = keyText(publicKey);
  const files = [
    {
      path: secret,
      data: secretPem(privateKey),
      mode: 0o600,
    },
    {
      path: open,
      data: String(publicKey.export({ type: "spki", format: "pem" })),
      mode: 0o644,
    },
    ...(older === undefined ? [] : [{
      path: succeeds,
      data: `${JSON.stringify(succession(older, key), null, 2)}\n`,
      mode: 0o644,
    }]),
  ];
  writeNewFiles(
    files.map((file) => ({ ...file, path: absolutePath(file.path) })),
  );
  const written = files.map(({ path }) => path);
  return json ? `${JSON.stringify({ written, key }, null, 2)}\n` : [
    `wrote   ${secret} (keep it to yourself)`,
    ...written.slice(1).map((path) => `wrote   ${path}`),
    `key     ${key}`,
    ...(older === undefined ? [] : [`takes the place of ${older.text}`]),
    "",
  ].join("\n");
}

/** The file of the private key. */
function secretOf({ output = "key" }: Pick<KeygenCommand, "output">): string {
  return `${output}.pem`;
}

/** What is said of a private key that git would take with the next `git add`. */
async function warningOf(secret: string): Promise<string> {
  const path = absolutePath(secret);
  const ignored = await run("git", ["check-ignore", "--quiet", path], {
    cwd: dirname(path),
  }).catch(() => undefined); // without git nothing is committed by it
  // 0 where it is ignored, 128 where there is no repository.
  if (ignored?.status !== 1) return "";
  return `warning: git would take "${secret}", and who has it signs in your name: add *.pem and !*.pub.pem to .gitignore, or keep it elsewhere (-o)\n`;
}
