/**
 * Loads libraries in a process of their own.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { Checked } from "../identity/identity.ts";
import { assertSetUnchanged, rememberSet } from "../identity/unchanged.ts";
import type { Loadable } from "../isolated/loaded_there.ts";
import type { IsolationOptions } from "../isolated/options.ts";
import { IsolatedProcess } from "../isolated/process.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { assertEnvironment } from "./environment.ts";
import { fileOf, loadWith } from "./load.ts";
import { randomKey } from "./private_copy.ts";
import { readableFiles } from "./readable_files.ts";

/**
 * Loads a plugin and its companion into one process.
 *
 * @param options How it is isolated.
 */
export function isolatedLoader(options: IsolationOptions): {
  load(checked: Checked): NativeLibrary;
  missing(checked: Checked, symbols: readonly string[]): string[];
} {
  return new IsolatedLoader(options);
}

/** Loads a plugin and its companion into one process, which begins with the first of them. */
class IsolatedLoader {
  readonly #options: IsolationOptions;
  /** What a confined process loads at once: later it could read none of it. */
  readonly #expected: Checked[] = [];
  readonly #loaded = new Map<Checked, NativeLibrary>();
  #process: IsolatedProcess | undefined;

  /** @param options How it is isolated. */
  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** Whether all that is loaded has to be expected before the first of it is. */
  get isConfined(): boolean {
    return this.#options.policy !== undefined;
  }

  /**
   * Says what will be loaded later.
   *
   * @param checked What may be loaded.
   */
  expect(checked: Checked): void {
    this.#expected.push(checked);
  }

  /**
   * Loads a library: its initialisers run, in the other process.
   *
   * @param checked What may be loaded.
   * @throws {PluginError} As `load` in `load.ts`; `unsupported`, `crashed`, `exited`.
   */
  load(checked: Checked): NativeLibrary {
    const known = this.#loaded.get(checked);
    if (known !== undefined) return known;
    const all = [checked, ...this.#expected.splice(0)];
    for (const { path } of all) assertPermitted(path);
    const process = this.#process ??= new IsolatedProcess(
      checked.path,
      this.#options,
    );
    try {
      const libraries = process.load(
        all.map(loadable),
      );
      libraries.forEach((library, i) => this.#loaded.set(all[i]!, library));
      return libraries[0]!;
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

/** Who may not load a library here has nobody else load it. */
function assertPermitted(path: string): void {
  const flag = adapter.lacksFor?.(path);
  if (flag === undefined) return;
  throw new PluginError(
    "permission_denied",
    `Cannot load the plugin ${
      quote(path)
    } in another process: permission denied, run with ${flag}`,
    { path },
  );
}

/** How a library is loaded in each process. */
function loadable(checked: Checked): Loadable {
  const { path } = checked;
  const seen = checked.seen && rememberSet(path, checked.seen);
  let isChecked = true; // just now
  return {
    links: checked.links,
    prepare() {
      assertEnvironment(checked);
      if (!isChecked && seen !== undefined) assertSetUnchanged(path, seen);
      isChecked = false;
      const file = fileOf(withOwnCopy(checked));
      return {
        files: (permits) => readableFiles(file.path, file.root, permits),
        load: (open) => loadWith(checked, file, open),
        remove: () => file.remove?.(),
      };
    },
  };
}

/**
 * The same with a copy that nobody else has: one that Workers share is gone when
 * the first of them has loaded it, and each process reads it once more.
 */
function withOwnCopy(checked: Checked): Checked {
  const { copy } = checked;
  if (copy === undefined) return checked;
  return { ...checked, copy: { ...copy, key: randomKey() } };
}
