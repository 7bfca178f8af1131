/**
 * Which lines of a plugin have run: one summary, whatever counts them, of what
 * `counts.ts` has added up.
 *
 * @module
 */

import { EmitError } from "../error.ts";
import { isClang } from "../toolchain/cc.ts";
import { gcov } from "./gcov.ts";
import { goCover } from "./go_cover.ts";
import { llvmOfClang, llvmOfRust } from "./llvm_cov.ts";
import type { Counter, Counts } from "./counts.ts";

/** Which lines of a file have run. */
export interface Coverage {
  /** The file, as the compiler was given it. */
  readonly file: string;
  /** Its lines with code. */
  readonly lines: number;
  /** Those of them that have run. */
  readonly run: number;
  /** Numbers of the others. */
  readonly missed: readonly number[];
}

/** By language: how its lines are counted, in files of a directory. */
const COUNTERS: Readonly<
  Record<string, (directory: string) => Promise<Counter>>
> = {
  C: async (directory) =>
    await isClang() ? await llvmOfClang(directory) : gcov(directory),
  Go: (directory) => Promise.resolve(goCover(directory)),
  Rust: llvmOfRust,
};

/** Whether the lines of a language can be counted. */
export function canCount(language: string): boolean {
  return Object.hasOwn(COUNTERS, language);
}

/**
 * Finds out how a plugin is built so that its lines are counted.
 *
 * @param language One of which {@linkcode canCount} says so.
 * @param directory Where the counts go.
 * @throws {EmitError} `no_tool` without what counts, or what reads the counts.
 */
export function counted(language: string, directory: string): Promise<Counter> {
  return COUNTERS[language]!(directory);
}

/**
 * Sums up which lines have run.
 *
 * @param counts What was read.
 * @returns The files, by name.
 * @throws {EmitError} `not_found` when nothing was counted.
 */
export function coverageOf(counts: Counts): Coverage[] {
  if (counts.size === 0) {
    throw new EmitError(
      "not_found",
      "Nothing was counted: no test opened the plugin, or the runtime was ended by a signal",
    );
  }
  return Array.from(counts, ([file, lines]) => {
    const missed = [...lines].filter(([, count]) => count === 0)
      .map(([line]) => line).sort((a, b) => a - b);
    return {
      file,
      lines: lines.size,
      run: lines.size - missed.length,
      missed,
    };
  }).sort((a, b) => a.file < b.file ? -1 : 1);
}

/** Writes which lines of a file have run: `"plugin.c: 8 of 10 lines (80 %), not 3-4"`. */
export function printCoverage({ file, lines, run, missed }: Coverage): string {
  const percent = lines === 0 ? 100 : Math.floor(run / lines * 100);
  const rest = missed.length === 0 ? "" : `, not ${ranges(missed)}`;
  return `${
    file.replace(/^(?:\.\/)+/, "")
  }: ${run} of ${lines} lines (${percent} %)${rest}\n`;
}

function ranges(numbers: readonly number[]): string {
  const found: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => from === to ? from : `${from}-${to}`)
    .join(", ");
}
