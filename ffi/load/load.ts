/**
 * Loads a library, or says why the system's loader will not.
 *
 * Whatever keeps a library from being loaded is found out before any of its
 * code runs, or any of the libraries that it needs: the loader finds and binds
 * all of them before it runs the first initialiser. The loading itself is
 * `adapter.load`: the runtime's own, in `runtime/deno.ts`, `bun.ts`, `node.ts`.
 * A plugin of C as `plugin build` makes it takes nothing more; a library that is
 * not linked with `-z now`, or shares a symbol with the runtime, is told of to C's
 * `dlopen` before (`preload.ts`).
 *
 * @module
 */

import type { NativeLibrary } from "../runtime/adapter.ts";
import { PluginError, quote } from "../error.ts";
import type { Checked } from "../identity/identity.ts";
import { trap } from "../function/trap.ts";
import { reportCrashesOf } from "./crash_report.ts";
import { assertNoneInstead } from "./loaded_images.ts";
import { whyRefused } from "./loader_error.ts";
import { preload } from "./preload.ts";
import { type PrivateCopy, privateCopy } from "./private_copy.ts";
import { RTLD_NOW } from "../runtime/dlopen.ts";
import { adapter } from "../runtime/runtime.ts";
import { wordReplacedIn } from "../system/libraries.ts";
import { refusesCode } from "../system/mounts.ts";

/**
 * Loads a library: its initialisers run.
 *
 * @param checked What may be loaded; where that is bytes, a copy of them is.
 * @throws {PluginError} `missing_library`, `missing_version`, `missing_symbol`,
 * `symbol_conflict`, `permission_denied`, `no_copy`, `unsigned_need`,
 * `load_failed`; the loader's own words are in `cause`.
 */
export function load(checked: Checked): NativeLibrary {
  const { path, copy, report, buildId } = checked;
  const loadable = fileOf(checked);
  const { path: file, parent: temporary } = loadable;
  try {
    if (copy?.isSigned) assertNoneInstead(path, file, copy);
    if (report !== undefined) {
      reportCrashesOf({ ...report, file, library: path, buildId });
    }
    const library = loadPreloaded(
      checked,
      file,
      () => adapter.load(file),
      temporary,
    );
    // What a Worker has loaded would go with it: its initialisers would run
    // again, and threads that are still in it would be in nothing.
    if (adapter.isWorker) adapter.systemLoader()?.find(file, RTLD_NOW);
    return library;
  } finally {
    loadable.remove?.();
  }
}

/**
 * Loads a library elsewhere.
 *
 * @param checked What may be loaded.
 * @param file The file, as {@linkcode fileOf} gives it.
 * @param load Loads a file; throws the loader's own words.
 * @throws {PluginError} As {@linkcode load}.
 */
export function loadWith<T>(
  { path }: Checked,
  file: LoadableFile,
  load: (file: string) => T,
): T {
  try {
    return load(file.path);
  } catch (error) {
    throw error instanceof PluginError
      ? error
      : loadError(path, file.path, error as Error, file.parent);
  }
}

/** The file that is to be loaded. */
export type LoadableFile = Partial<PrivateCopy> & Pick<PrivateCopy, "path">;

/**
 * The file that is to be loaded: the library itself, or a copy of it.
 *
 * @throws {PluginError} `permission_denied`, `no_copy`.
 */
export function fileOf({ path, copy }: Checked): LoadableFile {
  const file: LoadableFile = copy === undefined
    ? { path }
    : privateCopy(path, copy);
  try {
    assertTakenAsItIs(path, file.path);
    return file;
  } catch (error) {
    file.remove?.();
    throw error;
  }
}

/**
 * Loads a library of which is not known what it has.
 *
 * @param checked What may be loaded.
 * @param symbols Symbols that it should have.
 * @returns The symbols that the library has not got.
 * @throws {PluginError} As {@linkcode load}.
 */
export function missing(
  checked: Checked,
  symbols: readonly string[],
): string[] {
  const { path } = checked;
  assertTakenAsItIs(path, path);
  return loadPreloaded(checked, path, () => adapter.missing(path, symbols));
}

/**
 * Makes sure that the loader takes a path as it is written.
 *
 * @param path The library, for the error.
 * @param file What the loader is given.
 */
function assertTakenAsItIs(path: string, file: string): void {
  const word = wordReplacedIn(file);
  if (word === undefined) return;
  throw new PluginError(
    "load_failed",
    `Cannot load the plugin ${quote(path)}: the system's loader takes the ${
      quote(word)
    } in ${quote(file)} for something else; give it another name`,
    { path },
  );
}

/**
 * Loads a file: by C's `dlopen` first, where there is a reason to (`preload.ts`),
 * which then runs the initialisers, and by the runtime, which is given the same
 * image. What either throws becomes an error of ours. What a callback threw that
 * an initialiser called is thrown as it is: the library stays loaded.
 *
 * @param temporary The directory of temporary files, where the file is a copy there.
 */
function loadPreloaded<T>(
  checked: Checked,
  file: string,
  load: () => T,
  temporary?: string,
): T {
  const { path } = checked;
  let release: (() => void) | undefined;
  let loaded: T;
  try {
    release = preload(checked, file);
    loaded = load();
  } catch (error) {
    throw error instanceof PluginError
      ? error
      : loadError(path, file, error as Error, temporary);
  } finally {
    release?.(); // what failed does not stay
  }
  const { thrown } = trap;
  trap.thrown = undefined;
  if (thrown !== undefined) throw thrown.error;
  return loaded;
}

function loadError(
  path: string,
  file: string,
  cause: Error,
  temporary?: string,
): PluginError {
  const flag = adapter.denied(cause, temporary ?? path);
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
  if (temporary !== undefined && refusesCode(temporary, words)) {
    return new PluginError(
      "no_copy",
      `Cannot load the private copy of the plugin ${quote(path)}: nothing in ${
        quote(temporary)
      } may be executed (it is mounted noexec); name another directory of your own in TMPDIR`,
      { path, cause },
    );
  }
  const { code, detail, symbol } = whyRefused(file, words) ??
    { code: "load_failed", detail: words };
  return new PluginError(
    code,
    `Cannot load the plugin ${quote(path)}: ${detail}`,
    { path, symbol, cause },
  );
}
