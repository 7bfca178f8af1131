/**
 * Opening plugins, once each.
 *
 * @module
 */

import { statSync } from "node:fs";
import { dirname, join } from "@std/path";
import type { NativeLibrary } from "./adapter.ts";
import { demand, readSymbols, type Wanted } from "./contract.ts";
import { PluginError } from "./error.ts";
import { checkCompanion, checkIdentity } from "./identity.ts";
import {
  absolute,
  findLibrary,
  locate,
  type Located,
  quote,
  real,
} from "./locate.ts";
import type { Contract, Declared } from "./looked.ts";
import type { LazyManifest, SymbolDefinition } from "./manifest.ts";
import { type AnySymbols, type Plugin, pluginOf, viewOf } from "./plugin.ts";
import { adapter } from "./runtime.ts";

/** How to open a plugin. */
export interface OpenOptions {
  /** Where the manifest is, when it is not beside the library. */
  manifest?: string | URL;
  /**
   * The symbols that the program wants, and the type of each, in the notation:
   * `{ add: "(i32, i32) => i32", count: "u64" }`. They are what
   * `plugin.symbols` then has, at these types.
   */
  symbols?: Contract;
}

/** Every plugin of this process (of this Worker: the library itself is shared), by real path and by device and inode. */
const plugins = new Map<string, Plugin>();

/**
 * Opens a plugin: loads the library if this process has not yet done so.
 *
 * One file gives one `Plugin`, however it is spelled: relative, absolute, as a
 * URL, through a link. Its initialisers run once. There is no close.
 *
 * Nothing of the library runs before its manifest has been read and validated,
 * and the file has been found to be the one described, for this machine.
 *
 * With `symbols`, the plugin must have them all, at types that agree as those
 * of {@linkcode Plugin.lookup} do; it may have more. That is found out before
 * any of its code runs. The same file and the same symbols give the same
 * `Plugin`; what is loaded and bound is shared with all others of the file.
 *
 * @typeParam S The names and types of the symbols, from a generated `.d.ts`;
 * with `symbols` they are inferred from them.
 * @param path A library, or a manifest (`.json`) that names one beside it. A
 * string is taken from the working directory.
 * @param options Where the manifest is, which symbols are wanted.
 * @returns The plugin.
 * @throws {PluginError} `not_found`, `no_manifest`, `bad_manifest`,
 * `not_a_library`, `wrong_target`, `wrong_library`, `contract` (with a table of
 * all that differs), `bad_type`, `load_failed`, `permission_denied`. A failed
 * open leaves nothing behind.
 * @throws {TypeError} When `path` is not a path or a `file:` URL, or `symbols`
 * not an object of texts.
 *
 * @example
 * ```ts ignore
 * import { open } from "@native/plugin";
 *
 * const plugin = open(new URL("./hello.so", import.meta.url), {
 *   symbols: { F: "() => void", V: "isize" },
 * });
 * plugin.symbols.V.value = 7;
 * plugin.symbols.F();
 * ```
 */
export function open<const C extends Contract>(
  path: string | URL,
  options: OpenOptions & { symbols: C },
): Plugin<Declared<C>>;
export function open<S extends object = AnySymbols>(
  path: string | URL,
  options?: OpenOptions,
): Plugin<S>;
export function open(path: string | URL, options: OpenOptions = {}): Plugin {
  const wanted = options.symbols === undefined
    ? undefined
    : readSymbols(options.symbols, String(path));
  const file = real(absolute(path), "plugin");
  const plugin = plugins.get(file) ?? openFile(file, options, wanted);
  return wanted === undefined ? plugin : viewOf(plugin, wanted);
}

function openFile(
  file: string,
  options: OpenOptions,
  wanted: Wanted | undefined,
): Plugin {
  const located = locate(
    file,
    options.manifest === undefined
      ? undefined
      : real(absolute(options.manifest), "manifest"),
  );
  const path = findLibrary(located);
  const { dev, ino } = statSync(path);
  const inode = `${dev}:${ino}`;
  const known = plugins.get(path) ?? plugins.get(inode);
  const plugin = known ?? openLibrary(path, located, wanted);
  for (const key of [file, path, inode]) plugins.set(key, plugin);
  return plugin;
}

function openLibrary(
  path: string,
  { manifest, manifestPath }: Located,
  wanted: Wanted | undefined,
): Plugin {
  checkIdentity(path, manifest.library);
  if (wanted !== undefined) demand(manifest, wanted, path);
  const library = load(path, anySymbol(manifest));
  const { thunks } = manifest;
  const companion = thunks === undefined
    ? undefined
    : join(dirname(manifestPath), thunks.file);
  let loaded: NativeLibrary | undefined;
  return pluginOf({
    path,
    description: manifest,
    library,
    thunks(symbol) {
      if (companion === undefined) return library;
      if (loaded === undefined) {
        checkCompanion(real(companion, "plugin"), thunks!);
        loaded = load(companion, symbol);
      }
      return loaded;
    },
  });
}

/** Loads a library; `symbol` is any that it has. */
function load(path: string, symbol: string): NativeLibrary {
  try {
    return adapter.load(path, symbol);
  } catch (error) {
    const cause = error as Error;
    const why = adapter.denied(cause)
      ? `permission denied, run with --allow-ffi=${path}`
      : adapter.reason(cause);
    throw new PluginError(
      adapter.denied(cause) ? "permission_denied" : "load_failed",
      `Cannot load the plugin ${quote(path)}: ${why}`,
      { path, cause },
    );
  }
}

/** A symbol that the library has, as the manifest says: the first. */
function anySymbol(manifest: LazyManifest): string {
  const [name] = manifest.symbolNames;
  return name === undefined ? "_init" : linkName(name, manifest.symbol(name)!);
}

function linkName(name: string, definition: SymbolDefinition): string {
  const { symbol = name } = definition;
  if (definition.kind === "variable") {
    return definition.get?.symbol ?? definition.address ?? symbol;
  }
  // A thunk that has to be told its target lies in the companion.
  const { thunk } = definition;
  return thunk === undefined || thunk.target !== undefined
    ? symbol
    : thunk.symbol;
}
