/**
 * Makes sure of what a caller wants to be sure of: before a library is loaded,
 * and of those that are.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import {
  type Checked,
  checkIdentity,
  type Integrity,
} from "../identity/identity.ts";
import { withLibrariesBeside, withSignedLibraries } from "../load/copy_set.ts";
import {
  type BundledLibrary,
  isAsSigned,
  type LazyManifest,
  type LibraryInfo,
  manifestDigest,
  signersOf,
} from "../manifest/manifest.ts";
import type { Plugin } from "../plugin/plugin.ts";
import type { VerifyPolicy } from "./assurance.ts";
import type { Companion } from "./companion.ts";
import type { Pack } from "./find_in_pack.ts";
import {
  type CalledBy,
  checkSignature,
  checkSigned,
  checkSigners,
  checkTrusted,
  type SignedPlugin,
} from "./trust.ts";

/** A plugin that its manifest describes, and what was made sure of it. */
export interface VerifiedPlugin {
  readonly plugin: Plugin;
  /** What its manifest says of the library. */
  readonly info: LibraryInfo;
  /** All that its manifest says. */
  readonly json: object;
  readonly companion: Companion | undefined;
  /** How much of both was compared. */
  integrity: Integrity;
  /** What its signature vouches for, if that was checked. */
  readonly signed: SignedPlugin | undefined;
}

/**
 * Makes sure of the manifest's signature, where that is asked for, and that it
 * is the plugin that is wanted.
 *
 * @param policy What is asked for.
 * @param path The plugin, for errors.
 * @param manifest What was read, all of it.
 * @param called What the caller named.
 * @returns What the signature vouches for; undefined where it was not asked for.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`, `revoked`,
 * `wrong_plugin`, `outdated`.
 */
export function verifySignature(
  { trust }: VerifyPolicy,
  path: string,
  manifest: LazyManifest,
  called: () => CalledBy,
): SignedPlugin | undefined {
  if (trust === undefined) return undefined;
  const signed = checkSignature(path, manifest, trust);
  checkTrusted(path, signed, trust, called());
  return signed;
}

/**
 * Makes sure of the index of a directory, where that is asked for: that it is
 * signed, and that the manifest is the one that it was signed with.
 *
 * @param policy What is asked for.
 * @param path The directory, for errors.
 * @param pack The directory's index, and what was chosen; undefined where no directory was named.
 * @param manifest The manifest that was read there.
 * @throws {PluginError} `unsigned`, `untrusted`, `bad_signature`, `revoked`.
 */
export function verifyPack(
  { trust }: VerifyPolicy,
  path: string,
  pack: Pack | undefined,
  manifest: LazyManifest,
): void {
  if (trust === undefined || pack === undefined) return;
  const { index: { signature, manifests = {} }, json, chosen } = pack;
  const fits = () => isAsSigned({ signature, json }, "pack index");
  checkSigned(path, "index", signature, trust.keys, fits);
  checkSigners(path, "index", signersOf(signature!), trust);
  const wanted = Object.hasOwn(manifests, chosen)
    ? manifests[chosen]
    : undefined;
  if (wanted === digestOf(manifest)) return;
  throw new PluginError(
    "bad_signature",
    `Cannot open the plugin ${quote(path)}: its manifest ${
      quote(chosen)
    } is not the one that its index was signed with; sign the directory again with: plugin sign --key key.pem`,
    { path },
  );
}

function digestOf({ json }: LazyManifest): string | undefined {
  try {
    return manifestDigest(json);
  } catch {
    return undefined; // nothing that could have been signed
  }
}

/**
 * Completes a private copy, where one is loaded: what was signed with the
 * library, or what lies around it, goes into it too.
 *
 * @param policy What is asked for.
 * @param checked A library, or the companion of one.
 * @param bundled The libraries that it brings along; none for a companion.
 * @returns What is to be loaded.
 * @throws {PluginError} `unsigned_need`, `wrong_library`, `not_found`, `permission_denied`.
 */
export function completeCopy(
  { trust }: VerifyPolicy,
  checked: Checked,
  bundled: readonly BundledLibrary[] | undefined,
): Checked {
  if (trust !== undefined) return withSignedLibraries(checked, bundled);
  const { copy } = checked;
  return copy === undefined ? checked : withLibrariesBeside(checked, copy);
}

/**
 * Makes sure of a plugin that may have been loaded for somebody who asked for less.
 *
 * Digests can still be compared, as long as the files are there: the library's,
 * and its companion's. Whether the bytes that were loaded are those that were
 * signed can not.
 *
 * @param known What was loaded, and made sure of then.
 * @param policy What is asked for now.
 * @param called What the caller named.
 * @throws {PluginError} `untrusted`, `revoked`, `wrong_plugin`, `outdated`, `wrong_library`.
 */
export function ensureVerified(
  known: VerifiedPlugin,
  { integrity, trust }: VerifyPolicy,
  called: () => CalledBy,
): void {
  if (integrity === "buildId") return;
  const { plugin: { path }, info, companion, signed } = known;
  if (trust !== undefined) {
    checkTrusted(path, signed, trust, called());
  } else if (known.integrity === "buildId") {
    checkIdentity(path, info, integrity);
    companion?.compare(integrity);
    known.integrity = integrity;
  }
}

/**
 * Makes sure that a plugin which is open is what another manifest describes.
 *
 * @param known What is open.
 * @param library What the manifest that was named now says of it.
 * @param policy What is asked for.
 * @throws {PluginError} `wrong_library`, `wrong_target`.
 */
export function ensureDescribed(
  { plugin: { path }, info: known }: VerifiedPlugin,
  library: LibraryInfo,
  { integrity }: VerifyPolicy,
): void {
  const isSame = known.sha256 === library.sha256 &&
    known.size === library.size && known.buildId === library.buildId;
  if (!isSame) checkIdentity(path, library, integrity);
}

/**
 * Makes sure that a manifest says of what is open what the one said that it was
 * opened with: there is one plugin for a library.
 *
 * @param manifest The manifest that was named now.
 * @param path Where that is.
 * @throws {PluginError} `replaced`.
 */
export function ensureSaidSame(
  { plugin, json }: VerifiedPlugin,
  manifest: { readonly json: object },
  path: string,
): void {
  if (saidOf(json) === saidOf(manifest.json)) return;
  throw new PluginError(
    "replaced",
    `Cannot open the plugin ${quote(plugin.path)}: it is open, and ${
      quote(path)
    } describes it otherwise than the manifest that it was opened with; open it with { fresh: true } to have both`,
    { path: plugin.path },
  );
}

/** What a manifest says but for who vouches for it. */
function saidOf(json: object): string {
  return JSON.stringify({ ...json, signature: undefined });
}
