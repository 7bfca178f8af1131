/**
 * Runs what has failed once more, when nothing else runs beside it: a test that
 * waited for a machine with too much to do passes then, and is told as unsteady.
 *
 * @module
 */

import type { Outcome } from "./run_file.ts";
import { count } from "./summary.ts";

/** More than so many have a reason of their own. */
const MOST = 3;

/**
 * Runs the files again that failed.
 *
 * @param outcomes How all files went.
 * @param run Runs a file again, as it was run.
 * @returns How they went: of the last time that they were run.
 */
export async function tryAgain(
  outcomes: readonly Outcome[],
  run: (outcome: Outcome) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const failed = outcomes.filter(hasFailed);
  if (failed.length === 0 || failed.length > MOST) return outcomes;
  const again = new Map<Outcome, Outcome>();
  for (const outcome of failed) {
    const second = await run(outcome);
    again.set(outcome, second);
    const { file, runtime, count: { failed } } = second;
    console.log(
      `${file} on ${runtime.name}, once more and alone: ${
        failed === 0 ? "passed" : `${count(failed, "test")} FAILED`
      }`,
    );
  }
  return outcomes.map((outcome) => again.get(outcome) ?? outcome);
}

/**
 * Says which files passed only alone: there is a fault in them, or in what they test.
 *
 * @param first How all files went.
 * @param last How they went in the end.
 */
export function sayUnsteady(
  first: readonly Outcome[],
  last: readonly Outcome[],
): void {
  const unsteady = first.filter((outcome, i) =>
    hasFailed(outcome) && !hasFailed(last[i]!)
  );
  for (const { file, runtime } of unsteady) {
    console.log(`UNSTEADY: ${file} on ${runtime.name} passed only alone`);
  }
}

function hasFailed({ count }: Outcome): boolean {
  return count.failed > 0;
}
