/**
 * Plugins whose symbols all that is loaded later may use: the one exception to
 * the rule that those of one plugin are nothing to another.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import { RTLD_GLOBAL, RTLD_NOLOAD, RTLD_NOW } from "../runtime/dlopen.ts";
import type { SystemLoader } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";

/**
 * Makes sure that symbols can be shown, before anything is loaded.
 *
 * @param path What is to be opened, for the error.
 * @throws {PluginError} `permission_denied`.
 */
export function assertCanShow(path: string): SystemLoader {
  const loader = adapter.systemLoader();
  if (loader !== undefined) return loader;
  throw new PluginError(
    "permission_denied",
    `Cannot show the symbols of ${
      quote(path)
    } to all: permission denied, run with --allow-ffi without a path`,
    { path },
  );
}

/**
 * Shows the symbols of a library that is loaded to all that is loaded later.
 *
 * @param path Absolute path of the library.
 * @throws {PluginError} `permission_denied`; `unsupported` where a copy of the file is loaded.
 */
export function showToAll(path: string): void {
  const loader = assertCanShow(path);
  // It stays so, and the library is never unloaded.
  if (loader.find(path, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL) !== undefined) {
    return;
  }
  throw new PluginError(
    "unsupported",
    `Cannot show the symbols of ${
      quote(path)
    } to all: not the file is loaded, but a private copy of it`,
    { path },
  );
}
