/**
 * What an import takes within `plugin test`: the plugin that the command has built
 * for its tool, and not the one that an import would build.
 *
 * The command tells the programs that it runs by a variable, which names a file:
 * a plugin may have more names than a variable holds.
 *
 * @module
 */

import { system, textAt } from "../../ffi/system/system.ts";

/** The variable. */
const VARIABLE = "NATIVE_PLUGIN_TESTED";

/** The plugin that is tested. */
export interface TestedPlugin {
  /** Absolute paths of the sources whose import it is. */
  readonly files: readonly string[];
  /** Absolute path of the library, which has its manifest beside it. */
  readonly library: string;
  /** The names that it exports. */
  readonly exports: readonly string[];
}

/**
 * Tells programs of the plugin that is tested.
 *
 * @param plugin The plugin.
 * @param path The file that says so; for as long as the programs run.
 * @returns The variables that the programs need.
 */
export function tellOfTested(
  plugin: TestedPlugin,
  path: string,
): Record<string, string> {
  system.write(path, JSON.stringify(plugin), 0o644);
  return { [VARIABLE]: path };
}

/**
 * The plugin that is tested, where its source is what is imported.
 *
 * @param file Absolute path of what is imported.
 * @returns The plugin; undefined in a program that `plugin test` does not run, and
 * for other sources.
 */
export function testedPlugin(file: string): TestedPlugin | undefined {
  const path = system.permittedEnv(VARIABLE);
  // It is gone with its command, which a program may outlive.
  const text = path === undefined ? "" : textAt(path);
  if (text === "") return undefined;
  const plugin: TestedPlugin = JSON.parse(text);
  return plugin.files.includes(system.realPath(file)) ? plugin : undefined;
}
