/**
 * Opening plugins, once each.
 *
 * | step | here | where |
 * |---|---|---|
 * | what is asked for | `open` | `parseRequest` in `request.ts` |
 * | what options ask for before and after | `openRequested` | `load/global.ts`, `load/crash_report.ts`, `plugin/trace.ts` |
 * | resolve: which file is meant | `openResolved` | `resolve.ts`, `find_in_pack.ts` in a pack |
 * | cached: what is open already | `open` by the path as it is written, `findNamed` by the file | `registry.ts` |
 * | describe: read the manifest | `openDescribed` | `find_manifest.ts`, `manifest/parse.ts` |
 * | verify: may it be loaded; is it the one described, by its build id, and with `trust` or `integrity` more | `loadVerified`; `give` what the caller asks for | `identity/identity.ts`, `verify_policy.ts`, `trust.ts`, `revoked.ts` |
 * | load it, and its thunks when they are needed | `loadVerified` | `load_strategy.ts`, which is `load/load.ts`; `companion.ts` |
 *
 * None of them leads back here. What comes out is the `Plugin` of
 * `plugin/plugin.ts`, whose head says how `lookup` goes on.
 *
 * @module
 */

import { basename } from "../system/path.ts";
import { isSettled } from "../system/same_file.ts";
import { checkIdentity } from "../identity/identity.ts";
import { markOf } from "../identity/build_mark.ts";
import type { IsolatedOptions } from "../isolated/options.ts";
import { reportCrashesOf, startReports } from "../load/crash_report.ts";
import { assertCanShow, showToAll } from "../load/global.ts";
import { noteGoRuntime } from "../load/go_runtimes.ts";
import { assertContract } from "../plugin/contract.ts";
import {
  type AnyConstants,
  type AnySymbols,
  type AnyTypes,
  type IsolatedPlugin,
  libraryOf,
  type Plugin,
  pluginOf,
  pluginSeenAs,
} from "../plugin/plugin.ts";
import { assertTraceable, publishOpen } from "../plugin/trace.ts";
import type { Contract, ContractSymbols } from "../typed/lookup_result.ts";
import { Companion } from "./companion.ts";
import {
  type DescribedLibrary,
  describeLibrary,
  hasManifest,
  isManifest,
} from "./find_manifest.ts";
import { absoluteOf, type ResolvedFile } from "./files.ts";
import { getCached, type Opened, setCached } from "./registry.ts";
import {
  type Anew,
  type OpenOptions,
  type OpenRequest,
  parseRequest,
} from "./request.ts";
import { resolveFile } from "./resolve.ts";
import type { CalledBy } from "./trust.ts";
import {
  completeCopy,
  ensureDescribed,
  ensureSaidSame,
  ensureVerified,
  type VerifiedPlugin,
  verifyPack,
  verifySignature,
} from "./verify_policy.ts";
import { openDeclared } from "./without_manifest.ts";

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
  options: OpenOptions & { isolated: true | IsolatedOptions; symbols: C },
): IsolatedPlugin<ContractSymbols<C>>;
/** Opens a plugin of which the program says what it wants, isolated or not; the same as above. */
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
 * `missing_library`, `missing_version`, `missing_symbol`, `symbol_conflict`,
 * `load_failed`, `permission_denied`; with `trust` also `unsigned`,
 * `untrusted`, `bad_signature`, `unsigned_need`, `wrong_plugin`, `outdated`,
 * `revoked`, `bad_revocations`, `no_copy`; with `fresh` also `no_copy`. A failed
 * open leaves nothing behind.
 * @throws {TypeError} When `path` is not a path or a `file:` URL, or `trust`
 * has no public keys, or not what it must have.
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
  options: OpenOptions & { isolated: true | IsolatedOptions },
): IsolatedPlugin<S, T, C>;
/** Opens a plugin, isolated or not; the same as above. */
export function open<
  S extends object = AnySymbols,
  T extends object = AnyTypes,
  C extends object = AnyConstants,
>(
  path: string | URL,
  options?: OpenOptions,
): Plugin<S, T, C>;
export function open(path: string | URL, options?: OpenOptions): Plugin {
  if (options !== undefined) return openRequested(parseRequest(path, options));
  let plugin = getCached(path);
  if (plugin === undefined) {
    plugin = openRequested(parseRequest(path, {}));
    setCached(path, plugin);
  }
  return plugin;
}

/**
 * Opens a plugin for who watches it.
 *
 * @param anew What stands beside the options.
 * @throws {PluginError} As {@linkcode open}.
 */
export function openWatched(
  path: string | URL,
  options: OpenOptions,
  anew: Anew,
): Plugin {
  return openRequested(parseRequest(path, options, anew));
}

/** Opens it, with what options ask for before and after. */
function openRequested(request: OpenRequest): Plugin {
  const { isGlobal, isReported, trace } = request;
  const start = trace === undefined ? 0 : performance.now();
  if (isGlobal) assertCanShow(String(request.path));
  if (isReported) startReports();
  const plugin = openResolved(request);
  if (isReported) reportOpened(plugin);
  if (isGlobal) showToAll(plugin.path);
  if (trace === undefined) return plugin;
  publishOpen(plugin.path, start);
  return pluginSeenAs(plugin, { trace });
}

/** Has the crashes of a plugin told that may have been open before. */
function reportOpened(plugin: Plugin): void {
  const { path } = plugin;
  const library = libraryOf(plugin);
  if (library.language === GO) return;
  reportCrashesOf({
    file: path,
    library: path,
    manifest: `${path}.json`,
    buildId: library.buildId,
  });
}

/** Go's runtime tells of its crashes itself, and makes panics of some. */
const GO = "Go";

/** Resolve, and what is open already is given; or else describe, verify, load. */
function openResolved(request: OpenRequest): Plugin {
  const named = resolveFile(request.path);
  const opened = findNamed(named, request);
  // Another manifest than it was opened with may have been named.
  if (opened?.verified !== undefined && request.manifest === undefined) {
    return give(opened.verified, named, request);
  }
  const { manifestlessContract } = request;
  if (manifestlessContract !== undefined && !hasManifest(named)) {
    return openDeclared(named, opened, manifestlessContract, request.strategy);
  }
  return give(openDescribed(named, opened, request), named, request);
}

/** What is open of the file that was named. */
function findNamed(
  named: ResolvedFile,
  { strategy, policy }: OpenRequest,
): Opened | undefined {
  // Who wants to be sure has a manifest read again that was not written since.
  const library = policy.integrity === "buildId"
    ? strategy.linked(named)
    : undefined;
  return strategy.findOpened(library ?? named);
}

/** Opens a library that its manifest describes. */
function openDescribed(
  named: ResolvedFile,
  opened: Opened | undefined,
  request: OpenRequest,
): VerifiedPlugin {
  const described = describeLibrary(named, request);
  const { file, manifest, manifestPath, through, pack } = described;
  verifyPack(request.policy, named.path, pack, manifest);
  if (through.length > 0) opened = request.strategy.findOpened(file);
  let verified = opened?.verified;
  if (verified === undefined) {
    verified = loadVerified(named, described, opened, request);
  } else {
    ensureDescribed(verified, manifest.library, request.policy);
    ensureSaidSame(verified, manifest, manifestPath);
  }
  if (through.length > 0) {
    request.strategy.registry.link(named.path, file.path, through);
  }
  return verified;
}

/** Verifies a library, loads it, and remembers that it is open. */
function loadVerified(
  named: ResolvedFile,
  described: DescribedLibrary,
  opened: Opened | undefined,
  request: OpenRequest,
): VerifiedPlugin {
  const { policy, strategy, required } = request;
  const { file, manifest, manifestPath } = described;
  const { path } = file;
  const integrity = strategy.integrityOf(file, policy.integrity);
  const signed = verifySignature(
    policy,
    path,
    manifest,
    () => calledBy(request.path, named),
  );
  const checked = completeCopy(
    policy,
    checkIdentity(path, manifest.library, integrity),
    manifest.bundled,
  );
  if (required !== undefined) assertContract(manifest, required, path);
  if (request.trace !== undefined) {
    assertTraceable(manifest, request.trace, path);
  }
  const { thunks } = manifest;
  const companion = thunks &&
    new Companion(
      { manifest: manifestPath, own: request.thunks },
      thunks,
      integrity,
      {
        ...strategy,
        complete: (checked) => completeCopy(policy, checked, []),
      },
    );
  const isReported = request.isReported && manifest.library.language !== GO;
  const library = strategy.load(
    isReported ? { ...checked, report: { manifest: manifestPath } } : checked,
  );
  if (library.space === undefined && manifest.library.language === GO) {
    noteGoRuntime(path);
  }
  // An initialiser may have called back, and opened this very file.
  const inner = strategy.openedMeanwhile(path)?.verified;
  if (inner !== undefined) return inner;
  const plugin = pluginOf({
    path,
    description: manifest,
    library,
    thunks: () => companion?.load(library) ?? library,
  });
  const verified: VerifiedPlugin = {
    plugin,
    info: manifest.library,
    json: manifest.json,
    companion,
    integrity,
    signed,
  };
  const { registry } = strategy;
  const entry = {
    ...file,
    mark: markOf(checked.buildId, manifest.library.sha256),
    isSettled: isSettled(file.status),
    isHeld: checked.copy === undefined && library.space === undefined,
    verified,
    declared: opened?.declared ?? new Map(),
  };
  registry.register(entry);
  library.space?.onEnd(() => registry.forget(entry));
  return verified;
}

/** The plugin, once all is made sure of that this caller asks for, as the caller wants it. */
function give(
  verified: VerifiedPlugin,
  named: ResolvedFile,
  { path, policy, contract }: OpenRequest,
): Plugin {
  ensureVerified(verified, policy, () => calledBy(path, named));
  const { plugin } = verified;
  return contract === undefined
    ? plugin
    : pluginSeenAs(plugin, { wanted: contract });
}

/** What the caller named: the last part of the path, as it was written. */
function calledBy(
  path: string | URL,
  { status, path: real }: ResolvedFile,
): CalledBy {
  const kind = status.isDirectory
    ? "directory"
    : isManifest(real)
    ? "manifest"
    : "library";
  return { kind, name: basename(absoluteOf(path)) };
}
