/**
 * Says how the tests went: a line a runtime, what was skipped most for want of
 * something, how much there was of all, and which files failed where.
 *
 * @module
 */

import { leftOut, type Runtime } from "../runtimes.ts";
import { type Count, NOTHING, type Outcome } from "./run_file.ts";

/**
 * Prints it.
 *
 * @param all The runtimes.
 * @param outcomes What each file did on each of them.
 * @param once The files that ran on the first alone.
 */
export async function printSummary(
  all: readonly Runtime[],
  outcomes: readonly Outcome[],
  once: readonly string[],
): Promise<void> {
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
  for (const { file, runtime, count } of outcomes) {
    if (count.failed > 0) console.log(`FAILED: ${file} on ${runtime.name}`);
  }
  if (total.passed + total.failed === 0) {
    console.log("Not ok: no test was run, all of them were skipped");
  }
}

function said({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** How many tests did what, over several files and runtimes. */
export function sum(outcomes: readonly Outcome[]): Count {
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

/** A number with its noun. */
export function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}
