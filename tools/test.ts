/**
 * Runs every test on every runtime, and says how it went.
 *
 * Arguments are files or directories of tests; all of them when there are none,
 * but those for reach (`deno task reach`). `--help` lists the options.
 *
 * Each file has a process of its own on each runtime, so that no outcome hangs
 * on the order of files, and a process that crashes is named by its file.
 *
 * Where no file is named, those of what builds plugins run on Deno alone, if
 * they open none: `deno task reach` runs them on each.
 *
 * @module
 */

import { join } from "@std/path";
import { leftOut, type Runtime, runtimes } from "./runtimes.ts";
import { commandOf, HELP } from "./testing/command.ts";
import { isOnce, testFiles } from "./testing/files.ts";
import { Progress } from "./testing/progress.ts";
import {
  type Count,
  NOTHING,
  type Outcome,
  runFile,
  WORKERS,
} from "./testing/run.ts";

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all tests when empty.
 * @param options Variables for the tests; the runtimes, all when empty; and what
 * the order of the tests of a file is drawn by.
 * @returns Whether every runtime passed.
 * @throws {Error} When a path leads to no test.
 */
export async function test(
  paths: readonly string[],
  { env = {}, on = [], seed }: {
    env?: Readonly<Record<string, string>>;
    on?: readonly Runtime["name"][];
    seed?: number | undefined;
  } = {},
): Promise<boolean> {
  const files = await testFiles(paths);
  console.log(
    `${count(files.length, "file")} of tests, ${WORKERS} files at a time`,
  );
  if (seed !== undefined) console.log(`in another order: --shuffle=${seed}`);
  const all = (await runtimes()).filter(({ name }) =>
    on.length === 0 || on.includes(name)
  );
  const isDaily = paths.length === 0 &&
    Deno.env.get("PLUGIN_RUNTIMES") === undefined;
  const once: string[] = [];
  const outcomes: Outcome[] = [];
  const built = await Deno.makeTempDir({ prefix: "plugin-built-" });
  const progress = new Progress(files.length);
  const queue = files.values();
  const work = async () => {
    for (const file of queue) {
      const own: Outcome[] = [];
      progress.begin(file);
      const isOnOne = isDaily && await isOnce(file);
      if (isOnOne) once.push(file);
      // One runtime at a time: examples are built where they stand.
      for (const runtime of isOnOne ? all.slice(0, 1) : all) {
        own.push(
          await runFile(runtime, file, {
            env: {
              ...env,
              PLUGIN_BUILT: built,
              // Each file would compile the same modules again.
              NODE_COMPILE_CACHE: join(built, "node"),
            },
            seed,
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
  if (once.length > 0) {
    console.log(
      `on ${all[0]!.name} alone: ${
        count(once.length, "file")
      } of what builds plugins`,
    );
  }
  for (const [name, why] of leftOut) console.log(`${name}: not tested. ${why}`);
  await sayReasons(outcomes);
  const total = sum(outcomes);
  const seconds = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`\n${Math.round(seconds)} s of processors`);
  console.log(said(total));
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

if (import.meta.main) {
  const command = commandOf(Deno.args);
  if (command === "help") {
    console.log(HELP);
    Deno.exit(0);
  }
  try {
    if (typeof command === "string") throw new Error(command);
    Deno.exit(await test(command.paths, command) ? 0 : 1);
  } catch (error) {
    // Of a tool that is called wrongly, or a runtime that is required.
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(2);
  }
}
