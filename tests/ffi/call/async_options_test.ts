import { test } from "../../helpers/test.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import process from "node:process";
import { open } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME } from "../../helpers/need.ts";
import { run } from "../helpers/program.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const C = need("cc");

async function start() {
  const plugin = open(await library("lanes.c"));
  plugin.lookup("reset_work", "() => void")();
  const begun = plugin.lookup("begun", "(i32) => i32");
  return {
    work: plugin.lookup("work", "(i32, i32) => i32").async,
    most: plugin.lookup("most_inside", "() => i32"),
    /** The calls that have begun, in their order. */
    begun() {
      const ids = [];
      for (let id, i = 0; (id = begun(i)) >= 0; i++) ids.push(id);
      return ids;
    },
  };
}

test(
  "{ inOrder }: calls of one object run one after the other, in their order",
  C,
  async () => {
    const { work, most, begun } = await start();
    const inOrder = {};
    const ids = Array.from({ length: 20 }, (_, id) => id);
    const ends: number[] = [];
    await Promise.all(
      ids.map(async (id) => ends.push(await work(id, 20 - id, { inOrder }))),
    );
    assertEquals([ends, begun(), most()], [ids, ids, 1]);
  },
);

test(
  "{ inOrder }: calls of different objects run side by side",
  C,
  async () => {
    const { work, most } = await start();
    await Promise.all([
      work(1, 60, { inOrder: {} }),
      work(2, 60, { inOrder: {} }),
      work(3, 60),
    ]);
    assert(most() > 1);
  },
);

test(
  "{ signal }: what has not begun never does, and the others do",
  C,
  async () => {
    const { work, begun } = await start();
    const inOrder = {};
    const controller = new AbortController();
    const { signal } = controller;
    const first = work(1, 100, { inOrder, signal });
    const second = work(2, 1, { inOrder, signal });
    const third = work(3, 1, { inOrder });
    while (begun().length === 0) await new Promise((end) => setTimeout(end, 1));
    const reason = new Error("enough");
    controller.abort(reason);
    const before = performance.now();
    assertEquals(await second.catch((error) => error), reason);
    assert(performance.now() - before < 80, "it is rejected at once");
    assertEquals(await Promise.all([first, third]), [1, 3]);
    assertEquals(begun(), [1, 3]);
  },
);

test("{ signal }: one that was aborted before begins nothing", C, async () => {
  const { work, begun } = await start();
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(() => work(1, 0, { signal }), Error, "before");
  assertEquals(begun(), []);
});

test(
  "memory of a call that was ended before it began serves the next ones",
  C,
  async () => {
    const { work } = await start();
    const inOrder = {};
    for (let i = 0; i < 50; i++) {
      const controller = new AbortController();
      const calls = [1, 2, 3, 4].map((id) =>
        work(id, 0, { inOrder, signal: controller.signal })
      );
      if (i % 2 === 0) controller.abort();
      const ends = await Promise.allSettled(calls);
      for (const [index, end] of ends.entries()) {
        if (end.status === "fulfilled") assertEquals(end.value, index + 1);
        else assertEquals(end.reason.name, "AbortError");
      }
      assertEquals(await Promise.all([5, 6].map((id) => work(id, 0))), [5, 6]);
    }
  },
);

test("options that are none are refused, with what was meant", C, async () => {
  const { work } = await start();
  const wrong = (options: unknown, ...sentence: [typeof Error, string]) =>
    assertThrows(() => work(1, 0, options as object), ...sentence);
  wrong(
    { sginal: 1 },
    TypeError,
    `work.async(): options: there is no option "sginal": did you mean "signal"?`,
  );
  wrong(
    { signal: 1 },
    TypeError,
    "options.signal: wanted an AbortSignal, got 1",
  );
  wrong({ inOrder: 1 }, TypeError, "options.inOrder: wanted an object, got 1");
  wrong(1, TypeError, "work(): wanted 2 arguments, got 3");
});

test("PLUGIN_THREADS: no more calls run at a time", C, async () => {
  const path = JSON.stringify(await library("lanes.c"));
  const body = `
const own = open(${path});
const work = own.lookup("work", "(i32, i32) => i32");
await Promise.all(Array.from({ length: 8 }, (_, id) => work.async(id, 40)));
console.log(own.lookup("most_inside", "() => i32")());`;
  const before = process.env.PLUGIN_THREADS;
  try {
    process.env.PLUGIN_THREADS = "2";
    const limited = await run(body);
    process.env.PLUGIN_THREADS = "8";
    const free = await run(body);
    // Deno's own calls have Deno's threads.
    assertEquals([limited, free].map(({ output }) => output), [
      RUNTIME === "Deno" ? "8" : "2",
      "8",
    ]);
  } finally {
    if (before === undefined) delete process.env.PLUGIN_THREADS;
    else process.env.PLUGIN_THREADS = before;
  }
});
