/**
 * Runs every test on every runtime, and says how it went.
 *
 * Arguments are files or directories of tests; all of them when there are none.
 *
 * @module
 */

import process from "node:process";
import { bringSupport } from "../emit/support/support.ts";
import { supportFile } from "../ffi/support/version.ts";
import { capture, ROOT, type Runtime, runtimes, show } from "./runtimes.ts";

/** What one runtime's test runner counted. */
interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why tests were skipped, each reason once. */
  readonly reasons: readonly string[];
}

if (import.meta.main) Deno.exit(await test(Deno.args) ? 0 : 1);

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all tests when empty.
 * @returns Whether every runtime passed.
 */
export async function test(paths: readonly string[]): Promise<boolean> {
  const lines: string[] = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  let success = true;
  for (const { runtime, ended, count } of await runAll(paths)) {
    const { passed, failed, skipped, reasons } = count;
    lines.push(
      `${runtime.name} ${runtime.version}: ${passed} passed, ${failed} failed, ${skipped} skipped` +
        (ended || failed > 0 ? "" : "; the runner itself failed"),
      ...reasons.map((reason) => `  skipped: ${reason}`),
    );
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    success &&= ended && failed === 0 && passed > 0;
  }
  console.log(`\n${lines.join("\n")}\n`);
  console.log(
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  );
  return success;
}

/** How the tests went on one runtime. */
interface Outcome {
  readonly runtime: Runtime;
  /** Whether the runner itself says that all is well. */
  readonly ended: boolean;
  readonly count: Count;
}

/**
 * Runs the tests on every runtime: on the first for everybody to watch, and
 * beside it on the others, one after the other.
 */
async function runAll(paths: readonly string[]): Promise<Outcome[]> {
  const [first, ...others] = await runtimes();
  title(first!);
  const watched = run(first!, paths, show);
  const outcomes: Outcome[] = [];
  const outputs: string[] = [];
  for (const other of others) {
    outcomes.push(
      await run(other, paths, async (program, args, env = {}) => {
        const { success, output } = await capture(program, args, { env });
        outputs.push(output);
        return success;
      }),
    );
  }
  outcomes.unshift(await watched);
  for (const [index, output] of outputs.entries()) {
    title(others[index]!);
    console.log(output);
  }
  return outcomes;
}

function title({ name, version }: Runtime): void {
  console.log(`\n=== ${name} ${version}`);
}

/** The support library, which programs use where it is: all tests run with it. */
async function support(): Promise<Record<string, string>> {
  try {
    const file = supportFile(process.platform, process.arch);
    return { PLUGIN_SUPPORT: await bringSupport(`${ROOT}build/${file}`) };
  } catch (error) {
    console.error((error as Error).message);
    return {};
  }
}

/** Runs one runtime's own test runner. */
async function run(
  runtime: Runtime,
  paths: readonly string[],
  start: typeof show,
): Promise<Outcome> {
  const directory = await Deno.makeTempDir();
  const report = `${directory}/report.xml`;
  const skips = `${directory}/skips`;
  await Deno.writeTextFile(skips, "");
  const where = paths.length > 0 ? paths : ["tests"];
  const ended = await start(
    runtime.program,
    [
      ...runner(runtime, report),
      ...where.map((path) => place(runtime, path)),
    ],
    { ...runtime.env, ...await support(), PLUGIN_SKIPS: skips },
  );
  const reasons = (await Deno.readTextFile(skips)).split("\n").filter(Boolean);
  const xml = await Deno.readTextFile(report).catch(() => "");
  await Deno.remove(directory, { recursive: true });
  return {
    runtime,
    ended,
    count: { ...read(xml), reasons: [...new Set(reasons)] },
  };
}

/** The test runner of a runtime, told to write a JUnit report. */
function runner({ name }: Runtime, report: string): string[] {
  switch (name) {
    case "Deno":
      return [
        "test",
        "--allow-all",
        "--no-check", // deno task ok checks
        "--reporter=dot",
        `--junit-path=${report}`,
      ];
    case "Bun":
      return [
        "test",
        "--timeout=600000",
        "--dots",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
      ];
    case "Node":
      return [
        "--expose-gc",
        "--test",
        "--test-reporter=dot",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
      ];
  }
}

/** A file or directory of tests, as a runtime's runner takes it. */
function place({ name }: Runtime, path: string): string {
  // Bun takes a bare word for a pattern, Node a directory for a program.
  const from = path.startsWith("/") ? path : `./${path}`;
  return name === "Node" && !path.endsWith(".ts")
    ? `${from}/**/*_test.ts`
    : from;
}

/** Counts the test cases of a JUnit report. */
function read(xml: string): Omit<Count, "reasons"> {
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
