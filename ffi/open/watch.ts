/**
 * Hot reload: a plugin is loaded anew whenever a build of it has finished.
 *
 * Files are looked at in turns rather than through the system's notifications:
 * those differ from runtime to runtime, and reach neither network drives nor a
 * file that a rename puts in the place of another. Two looks cost some
 * microseconds.
 *
 * @module
 */

import { checkSignal } from "../call/check_async_options.ts";
import {
  assertBoolean,
  assertObject,
  PluginError,
  showKind,
  wrongOption,
} from "../error.ts";
import { markIn } from "../identity/build_mark.ts";
import type { Contract, ContractSymbols } from "../typed/lookup_result.ts";
import { isManifest } from "./find_manifest.ts";
import { absoluteOf, readText } from "./files.ts";
import { openWatched } from "./open.ts";
import type { OpenOptions } from "./request.ts";
import {
  type AnyConstants,
  type AnySymbols,
  type AnyTypes,
  type Plugin,
  usedIn,
} from "../plugin/plugin.ts";
import { nodeModule } from "../system/node_system.ts";
import { stampOf } from "../system/same_file.ts";
import { statusIfAny, system } from "../system/system.ts";

/** How to watch a plugin. */
export interface WatchOptions extends Omit<OpenOptions, "fresh"> {
  /**
   * Called with what keeps a new build from being loaded, and with what
   * `onPlugin` throws, or its promise rejects with. The plugin before it stays, and watching goes on.
   * Without it, errors are printed.
   */
  onError?: (error: unknown) => void;
  /** How often the files are looked at, in milliseconds, 10 to 60 000; 100 when left out. */
  interval?: number;
  /**
   * How long files that do not belong together may be a build that is not finished,
   * in milliseconds, up to 600 000; 1000 when left out. What is wrong longer is an error.
   */
  patience?: number;
  /** Ends the watching when it is aborted. */
  signal?: AbortSignal;
  /** Whether the process lives for as long as is watched; true when left out. */
  persistent?: boolean;
}

const OTHERS = ["onError", "interval", "patience", "signal", "persistent"];

/** A plugin that is watched. It keeps the process alive, unless `persistent` is false. */
export interface Watcher extends Disposable {
  /** Ends the watching. Plugins that were loaded stay. */
  close(): void;
}

/**
 * Opens a plugin, and loads it anew whenever a build has finished writing it.
 *
 * A build has finished when library and manifest have not changed for the time
 * between two looks, and belong together. Before the new library is loaded, its
 * manifest must have the symbols that are in `symbols`; without them, those that
 * were looked up in the plugin before, at types that agree. What does not change
 * the library or its manifest gives no new plugin.
 *
 * Nothing is unloaded: functions of an older plugin go on working, its
 * variables keep their values, and each build stays in memory.
 *
 * @param path As for {@linkcode open}.
 * @param onPlugin Called with the plugin, before this returns; and with each new
 * one from then on.
 * @param options Where the manifest is, which symbols are wanted, who is told of
 * errors, how often to look.
 * @returns A handle that ends the watching: `close()`, `using`, or `signal`.
 * @throws {PluginError} What {@linkcode open} throws, when there is no plugin yet.
 * @throws {RangeError} When `interval` or `patience` is out of its range.
 *
 * @example
 * ```ts ignore
 * let add: (a: number, b: number) => number;
 * using watcher = watch("./math.so", (plugin) => {
 *   add = plugin.lookup("add", "(i32, i32) => i32");
 * }, { onError: console.warn });
 * ```
 */
export function watch<const C extends Contract>(
  path: string | URL,
  onPlugin: (plugin: Plugin<ContractSymbols<C>>) => void,
  options: WatchOptions & { symbols: C },
): Watcher;
/**
 * Opens a plugin, and loads it anew whenever a build has finished writing it;
 * its symbols are those of a generated declaration, or any.
 *
 * @typeParam S As for {@linkcode open}, and so are the others.
 * @param path As for {@linkcode open}.
 * @param onPlugin Called with each plugin.
 * @param options As above, without `symbols`.
 * @returns A handle that ends the watching.
 * @throws {PluginError} What {@linkcode open} throws, when there is no plugin yet.
 * @throws {RangeError} When `interval` or `patience` is out of its range.
 */
export function watch<
  S extends object = AnySymbols,
  T extends object = AnyTypes,
  C extends object = AnyConstants,
>(
  path: string | URL,
  onPlugin: (plugin: Plugin<S, T, C>) => void,
  options?: WatchOptions,
): Watcher;
export function watch(
  path: string | URL,
  onPlugin: (plugin: Plugin) => void,
  options: WatchOptions = {},
): Watcher {
  if (typeof onPlugin !== "function") {
    throw wrongOption("watch(): argument 2", "a function", onPlugin);
  }
  assertObject(options, "watch(): options");
  const {
    interval = 100,
    patience = 1000,
    signal,
    persistent = true,
    onError,
  } = options;
  assertBoolean(persistent, "watch(): persistent");
  checkSignal("watch(): options", signal);
  if (onError !== undefined && typeof onError !== "function") {
    throw wrongOption("watch(): onError", "a function", onError);
  }
  assertWithin("interval", interval, 10, 60_000);
  assertWithin("patience", patience, 0, 600_000);
  signal?.throwIfAborted();
  const watched = new Watched(absoluteOf(path), onPlugin, options, patience);
  // Not the global ones: Deno's are numbers, which cannot be let go of.
  const { setInterval, clearInterval } = nodeModule<
    typeof import("node:timers")
  >("node:timers");
  const timer = setInterval(() => watched.look(interval), interval);
  if (!persistent) timer.unref();
  const close = (): void => {
    clearInterval(timer);
    signal?.removeEventListener("abort", close);
  };
  signal?.addEventListener("abort", close);
  return { close, [Symbol.dispose]: close };
}

function assertWithin(
  name: string,
  given: unknown,
  least: number,
  most: number,
): void {
  if (typeof given === "number" && given >= least && given <= most) return;
  throw new RangeError(
    `watch(): ${name} is ${
      showKind(given)
    }, wanted ${least} to ${most} milliseconds`,
  );
}

class Watched {
  readonly #path: string;
  readonly #onPlugin: (plugin: Plugin) => void;
  readonly #options: WatchOptions;
  /** How long files that do not belong together may be a build that is not finished, in milliseconds. */
  readonly #patience: number;
  #plugin: Plugin;
  /** What the plugin was loaded from. */
  #content: string | undefined;
  /** The files as they were when there was last something to tell. */
  #told: string;
  /** The files as they were at the last look. */
  #seen: string;
  /** How many looks they have been so. */
  #looks = 0;

  constructor(
    path: string,
    onPlugin: (plugin: Plugin) => void,
    options: WatchOptions,
    patience: number,
  ) {
    this.#path = path;
    this.#onPlugin = onPlugin;
    this.#options = options;
    this.#patience = patience;
    this.#plugin = openNow(path, options);
    this.#content = this.#readContent();
    this.#told = this.#seen = this.#status();
    this.#give();
  }

  /** Gives the plugin on; what the promise of an `async` function rejects with is told. */
  #give(): void {
    const given: unknown = this.#onPlugin(this.#plugin);
    if (given instanceof Promise) given.catch((error) => this.#tell(error));
  }

  /** Looks whether there is a new build; `interval` milliseconds have passed. */
  look(interval: number): void {
    const status = this.#status();
    if (status === this.#told) return;
    if (status !== this.#seen) {
      this.#seen = status;
      this.#looks = 0;
      return;
    }
    const isLast = ++this.#looks === Math.ceil(this.#patience / interval) + 1;
    if (this.#looks !== 1 && !isLast) return;
    try {
      this.#reload();
      this.#told = status;
    } catch (error) {
      if (!isLast) return;
      this.#told = status;
      this.#tell(error);
    }
  }

  #reload(): void {
    const content = this.#readContent();
    if (content !== undefined && content === this.#content) return;
    const before = this.#plugin;
    this.#plugin = openWatched(this.#path, this.#options, {
      fresh: true,
      used: usedIn(before),
      others: OTHERS,
    });
    // A link may have come to lead to another library.
    this.#content = this.#plugin.path === before.path
      ? content
      : this.#readContent();
    try {
      this.#give();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    const { onError = console.error } = this.#options;
    onError(error);
  }

  get #manifest(): string {
    const { manifest } = this.#options;
    if (manifest !== undefined) return absoluteOf(manifest);
    return isManifest(this.#path) ? this.#path : `${this.#plugin.path}.json`;
  }

  /** What would be loaded; undefined where that is for `open` to say. */
  #readContent(): string | undefined {
    try {
      return [
        system.realPath(this.#path),
        markIn(this.#plugin.path),
        readText(this.#manifest),
      ].join("\n");
    } catch {
      return undefined;
    }
  }

  #status(): string {
    return [this.#path, this.#plugin.path, this.#manifest].map((path) => {
      try {
        return stampOf(statusIfAny(path));
      } catch (error) {
        return `${error}`; // a drive that is away; to open it says so
      }
    }).join(" ");
  }
}

/** Opens a plugin as its file is now, also where it was opened before and has changed since. */
function openNow(path: string, options: WatchOptions): Plugin {
  try {
    return openWatched(path, options, { others: OTHERS });
  } catch (error) {
    if (!(error instanceof PluginError) || error.code !== "replaced") {
      throw error;
    }
    return openWatched(path, options, { fresh: true, others: OTHERS });
  }
}
