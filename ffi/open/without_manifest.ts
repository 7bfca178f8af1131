/**
 * Opens libraries that have no manifest: the caller says what they have.
 *
 * Nothing is known of such a library but what the file says of itself, and
 * whether it has the symbols. That they are what they are said to be, nobody
 * can tell.
 *
 * @module
 */

import {
  assertContract,
  contractError,
  keyOf,
  type ParsedContract,
} from "../plugin/contract.ts";
import { Declaration } from "../bind/description.ts";
import { PluginError, quote } from "../error.ts";
import { checkAlone, infoOf } from "../identity/identity.ts";
import { markIn } from "../identity/mark.ts";
import { load, missing } from "../load/load.ts";
import { type Plugin, pluginOf } from "../plugin/plugin.ts";

/** A library that is open. */
interface Opened {
  /** What tells its bytes from others. */
  readonly mark: string;
  /** By what was wanted. */
  readonly plugins: Map<string, Plugin>;
}

/** By the real path of the library. */
const libraries = new Map<string, Opened>();

/**
 * Opens a library as the caller describes it.
 *
 * What one caller says of a library is nothing to another: each has a plugin of
 * its own, of the one library that is loaded.
 *
 * @param path The real path of the library.
 * @param wanted Its symbols; at least one.
 * @returns The same for the same file and the same symbols.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `replaced`, `contract`,
 * and what {@linkcode load} throws.
 */
export function openDeclared(path: string, wanted: ParsedContract): Plugin {
  const mark = markIn(path);
  const { plugins } = unchanged(path, mark) ?? { plugins: new Map() };
  const key = keyOf(wanted);
  let plugin = plugins.get(key);
  if (plugin === undefined) {
    plugins.set(key, plugin = openAlone(path, wanted));
    libraries.set(path, { mark, plugins });
  }
  return plugin;
}

/** The library that was opened at the path; the system would give it again whatever is there now. */
function unchanged(path: string, mark: string): Opened | undefined {
  const opened = libraries.get(path);
  if (opened === undefined || opened.mark === mark) return opened;
  throw new PluginError(
    "replaced",
    `Cannot open the plugin ${
      quote(path)
    }: the file was replaced after it was opened: it has ${mark}, loaded is ${opened.mark}; ` +
      "a new process loads it as it is now, or { fresh: true } where it has a manifest",
    { path },
  );
}

function openAlone(path: string, wanted: ParsedContract): Plugin {
  const checked = checkAlone(path);
  const description = new Declaration(wanted, () => infoOf(path));
  assertContract(description, wanted, path);
  const names = [...wanted.keys()];
  const differences = missing(checked, names).map((symbol) => ({
    symbol,
    wanted: wanted.get(symbol)!,
    there: "nothing",
  }));
  if (differences.length > 0) throw contractError(path, wanted, differences);
  const library = load(checked);
  return pluginOf({ path, description, library, thunks: () => library });
}
