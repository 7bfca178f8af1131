/**
 * What a command takes: seconds of the clock, and of the processors behind them,
 * which other work on the machine does not lengthen as much.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";

/** What a command took. */
export interface Took {
  readonly seconds: number;
  readonly processor: number;
}

/**
 * Runs a command to its end.
 *
 * @param command The program and its arguments.
 * @param options Its directory, and variables on top of this process's own.
 * @throws {Error} When it fails.
 */
export function timed(
  command: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Took {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    "sh",
    ["-c", '"$@" >&2 || exit; times', "sh", ...command],
    { cwd, encoding: "utf8", env: { ...process.env, ...env } },
  );
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  const seconds = (performance.now() - start) / 1000;
  // The second line is of the children: "1m2.3s 0m4.5s".
  const parts = stdout.trim().split("\n")[1]!.matchAll(/(\d+)m([\d.]+)s/g);
  const processor = [...parts].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
  return { seconds, processor };
}

/** Writes what a command took: `"1.2 s (0.9 s of processors)"`. */
export function printTook({ seconds, processor }: Took): string {
  return `${seconds.toFixed(1)} s (${processor.toFixed(1)} s of processors)`;
}
