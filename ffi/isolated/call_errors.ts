/**
 * What calls of an isolated plugin throw that have no answer, as its process has
 * ended, was not started, or waits.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { ProcessEnd } from "./process_end.ts";
import type { Lanes } from "./async_lanes.ts";

/** A process, from its beginning to its end. */
export interface ProcessLife {
  readonly lanes: Lanes;
  ending?: ProcessEnd;
  /** What may be behind its end. */
  cause?: string;
  /** The plugin's stack at its end, for the call that sees it first. */
  stack?: string | undefined;
  /** What it was refused. */
  refused?: readonly string[];
}

/**
 * The error of a call in which the process has ended.
 *
 * @param path The plugin.
 * @param symbol What was called; undefined for what is the runner's own.
 */
export function endedWithin(
  path: string,
  symbol: string | undefined,
  { code, text, signal, status }: ProcessEnd,
  { cause = "", stack: nativeStack, refused = [] }: ProcessLife,
): PluginError {
  const who = symbol === undefined ? "The plugin" : `${symbol}() of the plugin`;
  const before = refused.length === 0
    ? ""
    : `; before that it was refused ${refused.join(", ")}`;
  return new PluginError(
    code,
    `${who} ${quote(path)} ended its process: ${text}${cause}${before}`,
    { path, symbol, signal, status, nativeStack, refused },
  );
}

/**
 * The error of a call when the process has ended before.
 *
 * @param why None follows it, for a person.
 */
export function endedBefore(
  path: string,
  symbol: string | undefined,
  { code, text, signal, status }: ProcessEnd,
  why: string,
): PluginError {
  return new PluginError(
    code,
    `${cannot(symbol)}: the process of the plugin ${
      quote(path)
    } has ended before: ${text}; ${why}`,
    { path, symbol, signal, status },
  );
}

/** The error of a call of a plugin that was closed. */
export function wasClosed(
  path: string,
  symbol: string | undefined,
): PluginError {
  return new PluginError(
    "closed",
    `${cannot(symbol)}: the plugin ${quote(path)} was closed`,
    { path, symbol },
  );
}

/** The error of a call that is made while another one waits until output is heard. */
export function isHeard(
  path: string,
  symbol: string | undefined,
): PluginError {
  return new PluginError(
    "would_deadlock",
    `${cannot(symbol)}${symbol === undefined ? "" : " of the plugin"} ${
      quote(path)
    } while its output is heard: it is in a call, and waits for that; do it later, with setTimeout()`,
    { path, symbol },
  );
}

/** The error of a process that cannot be started. */
export function notStarted(path: string, reason: string): PluginError {
  return new PluginError(
    "unsupported",
    `Cannot start a process for the plugin ${quote(path)}: ${reason}`,
    { path },
  );
}

/** The error of a call on another thread where the process has no room for one. */
export function noRoomForThread(path: string): PluginError {
  return new PluginError(
    "unsupported",
    `Cannot run a call of the plugin ${
      quote(path)
    } on another thread: its process has no room for one, whose stack takes 8 MB as a rule; permit more isolated.memory`,
    { path },
  );
}

function cannot(symbol: string | undefined): string {
  return symbol === undefined
    ? "Cannot use the plugin"
    : `Cannot call ${symbol}()`;
}
