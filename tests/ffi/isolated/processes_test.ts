/**
 * Plugins in several processes: calls on other threads are spread over them.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import process from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  callback,
  type IsolatedOptions,
  type IsolatedPlugin,
  open,
  PluginError,
} from "@native/plugin";
import { annotated, library } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { childrenOf, isRunning, until } from "../helpers/runners.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;

async function crew(options: IsolatedOptions): Promise<IsolatedPlugin<Any>> {
  return open<Any>(await library("ends.c"), { isolated: options });
}

/** As many calls of one function, all of them under way at a time. */
const atOnce = <T>(count: number, call: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, () => call()));

test("each process has variables of its own", NEEDS, async () => {
  const before = childrenOf(process.pid).length;
  const plugin = await crew({ processes: 3 });
  const { process: pid, next, counter } = plugin.symbols;
  const count = () => childrenOf(process.pid).length - before;
  // One is begun when the others have something to do, and no sooner.
  assertEquals(await pid.async(), pid());
  assertEquals(count(), 1);
  const first: number[] = await atOnce(3, pid.async);
  assertEquals([new Set(first).size, count()], [3, 3]);
  assert(first.includes(pid()));
  assertEquals(new Set(await atOnce(9, pid.async)), new Set(first));
  assertEquals(await atOnce(3, next.async), [1, 1, 1]);
  // Calls that wait, and variables, are of the first.
  assertEquals([next(), counter.value], [2, 2]);
  plugin.close();
  await until(() => !first.some(isRunning));
  assertThrows(() => next(), PluginError, "was closed");
  assertThrows(() => next.async(), PluginError, "was closed");
});

test("what is data goes anywhere and comes back", NEEDS, async () => {
  using plugin = await crew({ processes: 3 });
  const { fill, middle, text_of, title_length, next } = plugin.symbols;
  const bytes = Array.from({ length: 3 }, () => new Uint8Array(20_000));
  assertEquals(
    await Promise.all(bytes.map((each) => fill.async(each, each.length))),
    [20_000, 20_000, 20_000],
  );
  assert(bytes.every((each) => each.every((byte) => byte === 120)));
  const middles = await atOnce(
    3,
    () => middle.async({ x: 0, y: 0 }, { x: 2, y: 4 }),
  );
  assertEquals(middles.map((point) => ({ ...point as object })), [
    { x: 1, y: 2 },
    { x: 1, y: 2 },
    { x: 1, y: 2 },
  ]);
  const texts = await atOnce(3, () => text_of.async(9000));
  assertEquals(new Set(texts), new Set(["x".repeat(9000)]));
  assertEquals(await atOnce(3, title_length.async), [4, 4, 4]);
  assertThrows(() => fill.async(bytes[0], -1), RangeError);
  // What refers to itself is refused as it is by one process.
  const circle: Record<string, unknown> = { x: 0 };
  circle.y = circle;
  for (let i = 0; i < 2; i++) {
    assertThrows(
      () => middle.async(circle, { x: 2, y: 4 }),
      TypeError,
      "middle(): argument 1",
    );
  }
  // Those that are to see what others have done are where those were.
  const inOrder = {};
  const ordered = await atOnce(3, () => next.async({ inOrder }));
  assertEquals(ordered, [1, 2, 3]);
});

test("what stays in a process is in the first one", NEEDS, async () => {
  using plugin = await crew({ processes: 3 });
  const { list, value_of, process: pid, fill, floor_by, move } = plugin.symbols;
  const lists = await atOnce(3, list.async);
  assertEquals(lists.map((first) => value_of(first)), [1, 1, 1]);
  assertEquals(await atOnce(3, () => value_of.async(lists[0])), [1, 1, 1]);
  const shared = plugin.buffer(30);
  await Promise.all(
    [0, 10, 20].map((start) =>
      fill.async(shared.subarray(start, start + 10), 10)
    ),
  );
  assert(shared.every((byte) => byte === 120));
  const point = new (plugin.type("Point"))({ x: 1, y: 1 });
  await Promise.all([pid.async(), move.async(point, 2)]);
  assertEquals([point.x, point.y], [3, 3]);
  using floor = callback("(f64) => i32", Math.floor, { threads: "any" });
  const floors = await atOnce(3, () => floor_by.async(floor, 7.9));
  assertEquals(floors, [7, 7, 7]);
  // So do objects.
  using shelves = open<Any>(await annotated("shelf.c"), {
    isolated: { processes: 2 },
  });
  const { Shelf, shelves_open } = shelves.symbols;
  using one = new Shelf({ width: 80, height: 200 });
  assertEquals([one.size.width, shelves_open()], [80, 1]);
});

test("the end of one process is that of its calls only", NEEDS, async () => {
  for (const restart of ["never", "next"] as const) {
    using plugin = await crew({ processes: 2, restart });
    const { rest, give_up, next, process: pid } = plugin.symbols;
    assertEquals(next(), 1);
    const resting = rest.async(300);
    const error = await give_up.async().catch((error: unknown) => error);
    assert(error instanceof PluginError);
    assertEquals([error.code, error.symbol], ["crashed", "give_up"]);
    await resting;
    assertEquals(next(), 2);
    // One that is not followed is asked no more.
    const pids = await atOnce(4, pid.async);
    assertEquals(new Set(pids).size, restart === "next" ? 2 : 1);
    assert(pids.includes(pid()));
  }
  // The first one's is that of the plugin.
  const plugin = await crew({ processes: 2 });
  const { give_up, process: pid } = plugin.symbols;
  const pids: number[] = await atOnce(2, pid.async);
  assertThrows(() => give_up(), PluginError, "SIGABRT");
  assertThrows(() => pid.async(), PluginError, "has ended before");
  await until(() => !pids.some((each) => isRunning(each)));
});

test("how many there may be is checked", NEEDS, async () => {
  for (const processes of [0, 65, 1.5, "2"]) {
    await crew({ processes: processes as number }).then(
      () => assert(false, `${processes} was taken`),
      (error: Error) => assert(error.message.includes("isolated.processes")),
    );
  }
});
