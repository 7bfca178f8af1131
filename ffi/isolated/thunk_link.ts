/**
 * What a library of thunks calls of the plugin: it needs no library, and is
 * told the addresses.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";

/** `void plugin_link(const void *addresses)`, in the library of the thunks. */
export const LINK = "plugin_link";

/**
 * The error of what cannot be told.
 *
 * @param file The library of the thunks, or the plugin, as errors name it.
 * @param name The function that is not there: of the plugin, or {@linkcode LINK}.
 */
export function notLinked(
  file: string,
  name: string,
  cause?: unknown,
): PluginError {
  const why = name === LINK
    ? `they have no ${quote(LINK)}`
    : `they call ${quote(name)}, which the library does not export`;
  return new PluginError(
    "wrong_library",
    `Cannot load the wrappers of ${
      quote(file)
    }: ${why}; write manifest and wrappers anew with plugin emit`,
    { path: file, cause },
  );
}
