/**
 * Runs files of tests on one runtime, by that runtime's own runner, so many at a
 * time.
 *
 * @module
 */

import { capture, type Runtime } from "../runtimes.ts";
import type { inOwnGroup } from "./interrupted.ts";

/** How many runners run at a time: one more than processors, as some wait. */
export const WORKERS = Math.min(navigator.hardwareConcurrency + 1, 8);

/** What a runtime's test runner counted. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** No test at all. */
export const NOTHING: Count = { passed: 0, failed: 0, skipped: 0 };

/** How the tests of a file went on one runtime. */
export interface Outcome {
  readonly runtime: Runtime;
  readonly file: string;
  readonly count: Count;
  /** Why tests were skipped, each reason once. */
  readonly reasons: readonly string[];
  /** What the runner printed. */
  readonly output: string;
  /** Seconds of processors, with all that the tests have started. */
  readonly seconds: number;
}

/** How the tests of a file are run. */
export interface RunOptions {
  /** Variables besides the runtime's. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the order of the tests is drawn by; their own order without it. */
  readonly seed?: number | undefined;
  /** How the runner is started: in the group of this process when left out. */
  readonly start?: typeof inOwnGroup;
}

/** Runs a command, and writes what it and all that it started took. */
const TIMED = 'times=$1; shift; "$@"; status=$?; times >"$times"; exit $status';

/**
 * Runs the tests of a file, or of several in one process.
 *
 * @param runtime The runtime.
 * @param file Its path in the checkout, or their paths.
 * @param options Variables, an order, and how the runner is started.
 * @returns How it went. A runner that fails without a failed test counts as
 * one.
 */
export async function runFile(
  runtime: Runtime,
  file: string | readonly string[],
  { env = {}, seed, start }: RunOptions = {},
): Promise<Outcome> {
  const paths = [file].flat();
  const { PLUGIN_BUILT: dir } = env;
  const directory = await Deno.makeTempDir(dir === undefined ? {} : { dir });
  const report = `${directory}/report.xml`;
  const skips = `${directory}/skips`;
  const times = `${directory}/times`;
  try {
    await Deno.writeTextFile(skips, "");
    const { success, output } = await capture(
      "sh",
      [
        ...["-c", TIMED, "sh", times],
        runtime.program,
        ...runner(runtime, report, seed),
        // A process more for each is for those of several files.
        ...runtime.name === "Node" && paths.length === 1
          ? ["--test-isolation=none"]
          : [],
        ...paths.map((path) => `./${path}`),
      ],
      {
        env: { ...runtime.env, ...env, PLUGIN_SKIPS: skips },
        ...start && { start },
      },
    );
    const xml = await Deno.readTextFile(report).catch(() => "");
    const lines = (await Deno.readTextFile(skips)).split("\n").filter(Boolean);
    const count = read(xml);
    const isLost = !success && count.failed === 0 ||
      count.passed + count.failed + count.skipped === 0;
    return {
      runtime,
      file: String(file),
      count: isLost ? { ...count, failed: 1 } : count,
      reasons: [...new Set(lines)],
      output: isLost ? `${output}\nthe runner itself failed` : output,
      seconds: secondsIn(await Deno.readTextFile(times).catch(() => "")),
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The test runner of a runtime, told to write a JUnit report. */
function runner(
  { name }: Runtime,
  report: string,
  seed: number | undefined,
): string[] {
  switch (name) {
    case "Deno":
      return [
        "test",
        "--allow-all",
        "--no-check", // deno task ok checks
        `--junit-path=${report}`,
        ...seed === undefined ? [] : [`--shuffle=${seed}`],
      ];
    case "Bun":
      return [
        "test",
        "--timeout=600000",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        ...seed === undefined ? [] : ["--randomize", `--seed=${seed}`],
      ];
    case "Node":
      return [
        "--expose-gc",
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
        ...seed === undefined ? [] : [`--test-random-seed=${seed}`],
      ];
  }
}

/** Counts the test cases of a JUnit report. */
function read(xml: string): Count {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (
    const [, body = ""] of xml.matchAll(
      /<testcase\b(?:[^>"]|"[^"]*")*?(?:\/>|>([\s\S]*?)<\/testcase>)/g,
    )
  ) {
    if (/<(?:failure|error)\b/.test(body)) failed++;
    else if (body.includes("<skipped")) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

/**
 * The seconds that `times` of a shell says: of the shell, and of what it
 * waited for, each in user and system mode, as `0m0.12s`.
 */
function secondsIn(times: string): number {
  return [...times.matchAll(/(\d+)m(\d+(?:[.,]\d+)?)s/g)].reduce(
    (sum, [, minutes, seconds]) =>
      sum + Number(minutes) * 60 + Number(seconds!.replace(",", ".")),
    0,
  );
}
