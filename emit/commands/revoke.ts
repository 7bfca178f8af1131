/**
 * `plugin revoke`: a list of keys, builds and releases that are good no more.
 *
 * @module
 */

import {
  exists,
  readFile,
  readTextFile,
  whyUnread,
} from "../../ffi/system/system.ts";
import {
  isAsSigned,
  isOlder,
  isVersion,
  MAX_MANIFEST_SIZE,
  parseManifest,
  readRevocations,
  type Revocations,
  REVOCATIONS_VERSION,
} from "../../ffi/manifest/manifest.ts";
import { absolutePath, relativePath } from "../../ffi/system/absolute.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { escapeControls } from "../../ffi/error.ts";
import { EmitError } from "../error.ts";
import { writeFiles } from "../files/write_files.ts";
import { readPublicKey, readSigningKey, signJson } from "./private_key.ts";

/** What is asked of `plugin revoke`. */
export interface RevokeCommand extends Reporting {
  /** Keys, libraries, manifests, and releases. */
  readonly what: readonly string[];
  /** The PEM file of the private key that signs the list. */
  readonly key: string;
  /** The list. */
  readonly output: string;
}

/** `plugin revoke`. */
export const command = defineCommand({
  name: "revoke",
  options: { ...OUTPUT, key: { type: "string" } },
  parse(given): RevokeCommand {
    const { positionals: what } = given;
    const { key } = given.one("key");
    const { output = "revocations.json" } = given.one("output");
    if (key === undefined || what.length === 0) {
      throw usage(
        `"plugin revoke" needs --key with the private key, and what is to be taken back`,
      );
    }
    return { what, key, output, ...reportingOf(given) };
  },
  run(asked: RevokeCommand): CommandOutcome {
    return { text: revoke(asked) };
  },
  help: `Writes a signed list of what is good no more.

Usage: plugin revoke --key <private key> [-o <list>] <what>...

Examples:
  plugin revoke --key new.pem old.pub.pem      nothing that this key has signed
  plugin revoke --key key.pem hello@1.4.2      no release of hello before 1.4.2
  plugin revoke --key key.pem libdep.so        not this library, whoever brings it
  plugin revoke --key key.pem hello.so.json    not this build
  ...and in TypeScript:     open("./hello.so", { trust: { keys, revocations: [list] } })
                            with the text of revocations.json

What is in the list already stays in it. Sign with a key that those who open
plugins trust, and see to it that they get the newest list.

Options:
      --key <file>     the private key that signs the list
  -o, --output <list>  the list; default: revocations.json
      --json           print a summary for programs
  -h, --help           print this
`,
});

/** What is taken back, without who does so. */
type Entries = Pick<Revocations, "keys" | "libraries" | "releases">;

/**
 * Adds to a list, and signs it.
 *
 * @param command What is taken back, with which key, in which list.
 * @returns What to print.
 * @throws {EmitError} `not_found`, `bad_key`; `stale` for a list that is none,
 * or was changed after it was signed.
 * @throws {PluginError} `bad_manifest`.
 */
export function revoke({ what, key, output, json }: RevokeCommand): string {
  const signer = readSigningKey(key);
  const path = absolutePath(output);
  const all = [readList(path), ...what.map(readEntry)];
  const releases: Record<string, string> = {};
  for (
    const [name, version] of all.flatMap((each) =>
      Object.entries(each.releases)
    )
  ) {
    const before = Object.hasOwn(releases, name) ? releases[name]! : "0";
    if (isOlder(before, version)) releases[name] = version;
  }
  const list = {
    revocations: REVOCATIONS_VERSION,
    keys: [...new Set(all.flatMap(({ keys }) => keys))].sort(),
    libraries: [...new Set(all.flatMap(({ libraries }) => libraries))].sort(),
    releases: Object.fromEntries(Object.entries(releases).sort()),
  };
  const signature = signJson(list, "revocations", signer);
  const data = `${JSON.stringify({ ...list, signature }, null, 2)}\n`;
  writeFiles([{ path, data }]);
  if (json) {
    return `${
      JSON.stringify({ written: [path], ...list, key: signer.text }, null, 2)
    }\n`;
  }
  return [
    `wrote   ${relativePath(path)}`,
    ...list.keys.map((key) => `revoked the key ${key}`),
    ...list.libraries.map((digest) => `revoked the library ${digest}`),
    ...Object.entries(list.releases).map(([name, version]) =>
      `revoked ${name} before ${version}`
    ),
    `key     ${signer.text}`,
    "",
  ].map(escapeControls).join("\n");
}

const NOTHING: Entries = { keys: [], libraries: [], releases: {} };

function readEntry(what: string): Entries {
  const release = /^(.+)@(.+)$/.exec(what);
  if (release !== null && isVersion(release[2])) {
    return { ...NOTHING, releases: { [release[1]!]: release[2]! } };
  }
  if (what.endsWith(".pem")) return { ...NOTHING, keys: [readPublicKey(what)] };
  let bytes: Uint8Array;
  try {
    bytes = readFile(what);
  } catch (cause) {
    const why = release === null
      ? whyUnread(cause)
      : `"${release[2]}" is no version such as 1.4.2, and as a file: ${
        whyUnread(cause)
      }`;
    throw new EmitError("not_found", `Cannot revoke "${what}": ${why}`, {
      path: what,
      cause,
    });
  }
  if (!what.endsWith(".json")) {
    return { ...NOTHING, libraries: [sha256(bytes)] };
  }
  const { library } = parseManifest(new TextDecoder().decode(bytes), what);
  return { ...NOTHING, libraries: [library.sha256] };
}

/** What is in the list already. */
function readList(path: string): Entries {
  if (!exists(path)) return NOTHING;
  try {
    const { list, json } = readRevocations(
      readTextFile(path, MAX_MANIFEST_SIZE),
    );
    const { signature } = list;
    if (isAsSigned({ signature, json }, "revocations")) return list;
  } catch (cause) {
    throw notAdded(path, (cause as Error).message, cause);
  }
  throw notAdded(path, "it was changed after it was signed");
}

function notAdded(path: string, why: string, cause?: unknown): EmitError {
  return new EmitError("stale", `Cannot add to the list "${path}": ${why}`, {
    path,
    cause,
  });
}
