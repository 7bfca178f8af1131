/**
 * Loads libraries in a process of their own.
 *
 * @module
 */

import type { Checked } from "../identity/identity.ts";
import type { IsolationOptions } from "../isolated/options.ts";
import { IsolatedProcess } from "../isolated/process.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";
import { assertEnvironment } from "./copy_set.ts";
import { loadWith } from "./load.ts";

/** Loads a plugin and its companion into one process, which begins with the first of them. */
export class IsolatedLoader {
  readonly #options: IsolationOptions;
  #process: IsolatedProcess | undefined;

  /** @param options How it is isolated. */
  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /**
   * Loads a library: its initialisers run, in the other process.
   *
   * @param checked What may be loaded.
   * @throws {PluginError} As `load` in `load.ts`; `unsupported`, `crashed`, `exited`.
   */
  load(checked: Checked): NativeLibrary {
    const process = this.#process ??= new IsolatedProcess(
      checked.path,
      this.#options,
    );
    try {
      return process.load({
        check: () => assertEnvironment(checked),
        load: () => loadWith(checked, (file) => process.handleOf(file)),
      });
    } catch (error) {
      process.close(); // what failed does not stay
      throw error;
    }
  }

  /** Which of the symbols a library has not got. */
  missing(checked: Checked, symbols: readonly string[]): string[] {
    const library = this.load(checked);
    return symbols.filter((symbol) => {
      try {
        library.address(symbol);
        return false;
      } catch {
        return true;
      }
    });
  }
}
