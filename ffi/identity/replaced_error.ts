/**
 * The error of a plugin whose file is no longer the one that was opened.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";

/** What loads it all the same. */
export const NEW_IMAGE = "open it with { fresh: true } to load it as it is now";

/**
 * Makes the error.
 *
 * @param path The plugin.
 * @param failed What cannot be done with it.
 * @param how In what the file is another one.
 * @param remedy What to do.
 */
export function replacedError(
  path: string,
  failed: "open" | "load in another process",
  how: string,
  remedy = NEW_IMAGE,
): PluginError {
  const [verb, ...where] = failed.split(" ");
  const action = [verb, "the plugin", quote(path), ...where].join(" ");
  return new PluginError("replaced", `Cannot ${action}: ${how}; ${remedy}`, {
    path,
  });
}
