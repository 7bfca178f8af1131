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
import { Declaration } from "./declaration.ts";
import { DynamicSymbols } from "../identity/dynamic_symbols.ts";
import { checkAlone, infoOf } from "../identity/identity.ts";
import { inElf } from "../identity/needed_libraries.ts";
import { asProgramsCall } from "../load/as_library_calls.ts";
import { markIn } from "../identity/build_mark.ts";
import { isSettled } from "../system/same_file.ts";
import { type Plugin, pluginOf } from "../plugin/plugin.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";
import type { ResolvedFile } from "./files.ts";
import type { LoadStrategy } from "./load_strategy.ts";
import type { Opened } from "./registry.ts";

/**
 * Opens a library as the caller describes it.
 *
 * What one caller says of a library is nothing to another: each has a plugin of
 * its own, of the one library that is loaded.
 *
 * @param library The library's file.
 * @param opened What is open of it.
 * @param wanted The symbols that the caller declares; at least one.
 * @param strategy How it is loaded.
 * @returns The plugin: one for a file and the symbols that are declared.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `contract`, and what
 * loading it throws.
 */
export function openDeclared(
  library: ResolvedFile,
  opened: Opened | undefined,
  wanted: ParsedContract,
  strategy: LoadStrategy,
): Plugin {
  const { registry } = strategy;
  const key = keyOf(wanted);
  const known = opened?.declared.get(key);
  if (known !== undefined) return known;
  const { plugin, mark, space } = loadDeclared(
    library.path,
    wanted,
    strategy,
  );
  // An initialiser may have called back, and opened this very file.
  opened ??= registry.openedAs(library.path);
  if (opened === undefined) {
    opened = {
      ...library,
      mark,
      isSettled: isSettled(library.status),
      isHeld: space === undefined,
      verified: undefined,
      declared: new Map(),
    };
    registry.register(opened);
  }
  const inner = opened.declared.get(key);
  if (inner !== undefined) return inner;
  const { declared } = opened;
  declared.set(key, plugin);
  const entry = opened;
  space?.onEnd(() => {
    declared.delete(key);
    if (declared.size === 0 && entry.verified === undefined) {
      registry.forget(entry);
    }
  });
  return plugin;
}

function loadDeclared(
  path: string,
  wanted: ParsedContract,
  strategy: LoadStrategy,
): { plugin: Plugin; mark: string; space: NativeLibrary["space"] } {
  const checked = checkAlone(path);
  const mark = markIn(path);
  const description = new Declaration(wanted, () => infoOf(path));
  assertContract(description, wanted, path);
  const names = [...wanted.keys()];
  const refuse = (symbols: readonly string[], there: string) => {
    if (symbols.length === 0) return;
    const differences = symbols.map((symbol) => ({
      symbol,
      wanted: wanted.get(symbol)!,
      there,
    }));
    throw contractError(path, wanted, differences);
  };
  refuse(dataAmong(path, wanted), "a variable");
  refuse(strategy.missing(checked, names), "nothing");
  const library = asProgramsCall(strategy.load(checked), path);
  const plugin = pluginOf({
    path,
    description,
    library,
    thunks: () => library,
  });
  return { plugin, mark, space: library.space };
}

/** What would be called, and is data. */
function dataAmong(path: string, wanted: ParsedContract): string[] {
  const functions = [...wanted].filter(([, type]) => type.startsWith("("))
    .map(([name]) => name);
  return inElf(path, (file) => {
    const elf = new DynamicSymbols(file);
    return functions.filter((name) => elf.isData(name));
  }) ?? [];
}
