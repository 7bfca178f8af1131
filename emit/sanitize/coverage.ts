/**
 * Which lines of a plugin have run: gcc's own counts, read by gcov.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { C, commandOf } from "../toolchain/cc.ts";
import { run } from "../toolchain/run.ts";
import { pathOf } from "./report.ts";
import type { Sanitized } from "./sanitizer.ts";

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

/**
 * Finds out how a plugin is built so that its lines are counted.
 *
 * @param directory Where the counts go.
 * @throws {EmitError} `no_tool` where gcc is not what compiles C.
 */
export async function counted(directory: string): Promise<Sanitized> {
  const [program = "cc", ...first] = await commandOf(C);
  const { stdout } = await run(program, [...first, "--version"]);
  if (/clang/.test(stdout)) {
    throw new EmitError(
      "no_tool",
      `"${program}" is clang, and --coverage takes gcc: CC names another compiler`,
      { path: program },
    );
  }
  return {
    flags: [
      "--coverage",
      "-fprofile-update=atomic",
      "-O0",
      // The directory of the objects is gone when the plugin runs.
      ...["-dumpdir", `${directory}/`],
    ],
    before: [],
    env: {},
  };
}

/** What gcov says of one file of counts. */
interface Counts {
  readonly files: readonly {
    readonly file: string;
    readonly lines: readonly {
      readonly line_number: number;
      readonly count: number;
    }[];
  }[];
}

/**
 * Reads which lines have run.
 *
 * @param directory Where the counts are.
 * @param sources The directories of the plugin's own sources.
 * @returns The files, by name.
 * @throws {EmitError} `not_found` when nothing was counted, `no_tool` without gcov.
 */
export async function coverageIn(
  directory: string,
  sources: readonly string[],
): Promise<Coverage[]> {
  const names = system.list(directory).map(({ name }) => name)
    .filter((name) => name.endsWith(".gcda"));
  if (names.length === 0) {
    throw new EmitError(
      "not_found",
      "Nothing was counted: no test opened the plugin, or the runtime ended without telling it, as Bun does; run the tests on Deno or Node",
    );
  }
  const { stdout } = await run(
    "gcov",
    ["--json-format", "--stdout", ...names],
    { cwd: directory },
  );
  const files = new Map<string, Map<number, number>>();
  for (const line of stdout.split("\n").filter((line) => line !== "")) {
    for (const { file, lines } of (JSON.parse(line) as Counts).files) {
      if (pathOf(file, sources) === undefined) continue;
      const counts = files.get(file) ?? new Map<number, number>();
      files.set(file, counts);
      for (const { line_number, count } of lines) {
        counts.set(line_number, (counts.get(line_number) ?? 0) + count);
      }
    }
  }
  return Array.from(files, ([file, counts]) => {
    const missed = [...counts].filter(([, count]) => count === 0)
      .map(([line]) => line).sort((a, b) => a - b);
    const lines = counts.size;
    return { file, lines, run: lines - missed.length, missed };
  }).sort((a, b) => a.file < b.file ? -1 : 1);
}

/** Writes which lines of a file have run: `"plugin.c: 8 of 10 lines (80 %), not 3-4"`. */
export function printCoverage({ file, lines, run, missed }: Coverage): string {
  const percent = lines === 0 ? 100 : Math.floor(run / lines * 100);
  const rest = missed.length === 0 ? "" : `, not ${ranges(missed)}`;
  return `${
    file.replace(/^\.\//, "")
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
