/**
 * Some thousand isolated plugins that are opened, used and closed: no process,
 * descriptor, thread or mapping may be left of them, nor memory. A program for
 * each runtime, which ends with 1 when there is.
 *
 * Arguments: the library of tests/fixtures/ends.c, and how many openings.
 *
 * @module
 */

import process from "node:process";
import { assert } from "@std/assert";
import { callback, open, type Plugin, PluginError } from "@native/plugin";
import { leavesNothing } from "./look.ts";

/** Openings between two looks. */
const EACH = 25;

const [path = "", many = "2000"] = process.argv.slice(2);

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;
const openOne = () =>
  open<Any>(path, { isolated: { restart: "next", output: () => {} } });

/** Calls, a callback, memory that both see, an object. */
function use({ symbols }: Plugin<Any>): void {
  const { next, corner, value_of, list, floor_by } = symbols;
  next();
  corner.value = { x: 3, y: 4 };
  assert(value_of(list()) === 1);
  using handle = callback("(f64) => i32", Math.floor);
  assert(floor_by(handle, 1.5) === 1);
  assert(floor_by(Math.ceil, 1.5) === 2);
}

function inTurn(): void {
  for (let i = 0; i < EACH; i++) {
    using plugin = openOne();
    use(plugin);
  }
}

/** Closed in the middle of something: of a call of `.async`, after a crash, before any call. */
async function inTheMiddle(): Promise<void> {
  for (let i = 0; i < EACH; i++) {
    const plugin = openOne();
    const { rest, give_up } = plugin.symbols;
    if (i % 3 === 0) {
      const call = rest.async(1);
      plugin.close();
      await call.catch(isOurs);
    } else if (i % 3 === 1) {
      try {
        give_up();
      } catch (error) {
        isOurs(error);
      }
      use(plugin);
      plugin.close();
    } else plugin.close();
  }
}

function isOurs(error: unknown): void {
  if (!(error instanceof PluginError)) throw error;
}

let isLeft = false;
const rounds = Math.ceil(Number(many) / EACH / 2);
for (
  const [what, work] of [
    ["in turn", inTurn],
    ["closed in the middle", inTheMiddle],
  ] as const
) isLeft = !await leavesNothing(what, rounds, EACH, work) || isLeft;
process.exit(isLeft ? 1 : 0);
