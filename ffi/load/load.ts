/**
 * Loads a library, or says why the system's loader will not.
 *
 * Whatever keeps a library from being loaded is found out before any of its
 * code runs, or any of the libraries that it needs: the loader finds and binds
 * all of them before it runs the first initialiser.
 *
 * @module
 */

import { dirname } from "@std/path";
import type {
  Address,
  NativeLibrary,
  RawFunction,
} from "../runtime/adapter.ts";
import { PluginError, quote } from "../error.ts";
import type { Checked } from "../identity/identity.ts";
import { rethrow, trap } from "../function/trap.ts";
import { whyRefused } from "./refusal.ts";
import { privateCopy, removeCopy } from "./private_copy.ts";
import { adapter } from "../runtime/runtime.ts";

/**
 * Loads a library: its initialisers run.
 *
 * @param checked What may be loaded; where that is bytes, a copy of them is.
 * @throws {PluginError} `missing_library`, `missing_version`, `missing_symbol`,
 * `permission_denied`, `no_copy`, `load_failed`; the loader's own words are in
 * `cause`.
 */
export function load(checked: Checked): NativeLibrary {
  const { path, copy } = checked;
  if (copy === undefined) return loadFile(checked, path);
  const file = privateCopy(copy.bytes, path, copy.key);
  try {
    return loadFile(checked, file);
  } finally {
    removeCopy(file);
  }
}

/**
 * Loads a library of which is not known what it has.
 *
 * @param checked What may be loaded.
 * @param symbols Symbols that it should have.
 * @returns Those that it has not got.
 * @throws {PluginError} As {@linkcode load}.
 */
export function missing(
  checked: Checked,
  symbols: readonly string[],
): string[] {
  const { path } = checked;
  return wrapLoadErrors(checked, path, () => adapter.missing(path, symbols));
}

function loadFile(checked: Checked, file: string): NativeLibrary {
  return wrapLoadErrors(checked, file, () => adapter.load(file));
}

/**
 * Loads a file; what the runtime throws becomes an error of ours. What a
 * callback threw that an initialiser called is thrown as it is: the library
 * stays loaded.
 */
function wrapLoadErrors<T>(
  { path, bindsNow }: Checked,
  file: string,
  load: () => T,
): T {
  let release: (() => void) | undefined;
  let loaded: T;
  try {
    release = bindsNow === false && !adapter.bindsNow
      ? bindNow(file)
      : undefined;
    loaded = load();
  } catch (error) {
    throw loadError(path, file, error as Error);
  } finally {
    release?.(); // what failed does not stay
  }
  if (trap.thrown !== undefined) rethrow();
  return loaded;
}

function loadError(path: string, file: string, cause: Error): PluginError {
  const flag = adapter.denied(
    cause,
    file === path ? path : dirname(dirname(file)),
  );
  if (flag !== undefined) {
    return new PluginError(
      "permission_denied",
      `Cannot load the plugin ${
        quote(path)
      }: permission denied, run with ${flag}`,
      { path, cause },
    );
  }
  const words = adapter.reason(cause);
  const { code, detail, symbol } = whyRefused(file, words) ??
    { code: "load_failed", detail: words };
  return new PluginError(
    code,
    `Cannot load the plugin ${quote(path)}: ${detail}`,
    { path, symbol, cause },
  );
}

// ------------------------------------------------------------- binding at once

const RTLD_NOW = 2;
/** Where C's `dlopen` is: since glibc 2.34, and before. musl always binds at once. */
const HOLDERS = ["libc.so.6", "libdl.so.2"];

/** C's `dlopen`, `dlclose` and `dlerror`. */
interface Loader {
  readonly dlopen: RawFunction;
  readonly dlclose: RawFunction;
  readonly dlerror: RawFunction;
}

/** Null where they may not be called; undefined before they are first wanted. */
let loader: Loader | null | undefined;

/**
 * Loads a library with every function that it needs bound. The runtimes bind
 * one when it is first called, and a missing one is then the end of the process.
 *
 * @returns Lets go of it: it stays loaded where it was loaded once more meanwhile.
 */
function bindNow(path: string): (() => void) | undefined {
  if (loader === undefined) loader = findLoader();
  if (loader === null) return undefined;
  const { dlopen, dlclose, dlerror } = loader;
  const name = new TextEncoder().encode(`${path}\0`);
  const handle = dlopen(adapter.addressOf(name), RTLD_NOW);
  if (handle !== adapter.null) return () => dlclose(handle);
  const words: Address | null = dlerror();
  throw new Error(
    words === null || words === adapter.null
      ? "the system's loader does not say why"
      : adapter.cstring(words),
  );
}

function findLoader(): Loader | null {
  for (const holder of HOLDERS) {
    if (!adapter.permits(holder)) return null;
    try {
      const library = adapter.load(holder);
      return {
        dlopen: library.bind("dlopen", ["address", "i32"], "address"),
        dlclose: library.bind("dlclose", ["address"], "i32"),
        dlerror: library.bind("dlerror", [], "address"),
      };
    } catch {
      // The next one, or the runtime's own way of loading.
    }
  }
  return null;
}
