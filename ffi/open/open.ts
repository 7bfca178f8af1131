/**
 * Opening plugins, once each.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { NativeLibrary } from "../runtime/adapter.ts";
import {
  type AssuranceOptions,
  ensureVerified,
  parsePolicy,
  recordVerified,
  type VerifyPolicy,
  verifySignature,
} from "./verify_policy.ts";
import {
  assertContract,
  type ParsedContract,
  readSymbols,
} from "../plugin/contract.ts";
import { openDeclared } from "./without_manifest.ts";
import {
  checkCompanion,
  type Checked,
  checkIdentity,
} from "../identity/identity.ts";
import { markOf } from "../identity/mark.ts";
import { load } from "../load/load.ts";
import {
  absolute,
  find,
  findLibrary,
  hasManifest,
  isEmbedded,
  locate,
  type Located,
  real,
  statusOf,
} from "./locate.ts";
import type { Contract, ContractSymbols } from "../typed/lookup_result.ts";
import { choose } from "./choose_target.ts";
import {
  type AnyConstants,
  type AnySymbols,
  type AnyTypes,
  type Plugin,
  pluginOf,
  viewOf,
} from "../plugin/plugin.ts";
import {
  findOpened,
  getCached,
  linkManifest,
  type Opened,
  openedAs,
  register,
  setCached,
} from "./registry.ts";
import type { Status } from "../system/system.ts";

/** How to open a plugin. */
export interface OpenOptions extends AssuranceOptions {
  /** Where the manifest is, when it is not beside the library. */
  manifest?: string | URL;
  /**
   * The symbols that the program wants, and the type of each, in the notation:
   * `{ add: "(i32, i32) => i32", count: "u64" }`. They are what
   * `plugin.symbols` then has, at these types.
   */
  symbols?: Contract;
  /**
   * Whether to load the file as it is now, beside whatever was loaded before.
   *
   * The new plugin has memory of its own, and its initialisers run, also when
   * the file is the same. The old one goes on working; both stay in memory until
   * the process ends. From then on the path gives the new one. All bytes are
   * compared with the manifest, and loaded from a private copy, as with `trust`.
   */
  fresh?: boolean;
}

/**
 * Opens a plugin of which the program says what it wants.
 *
 * The plugin must have all the symbols, at types that agree as those of
 * {@linkcode Plugin.lookup} do; it may have more. That is found out before any
 * of its code runs. The same file and the same symbols give the same `Plugin`;
 * what is loaded and bound is shared with all others of the file.
 *
 * Where there is no manifest, the symbols stand in for it. That the library has
 * them is checked, after it was loaded; that they are of these types, nobody can
 * check, and a wrong one can be the end of the process.
 *
 * @typeParam C The names and the types, inferred from `symbols`.
 * @param path As without symbols.
 * @param options The symbols; the others as without them.
 * @returns The plugin.
 * @throws {PluginError} `contract` (with a table of all that differs),
 * `bad_type`, and what is thrown without symbols. A failed open leaves nothing
 * behind.
 * @throws {TypeError} When `symbols` is not an object of texts, and as without.
 *
 * @example
 * ```ts ignore
 * import { open } from "@native/plugin";
 *
 * const plugin = open("./hello.so", { symbols: { F: "() => void", V: "isize" } });
 * plugin.symbols.V.value = 7;
 * plugin.symbols.F();
 *
 * const { cos } = open("libm.so.6", { symbols: { cos: "(f64) => f64" } }).symbols;
 * console.log(cos(0)); // 1
 * ```
 */
export function open<const C extends Contract>(
  path: string | URL,
  options: OpenOptions & { symbols: C },
): Plugin<ContractSymbols<C>>;
/**
 * Opens a plugin: loads the library if this process has not yet done so.
 *
 * One file gives one `Plugin`, however it is spelled: relative, absolute, as a
 * URL, through a link. Its initialisers run once. There is no close.
 *
 * A file that was built anew is not loaded anew: the system would give the old
 * image again. That is an error, until it is opened with `fresh`; it is noticed
 * a second after the path was last looked at, at the latest.
 *
 * Nothing of the library runs before its manifest has been read and validated,
 * and the file has been found to be the one described, for this machine.
 *
 * @typeParam S The names and types of the symbols, from a generated `.d.ts`.
 * @typeParam T The names and types of the named types, from there too.
 * @typeParam C The names and values of the constants, from there too.
 * @param path A library, a manifest (`.json`) that names one beside it, or a
 * directory of libraries for several targets (`plugin pack`), of which the one
 * for this process is taken. A string is taken from the working directory; a
 * bare file name that is not there, from where the system keeps its libraries.
 * @param options Where the manifest is, what is to be made sure of, and whether the file is loaded again.
 * @returns The plugin.
 * @throws {PluginError} `not_found`, `no_manifest`, `bad_manifest`,
 * `not_a_library`, `wrong_target`, `wrong_library`, `replaced`,
 * `missing_library`, `missing_version`, `missing_symbol`, `load_failed`,
 * `permission_denied`; with `trust` also `unsigned`, `untrusted`,
 * `bad_signature`, `no_copy`; with `fresh` also `no_copy`. A failed open leaves
 * nothing behind.
 * @throws {TypeError} When `path` is not a path or a `file:` URL, or `trust` not
 * a list of public keys.
 *
 * @example
 * ```ts ignore
 * import { open } from "@native/plugin";
 *
 * const plugin = open(new URL("./hello.so", import.meta.url));
 * plugin.lookup("F", "() => void")();
 * ```
 */
export function open<
  S extends object = AnySymbols,
  T extends object = AnyTypes,
  C extends object = AnyConstants,
>(
  path: string | URL,
  options?: OpenOptions,
): Plugin<S, T, C>;
export function open(path: string | URL, options?: OpenOptions): Plugin {
  if (options !== undefined) return openSpelled(path, options);
  let plugin = getCached(path);
  if (plugin === undefined) setCached(path, plugin = openSpelled(path, {}));
  return plugin;
}

/**
 * Opens a plugin with `fresh`, if it has the symbols that are in use.
 *
 * @param used Where `symbols` does not say what is wanted.
 * @throws {PluginError} As {@linkcode open}.
 */
export function openAnew(
  path: string | URL,
  options: OpenOptions,
  used?: ParsedContract,
): Plugin {
  return openSpelled(path, { ...options, fresh: true }, used);
}

function openSpelled(
  path: string | URL,
  options: OpenOptions,
  used?: ParsedContract,
): Plugin {
  const wanted = options.symbols === undefined
    ? undefined
    : readSymbols(options.symbols, String(path));
  const wish = parsePolicy(options);
  const { fresh = false } = options;
  const file = find(path);
  const status = statusOf(file);
  let plugin = fresh ? undefined : findOpened(file, status);
  if (plugin === undefined) {
    const chosen = status.isDirectory ? choose(file) : file;
    if (isManifestless(wanted, chosen, options, wish)) {
      return openDeclared(chosen, wanted);
    }
    plugin = openFile({ file, status, chosen }, options, wish, wanted ?? used);
  }
  ensureVerified(plugin, wish);
  return wanted === undefined ? plugin : viewOf(plugin, wanted);
}

/** Whether what the caller wants stands in for a manifest: there is none, and nothing to be made sure of with it. */
function isManifestless(
  wanted: ParsedContract | undefined,
  file: string,
  { manifest, fresh }: OpenOptions,
  { integrity }: VerifyPolicy,
): wanted is ParsedContract {
  return wanted !== undefined && wanted.size > 0 && manifest === undefined &&
    !fresh && integrity === "buildId" && !hasManifest(file);
}

/** What was opened: a library or its manifest, or a directory and what was chosen in it. */
interface Named {
  /** Real path of what the caller named. */
  readonly file: string;
  readonly status: Status;
  /** Real path of the library, or of its manifest. */
  readonly chosen: string;
}

function openFile(
  { file, status, chosen }: Named,
  { manifest, fresh = false }: OpenOptions,
  wish: VerifyPolicy,
  wanted: ParsedContract | undefined,
): Plugin {
  const located = locate(
    chosen,
    manifest === undefined ? undefined : real(absolute(manifest), "manifest"),
  );
  const path = located.library === file ? file : findLibrary(located);
  if (file !== path) {
    linkManifest(file, path);
    status = statusOf(path);
    const known = fresh ? undefined : findOpened(path, status);
    if (known !== undefined) return known;
  }
  const opened = openLibrary(path, status, located, fresh, wish, wanted);
  // An initialiser may have called back, and opened this very file.
  const inner = fresh ? undefined : openedAs(path);
  if (inner !== undefined) return inner;
  register(opened, status);
  return opened.plugin;
}

function openLibrary(
  path: string,
  status: Status,
  { manifest, manifestPath }: Located,
  fresh: boolean,
  wish: VerifyPolicy,
  wanted: ParsedContract | undefined,
): Opened {
  const signer = verifySignature(wish, path, manifest);
  // The loader takes files: it gets a copy of what is embedded.
  const integrity = fresh || isEmbedded(status) ? "bytes" : wish.integrity;
  const checked = checkIdentity(path, manifest.library, integrity);
  if (wanted !== undefined) assertContract(manifest, wanted, path);
  const { thunks } = manifest;
  const check = (): Checked =>
    checkCompanion(
      real(join(dirname(manifestPath), thunks!.file), "plugin"),
      thunks!,
      integrity,
    );
  // When the first thunk is asked for, the file may be the next build's.
  const companion = fresh && thunks !== undefined ? check() : undefined;
  const loadChecked = (checked: Checked): NativeLibrary =>
    load(fresh ? anew(checked) : checked);
  const library = loadChecked(checked);
  let loaded: NativeLibrary | undefined;
  const plugin = pluginOf({
    path,
    description: manifest,
    library,
    thunks() {
      if (thunks === undefined) return library;
      return loaded ??= loadChecked(companion ?? check());
    },
  });
  recordVerified(plugin, { ...wish, integrity }, signer);
  return {
    plugin,
    path,
    mark: markOf(checked.buildId, manifest.library.sha256),
    isCopy: checked.copy !== undefined,
  };
}

/** The same bytes, as an image that nobody has loaded. */
function anew(checked: Checked): Checked {
  const key = crypto.randomUUID().replaceAll("-", "");
  return { ...checked, copy: { ...checked.copy!, key } };
}
