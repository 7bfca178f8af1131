/**
 * `plugin sign`: a signature in a manifest.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import { dirname, join } from "@std/path";
import { relativePath } from "../../ffi/system/absolute.ts";
import { sha256 } from "../../ffi/system/node.ts";
import {
  keyText,
  type Manifest,
  type ManifestSignature,
  parseManifest,
  signedBytes,
  type ThunkLibrary,
} from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { defineCommand, type Outcome } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { EmitError } from "../error.ts";
import { writeFiles } from "../write_files.ts";
import { printManifest } from "../manifest/print_manifest.ts";
import { resolveInput } from "./resolve_input.ts";

/** What is asked of `plugin sign`. */
export interface SignCommand extends Reporting {
  /** A manifest, or the library that it lies beside. */
  readonly file: string;
  /** The PEM file of the private key. */
  readonly key: string;
}

/** `plugin sign`. */
export const command = defineCommand({
  name: "sign",
  options: { key: { type: "string" } },
  parse(given): SignCommand {
    const file = given.only("a manifest");
    const { key } = given.one("key");
    if (key === undefined) {
      throw usage(
        `"plugin sign" needs --key and the private key; "plugin keygen" makes one`,
      );
    }
    return { file, key, ...reportingOf(given) };
  },
  run(asked: SignCommand): Outcome {
    return { text: sign(asked) };
  },
  help: `Signs a manifest.

Usage: plugin sign --key <private key> <manifest>

Examples:
  plugin sign --key key.pem hello.so.json
  ...and in TypeScript:     open("./hello.so", { trust: [publicKey] })
                            with the text of key.pub.pem

What is signed is the manifest, and with it the digest of the library and of the
library of its thunks; both must be there and be those described. A new build
needs a new signature. "plugin check" says who has signed.

Options:
      --key <file>  the private key, as "plugin keygen" writes it
      --json        print a summary for programs
  -h, --help        print this
`,
});

/**
 * Signs a manifest, in place.
 *
 * @param command The manifest, and the private key.
 * @returns What to print.
 * @throws {EmitError} `not_found`; `bad_key`; `stale` when the library is not
 * the one described, for nobody could open it.
 * @throws {PluginError} `bad_manifest`.
 */
export function sign({ file, key, json }: SignCommand): string {
  const { library, manifest: found } = resolveInput(file);
  if (found === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot sign "${file}": there is no manifest beside it`,
      { path: library },
    );
  }
  const secret = readKey(key);
  const text = system.readText(found.path);
  const { library: described, thunks } = parseManifest(text, found.path);
  assertSame(found.path, library, described);
  if (thunks !== undefined) {
    assertSame(found.path, join(dirname(found.path), thunks.file), thunks);
  }
  const { signature: _, ...manifest } = JSON.parse(text) as Manifest;
  const signature: ManifestSignature = {
    algorithm: "ed25519",
    key: keyText(createPublicKey(secret)),
    value: signBytes(null, signedBytes(manifest), secret).toString("base64"),
  };
  const data = printManifest({ ...manifest, signature });
  writeFiles([{ path: found.path, data }]);
  return json
    ? `${
      JSON.stringify({ written: [found.path], key: signature.key }, null, 2)
    }\n`
    : `signed  ${relativePath(found.path)}\nkey     ${signature.key}\n`;
}

function readKey(path: string): KeyObject {
  let pem: string;
  try {
    pem = system.readText(path);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot read the key "${path}": ${(cause as Error).message}`,
      { path, cause },
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw badKey(
      path,
      pem.includes("PUBLIC KEY")
        ? "it is the public one, wanted the private one"
        : "it is not a private key in PEM that has no passphrase",
      cause,
    );
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw badKey(path, `it is for ${key.asymmetricKeyType}, wanted Ed25519`);
}

function badKey(path: string, why: string, cause?: unknown): EmitError {
  return new EmitError(
    "bad_key",
    `Cannot sign with the key "${path}": ${why}`,
    {
      path,
      cause,
    },
  );
}

function assertSame(
  manifest: string,
  path: string,
  { sha256: wanted }: ThunkLibrary,
): void {
  const bytes = system.read(path);
  const there = sha256(bytes);
  if (there === wanted) return;
  throw new EmitError(
    "stale",
    `Cannot sign "${manifest}": the sha256 of "${path}" is ${there}, the manifest describes ${wanted}; write the manifest anew`,
    { path: manifest },
  );
}
