/**
 * What takes a permission of the runtime's.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { adapter } from "./runtime.ts";

/**
 * Does something, or says which permission is missing for it.
 *
 * @param what What cannot be done without: "Cannot make a callback".
 * @param path The plugin, where it is of one.
 * @throws {PluginError} `permission_denied`.
 */
export function permitted<T>(
  what: () => string,
  use: () => T,
  path?: string,
): T {
  try {
    return use();
  } catch (cause) {
    const flag = adapter.denied(cause as Error);
    if (flag === undefined) throw cause;
    throw new PluginError(
      "permission_denied",
      `${what()}: permission denied, run with ${flag}`,
      { path, cause },
    );
  }
}
