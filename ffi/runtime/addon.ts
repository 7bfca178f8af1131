/**
 * The support library as an addon of Node-API.
 *
 * @module
 */

import type { Addon } from "../support/host.ts";

/**
 * Loads the library once more: the image is the same.
 *
 * @param path The library.
 * @returns Undefined where the runtime loads no addons, or must not.
 */
export function loadAddon(path: string): Addon | undefined {
  const module: { exports: Partial<Addon> } = { exports: {} };
  try {
    globalThis.process.dlopen(module, path);
  } catch {
    return undefined;
  }
  return module.exports.attach === undefined
    ? undefined
    : module.exports as Addon;
}
