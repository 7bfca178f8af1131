/**
 * Whose plugins are opened, and which: manifests that one of the given keys has
 * signed, under the name that was asked for, and no release that is too old.
 *
 * @module
 */

import type { KeyObject } from "node:crypto";
import { showGiven } from "../check/show.ts";
import { PluginError, quote } from "../error.ts";
import {
  isAsSigned,
  isOlder,
  isSoundKey,
  isVersion,
  keyText,
  type LazyManifest,
  type ManifestSignature,
  releaseNameOf,
  signersOf,
  VERSION_WANTED,
} from "../manifest/manifest.ts";
import { nodeModule } from "../system/node_system.ts";
import {
  goodRelease,
  type Revoked,
  revokedBy,
  revokedKey,
  revokedLibrary,
} from "./revoked.ts";

/**
 * An Ed25519 public key: the text of a PEM file, the key as signatures and
 * errors name it (base64), a `KeyObject` of `node:crypto`, or the 32 bytes
 * themselves.
 */
export type PublicKey = string | KeyObject | Uint8Array;

/** Whose plugins are opened, and which of theirs. */
export interface Trust {
  /** Public keys. What one of them has signed is opened, or one that it has named as its successor. */
  readonly keys: readonly PublicKey[];
  /**
   * The name that the plugin must have been signed under (`plugin sign
   * --name`). Without it the file's own name must be the one that was signed.
   */
  readonly name?: string;
  /** The oldest release that is opened: `"1.4.2"`. What says no version is too old. */
  readonly minVersion?: string;
  /** Texts of lists that `plugin revoke` has made, signed by one of the keys. */
  readonly revocations?: readonly string[];
}

/** What a caller trusts, made sense of. */
export interface TrustPolicy {
  /** As signatures name them. */
  readonly keys: ReadonlySet<string>;
  readonly name: string | undefined;
  readonly minVersion: string | undefined;
  readonly revoked: Revoked;
}

/** What a signature that was checked vouches for. */
export interface SignedPlugin {
  /** The key that it was made with, and those that this one has succeeded. */
  readonly signers: readonly string[];
  /** The library's file name. */
  readonly file: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** SHA-256 of all libraries that belong to it. */
  readonly digests: readonly string[];
}

/** What the caller named: the last part of its path, and what that is. */
export interface CalledBy {
  readonly name: string;
  readonly kind: "library" | "manifest" | "directory";
}

const MEMBERS = ["keys", "name", "minVersion", "revocations"] as const;

/**
 * Reads whom a caller trusts.
 *
 * @param trust Keys, or keys with what is demanded beside.
 * @returns Whom the caller trusts.
 * @throws {TypeError} When a key is no Ed25519 public key, or there is none; or
 * a member is not what it must be.
 * @throws {PluginError} `bad_revocations`.
 */
export function trustPolicy(trust: readonly PublicKey[] | Trust): TrustPolicy {
  const isList = Array.isArray(trust);
  const { keys, name, minVersion, revocations = [] } = isList
    ? { __proto__: null, keys: trust } as Trust
    : fromObject(trust as Trust);
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(
      `open(): trust${
        isList ? "" : ".keys"
      } is not a list of public keys: it takes at least one`,
    );
  }
  const at = isList ? "trust" : "trust.keys";
  const texts = new Set(
    keys.map((key, index) => readKey(key, `${at}[${index}]`)),
  );
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw wrongMember("name", name, "the name of a plugin");
  }
  if (minVersion !== undefined && !isVersion(minVersion)) {
    throw wrongMember("minVersion", minVersion, VERSION_WANTED);
  }
  const isTexts = Array.isArray(revocations) &&
    revocations.every((text) => typeof text === "string");
  if (!isTexts) {
    throw wrongMember("revocations", revocations, "a list of texts");
  }
  const revoked = revokedBy(revocations, texts);
  return { keys: texts, name, minVersion, revoked };
}

/** A member that is spelled wrong, or has got lost, would be a demand that nobody hears. */
function fromObject(trust: Trust): Trust {
  if (typeof trust !== "object" || trust === null) {
    throw new TypeError(
      "open(): trust is not a list of public keys: it takes at least one",
    );
  }
  const unknown = Object.keys(trust).find((key) =>
    !MEMBERS.includes(key as keyof Trust)
  );
  if (unknown !== undefined) {
    throw new TypeError(
      `open(): trust has no ${quote(unknown)}, only ${MEMBERS.join(", ")}`,
    );
  }
  const lost = MEMBERS.find((member) =>
    member !== "keys" && member in trust && trust[member] === undefined
  );
  if (lost === undefined) {
    // What all objects inherit, nobody has said of this one.
    const said = MEMBERS.filter((member) =>
      member in trust && !(member in Object.prototype &&
        !Object.hasOwn(trust, member))
    );
    return {
      __proto__: null,
      ...Object.fromEntries(said.map((member) => [member, trust[member]])),
    } as unknown as Trust;
  }
  throw new TypeError(
    `open(): trust.${lost} is undefined: leave it out to demand nothing, or say what is demanded`,
  );
}

function wrongMember(
  member: string,
  value: unknown,
  wanted: string,
): TypeError {
  return new TypeError(
    `open(): trust.${member} is ${showGiven(value)}, wanted ${wanted}`,
  );
}

// ------------------------------------------------------------------------ keys

/** Most keys given as text whose reading is remembered. */
const MAX_REMEMBERED = 64;
/** Reading PEM takes as long as opening a plugin that is already there. */
const remembered = new Map<string, string>();

function readKey(key: PublicKey, at: string): string {
  const known = typeof key === "string" ? remembered.get(key) : undefined;
  if (known !== undefined) return known;
  let read: KeyObject;
  try {
    read = parseKey(key);
  } catch (cause) {
    throw noKey(at, "it cannot be read", cause);
  }
  if (read.type !== "public") {
    throw noKey(at, `it is a ${read.type} key, wanted the public one`);
  }
  if (read.asymmetricKeyType !== "ed25519") {
    throw noKey(at, `it is for ${read.asymmetricKeyType}`);
  }
  const text = keyText(read);
  if (!isSoundKey(text)) {
    throw noKey(at, "everybody can sign in its name, it is of small order");
  }
  if (typeof key === "string" && remembered.size < MAX_REMEMBERED) {
    remembered.set(key, text);
  }
  return text;
}

/** A key as signatures and errors name it. */
const KEY_TEXT = /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/;

function parseKey(key: PublicKey): KeyObject {
  const { createPublicKey, KeyObject } = nodeModule<
    typeof import("node:crypto")
  >("node:crypto");
  if (key instanceof KeyObject) return key;
  if (typeof key === "string") {
    // Made of a private key, the public one would be taken without a word.
    if (key.includes("PRIVATE KEY")) throw new Error("it is a private key");
    const text = key.trim();
    if (KEY_TEXT.test(text)) {
      return createPublicKey(
        `-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----`,
      );
    }
    if (!text.startsWith("-----BEGIN")) {
      throw new Error(
        'wanted the text of a PEM file, as readFileSync(path, "utf8") gives it, and not its path, or a key as a signature names it',
      );
    }
    return createPublicKey(key);
  }
  if (!(key instanceof Uint8Array) || key.length !== 32) {
    throw new Error(
      "wanted PEM, a key as a signature names it, a KeyObject or 32 bytes",
    );
  }
  const { Buffer } = nodeModule<typeof import("node:buffer")>("node:buffer");
  const x = Buffer.from(key).toString("base64url");
  const jwk = { kty: "OKP", crv: "Ed25519", x };
  return createPublicKey({ key: jwk, format: "jwk" });
}

function noKey(at: string, why: string, cause?: unknown): TypeError {
  const detail = cause instanceof Error ? `${why} (${cause.message})` : why;
  return new TypeError(
    `open(): ${at} is not an Ed25519 public key: ${detail}`,
    { cause },
  );
}

// ------------------------------------------------------------------- signatures

/**
 * Makes sure that a manifest is signed, and is what was signed. By whom, and
 * whether it is the one that is wanted, {@linkcode checkTrusted} says.
 *
 * @param path The plugin, for errors.
 * @param manifest What was read, all of it.
 * @param trust What the caller trusts.
 * @returns What the signature vouches for.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`.
 */
export function checkSignature(
  path: string,
  manifest: LazyManifest,
  { keys }: TrustPolicy,
): SignedPlugin {
  const { signature, library, thunks, bundled = [], name, version } = manifest;
  checkSigned(path, "manifest", signature, keys, () => isAsSigned(manifest));
  return {
    signers: signersOf(signature!),
    file: library.file,
    name,
    version,
    digests: [library, ...(thunks ? [thunks] : []), ...bundled]
      .map(({ sha256 }) => sha256),
  };
}

/**
 * Makes sure that something is signed by one of the keys, and is what was signed.
 *
 * @param path The plugin, for errors.
 * @param what What is signed, for errors.
 * @param signature The signature, if there is one.
 * @param keys As signatures name them.
 * @param fits Whether it is as it was signed.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`.
 */
export function checkSigned(
  path: string,
  what: "manifest" | "index",
  signature: ManifestSignature | undefined,
  keys: ReadonlySet<string>,
  fits: () => boolean,
): void {
  if (signature === undefined) {
    throw refuse(
      "unsigned",
      path,
      `its ${what} is not signed; sign it with: plugin sign --key key.pem`,
    );
  }
  const signers = signersOf(signature);
  if (!signers.some((key) => keys.has(key))) {
    throw signedByOther(path, what, signers, keys);
  }
  if (!fits()) {
    throw refuse(
      "bad_signature",
      path,
      `its ${what} is not as the key ${signature.key} has signed it; it was changed since`,
    );
  }
}

/**
 * Makes sure that what was signed is what the caller wants: signed by one of
 * the keys, by the name that was asked for, not too old, and not taken back.
 *
 * @param path The plugin, for errors.
 * @param signed What its signature vouches for; undefined where it was loaded without that.
 * @param trust What the caller trusts.
 * @param called What the caller named.
 * @throws {PluginError} `untrusted`, `revoked`, `wrong_plugin`, `outdated`.
 */
export function checkTrusted(
  path: string,
  signed: SignedPlugin | undefined,
  trust: TrustPolicy,
  called: CalledBy,
): void {
  if (signed === undefined) {
    throw refuse(
      "untrusted",
      path,
      "it was loaded before without trust; whoever opens it first must name the keys",
    );
  }
  checkSigners(path, "manifest", signed.signers, trust);
  checkName(path, signed, trust.name, called);
  checkVersion(path, signed, trust);
  const digest = revokedLibrary(trust.revoked, signed.digests);
  if (digest !== undefined) {
    throw refuse(
      "revoked",
      path,
      `the library of sha256 ${digest} was taken back`,
    );
  }
}

/**
 * Makes sure that one of the keys that vouch is trusted, and that neither it
 * nor any after it was taken back.
 *
 * @param path The plugin, for errors.
 * @param what What it is.
 * @param signers The key that it was signed with, and those that this one has succeeded.
 * @param trust What the caller trusts.
 * @throws {PluginError} `untrusted`, `revoked`.
 */
export function checkSigners(
  path: string,
  what: "manifest" | "index",
  signers: readonly string[],
  { keys, revoked }: TrustPolicy,
): void {
  const trusted = signers.findIndex((key) => keys.has(key));
  if (trusted < 0) throw signedByOther(path, what, signers, keys);
  const taken = revokedKey(revoked, signers.slice(0, trusted + 1));
  if (taken === undefined) return;
  throw refuse("revoked", path, `its key ${taken} was taken back`);
}

function checkName(
  path: string,
  { file, name }: SignedPlugin,
  demanded: string | undefined,
  called: CalledBy,
): void {
  const signedAs = name === undefined ? "no name" : `the name ${quote(name)}`;
  if (demanded !== undefined) {
    if (name === demanded) return;
    throw refuse(
      "wrong_plugin",
      path,
      `it was signed under ${signedAs}, wanted is ${quote(demanded)}`,
    );
  }
  const [there, is] = called.kind === "directory"
    ? [name, `its plugin was signed under ${signedAs}`]
    : [
      called.kind === "library" ? file : `${file}.json`,
      `what was signed is ${quote(file)}`,
    ];
  if (called.name === there) return;
  throw refuse(
    "wrong_plugin",
    path,
    `it was opened as ${quote(called.name)}, and ${is}; ` +
      "trust: { keys, name } opens it by another name",
  );
}

function checkVersion(
  path: string,
  { file, name, version }: SignedPlugin,
  { name: demanded, minVersion, revoked }: TrustPolicy,
): void {
  const says = version === undefined
    ? "it says no version"
    : `it is ${version}`;
  if (
    minVersion !== undefined &&
    (version === undefined || isOlder(version, minVersion))
  ) {
    throw refuse(
      "outdated",
      path,
      `${says}, wanted is ${minVersion} or a later one; ` +
        "plugin sign --version says which a build is",
    );
  }
  // Without a name that is demanded it goes by its file's too: a release from
  // before it was renamed is taken back by either.
  const names = demanded === undefined
    ? [name, releaseNameOf(file)]
    : [demanded];
  const good = names.filter((name) => name !== undefined)
    .map((name) => goodRelease(revoked, name, version))
    .find((good) => good !== undefined);
  if (good === undefined) return;
  throw refuse(
    "revoked",
    path,
    `${says}, and all before ${good} were taken back`,
  );
}

function signedByOther(
  path: string,
  what: "manifest" | "index",
  [signer]: readonly string[],
  keys: ReadonlySet<string>,
): PluginError {
  return refuse(
    "untrusted",
    path,
    `its ${what} is signed by the key ${signer}, trusted ${
      keys.size === 1 ? "is" : "are"
    } ${[...keys].join(", ")}`,
  );
}

function refuse(
  code:
    | "unsigned"
    | "untrusted"
    | "bad_signature"
    | "wrong_plugin"
    | "outdated"
    | "revoked",
  path: string,
  why: string,
): PluginError {
  return new PluginError(
    code,
    `Cannot open the plugin ${quote(path)}: ${why}`,
    { path },
  );
}
