/**
 * What isolated plugins could leave behind: processes, descriptors, threads,
 * mappings, what lies in shared memory, and memory; and whether they do.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { childrenOf } from "../../tests/ffi/helpers/runners.ts";

/** Megabytes that the last quarter may add to what the first half has needed. */
const ALLOWED = 16;

/** What could be left, and how much more of it is the runtime's own affair. */
const SOME = {
  processes: 0,
  descriptors: 4,
  threads: 4,
  mappings: 0,
  shared: 0,
};
type Kind = keyof typeof SOME;
const KINDS = Object.keys(SOME) as Kind[];

/** How much there is of each, and megabytes of memory. */
type Seen = Readonly<Record<Kind | "memory", number>>;

/** What engines leave for later is not what was left. */
const collect: () => void = (() => {
  const { Bun } = globalThis as { Bun?: { gc(isNow: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

async function look(): Promise<Seen> {
  collect();
  // Who waits for the end of a process says so before it has gone itself.
  await setTimeout(20);
  const namesIn = (path: string) => readdirSync(`/proc/self/${path}`);
  return {
    processes: childrenOf(process.pid).length,
    descriptors: namesIn("fd").length,
    threads: namesIn("task").length,
    // Of files and of what is shared: all else counts as memory.
    mappings: readFileSync("/proc/self/maps", "utf8").split("\n")
      .filter((line) => line.includes("/")).length,
    // By the name that all memory has which two processes see.
    shared: readdirSync("/dev/shm").filter((name) => name.includes("plugin"))
      .length,
    memory: process.memoryUsage.rss() / 2 ** 20,
  };
}

/**
 * Does the same over and over.
 *
 * @param what What it is, for who reads it.
 * @param rounds How often.
 * @param each How many of it are one round.
 * @param work A round of it.
 * @returns Whether nothing is left of it; it is printed as well.
 */
export async function leavesNothing(
  what: string,
  rounds: number,
  each: number,
  work: () => unknown,
): Promise<boolean> {
  const start = performance.now();
  let first: Seen | undefined, last: Seen | undefined;
  let most = 0;
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    await work();
    last = await look();
    first ??= last;
    if (round < rounds / 2) most = Math.max(most, last.memory);
    else if (round >= rounds * 3 / 4) least = Math.min(least, last.memory);
  }
  const more = KINDS.filter((kind) => last![kind] > first![kind] + SOME[kind]);
  const grows = least - most > ALLOWED;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${what}: ${rounds * each} in ${seconds.toFixed(1)} s; ${
      KINDS.map((kind) => `${last![kind]} ${kind}`).join(", ")
    }; at most ${most.toFixed(0)} MB, then ${least.toFixed(0)} MB${
      grows ? ": it grows" : ""
    }${
      more.map((kind) => `; more ${kind} than the ${first![kind]} at first`)
        .join("")
    }`,
  );
  return !grows && more.length === 0;
}
