/**
 * What may be behind the end of a process, and what no signal says.
 *
 * @module
 */

import { DATA } from "../backtrace/crash_size.ts";
import type { ProcessEnd } from "./process_end.ts";

/**
 * What is said behind how a process has ended: how much of its memory it had,
 * where there is a limit, as nothing tells what was ended for want of it from
 * another crash; and that it may have become another program, where it may.
 *
 * @param policy What it may do; undefined for all.
 * @param kept What its crash has left, `struct plugin_crash`.
 */
export function causeOf(
  { code, status }: ProcessEnd,
  policy: readonly string[] | undefined,
  kept: Uint8Array | undefined,
): string {
  if (code === "timed_out") return "";
  const mayRun = policy === undefined || policy.includes("R");
  if (code === "exited" && kept === undefined && mayRun) {
    return ", by _exit() or as another program that it became";
  }
  const limit = policy?.find((word) => word.startsWith("m"));
  if (limit === undefined || status === 0) return "";
  const most = Number(limit.slice(1));
  const used = kept === undefined
    ? 0
    : Number(new DataView(kept.buffer).getBigUint64(DATA, true));
  return used === 0
    ? `; isolated.memory permits it ${megabytes(most)} MB`
    : `; it had ${megabytes(Math.min(used, most))} of the ${
      megabytes(most)
    } MB that isolated.memory permits`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20 * 10) / 10;
}
