/**
 * Runs one file of tests on one runtime, by that runtime's own runner.
 *
 * @module
 */

import { capture, type Runtime } from "../runtimes.ts";

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
}

/**
 * Runs the tests of a file.
 *
 * @param runtime The runtime.
 * @param file Its path in the checkout.
 * @param env Variables besides the runtime's.
 * @returns How it went. A runner that fails without a failed test counts as
 * one.
 */
export async function runFile(
  runtime: Runtime,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const directory = await Deno.makeTempDir();
  const report = `${directory}/report.xml`;
  const skips = `${directory}/skips`;
  try {
    await Deno.writeTextFile(skips, "");
    const { success, output } = await capture(
      runtime.program,
      [...runner(runtime, report), `./${file}`],
      { env: { ...runtime.env, ...env, PLUGIN_SKIPS: skips } },
    );
    const xml = await Deno.readTextFile(report).catch(() => "");
    const lines = (await Deno.readTextFile(skips)).split("\n").filter(Boolean);
    const count = read(xml);
    const isLost = !success && count.failed === 0 ||
      count.passed + count.failed + count.skipped === 0;
    return {
      runtime,
      file,
      count: isLost ? { ...count, failed: 1 } : count,
      reasons: [...new Set(lines)],
      output: isLost ? `${output}\nthe runner itself failed` : output,
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** The test runner of a runtime, told to write a JUnit report. */
function runner({ name }: Runtime, report: string): string[] {
  switch (name) {
    case "Deno":
      return [
        "test",
        "--allow-all",
        "--no-check", // deno task ok checks
        `--junit-path=${report}`,
      ];
    case "Bun":
      return [
        "test",
        "--timeout=600000",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
      ];
    case "Node":
      return [
        "--expose-gc",
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
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
