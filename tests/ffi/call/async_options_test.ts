import { test } from "../../helpers/test.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import process from "node:process";
import { runInNewContext } from "node:vm";
import { open } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { run } from "../helpers/program.ts";
import { withSupport } from "../../helpers/support.ts";
import { withVariable } from "../../helpers/variable.ts";

await withSupport();

const C = need("cc");

async function start() {
  const plugin = open(await library("lanes.c"));
  const meeting = open(await library("meeting.c"));
  plugin.lookup("reset_work", "() => void")();
  const begun = plugin.lookup("begun", "(i32) => i32");
  return {
    work: plugin.lookup("work", "(i32, i32) => i32").async,
    meet: meeting.lookup("meet", "(i32) => bool").async,
    pass: meeting.lookup("pass_gate", "() => bool").async,
    waiting: meeting.lookup("waiting", "() => i32"),
    openGate: meeting.lookup("open_gate", "() => void"),
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
    const inOrder = Object.create(null);
    const options = Object.assign(Object.create(null), { inOrder });
    const ids = Array.from({ length: 20 }, (_, id) => id);
    const ends: number[] = [];
    await Promise.all(
      ids.map(async (id) => ends.push(await work(id, 20 - id, options))),
    );
    assertEquals([ends, begun(), most()], [ids, ids, 1]);
  },
);

test("options of another realm are options", C, async () => {
  const { work, begun } = await start();
  // As a program has them that a test runner evaluates in a context of its own.
  const options = runInNewContext("({ inOrder: {} })");
  await Promise.all([1, 2].map((id) => work(id, 3 - id, options)));
  assertEquals(begun(), [1, 2]);
});

test(
  "{ inOrder }: calls of different objects run side by side",
  C,
  async () => {
    const { meet } = await start();
    const all = [meet(3, { inOrder: {} }), meet(3, { inOrder: {} }), meet(3)];
    assertEquals(await Promise.all(all), [true, true, true]);
  },
);

test(
  "{ signal }: what has not begun never does, and the others do",
  C,
  async () => {
    const { work, begun, pass, waiting, openGate } = await start();
    const inOrder = {};
    const controller = new AbortController();
    const { signal } = controller;
    const first = pass({ inOrder, signal });
    const second = work(2, 0, { inOrder, signal });
    const third = work(3, 0, { inOrder });
    while (waiting() === 0) await new Promise((end) => setTimeout(end, 1));
    const reason = new Error("enough");
    controller.abort(reason);
    assertEquals(await second.catch((error) => error), reason);
    openGate();
    assertEquals(await Promise.all([first, third]), [true, 3]);
    assertEquals(begun(), [3]);
  },
);

/** A signal, and how many listen to it now. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, listener: never) => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener);
  };
  return { controller, signal, listeners };
}

test(
  "{ signal }: it has no listener left of what has settled",
  C,
  async () => {
    const { work, pass, waiting, openGate } = await start();
    const { controller, signal, listeners } = countedSignal();
    await Promise.all([1, 2, 3].map((id) => work(id, 1, { signal })));
    assertEquals(listeners.size, 0);
    // One that goes on, and one that never begins.
    const inOrder = {};
    const first = pass({ inOrder, signal });
    const second = work(2, 0, { inOrder, signal });
    assertEquals(listeners.size, 2);
    while (waiting() === 0) await new Promise((end) => setTimeout(end, 1));
    controller.abort(new Error("enough"));
    await assertRejects(() => second, Error, "enough");
    openGate();
    assertEquals(await first, true);
    // What was ended is heard of once more, when its turn comes.
    await work(3, 0, { inOrder });
    assertEquals(listeners.size, 0);
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
  wrong(
    { signal: Object.create(AbortSignal.prototype) },
    TypeError,
    "options.signal: wanted an AbortSignal, got ",
  );
  wrong({ inOrder: 1 }, TypeError, "options.inOrder: wanted an object, got 1");
  wrong(1, TypeError, "work(): wanted 2 arguments (id, ms), got 3");
});

test("options are read once, before the arguments are checked", C, async () => {
  const { work } = await start();
  let looks = 0;
  const { signal } = new AbortController();
  const options = {
    get signal() {
      looks++;
      return looks > 1 ? 1 as never : signal;
    },
  };
  assertEquals(await work(1, 0, options), 1);
  assertEquals(looks, 1);
});

test("PLUGIN_THREADS: no more calls run at a time", C, async () => {
  const lanes = JSON.stringify(await library("lanes.c"));
  const meeting = JSON.stringify(await library("meeting.c"));
  const crowd = `
const own = open(${lanes});
const work = own.lookup("work", "(i32, i32) => i32");
await Promise.all(Array.from({ length: 8 }, (_, id) => work.async(id, 20)));
console.log(own.lookup("most_inside", "() => i32")() <= 2);`;
  const meet = `
const meet = open(${meeting}).lookup("meet", "(i32) => bool");
const all = Array.from({ length: 8 }, () => meet.async(8));
console.log((await Promise.all(all)).every(Boolean));`;
  const withThreads = (most: string, script: string) =>
    withVariable("PLUGIN_THREADS", most, () => run(script));
  // Deno's own calls have Deno's threads.
  const limited = await withThreads("2", RUNTIME === "Deno" ? meet : crowd);
  const free = await withThreads("8", meet);
  assertEquals([limited, free].map(({ output }) => output), ["true", "true"]);
});

/** Why the name of a thread cannot be seen. */
const NAMELESS = RUNTIME === "Deno"
  ? skip("Deno's calls have Deno's threads")
  : process.platform === "linux"
  ? C
  : skip("only Linux shows names in files");

test(
  "threads of .async have a name that debuggers show",
  NAMELESS,
  async () => {
    const { output } = await run(`import fs from "node:fs";
const own = open(${JSON.stringify(await library("lanes.c"))});
await own.lookup("work", "(i32, i32) => i32").async(1, 0);
const names = fs.readdirSync("/proc/self/task")
  .map((id) => fs.readFileSync("/proc/self/task/" + id + "/comm", "utf8"));
console.log(names.includes("plugin async\\n"));`);
    assertEquals(output, "true");
  },
);
