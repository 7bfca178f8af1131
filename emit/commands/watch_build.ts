/**
 * `plugin build --watch`: again whenever a source changes.
 *
 * @module
 */

import { escapeText } from "../../ffi/error.ts";
import { stampOf } from "../../ffi/system/same_file.ts";
import { namesAt, statusAt, system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { makeRoom, withoutProgress } from "../terminal/progress.ts";
import {
  type BuildCommand,
  buildLibrary,
  type BuildReport,
} from "./build_library.ts";
import { resolveSource } from "./languages.ts";
import { printReport } from "./print_result.ts";

/** How often the sources are looked at, in milliseconds. */
const INTERVAL = 100;

/**
 * Builds a plugin again and again.
 *
 * What does not compile is told, and the library stays as it was. A program that
 * has opened it with `watch()` takes each build.
 *
 * @param command What to build, and where to.
 * @returns Never: the process is ended.
 */
export async function watchBuild(command: BuildCommand): Promise<never> {
  const [target] = command.targets ?? [];
  // Until it has compiled once, what was named is all that is known.
  let sources: readonly string[] = command.inputs.map(resolveSource);
  while (true) {
    // What is saved while it compiles is another change.
    const before = stateOf(sources);
    let built: readonly string[] = sources;
    try {
      const report = await buildLibrary(command, target);
      built = report.sources;
      // What was not known before counts as it is now, before anybody reads the
      // result and saves the next change.
      for (const [path, state] of stateOf(built)) {
        if (!before.has(path)) before.set(path, state);
      }
      clear();
      say(report, command);
    } catch (error) {
      if (!(error instanceof EmitError)) throw error;
      clear();
      tell(`error: ${error.message}\n`);
    }
    sources = built;
    await withoutProgress(changeOf(sources, before));
  }
}

/** Wipes a terminal, so that what stands there is of the last build alone. */
function clear(): void {
  if (!system.stdout.isTTY) return;
  makeRoom();
  system.stdout.write("\x1b[2J\x1b[3J\x1b[H"); // the screen, what it scrolled off, to its top
}

function say(report: BuildReport, command: BuildCommand): void {
  if (report.warnings !== "") tell(report.warnings);
  makeRoom();
  system.stdout.write(escapeText(printReport(report, command)));
}

function tell(text: string): void {
  makeRoom();
  system.stderr.write(escapeText(text));
}

/**
 * Waits for a change of the sources that is over: files that are as they were at
 * the look before.
 *
 * @param sources What is looked at.
 * @param before Files as they were when they were built; others count as they are now.
 */
async function changeOf(
  sources: readonly string[],
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const now = stateOf(sources);
  const built = textOf(
    new Map(sources.map((path) => [path, before.get(path) ?? now.get(path)!])),
  );
  let last = "";
  for (let seen = textOf(now); seen === built || seen !== last;) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    last = seen;
    seen = textOf(stateOf(sources));
  }
}

/** Files as they are, by path; of `/path/*.go` what lies in that directory. */
function stateOf(sources: readonly string[]): Map<string, string> {
  return new Map(sources.map((path) => {
    const names = /^(.*)\/\*\.\w+$/.exec(path)?.[1];
    if (names !== undefined) return [path, namesAt(names).sort().join("/")];
    return [path, stampOf(statusAt(path))];
  }));
}

function textOf(state: ReadonlyMap<string, string>): string {
  return [...state.values()].join("\n");
}
