/**
 * `plugin sign`: a signature in a manifest.
 *
 * @module
 */

import {
  isDirectory,
  readFile,
  readTextFile,
  system,
} from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { wayOutOf } from "../../ffi/identity/untrusted_places.ts";
import type { CopiedFile } from "../../ffi/identity/identity.ts";
import { absolutePath, relativePath } from "../../ffi/system/absolute.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import {
  isOlder,
  isVersion,
  type Manifest,
  manifestDigest,
  MAX_MANIFEST_SIZE,
  NotCanonicalError,
  PACK_INDEX,
  type PackIndex,
  parseManifest,
  releaseNameOf,
  type ThunkLibrary,
  TOO_DEEP,
  VERSION_WANTED,
} from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { escapeControls, PluginError } from "../../ffi/error.ts";
import { EmitError } from "../error.ts";
import { writeFiles } from "../files/write_files.ts";
import { printManifest } from "../manifest/print_manifest.ts";
import { readDirectory } from "./pack_directory.ts";
import { pluginFiles } from "./plugin_files.ts";
import { resolveInput } from "./resolve_input.ts";
import { readSigningKey, type SigningKey, signJson } from "./private_key.ts";

/** What is asked of `plugin sign`. */
export interface SignCommand extends Reporting {
  /** A manifest, the library that it lies beside, or a directory of `plugin pack`. */
  readonly file: string;
  /** What the plugin is called. */
  readonly name?: string;
  /** Which release of it this is. */
  readonly version?: string;
  /** The PEM file of the private key. */
  readonly key: string;
}

/** `plugin sign`. */
export const command = defineCommand({
  name: "sign",
  options: {
    key: { type: "string" },
    name: { type: "string" },
    version: { type: "string" },
  },
  parse(given): SignCommand {
    const file = given.only("manifest");
    const { key } = given.one("key");
    if (key === undefined) {
      throw usage(
        `"plugin sign" needs --key and the private key; "plugin keygen" makes one`,
      );
    }
    const { version } = given.one("version");
    if (version !== undefined && !isVersion(version)) {
      throw usage(`"${version}" is no version: wanted ${VERSION_WANTED}`);
    }
    return {
      file,
      key,
      ...given.one("name"),
      ...given.one("version"),
      ...reportingOf(given),
    };
  },
  run(asked: SignCommand): CommandOutcome {
    return { text: sign(asked) };
  },
  help: `Signs a manifest, or a directory of "plugin pack".

Usage: plugin sign --key <private key> <manifest or directory>

Examples:
  plugin sign --key key.pem --version 1.4.2 hello.so.json
  plugin sign --key key.pem --version 1.4.2 ./hello    all manifests of a pack, and its index
  ...and in TypeScript:     open("./hello.so", { trust: [publicKey] })
                            with the text of key.pub.pem

What is signed is the manifest, and with it the digests of the library, of the
library of its thunks, of what its headers define, and of the libraries that it
brings along: those that the loader finds by $ORIGIN. All must be there and be
those described. A new build needs a new signature. "plugin check" says who has signed.

Options:
      --key <file>         the private key, as "plugin keygen" writes it
      --name <name>        what the plugin is called: hello for hello.so
      --version <version>  which release it is: numbers with dots between them;
                           older ones can be refused then
      --json               print a summary for programs
  -h, --help               print this
`,
});

/**
 * Signs a manifest, or an index and all its manifests, in place.
 *
 * @param command What to sign, with which key, and as what.
 * @returns What to print.
 * @throws {EmitError} `not_found`; `bad_key`; `usage` for a version older than
 * the one that is there; `stale` when a library is not the
 * one described, for nobody could open it; `unsigned_need` when one would look
 * for what it needs where anybody may put it.
 * @throws {PluginError} `bad_manifest`.
 */
export function sign(command: SignCommand): string {
  const key = readSigningKey(command.key);
  const path = absolutePath(command.file);
  const directory = isDirectory(path)
    ? path
    : basename(path) === PACK_INDEX
    ? dirname(path)
    : undefined;
  const files = inCanonicalForm(
    path,
    () =>
      directory === undefined
        ? [signManifest(command.file, command, key)]
        : signPack(directory, command, key),
  );
  writeFiles(files);
  const written = files.map(({ path }) => path);
  const { name, version } = files[0]!.manifest;
  return command.json
    ? `${JSON.stringify({ written, name, version, key: key.text }, null, 2)}\n`
    : [
      ...written.map((path) => `signed  ${relativePath(path)}`),
      `as      ${name}${
        version === undefined ? ", without a version" : ` ${version}`
      }`,
      ...files.flatMap(({ manifest: { bundled = [] } }) =>
        bundled.map(({ file }) => `with    ${file}`)
      ),
      `key     ${key.text}`,
      "",
    ].map(escapeControls).join("\n");
}

/** Signs JSON, which may have no canonical form. */
function inCanonicalForm<T>(path: string, sign: () => T): T {
  try {
    return sign();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // Bun's JSON.parse takes no more than the stack has room for.
    const why = cause instanceof NotCanonicalError ? cause.message : TOO_DEEP;
    throw new PluginError(
      "bad_manifest",
      `Cannot sign ${JSON.stringify(path)}: ${why}`,
      { path, cause },
    );
  }
}

/** A file to write, and the manifest that it is, or is about. */
interface SignedFile {
  readonly path: string;
  readonly data: string;
  readonly manifest: Manifest;
}

function signManifest(
  file: string,
  asked: Pick<SignCommand, "name" | "version">,
  key: SigningKey,
): SignedFile {
  const { library, manifest: found } = resolveInput(file);
  if (found === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot sign "${file}": there is no manifest beside it`,
      { path: library },
    );
  }
  const text = readTextFile(found.path, MAX_MANIFEST_SIZE);
  const { library: described, thunks, headers } = parseManifest(
    text,
    found.path,
  );
  const files = pluginFiles(library, found);
  const beside = files.filter((file) => file.role === "bundled");
  for (const { role, path } of files) {
    switch (role) {
      case "library": {
        const real = system.realPath(path);
        const bytes = readDescribed(found.path, real, described);
        assertConfined(found.path, real, bytes, beside);
        break;
      }
      case "thunks": {
        const bytes = readDescribed(found.path, path, thunks!);
        assertConfined(found.path, path, bytes, []);
        break;
      }
      case "headers":
        readDescribed(found.path, path, headers!);
        break;
      case "bundled":
      case "manifest":
        break; // with the library; and what is signed itself
    }
  }
  const {
    signature: _,
    bundled: __,
    name = releaseNameOf(described.file),
    version,
    ...rest
  } = JSON.parse(text) as Manifest;
  const bundled = beside.map(({ file, bytes }) => ({
    file,
    sha256: sha256(bytes),
    size: bytes.length,
  }));
  const is = asked.version ?? version;
  if (
    asked.version !== undefined && version !== undefined &&
    isOlder(asked.version, version)
  ) {
    throw usage(
      `Cannot sign "${found.path}" as ${asked.version}: it says that it is the later ${version}; ` +
        'name that or a later one, or take "version" out of the manifest first',
    );
  }
  const manifest: Manifest = {
    ...rest,
    name: asked.name ?? name,
    ...(is !== undefined && { version: is }),
    ...(bundled.length > 0 && { bundled }),
  };
  parseManifest(JSON.stringify(manifest), found.path); // that it can be opened
  const signature = signJson(manifest, "manifest", key);
  const data = printManifest({ ...manifest, signature });
  return { path: found.path, data, manifest };
}

function signPack(
  directory: string,
  asked: Pick<SignCommand, "name" | "version">,
  key: SigningKey,
): SignedFile[] {
  const { path, text, manifests: names } = readDirectory(directory, "sign");
  const signed: SignedFile[] = [];
  for (const name of names) {
    signed.push(signManifest(join(directory, name), asked, key));
  }
  const manifests = Object.fromEntries(
    signed.map(({ manifest }, i) => [names[i], manifestDigest(manifest)]),
  );
  const { signature: _, ...rest } = JSON.parse(text) as PackIndex;
  const whole = { ...rest, manifests };
  const signature = signJson(whole, "pack index", key);
  const data = `${JSON.stringify({ ...whole, signature }, null, 2)}\n`;
  // The index vouches for the others: it is the last that is written.
  return [...signed, { path, data, manifest: signed[0]!.manifest }];
}

function readDescribed(
  manifest: string,
  path: string,
  { sha256: wanted }: Pick<ThunkLibrary, "sha256">,
): Uint8Array {
  const bytes = readFile(path);
  const there = sha256(bytes);
  if (there === wanted) return bytes;
  throw new EmitError(
    "stale",
    `Cannot sign "${manifest}": the sha256 of "${path}" is ${there}, the manifest describes ${wanted}; write the manifest anew`,
    { path: manifest },
  );
}

/** What `open` would refuse on every machine, the signer is told. */
function assertConfined(
  manifest: string,
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): void {
  const wayOut = wayOutOf(path, bytes, bundled);
  if (wayOut === undefined) return;
  throw new EmitError(
    "unsigned_need",
    `Cannot sign "${manifest}": open would load with "${path}" what nobody has signed: ${wayOut}; ` +
      "link it with -Wl,-rpath,$ORIGIN, and what it needs with a soname; " +
      "for macOS with -Wl,-rpath,@loader_path, and -Wl,-install_name,@rpath/...",
    { path: manifest },
  );
}
