/**
 * Opens libraries that have no manifest: the caller says what they have.
 *
 * Nothing is known of such a library but what the file says of itself, and
 * whether it has the symbols. That they are what they are said to be, nobody
 * can tell.
 *
 * @module
 */

import { statSync } from "node:fs";
import { contractError, demand, keyOf, type Wanted } from "./contract.ts";
import { Declaration } from "./description.ts";
import { checkAlone, infoOf } from "./identity.ts";
import { load, missing } from "./load.ts";
import { type Plugin, pluginOf } from "./plugin.ts";

/** By device, inode and what was wanted. */
const plugins = new Map<string, Plugin>();

/**
 * Opens a library as the caller describes it.
 *
 * What one caller says of a library is nothing to another: each has a plugin of
 * its own, of the one library that is loaded.
 *
 * @param path The real path of the library.
 * @param wanted Its symbols; at least one.
 * @returns The same for the same file and the same symbols.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `contract`, and what
 * {@linkcode load} throws.
 */
export function openDeclared(path: string, wanted: Wanted): Plugin {
  const { dev, ino } = statSync(path);
  const key = `${dev}:${ino}\0${keyOf(wanted)}`;
  let plugin = plugins.get(key);
  if (plugin === undefined) {
    plugins.set(key, plugin = openAlone(path, wanted));
  }
  return plugin;
}

function openAlone(path: string, wanted: Wanted): Plugin {
  const checked = checkAlone(path);
  const description = new Declaration(wanted, () => infoOf(path));
  demand(description, wanted, path);
  const names = [...wanted.keys()];
  const differences = missing(checked, names).map((symbol) => ({
    symbol,
    wanted: wanted.get(symbol)!,
    there: "nothing",
  }));
  if (differences.length > 0) throw contractError(path, wanted, differences);
  const library = load(checked, names[0]!);
  return pluginOf({ path, description, library, thunks: () => library });
}
