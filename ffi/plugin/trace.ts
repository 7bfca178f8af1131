/**
 * What is published of a plugin that is traced, on the channels of
 * `node:diagnostics_channel`, `plugin:open` and `plugin:call`, and what `stats()`
 * counts.
 *
 * The module of the runtime is asked for by the first trace: to load it takes
 * Deno 16 ms.
 *
 * @module
 */

import { findSymbol } from "../bind/symbol.ts";
import { keepsErrnoOf } from "../call/last_error.ts";
import { PluginError, quote } from "../error.ts";
import type { LibraryDescription } from "../manifest/manifest.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { INSPECT } from "../handle/print_as.ts";
import { show } from "../check/show.ts";
import { nodeModule } from "../system/node_system.ts";
import { classNamed } from "./symbol_names.ts";

/** A message on the channel `plugin:open`. */
export interface OpenMessage {
  /** Absolute path of the library. */
  readonly path: string;
  /** When it began, in the milliseconds of `performance.now()`. */
  readonly startTime: number;
  /** How many milliseconds it took. */
  readonly duration: number;
}

/** A message on the channel `plugin:call`: a call that has ended. */
export interface CallMessage extends OpenMessage {
  /** The symbol that was called. */
  readonly symbol: string;
  /** Whether it was called by `.async`, and its promise has settled. */
  readonly isAsync: boolean;
  /** What it threw, where it did. */
  readonly error?: unknown;
}

/** What the traced calls of one function were, so far. */
export interface CallStats {
  /** Calls that have ended. */
  calls: number;
  /** Those of them that threw. */
  errors: number;
  /** Milliseconds that they took. */
  duration: number;
}

/** The functions that are traced. */
export type Traced = "all" | readonly string[];

/**
 * Reads what `open` was given as `trace`.
 *
 * @throws {TypeError} When it is neither a boolean nor names.
 */
export function readTraced(given: unknown): Traced | undefined {
  if (typeof given === "boolean") return given ? "all" : undefined;
  if (
    Array.isArray(given) && given.every((name) => typeof name === "string")
  ) {
    return given.toSorted();
  }
  throw new TypeError(
    `open(): trace: wanted a boolean or names of functions, got ${show(given)}`,
  );
}

/**
 * Makes sure that what is to be traced is there, and is called: a name that is
 * misspelt would be traced by nobody, and nobody would say so.
 *
 * @param description What the plugin is said to have.
 * @param wanted What is to be traced.
 * @param path Absolute path of the library.
 * @throws {PluginError} `unknown_symbol`, `skipped_symbol`, or `unsupported` for a
 * variable and a class.
 */
export function assertTraceable(
  description: LibraryDescription,
  wanted: Traced,
  path: string,
): void {
  if (wanted === "all") return;
  for (const name of wanted) {
    const isClass = !description.has(name) &&
      classNamed(description.types, name) !== undefined;
    if (
      !isClass &&
      findSymbol(description, path, name).definition.kind === "function"
    ) continue;
    throw new PluginError(
      "unsupported",
      `Cannot trace ${quote(name)} of ${quote(path)}: it is a ${
        isClass
          ? "class, and calls of methods are not traced"
          : "variable, and only calls of functions are traced"
      }`,
      { path, symbol: name },
    );
  }
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: OpenMessage): void;
}

const channels = new Map<string, Channel>();

function channel(name: "plugin:open" | "plugin:call"): Channel {
  let found = channels.get(name);
  if (found === undefined) {
    const module = nodeModule<{ channel(name: string): Channel }>(
      "node:diagnostics_channel",
    );
    channels.set(name, found = module.channel(name));
  }
  return found;
}

/** Says that a plugin was opened. */
export function publishOpen(path: string, startTime: number): void {
  const duration = performance.now() - startTime;
  channel("plugin:open").publish({ path, startTime, duration });
}

/**
 * A function whose calls are counted and published.
 *
 * @param made The function.
 * @param path The library.
 * @param symbol Its name.
 * @param stats What its calls were so far; they are counted there.
 */
export function traced(
  made: RawFunction,
  path: string,
  symbol: string,
  stats: CallStats,
): RawFunction {
  const calls = channel("plugin:call");
  const watched = (made: RawFunction, isAsync: boolean): RawFunction =>
    function (this: unknown, ...args) {
      const startTime = performance.now();
      const ended = (failed?: { readonly error: unknown }) => {
        const duration = performance.now() - startTime;
        stats.calls++;
        stats.duration += duration;
        if (failed !== undefined) stats.errors++;
        if (!calls.hasSubscribers) return;
        calls.publish({
          path,
          symbol,
          startTime,
          duration,
          isAsync,
          ...failed,
        } as CallMessage);
      };
      let result: unknown;
      try {
        result = made.apply(this, args);
      } catch (error) {
        ended({ error });
        throw error;
      }
      if (!(result instanceof Promise)) {
        ended();
        return result;
      }
      return result.then((value) => {
        ended();
        return value;
      }, (error) => {
        ended({ error });
        throw error;
      });
    };
  const call = watched(made, false);
  const { async } = made as { readonly async?: RawFunction };
  Object.defineProperties(call, {
    name: { value: made.name, configurable: true },
    [INSPECT]: { value: (made as { [INSPECT]?: unknown })[INSPECT] },
    ...async && { async: { value: watched(async, true), configurable: true } },
  });
  keepsErrnoOf(call, made);
  return call;
}
