/**
 * Ten thousand crashes of an isolated plugin: no process, descriptor, thread or
 * mapping may be left of them, nor memory. A program for each runtime, which ends
 * with 1 when there is.
 *
 * Arguments: the library of tests/fixtures/ends.c, and how many crashes.
 *
 * @module
 */

import process from "node:process";
import { assert } from "@std/assert";
import { callback, open, PluginError } from "@native/plugin";
import { leavesNothing } from "./look.ts";

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
) isLeft = !await leavesNothing(what, rounds, EACH, work) || isLeft;
process.exit(isLeft ? 1 : 0);
