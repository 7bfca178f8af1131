/**
 * What counts lines, and its counts as they are added up.
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import { EmitError } from "../error.ts";
import { run } from "../toolchain/run.ts";
import type { Sanitized } from "./sanitizer.ts";

/** How often each line with code has run, of the files of the plugin's own. */
export type Counts = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** What counts the lines of a language. */
export interface Counter extends Sanitized {
  /**
   * Reads which lines have run.
   *
   * @param library The library, while it is the one that counts.
   * @param sources The directories of the plugin's own sources.
   * @returns Nothing where nothing was counted.
   */
  readonly read: (
    library: string,
    sources: readonly string[],
  ) => Promise<Counts>;
}

/** How often each line with code has run, by file. */
export class LineCounts {
  readonly files: Map<string, Map<number, number>> = new Map();

  /** Counts a line, once more where it was counted before. */
  add(file: string, line: number, count: number): void {
    let lines = this.files.get(file);
    if (lines === undefined) this.files.set(file, lines = new Map());
    lines.set(line, (lines.get(line) ?? 0) + count);
  }
}

/**
 * Runs a program that prints counts.
 *
 * @param cwd Where it runs.
 * @returns What it prints.
 * @throws {EmitError} `no_tool` with what it says, where it cannot read them.
 */
export async function readBy(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, { cwd });
  // gcov ends well where it is of another version than the compiler.
  if (status === 0 && (stdout !== "" || stderr === "")) return stdout;
  throw unread(program, stderr);
}

/**
 * Runs a program that writes counts into a file; what it warns of is not told.
 *
 * @param cwd Where it runs.
 * @throws {EmitError} `no_tool` with what it says, where it cannot read them.
 */
export async function convertBy(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { status, stderr } = await run(program, args, { cwd });
  if (status !== 0) throw unread(program, stderr);
}

function unread(program: string, stderr: string): EmitError {
  return new EmitError(
    "no_tool",
    `Cannot read what was counted: ${basename(program)} says\n${stderr.trim()}`,
    { path: program },
  );
}
