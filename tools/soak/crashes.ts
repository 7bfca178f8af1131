/**
 * Ten thousand crashes of an isolated plugin: no process, descriptor, thread or
 * mapping may be left of them, nor memory. A program for each runtime, which ends
 * with 1 when there is.
 *
 * Arguments: the library of tests/fixtures/ends.c, and how many crashes.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert } from "@std/assert";
import { callback, open, PluginError } from "@native/plugin";
import { childrenOf } from "../../tests/ffi/helpers/runners.ts";

/** Megabytes that the last quarter of the crashes may add to what the first half has needed: what stays of each would be a hundredth of that. */
const ALLOWED = 16;
/** Crashes between two looks. */
const EACH = 100;

const [path = "", many = "10000"] = process.argv.slice(2);

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;
const plugin = open<Any>(path, {
  isolated: { restart: "next", output: () => {} },
});
const { next, process: pid, decode, give_up, leave, leave_at_once, corner } =
  plugin.symbols;
const { floor_by, rest, list, value_of } = plugin.symbols;

/** Ways to end, and what is under way meanwhile. */
const ENDS: readonly (() => unknown)[] = [
  () => decode(new Uint8Array(100), 100),
  () => give_up(),
  () => leave(1),
  () => leave_at_once(2),
  () => floor_by(() => give_up(), 1),
  () => {
    process.kill(pid(), "SIGKILL");
    return rest(10_000);
  },
];

/** What could be left, and how much more of it is the runtime's own affair. */
const SOME = { processes: 0, descriptors: 4, threads: 4, mappings: 0 };
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
    memory: process.memoryUsage.rss() / 2 ** 20,
  };
}

/** What is done in a process before it ends. */
function use(): void {
  next();
  corner.value = { x: 3, y: 4 };
  assert(value_of(list()) === 1);
  using handle = callback("(f64) => i32", Math.floor);
  assert(floor_by(handle, 1.5) === 1);
}

function end(way: () => unknown): void {
  try {
    way();
  } catch (error) {
    if (error instanceof PluginError) return;
    throw error;
  }
  throw new Error("it has not ended");
}

/** With no turn of the event loop between. */
function oneByOne(): void {
  for (let i = 0; i < EACH; i++) {
    use();
    end(ENDS[i % ENDS.length]!);
  }
}

/** While calls run on other threads, which are rejected. */
async function withOthers(): Promise<void> {
  for (let i = 0; i < EACH; i++) {
    use();
    const calls = [rest.async(10_000), rest.async(10_000)];
    end(ENDS[i % ENDS.length]!);
    for (const { status } of await Promise.allSettled(calls)) {
      assert(status === "rejected");
    }
  }
}

let isLeft = false;
const rounds = Math.ceil(Number(many) / EACH / 2);
for (
  const [what, work] of [
    ["one by one", oneByOne],
    ["with others under way", withOthers],
  ] as const
) {
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
  isLeft ||= grows || more.length > 0;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${what}: ${rounds * EACH} in ${seconds.toFixed(1)} s; ${
      KINDS.map((kind) => `${last![kind]} ${kind}`).join(", ")
    }; at most ${most.toFixed(0)} MB, then ${least.toFixed(0)} MB${
      grows ? ": it grows" : ""
    }${
      more.map((kind) => `; more ${kind} than the ${first![kind]} at first`)
        .join("")
    }`,
  );
}
process.exit(isLeft ? 1 : 0);
