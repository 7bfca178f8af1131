/**
 * Calls on another thread: `.async`.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { callback, open } from "@native/plugin";
import { jsCallbacks } from "../../../ffi/function/native_function.ts";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { run } from "../helpers/program.ts";
import { thrownText } from "../../helpers/thrown.ts";

const C = need("cc");

await withSupport();
const callbacks = async () => open(await library("callbacks.c"));
const meeting = async () => open(await library("meeting.c"));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// --------------------------------------------------------------------- calls

test("async gives a promise of what the call gives", C, async () => {
  const calls = open(await library("calls.c"));
  const scalars: [string, unknown, unknown?][] = [
    ["bool", true],
    ["i8", -128],
    ["u8", 255],
    ["i16", -32768],
    ["u16", 65535],
    ["i32", -0, 0],
    ["u32", 2 ** 32 - 1],
    ["i64", -5, -5n],
    ["u64", 2n ** 64n - 1n],
    ["isize", -(2n ** 40n), -(2 ** 40)],
    ["usize", 2 ** 53 - 1],
    ["f32", 0.5],
    ["f64", 0.1],
  ];
  for (const [scalar, given, out = given] of scalars) {
    assertEquals(await calls.lookup(`id_${scalar}`).async(given), out);
  }
  assertEquals(await calls.lookup("nothing").async(), undefined);
  assertEquals(await calls.lookup("greeting").async(), "grüß Gott");
  assertEquals(await calls.lookup("no_text").async(), null);
  assertEquals(await calls.lookup("same_address").async(null), null);
  const v = calls.lookup("v_i32");
  assert(v.pointer.equals(await calls.lookup("same_address").async(v)));
  const out = new Int32Array(2);
  const [quotient, rest] = [out.subarray(0, 1), out.subarray(1)];
  assertEquals(await calls.lookup("divide").async(-7, 2, quotient, rest), true);
  assertEquals([...out], [-3, -1]);
});

test("async passes structs and texts through a thunk", C, async () => {
  const plugin = await callbacks();
  const pair = { first: 1, second: 2 };
  assertEquals(await plugin.lookup("slow_pair").async(pair, 1), {
    first: 2,
    second: 1,
  });
  const sizes = ["", "x", "ü".repeat(5000)].map((text) =>
    plugin.lookup("slow_length").async(text, text, 1)
  );
  assertEquals(await Promise.all(sizes), [0, 1000001, 10000010000]);
});

test(
  "async is one function, with the name and the checks of its own",
  C,
  async () => {
    const plugin = await callbacks();
    const slow = plugin.lookup("slow");
    assertStrictEquals(slow.async, slow.async);
    const { async } = slow;
    assertEquals(await async(1), 1);
    assertEquals(Object.keys(slow), []);
    assert(slow instanceof Function);
    assertEquals(
      thrownText(() => async(-1)),
      "RangeError: slow(): argument 1 (ms): wanted u32, an integer from 0 to 4294967295, got -1",
    );
    assertEquals(
      thrownText(() => async()),
      "TypeError: slow(): wanted 1 argument (ms), got 0",
    );
    assertEquals(
      thrownText(() => plugin.lookup("slow_length").async("a", "b\0", 1)),
      'RangeError: slow_length(): argument 2 (b): wanted cstring, a string without NUL, or null, got the string "b\\u0000"',
    );
  },
);

test("a result that has no value rejects", C, async () => {
  const plugin = await callbacks();
  await assertRejects(
    () => plugin.lookup("large_word", "() => isize").async(),
    RangeError,
    "(): the plugin gave 9223372036854775807, which no number holds exactly",
  );
});

test("a function that came out has an async too", C, async () => {
  const twice = (await callbacks()).lookup("choose")("twice");
  assertEquals(await twice.async(21), 42);
});

// --------------------------------------------------------------- event loop

test("the event loop turns while the plugin waits", C, async () => {
  const plugin = await meeting();
  const passed = plugin.lookup("pass_gate", "() => bool").async();
  setTimeout(plugin.lookup("open_gate", "() => void"), 20);
  assertEquals(await passed, true);
});

test("synchronous calls run meanwhile", C, async () => {
  const plugin = await callbacks();
  const sleeping = plugin.lookup("slow").async(100);
  const times = plugin.lookup("times");
  for (let i = 0; i < 1000; i++) assertEquals(times(2, (x: number) => x), 1);
  assertEquals(await sleeping, 100);
});

test(
  "calls run side by side, on threads that are not this one",
  C,
  async () => {
    const meet = (await meeting()).lookup("meet", "(i32) => bool");
    const all = Array.from({ length: 3 }, () => meet.async(3));
    assertEquals(await Promise.all(all), [true, true, true]);
    const plugin = await callbacks();
    const id = plugin.lookup("thread_id");
    assert(await id.async() !== id());
  },
);

test("however many calls wait for the next one, it begins", C, async () => {
  const meet = (await meeting()).lookup("meet", "(i32) => bool");
  // More than the pool has, and more than Deno has for all of its own.
  const all = Array.from({ length: 80 }, () => meet.async(80));
  if (RUNTIME === "Deno") {
    // On those it reads files as well.
    await (await import("node:fs/promises")).readFile(new URL(import.meta.url));
  }
  assertEquals(new Set(await Promise.all(all)), new Set([true]));
});

// --------------------------------------------------------------- what it uses

test("what was given stays alive and in its place", C, async () => {
  const plugin = await callbacks();
  const sum = plugin.lookup("slow_sum");
  const length = plugin.lookup("slow_length");
  const sums = Array.from(
    { length: 8 },
    (_, i) => sum.async(new Uint8Array(1_000_000).fill(i), 1_000_000, 20),
  );
  const lengths = Array.from(
    { length: 8 },
    (_, i) => length.async("a".repeat(i), "ü".repeat(3000 * i), 20),
  );
  for (let i = 0; i < 50; i++) new Uint8Array(1_000_000).fill(255);
  for (let i = 0; i < 8; i++) {
    assertEquals(await sums[i], 1_000_000n * BigInt(i));
    assertEquals(await lengths[i], i * 1_000_000 + 6000 * i);
  }
});

test("concurrent calls have frames of their own", C, async () => {
  const plugin = await callbacks();
  const pair = plugin.lookup("slow_pair");
  const results = await Promise.all(
    Array.from(
      { length: 40 },
      (_, i) => pair.async({ first: i, second: -i }, i % 5),
    ),
  );
  assertEquals(results, results.map((_, i) => ({ first: -i, second: i })));
  // The stack of synchronous calls is as it was.
  const times = plugin.lookup("map_pair");
  assertEquals(
    times({ first: 1, second: 2 }, "x", (x: number) => x),
    { first: 1, second: 2 },
  );
});

test("the memory that was given is the plugin's to write", C, async () => {
  const bytes = new Uint8Array(100_000);
  await (await callbacks()).lookup("slow_fill").async(
    bytes,
    bytes.length,
    7,
    10,
  );
  assert(bytes.every((byte) => byte === 7));
});

// ------------------------------------------------------------------ callbacks

test(
  "callbacks of an asynchronous call run in the event loop",
  C,
  async () => {
    const plugin = await callbacks();
    const seen: number[] = [];
    const sum = await plugin.lookup("times").async(3, (x: number) => {
      seen.push(x);
      return x * 10;
    });
    assertEquals([sum, seen], [30, [0, 1, 2]]);
    assertEquals(
      await plugin.lookup("map_pair").async(
        { first: 1, second: 2 },
        "four",
        (x: number, text: string) => x * text.length,
      ),
      { first: 4, second: 8 },
    );
  },
);

test(
  "what an asynchronous call that fails was given is freed",
  C,
  async () => {
    const plugin = await callbacks();
    for (const result of ["cstring", "pointer"] as const) {
      const call = plugin.lookup("owed_text", `((i32) => i32) => ${result}`, {
        free: "pay",
      });
      const failing = call.async(
        (() => {
          throw new Error("mine");
        }) as never,
      );
      await assertRejects(() => failing as Promise<unknown>, Error, "mine");
      assertEquals(plugin.lookup("times_owed", "() => i32")(), 0);
    }
  },
);

test(
  "an error in a callback rejects the call that was given it",
  C,
  async () => {
    const plugin = await callbacks();
    const times = plugin.lookup("times");
    let calls = 0;
    const error = new Error("mine");
    const fail = (): never => {
      calls++;
      throw error;
    };
    assertStrictEquals(await assertRejects(() => times.async(5, fail)), error);
    assertEquals(calls, 1);
    // Other calls know nothing of it, and nothing is left.
    const [bad, good] = await Promise.allSettled([
      times.async(3, () => {
        throw new RangeError("bad");
      }),
      times.async(3, (x: number) => x),
    ]);
    assertEquals([bad.status, good.status], ["rejected", "fulfilled"]);
    assertEquals(times(3, (x: number) => x), 3);
    await assertRejects(
      () => times.async(1, () => 0.5),
      RangeError,
      "callback of times(), result: wanted i32",
    );
  },
);

test(
  "callbacks of asynchronous calls call the plugin, and their errors arrive",
  C,
  async () => {
    const plugin = await callbacks();
    const times = plugin.lookup("times");
    const nested = (x: number) => times(3, (y: number) => x * y);
    assertEquals(await times.async(4, nested), 3 * (0 + 1 + 2 + 3));
    const failing = (x: number) =>
      times(3, () => {
        if (x === 2) throw new Error("inner");
        return 1;
      });
    await assertRejects(() => times.async(4, failing), Error, "inner");
  },
);

test(
  "on Bun and Node a handle that no other thread can call is refused",
  RUNTIME === "Deno" ? skip("Deno calls back from every thread") : C,
  async () => {
    const plugin = await callbacks();
    using handle = callback("(i32) => i32", (x) => x);
    assertEquals(
      thrownText(() => plugin.lookup("times").async(1, handle)),
      `TypeError: times.async(): argument 2 (f): ${RUNTIME} cannot call it back ` +
        'from another thread; give a callback(type, function, { threads: "any" })',
    );
    assertEquals(await plugin.lookup("times").async(1, (x: number) => x), 0);
  },
);

// -------------------------------------------------------------------- threads

test("threads of the plugin call back", C, async () => {
  const plugin = await callbacks();
  const before = jsCallbacks.size;
  const seen: number[] = [];
  {
    using f = callback("(i32) => void", (x) => void seen.push(x), {
      threads: "any",
    });
    await plugin.lookup("call_on_threads").async(f, 16);
    while (seen.length < 16) await pause(1);
    plugin.lookup("call_later")(f, 100);
    while (seen.length < 17) await pause(1);
  }
  assertEquals(seen.sort((a, b) => a - b), [...Array(16).keys(), 100]);
  assertEquals(jsCallbacks.size, before);
});

test(
  "a handle that is disposed of is there until the call ends",
  C,
  async () => {
    const plugin = await callbacks();
    const before = jsCallbacks.size;
    const seen: number[] = [];
    let running: Promise<void>;
    {
      using f = callback("(i32) => void", (x) => void seen.push(x), {
        threads: "any",
      });
      running = plugin.lookup("call_on_threads").async(f, 4);
    }
    assertEquals(jsCallbacks.size, before + 1);
    await running;
    assertEquals(jsCallbacks.size, before);
    if (RUNTIME !== "Bun") assertEquals(seen.length, 4);
  },
);

test("a thread of the plugin waits for a result", C, async () => {
  const plugin = await callbacks();
  using f = callback("(i32) => i32", (x) => x * 2, { threads: "any" });
  assertEquals(await plugin.lookup("ask_on_thread").async(f, 21), 42);
  await assertRejects(
    () =>
      plugin.lookup("ask_on_thread").async(() => {
        throw new Error("on a thread");
      }, 1),
    Error,
    "on a thread",
  );
});

// ----------------------------------------------------------------- processes

test("the process ends when nothing waits, and not before", C, async () => {
  const start = performance.now();
  assertEquals(
    await run(
      `plugin.lookup("slow").async(200).then((ms) => console.log("slept", ms));`,
    ),
    { status: 0, output: "slept 200" },
  );
  assert(performance.now() - start >= 200);
});

test("a handle keeps no process alive", C, async () => {
  assertEquals(
    await run(`
      globalThis.f = callback("(i32) => void", () => {}${
      RUNTIME === "Node" ? "" : ', { threads: "any" }'
    });
      await plugin.lookup("slow").async(1);
      console.log("end");`),
    { status: 0, output: "end" },
  );
});

test(
  "an error that no call waits for is an uncaught one",
  C,
  async () => {
    const { status, output } = await run(`
    const f = callback("(i32) => void", () => { throw new Error("nobody"); }, { threads: "any" });
    plugin.lookup("call_later")(f, 1);
    setTimeout(() => console.log("went on"), 2000);`);
    // Deno's own teardown may crash while a thread it does not own calls back.
    assert(status !== 0, output);
    assert(output.includes("nobody"), output);
    assert(!output.includes("went on"), output);
  },
);

test("nothing that native code uses is collected", C, async () => {
  assertEquals(await run(COLLECT + DONE), { status: 0, output: "done" });
});

test("nothing that other threads use is collected", C, async () => {
  assertEquals(await run(COLLECT + COLLECT_ON_THREADS + DONE), {
    status: 0,
    output: "done",
  });
});

const COLLECT = `
const collect = () => globalThis.Bun ? Bun.gc(true) : gc();
const fill = () => { for (let i = 0; i < 20; i++) new Uint8Array(200_000).fill(255); };
const check = (is, what) => { if (!is) throw new Error(what); };
const times = plugin.lookup("times");
const keep = plugin.lookup("keep");
const call = plugin.lookup("call_kept");
const hook = plugin.lookup("hook");
// Plain functions live on, though nobody here holds them.
(() => { const big = new Uint8Array(1_000_000).fill(1); keep((x) => x + big[x]); })();
(() => { const big = [1, 2, 3]; hook.value = (x) => { globalThis.hooked = x + big.length; }; })();
for (let i = 0; i < 10; i++) { collect(); fill(); }
check(call(41) === 42, "kept function");
plugin.lookup("call_hook")(4);
check(globalThis.hooked === 7, "hook");
// A function that is being called collects.
check(times(20, (x) => { collect(); fill(); return x; }) === 190, "during the call");
const deep = plugin.lookup("deep");
const text = "grüß".repeat(500);
check(deep(text, (t) => { collect(); fill(); check(t === text, "text"); return 1; }) === 1 + 3000, "deep");
const map = plugin.lookup("map_pair");
const pair = map({ first: 1, second: 2 }, text, (x, t) => { collect(); fill(); return x * t.length; });
check(pair.first === 2000 && pair.second === 4000, "frame");
// Handles come and go.
for (let i = 0; i < 500; i++) {
  using handle = callback("(i32) => i32", (x) => x + i);
  if (i % 50 === 0) collect();
  check(times(1, handle) === i, "handle");
}
// A handle that nobody holds stays, for the plugin may have its address.
(() => { keep(callback("(i32) => i32", (x) => x + 2)); })();
for (let i = 0; i < 5; i++) { collect(); fill(); }
check(call(40) === 42, "dropped handle");
// Arguments of calls that still run.
const sums = [], lengths = [], pairs = [];
for (let i = 0; i < 8; i++) {
  sums.push(plugin.lookup("slow_sum").async(new Uint8Array(2_000_000).fill(i), 2_000_000, 20));
  lengths.push(plugin.lookup("slow_length").async("x".repeat(i), "y".repeat(i * 9000), 20));
  pairs.push(plugin.lookup("slow_pair").async({ first: i, second: -i }, 20));
}
for (let i = 0; i < 10; i++) { collect(); fill(); }
check((await Promise.all(sums)).every((sum, i) => sum === 2_000_000n * BigInt(i)), "sums");
check((await Promise.all(lengths)).every((n, i) => n === i * 1_000_000 + i * 9000), "lengths");
check((await Promise.all(pairs)).every((pair, i) => pair.second === i), "pairs");
`;

const COLLECT_ON_THREADS = `
let seen = 0;
for (let i = 0; i < 20; i++) {
  const f = callback("(i32) => void", () => { seen++; collect(); }, { threads: "any" });
  await plugin.lookup("call_on_threads").async(f, 8);
}
while (seen < 160) await new Promise((resolve) => setTimeout(resolve, 1));
`;

const DONE = `console.log("done");`;
