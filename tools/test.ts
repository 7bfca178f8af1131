/**
 * Runs every test on every runtime, and says how it went.
 *
 * Arguments are files or directories of tests; all of them when there are none,
 * but those for reach (`deno task reach`).
 *
 * Each file has a process of its own on each runtime, so that no outcome hangs
 * on the order of files, and a process that crashes is named by its file.
 *
 * @module
 */

import { leftOut, runtimes } from "./runtimes.ts";
import { Progress } from "./testing/progress.ts";
import { type Count, NOTHING, type Outcome, runFile } from "./testing/run.ts";
import { testFiles } from "./testing/files.ts";

/** How many files are tested at a time. */
const WORKERS = Math.min(navigator.hardwareConcurrency, 8);

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all tests when empty.
 * @param options Variables for the tests, and whether they run on Deno alone.
 * @returns Whether every runtime passed.
 */
export async function test(
  paths: readonly string[],
  { env = {}, isDenoOnly = false }: {
    env?: Readonly<Record<string, string>>;
    isDenoOnly?: boolean;
  } = {},
): Promise<boolean> {
  const files = await testFiles(paths);
  console.log(
    `${count(files.length, "file")} of tests, ${
      WORKERS === 1 ? "one after the other" : `${WORKERS} files at a time`
    }`,
  );
  const all = isDenoOnly ? [(await runtimes())[0]!] : await runtimes();
  const outcomes: Outcome[] = [];
  const built = await Deno.makeTempDir({ prefix: "plugin-built-" });
  const progress = new Progress(files.length);
  const queue = files.values();
  const work = async () => {
    for (const file of queue) {
      const own: Outcome[] = [];
      progress.begin(file);
      // One runtime at a time: examples are built where they stand.
      for (const runtime of all) {
        own.push(
          await runFile(runtime, file, {
            ...env,
            PLUGIN_BUILT: built,
          }),
        );
      }
      progress.end(file, own);
      outcomes.push(...own);
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, work));
  } finally {
    progress.close();
    await Deno.remove(built, { recursive: true });
  }

  console.log();
  for (const { name, version } of all) {
    const own = outcomes.filter(({ runtime }) => runtime.name === name);
    console.log(`${name} ${version}: ${said(sum(own))}`);
  }
  for (const [name, why] of leftOut) console.log(`${name}: not tested. ${why}`);
  await sayReasons(outcomes);
  const total = sum(outcomes);
  console.log(`\n${said(total)}`);
  return total.failed === 0 && total.passed > 0;
}

function said({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function sum(outcomes: readonly Outcome[]): Count {
  return outcomes.reduce(
    (total: Count, { count: { passed, failed, skipped } }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    NOTHING,
  );
}

/** Where all reasons for skipped tests are listed. */
const REASONS = "build/test/skipped.txt";

/** How many reasons are shown. */
const SHOWN = 3;

/** Says what the machine lacks for the tests that were skipped: first what most files want. */
async function sayReasons(outcomes: readonly Outcome[]): Promise<void> {
  const files = new Map<string, Set<string>>();
  for (const { file, reasons } of outcomes) {
    for (const reason of reasons) {
      if (!files.has(reason)) files.set(reason, new Set());
      files.get(reason)!.add(file);
    }
  }
  const sorted = [...files].sort(([a, x], [b, y]) =>
    Number(isLack(b)) - Number(isLack(a)) || y.size - x.size ||
    (a < b ? -1 : 1)
  );
  const lines = sorted.map(([reason, { size }]) =>
    `skipped in ${count(size, "file")}: ${reason}`
  );
  await Deno.mkdir("build/test", { recursive: true });
  await Deno.writeTextFile(REASONS, lines.join("\n") + "\n");
  for (const line of lines.slice(0, SHOWN)) console.log(`  ${line}`);
  if (lines.length > SHOWN) {
    console.log(`  ${lines.length - SHOWN} more reasons: ${REASONS}`);
  }
}

/** Whether a reason is one that installing something ends. */
function isLack(reason: string): boolean {
  return reason.startsWith("needs ");
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

if (import.meta.main) Deno.exit(await test(Deno.args) ? 0 : 1);
