/**
 * `plugin build --watch`: again whenever a source changes.
 *
 * @module
 */

import { escapeText } from "../../ffi/error.ts";
import { statusAt, system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { makeRoom, withoutProgress } from "../progress.ts";
import {
  type BuildCommand,
  buildLibrary,
  type BuildReport,
} from "./build_library.ts";
import { resolveSource } from "./languages.ts";
import { printReport } from "./report.ts";

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
      say(report, command);
    } catch (error) {
      if (!(error instanceof EmitError)) throw error;
      tell(`error: ${error.message}\n`);
    }
    const isKnown = built.every((path) => sources.includes(path));
    sources = built;
    await withoutProgress(
      changeOf(sources, isKnown ? before : stateOf(sources)),
    );
  }
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

async function changeOf(
  sources: readonly string[],
  before: string,
): Promise<void> {
  while (stateOf(sources) === before) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** Files as they are; of `/path/*.go` what lies in that directory. */
function stateOf(sources: readonly string[]): string {
  return sources.map((path) => {
    const names = /^(.*)\/\*\.\w+$/.exec(path)?.[1];
    if (names !== undefined) {
      return system.list(names).map(({ name }) => name).sort().join("/");
    }
    const { ino, size, mtimeMs } = statusAt(path) ?? {};
    return `${ino} ${size} ${mtimeMs}`;
  }).join("\n");
}
