/**
 * Functions of JavaScript that threads of the plugin call: the thread that owns
 * them answers, and the caller waits.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { callback, open } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { withVariable } from "../../helpers/variable.ts";
import { PLACES } from "../helpers/places.ts";
import { run } from "../helpers/program.ts";

await withSupport();

const C = need("cc");
const threads = async () => open(await library("threads.c"));
const TYPE = "(i32, cstring) => i32";
const ANY = { threads: "any" } as const;

/** Waits until no thread of the plugin runs any more. */
async function quiet(plugin: Awaited<ReturnType<typeof threads>>) {
  const running = plugin.lookup("still_running", "() => i32");
  while (running() > 0) await new Promise((end) => setTimeout(end, 1));
}

/** Runs a program whose threads are not waited for for long. */
function impatient(program: string): ReturnType<typeof run> {
  return withVariable("PLUGIN_PATIENCE", "0.3", () => run(program));
}

test(
  "every text is the one that the thread gave, and every answer arrives",
  C,
  async () => {
    const plugin = await threads();
    const texts: string[] = [];
    using answer = callback(TYPE, (index, text) => {
      texts.push(`${index} ${text}`);
      return index + 1;
    }, ANY);
    plugin.lookup("start", `(${TYPE}, i32, i32) => void`)(answer, 4, 50);
    await quiet(plugin);
    assertEquals(texts.length, 200);
    assertEquals(texts.filter((text) => !/^(\d+) text \1$/.test(text)), []);
    assertEquals(plugin.lookup("sum_of_answers", "() => i32")(), 4 * 1275);
  },
);

test(
  "a function that is given to a call on another thread is answered by this one",
  C,
  async () => {
    const plugin = await threads();
    const wait = plugin.lookup("start_and_wait", `(${TYPE}, i32) => i32`);
    assertEquals(
      await wait.async((index, text) => text === `text ${index}` ? 2 : 0, 100),
      200,
    );
  },
);

test("floats and wide integers arrive, and come back", C, async () => {
  const plugin = await threads();
  const type = "(f64, f32, i64, f64) => f64";
  const mean = plugin.lookup("mean_of_thread", `(${type}) => f64`);
  const seen: unknown[] = [];
  const answer = (...args: [number, number, bigint, number]) => {
    seen.push(...args);
    return 0.1;
  };
  assertEquals(await mean.async(answer), 0.1);
  assertEquals(seen, [1.5, 2.5, 9007199254740993n, -0]);
});

test(
  "what such a function throws rejects the call that it was given to",
  C,
  async () => {
    const plugin = await threads();
    const wait = plugin.lookup("start_and_wait", `(${TYPE}, i32) => i32`);
    let calls = 0;
    const error = await wait.async(() => {
      calls++;
      throw new Error("mine");
    }, 5).catch((error: unknown) => error);
    assertEquals([(error as Error).message, calls], ["mine", 1]);
    assertEquals(await wait.async(() => 1, 3), 3);
  },
);

test(
  "what a function of a Worker that has ended is asked is zero, and it is said",
  C,
  async () => {
    const path = JSON.stringify(await library("threads.c"));
    const { status, output } = await run(`
import { Worker, isMainThread, parentPort } from "node:worker_threads";
const own = open(${path});
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => worker.once("message", resolve));
  const fire = own.lookup("fire", "(i32) => i32");
  console.log(await fire.async(20));
  await worker.terminate();
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.log(fire(20));
  process.exit();
} else {
  const type = "${TYPE}";
  own.lookup("keep", \`(\${type}) => void\`)(callback(type, (x) => x + 1, { threads: "any" }));
  parentPort.postMessage("kept");
  setInterval(() => {}, 1000);
}`);
    assertEquals([status, output], [
      0,
      "21\n0\nplugin: native code called a JavaScript function that is gone: it was disposed of, or its Worker has ended; it got zero",
    ]);
  },
);

/** How a function is given that a thread calls while this one sleeps. */
const GIVEN = {
  "for any thread": `callback("${TYPE}", () => ++calls, { threads: "any" })`,
  "of which nobody says so": `callback("${TYPE}", () => ++calls)`,
  "as it is": "() => ++calls",
};

for (const [how, given] of Object.entries(GIVEN)) {
  test(
    `a call that waits for a thread that waits for a function ${how} is told`,
    C,
    async () => {
      const path = JSON.stringify(await library("threads.c"));
      const { status, output } = await impatient(`
const own = open(${path});
const wait = own.lookup("start_and_wait", "(${TYPE}, i32) => i32");
let calls = 0;
const start = performance.now();
try {
  wait(${given}, 50); // of which the first alone is waited for
} catch (error) {
  const [for_ = ""] = error.message.match(/for [\\d.]+ second.*?:/) ?? [];
  console.log(error.name, error.code, calls, for_);
}
const seconds = (performance.now() - start) / 1000;
if (seconds > 6) console.log(seconds);
process.exit();`);
      assertEquals([status, output], [
        0,
        "PluginError would_deadlock 0 for 0.3 seconds (PLUGIN_PATIENCE says how many):",
      ]);
    },
  );
}

test(
  "whoever only takes long to answer is waited for",
  C,
  async () => {
    const path = JSON.stringify(await library("threads.c"));
    const { status, output } = await impatient(`
const own = open(${path});
const wait = own.lookup("start_and_wait", "(${TYPE}, i32) => i32");
let calls = 0;
using answer = callback("${TYPE}", () => ++calls, { threads: "any" });
try {
  wait(answer, 1);
} catch (error) {
  console.log(error.name, error.code, calls);
}
const sum = wait.async(answer, 3);
for (const end = Date.now() + 1000; Date.now() < end;);
console.log(await sum, calls);`);
    assertEquals([status, output], [0, "PluginError would_deadlock 0\n6 3"]);
  },
);

test(
  "a function that is given as it is, is answered when a thread of the plugin calls it",
  C,
  async () => {
    const plugin = await threads();
    const start = plugin.lookup("start", `(${TYPE}, i32, i32) => void`);
    const texts: unknown[] = [];
    start((index, text) => texts.push(`${index} ${text}`), 2, 10);
    await quiet(plugin);
    assertEquals(texts.length, 20);
    assertEquals(
      texts.filter((text) => !/^(\d+) text \1$/.test(`${text}`)),
      [],
    );
  },
);

test("what was disposed of gives zero, and it is said", C, async () => {
  const path = JSON.stringify(await library("threads.c"));
  const { status, output } = await run(`
const own = open(${path});
const type = "${TYPE}";
{
  using answer = callback(type, () => 7, { threads: "any" });
  own.lookup("keep", \`(\${type}) => void\`)(answer);
  console.log(own.lookup("fire", "(i32) => i32")(1));
}
await new Promise((resolve) => setTimeout(resolve, 300));
console.log(own.lookup("fire", "(i32) => i32")(1));`);
  assertEquals([status, output], [
    0,
    "7\n0\nplugin: native code called a JavaScript function that is gone: it was disposed of, or its Worker has ended; it got zero",
  ]);
});

test(
  "calls on other threads can be given a new function each time, for ever",
  C,
  async () => {
    const plugin = await threads();
    const wait = plugin.lookup("start_and_wait", `(${TYPE}, i32) => i32`);
    for (let i = 0; i < 700; i++) {
      assertEquals(await wait.async((index) => index + i, 1), i);
    }
    using answer = callback(TYPE, () => 1, ANY);
    assertEquals(await wait.async(answer, 2), 2);
  },
);

for (const { where, isolated, needs } of PLACES) {
  test(
    `what such a call was given is forgotten when there are many others${where}`,
    {
      ...needs,
      ...RUNTIME === "Deno" ? skip("Deno may call each, for ever") : undefined,
    },
    async () => {
      const { status, output } = await run(`
        const { via_i32 } = open(plugin.path, { isolated: ${isolated} }).symbols;
        const given = [];
        for (let i = 0; i < 300; i++) {
          const add = (x) => x + i;
          given.push(new WeakRef(add));
          await via_i32.async(add, 1);
        }
        for (let turn = 0; turn < 5; turn++) {
          await new Promise((end) => setTimeout(end, 20));
          globalThis.gc?.();
          globalThis.Bun?.gc(true);
        }
        const kept = given.filter((add) => add.deref() !== undefined).length;
        console.log(kept < 200 ? "forgotten" : kept);
        process.exit(0);
      `);
      assertEquals([output, status], ["forgotten", 0]);
    },
  );
}

test("Node calls back through Node-API", {
  ...C,
  ...RUNTIME === "Node" ? undefined : skip("others call back faster"),
}, async () => {
  let stack: string | undefined;
  const plugin = await threads();
  const wait = plugin.lookup("start_and_wait", `(${TYPE}, i32) => i32`);
  await wait.async(() => {
    stack = new Error().stack;
    return 0;
  }, 1);
  assertMatch(stack ?? "", /calledThroughNodeApi/);
});
