/**
 * Runs every test on every runtime, and says how it went.
 *
 * Arguments are files or directories of tests; all of them when there are none.
 *
 * @module
 */

import { type Runtime, runtimes, show } from "./runtimes.ts";

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
  for (const runtime of await runtimes()) {
    console.log(`\n=== ${runtime.name} ${runtime.version}`);
    const { ended, count } = await run(runtime, paths);
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

/** Runs one runtime's own test runner. */
async function run(
  runtime: Runtime,
  paths: readonly string[],
): Promise<{ ended: boolean; count: Count }> {
  const directory = await Deno.makeTempDir();
  const report = `${directory}/report.xml`;
  const skips = `${directory}/skips`;
  await Deno.writeTextFile(skips, "");
  const where = paths.length > 0 ? paths : ["tests"];
  const ended = await show(
    runtime.program,
    [
      ...runner(runtime, report),
      ...where.map((path) => place(runtime, path)),
    ],
    { ...runtime.env, PLUGIN_SKIPS: skips },
  );
  const reasons = (await Deno.readTextFile(skips)).split("\n").filter(Boolean);
  const xml = await Deno.readTextFile(report).catch(() => "");
  await Deno.remove(directory, { recursive: true });
  return { ended, count: { ...read(xml), reasons: [...new Set(reasons)] } };
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
