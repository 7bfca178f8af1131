/**
 * Plugins in processes of their own: the same calls, and a crash is an error.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
} from "node:fs";
import process from "node:process";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  callback,
  type IsolatedOptions,
  IsolatedPlugin,
  lastError,
  open,
  Plugin,
  PluginError,
  type Pointer,
  variable,
} from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import {
  annotated,
  emptyDirectory,
  fixture,
  library,
} from "../../helpers/fixture.ts";
import { evil } from "../helpers/beside.ts";
import { runScript } from "../helpers/program.ts";
import {
  caught,
  childOf,
  childrenOf,
  isRunning,
  until,
} from "../helpers/runners.ts";
import { mine, run as emit, sign } from "../helpers/signed.ts";
import { withVariable } from "../../helpers/variable.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { join } from "@std/path";
import { succeedSilently } from "../../helpers/succeed.ts";
import { compile } from "../../helpers/shared_library.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

let built: Promise<string> | undefined;

/** The plugin that ends in every way. */
function ends(): Promise<string> {
  return built ??= (async () => {
    const path = join(emptyDirectory(), "ends.so");
    await succeedSilently(command(
      ...["build", fixture("ends.c"), "-o", path, "--errno", "failing"],
    ));
    return path;
  })();
}

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;

async function isolated(
  options: true | IsolatedOptions = true,
): Promise<IsolatedPlugin<Any>> {
  return open(await ends(), { isolated: options });
}

test("an isolated plugin runs in a process of its own", NEEDS, async () => {
  using plugin = await isolated();
  assert(plugin instanceof IsolatedPlugin && plugin instanceof Plugin);
  const pid = plugin.lookup("process", "() => i32")();
  assert(pid !== process.pid && isRunning(pid));
  // What is its own, is nobody else's.
  const here = open<Any>(await ends());
  assertEquals(here.lookup("process", "() => i32")(), process.pid);
  plugin.lookup("next")();
  assertEquals(plugin.lookup("next")(), 2);
  assertEquals(here.lookup("next")(), 1);
});

test("one plugin for a file and the same options", NEEDS, async () => {
  using plugin = await isolated();
  assert(await isolated() === plugin);
  assert(await isolated({}) === plugin);
  assert(open(await ends()) !== plugin);
  using other = await isolated({ restart: "next" });
  assert(other !== plugin);
  assert(
    other.lookup("process", "() => i32")() !==
      plugin.lookup("process", "() => i32")(),
  );
});

test("what goes there and comes back", NEEDS, async () => {
  using plugin = open<Any>(await library("calls.c"), { isolated: true });
  const { symbols } = plugin;
  assertEquals(symbols.id_bool(true), true);
  assertEquals(symbols.id_i8(-128), -128);
  assertEquals(symbols.id_u16(65535), 65535);
  assertEquals(symbols.id_i64(-(2n ** 63n)), -(2n ** 63n));
  assertEquals(symbols.id_u64(2n ** 64n - 1n), 2n ** 64n - 1n);
  assertEquals(symbols.id_usize(2 ** 53 - 1), 2 ** 53 - 1);
  assertEquals(symbols.id_f32(0.5), 0.5);
  assertEquals(symbols.id_f64(-0), -0);
  assertEquals(
    symbols.sum_all(
      ...[1, 2, 3, 4, 5n, true, 7, 8, 9, 10, 11, 12, 13, 14, 15n, 16, 17, 18],
    ),
    1 + 2 + 3 + 4 + 5 + 1 + 7 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17 +
      18,
  );
  assertEquals(symbols.greeting(), "grüß Gott");
  assertEquals(symbols.no_text(), null);
  for (const length of [0, 1, 100, 4095, 4096, 5000, 1_000_000]) {
    const text = "ä".repeat(length);
    assertEquals(symbols.same_text(text), text);
  }
  assertEquals(
    symbols.lengths("a", "bb", "ccc", "dddd", "eeeee", "ffffff"),
    654321,
  );
  const free = "give_back";
  assertEquals(
    plugin.lookup("copy_of", "(cstring) => cstring", { free })("x"),
    "x",
  );
  assertEquals(symbols.times_freed(), 1);
});

test("what is given is copied there and back", NEEDS, async () => {
  using plugin = open<Any>(await library("calls.c"), { isolated: true });
  const { fill, sum_bytes } = plugin.symbols;
  for (const size of [1, 3, 1000, 20_000, 3 << 20]) {
    const bytes = new Uint8Array(size + 2).subarray(1, -1);
    fill(bytes, 7, size);
    assertEquals(sum_bytes(bytes, size), BigInt(7 * size));
    assertEquals([bytes[0], bytes[size - 1]], [7, 7]);
    const around = new Uint8Array(bytes.buffer);
    assertEquals([around[0], around[size + 1]], [0, 0]);
  }
  assertEquals(sum_bytes(new Uint8Array(0), 0), 0n);
});

test("plugin.buffer() is seen where it is", NEEDS, async () => {
  using plugin = open<Any>(await library("calls.c"), { isolated: true });
  const { fill, sum_bytes, same_text } = plugin.symbols;
  const bytes = plugin.buffer(100_000);
  assertEquals([bytes.length, bytes[0], bytes.at(-1)], [100_000, 0, 0]);
  fill(bytes, 3, bytes.length);
  assertEquals(bytes.at(-1), 3);
  fill(bytes.subarray(10), 4, 10);
  assertEquals([bytes[9], bytes[10], bytes[20]], [3, 4, 3]);
  assertEquals(sum_bytes(bytes, 30), BigInt(20 * 3 + 10 * 4));
  assertThrows(() => plugin.buffer(0), RangeError, "from 1, got 0");
  assertThrows(() => plugin.buffer(2 ** 40), RangeError, "no room");
  // What it is behind is not shown.
  assertEquals(bytes.buffer.byteLength, 100_000);
  assertEquals(same_text("still there"), "still there");
});

test("structs by value, by pointer, and errno", NEEDS, async () => {
  using plugin = await isolated();
  const { middle, move } = plugin.symbols;
  assertEquals(middle({ x: 0, y: 2 }, { x: 4, y: 4 }), { x: 2, y: 3 });
  const Point = plugin.type("Point");
  const point = new Point({ x: 1, y: 2 });
  move(point, 3);
  assertEquals([point.x, point.y], [4, 5]);
  assertEquals(middle(point, point), { x: 4, y: 5 });
  const failing = plugin.lookup("failing");
  failing("/missing");
  assertEquals(lastError(failing), { errno: 2, name: "ENOENT" });
  failing("x");
  assertEquals(lastError(failing), { errno: 22, name: "EINVAL" });
});

test("its pointers are its own", NEEDS, async () => {
  using plugin = await isolated();
  const here = open<Any>(await ends());
  const { list, value_of, same } = plugin.symbols;
  const first = list();
  assertEquals(value_of(first), 1);
  assert(same(first).equals(first));
  assertEquals(same(null), null);
  // Its memory is read there.
  const Node = plugin.type("Node");
  const node = Node.at(first);
  assertEquals(node.value, 1);
  assertEquals(value_of(node.next), 2);
  assertEquals(Node.at(node.next).value, 2);
  assertEquals(new Uint32Array(first.view(4).buffer)[0], 1);
  // Neither is given what is the other's.
  assertThrows(() => here.symbols.value_of(first), TypeError, "isolated");
  const { list: listHere } = here.symbols;
  assertThrows(() => value_of(listHere()), TypeError, "of this process");
  using other = await isolated({ restart: "next" });
  assertThrows(
    () => other.symbols.value_of(first),
    TypeError,
    "another process",
  );
});

/** What ends it, and what that is called. */
const ENDS: readonly [
  name: string,
  args: readonly unknown[],
  expected: Partial<PluginError>,
  stack?: RegExp,
][] = [
  [
    "decode",
    [new Uint8Array(5), 5],
    { code: "crashed", signal: "SIGSEGV" },
    /^store \S*ends\.c:18\ndecode \S*ends\.c:22$/,
  ],
  ["raise_signal", [7], { code: "crashed", signal: "SIGBUS" }],
  ["raise_signal", [9], { code: "crashed", signal: "SIGKILL" }],
  ["raise_signal", [13], { code: "crashed", signal: "SIGPIPE" }],
  [
    "give_up",
    [],
    { code: "crashed", signal: "SIGABRT" },
    /^abort .*\ngive_up \S*ends\.c:27$/m,
  ],
  [
    "divide",
    [1, 0],
    { code: "crashed", signal: "SIGFPE" },
    /^divide \S*ends\.c:30$/,
  ],
  [
    "overflow",
    [],
    { code: "crashed", signal: "SIGSEGV" },
    // Where the stack ends is chance: in a call, that is the line of the callers.
    /^deeper \S*ends\.c:3[1-4](?: \(\d+ times\))?\n(?:[\s\S]*\n)?…$/,
  ],
  [
    "leave",
    [3],
    { code: "exited", status: 3 },
    /^exit .*\nleave \S*ends\.c:28$/m,
  ],
  ["leave_at_once", [0], { code: "exited", status: 0 }],
];

for (const [name, args, expected, stack] of ENDS) {
  test(`${name}(${args}) is an error of the call`, NEEDS, async () => {
    const plugin = await isolated();
    const call = plugin.lookup(name);
    const { next } = plugin.symbols;
    const error = caught(() => call(...args));
    const { code, signal, status, symbol, path, message } = error;
    assertEquals({ code, signal, status }, {
      signal: undefined,
      status: undefined,
      ...expected,
    });
    assertEquals([symbol, path], [name, plugin.path]);
    assert(message.startsWith(`${name}() of the plugin "`), message);
    assert(message.includes(signal ?? `status ${status}`), message);
    if (stack !== undefined) assertMatch(error.nativeStack ?? "", stack);
    // From then on nothing is called.
    const after = caught(() => next());
    assertEquals([after.code, after.symbol], [code, "next"]);
    assert(after.message.includes("has ended before"), after.message);
    // To open it again begins a new one.
    using again = await isolated();
    assert(again !== plugin);
    assertEquals(again.symbols.next(), 1);
  });
}

test("what is no memory is an error where it is read", NEEDS, async () => {
  assertEquals(
    caught((await isolated()).lookup("wild_text")).code,
    "crashed",
  );
  const plugin = await isolated();
  const wild = plugin.symbols.wild_pointer();
  assertEquals(caught(() => wild.view(4)).code, "crashed");
  using other = await isolated();
  assertEquals(other.symbols.next(), 1);
});

test("kill -9 from outside is seen by the next call", NEEDS, async () => {
  const plugin = await isolated();
  const pid = plugin.symbols.process();
  const { next } = plugin.symbols;
  process.kill(pid, "SIGKILL");
  await until(() => !isRunning(pid));
  const { code, signal } = caught(() => next());
  assertEquals([code, signal], ["crashed", "SIGKILL"]);
});

test('restart: "next" goes on in another process', NEEDS, async () => {
  using plugin = await isolated({ restart: "next" });
  const { next, decode, list, value_of, process: pid } = plugin.symbols;
  const first = list();
  const before = pid();
  assertEquals([next(), next()], [1, 2]);
  const bytes = plugin.buffer(4).fill(2);
  for (let round = 0; round < 5; round++) {
    const { code } = caught(() => decode(new Uint8Array(9), 9));
    assertEquals(code, "crashed");
    assertEquals(next(), 1); // what it had in memory is gone
    assert(pid() !== before);
    // What it gave is refused, and not what lies there now.
    assertThrows(() => value_of(first), TypeError, "has ended");
    assertEquals(caught(() => first.view(4)).code, "crashed");
    assertEquals(value_of(list()), 1);
    // What lies in the arena is still there.
    assertEquals(decode(bytes, 4), 8);
  }
});

test("timeout ends a call that hangs, and one that spins", NEEDS, async () => {
  // To load it is a call, too, and this machine may have much to do.
  using plugin = await isolated({ timeout: 500, restart: "next" });
  const { hang, spin, next, process: pid } = plugin.symbols;
  for (const [name, call] of Object.entries({ hang, spin })) {
    const before = pid();
    const { code, signal, message, nativeStack } = caught(() => call());
    const own = new RegExp(`^${name} \\S*ends\\.c:\\d+$`, "m");
    assertMatch(nativeStack ?? "", own);
    assertEquals([code, signal], ["timed_out", undefined]);
    assert(message.endsWith("it took more than 500 ms"), message);
    assert(!isRunning(before));
    assertEquals(next(), 1);
  }
});

test("restart: { times, within } goes on so often only", NEEDS, async () => {
  const plugin = await isolated({ restart: { times: 2, within: 60_000 } });
  const { next, give_up } = plugin.symbols;
  for (let end = 0; end < 3; end++) {
    assertEquals(next(), 1);
    assertEquals(caught(() => give_up()).code, "crashed");
  }
  const { code, message } = caught(() => next());
  assertEquals(code, "crashed");
  assert(message.includes("it ended 3 times within 60000 ms"), message);
});

test("variables are read and written there", NEEDS, async () => {
  using plugin = await isolated({ restart: "next" });
  const { ratio, title, fixed, corner, ...functions } = {
    ...plugin.symbols,
  };
  const { half_of_ratio, title_length, corner_sum, give_up } = functions;
  assertEquals([ratio.value, title.value, fixed.value], [0.5, "none", 7]);
  ratio.value = 3;
  assertEquals(half_of_ratio(), 1.5);
  title.value = "something else";
  assertEquals([title.value, title_length()], ["something else", 14]);
  assertThrows(() => fixed.value = 8, TypeError, "can only be read");
  assertThrows(() => ratio.value = "x", TypeError, "ratio.value");
  corner.value = { x: 3, y: 4 };
  assertEquals(corner_sum(), 7);
  // A view, as in this process.
  const { value: view } = corner;
  assertEquals([view.x, view.y], [3, 4]);
  view.x = 10;
  assertEquals([corner_sum(), corner.value.x], [14, 10]);
  // In the next process they are as they were at first.
  caught(() => give_up());
  assertEquals(half_of_ratio(), 0.25);
  assertEquals(ratio.value, 0.5);
});

test("it calls back, and is called by what it calls", NEEDS, async () => {
  const path = await library("callbacks.c");
  using plugin = open<Any>(path, { isolated: { restart: "next" } });
  const { symbols } = plugin;
  const same = (x: unknown) => x;
  assertEquals(symbols.via_bool(same, true), true);
  assertEquals(symbols.via_i8(same, -128), -128);
  assertEquals(symbols.via_u16(same, 65535), 65535);
  assertEquals(symbols.via_i32(same, -5), -5);
  assertEquals(symbols.via_u64(same, 2n ** 64n - 1n), 2n ** 64n - 1n);
  assertEquals(symbols.via_usize(same, 2 ** 53 - 1), 2 ** 53 - 1);
  assertEquals(symbols.via_f32(same, 0.5), 0.5);
  assertEquals(symbols.via_f64((x: number) => x * 2, 1.25), 2.5);
  let text;
  symbols.via_text((x: string) => text = x, "grüß Gott");
  assertEquals(text, "grüß Gott");
  const values = Int32Array.of(3, -1, 2, 7, 0);
  const at = (pointer: Pointer) => new Int32Array(pointer.view(4).buffer)[0]!;
  symbols.sort_i32(values, 5, (a: Pointer, b: Pointer) => at(a) - at(b));
  assertEquals([...values], [-1, 0, 2, 3, 7]);
  // A call within a call within a call.
  const nested = symbols.times(
    3,
    (i: number) =>
      symbols.times(i + 1, (j: number) => symbols.via_i32(same, j)),
  );
  assertEquals(nested, 0 + 1 + 3);
  // What it is given stays callable, and a callback() can be given.
  symbols.keep((x: number) => x + 1);
  assertEquals(symbols.call_kept(1), 2);
  using handle = callback("(i32) => i32", (x) => x * 3);
  assertEquals(symbols.times(3, handle), 9);
  // What it throws is thrown by the call.
  assertThrows(
    () =>
      symbols.times(5, () => {
        throw new RangeError("mine");
      }),
    RangeError,
    "mine",
  );
  assertThrows(() => symbols.times(1, () => "x"), TypeError, "result");
  assertEquals(symbols.via_i32(same, 1), 1);
});

test("calls on other threads run side by side", NEEDS, async () => {
  using plugin = await isolated({ restart: "next" });
  const { rest, next, middle, fill, title_length, text_of, failing } =
    plugin.symbols;
  let isLong = true;
  const long = rest.async(1000).then(() => isLong = false);
  assertEquals(next(), 1); // this one does not wait for it
  assertEquals([await next.async(), isLong], [2, true]); // nor does this one
  await long;
  assertEquals(
    { ...await middle.async({ x: 0, y: 0 }, { x: 2, y: 4 }) },
    { x: 1, y: 2 },
  );
  const bytes = new Uint8Array(20_000);
  assertEquals(await fill.async(bytes, bytes.length), 20_000);
  assertEquals(bytes.every((byte) => byte === "x".charCodeAt(0)), true);
  assertEquals(await text_of.async(9000), "x".repeat(9000));
  assertEquals(await title_length.async(), 4);
  assertEquals(await failing.async("/"), -1);
  // More of them than there are lanes.
  const many = await Promise.all(
    Array.from({ length: 100 }, () => next.async()),
  );
  assertEquals(new Set(many).size, 100);
});

test(
  "an end rejects all calls under way, and no later one",
  NEEDS,
  async () => {
    using plugin = await isolated({ restart: "next" });
    const { rest, next, give_up } = plugin.symbols;
    // Whichever of them is told first.
    const resting = Promise.allSettled([rest.async(10_000)]);
    const ended = await give_up.async().catch((error: unknown) => error);
    assert(ended instanceof PluginError);
    assertEquals([ended.code, ended.signal], ["crashed", "SIGABRT"]);
    assertMatch(ended.nativeStack ?? "", /^give_up \S*ends\.c:27$/m);
    // The next process begins while they still wait to be told.
    assertEquals(next(), 1);
    for (const result of await resting) {
      if (result.status !== "rejected") throw new Error("it was not rejected");
      const { code, signal, symbol } = result.reason as PluginError;
      assertEquals([code, signal, symbol], ["crashed", "SIGABRT", "rest"]);
    }
    assertEquals(await next.async(), 2);
  },
);

test(
  "a call on another thread takes no longer than it may",
  NEEDS,
  async () => {
    using plugin = await isolated({ restart: "next", timeout: 500 });
    const { hang, next } = plugin.symbols;
    const error = await hang.async().catch((error: unknown) => error);
    assert(error instanceof PluginError);
    assertEquals(error.code, "timed_out");
    assertMatch(error.nativeStack ?? "", /^hang \S*ends\.c:\d+$/m);
    assertEquals(await next.async(), 1);
  },
);

test(
  "what is seen of its memory is closed with a plugin, and says so",
  NEEDS,
  async () => {
    const ended = await isolated({ restart: "next" });
    const closed = await isolated({ restart: "next", timeout: 600_000 });
    const corners = [ended, closed].map((plugin) => {
      const corner = plugin.lookup("corner");
      return plugin.type("Point").at(corner.pointer);
    });
    for (const corner of corners) assertEquals(corner.x, 1);
    assertThrows(() => ended.symbols.raise_signal(9), PluginError);
    closed.close();
    const acts = corners.map((corner) => [
      () => corner.x,
      () => corner.x = 3,
      () => ({ ...corner }.x, corner.y),
    ]);
    for (const act of acts[0]!) {
      assertEquals(assertThrows(act, PluginError).code, "crashed");
    }
    for (const act of acts[1]!) {
      const { code, message } = assertThrows(act, PluginError);
      assertEquals(code, "closed");
      assertMatch(message, /an isolated plugin: the plugin ".*" was closed$/);
    }
    ended.close();
  },
);

test("close() waits for calls on other threads", NEEDS, async () => {
  const plugin = await isolated({ restart: "next" });
  const { process: pid, rest } = plugin.symbols;
  const runner = pid();
  const resting = rest.async(100).then(() => isRunning(runner));
  plugin.close();
  assertThrows(() => pid(), PluginError, "was closed");
  assertEquals(await resting, true);
  await until(() => !isRunning(runner));
});

test("structs are read and written where they lie", NEEDS, async () => {
  using plugin = await isolated();
  const { symbols } = plugin;
  const out = variable("pointer");
  symbols.point_at(out);
  const point = plugin.type("Point").at(out.value!);
  assertEquals([point.x, point.y], [1, 2]);
  point.y = 5;
  assertEquals(symbols.corner_sum(), 6);
  symbols.move(point, 1);
  assertEquals([point.x, point.y, symbols.corner_sum()], [2, 6, 8]);
  // A variable of ours has the plugin's addresses from then on.
  const other = variable("pointer");
  other.value = out.value;
  assertEquals(plugin.type("Point").at(other.value!).x, 2);
});

test("objects of a process that has ended are refused", NEEDS, async () => {
  using plugin = open<Any>(await annotated("shelf.c"), {
    isolated: { restart: "next" },
  });
  const { Shelf, shelves_open, squares } = plugin.symbols;
  const one = new Shelf({ width: 80, height: 200 });
  assertEquals(one.size, { width: 80, height: 200 });
  using book = one.add("Moby Dick", null);
  assertEquals([book.title(), shelves_open()], ["Moby Dick", 1]);
  assertThrows(() => squares(-1), PluginError, "squares() failed");
  process.kill(childOf(process.pid), "SIGKILL");
  assertEquals(caught(() => one.size).code, "crashed");
  assertEquals(shelves_open(), 0);
  const lost = "whose process has ended";
  assertThrows(() => one.size, TypeError, lost);
  assertThrows(() => book.title(), TypeError, lost);
  one[Symbol.dispose](); // frees nothing of the next process
  using next = new Shelf({ width: 1, height: 2 });
  assertEquals([next.size.width, shelves_open()], [1, 1]);
});

test("a callback gives an integer for a float", NEEDS, async () => {
  using plugin = await isolated();
  const { floor_by } = plugin.symbols;
  assertEquals(floor_by((x: number) => Math.floor(x), 7.9), 7);
  // Those that are disposed of make room for others.
  for (let i = 0; i < 300; i++) {
    using handle = callback("(f64) => i32", (x) => x + i);
    assertEquals(floor_by(handle, 1), 1 + i);
  }
});

test("a callback that is refused takes no other's place", NEEDS, async () => {
  const path = compile(
    join(emptyDirectory(), "seven.so"),
    `typedef int seven(int, int, int, int, int, int, int);
int call_seven(seven *call) { return call(1, 2, 3, 4, 5, 6, 7); }
int call_one(int (*call)(int)) { return call(1); }
`,
  );
  await emit("emit", path);
  using plugin = open<Any>(path, { isolated: true });
  const { call_seven, call_one } = plugin.symbols;
  // More than there are places, where seven are more than there are registers.
  if (process.arch === "x64") {
    for (let i = 0; i < 8200; i++) {
      const { code } = caught(() => call_seven(() => 0));
      assertEquals(code, "unsupported");
    }
  }
  assertEquals(call_one((x: number) => x + 1), 2);
});

test("what a process was given is let go of with it", NEEDS, async () => {
  const path = await library("callbacks.c");
  using plugin = open<Any>(path, { isolated: { restart: "next" } });
  const { via_i32, times } = plugin.symbols;
  // More than there are places for at a time.
  for (let end = 0; end < 9; end++) {
    for (let i = 0; i < 1000; i++) {
      assertEquals(via_i32((x: number) => x + i, 1), 1 + i);
    }
    // One that is still running among them.
    caught(() =>
      times(1, () => {
        process.kill(childOf(process.pid), "SIGKILL");
        return caught(() => {
          for (;;) via_i32((x: number) => x, 1);
        });
      })
    );
  }
  const same = (x: number) => x;
  assertEquals(via_i32(same, 2), 2);
  process.kill(childOf(process.pid), "SIGKILL");
  await until(() => childrenOf(process.pid).length === 0);
  caught(() => via_i32(same, 2));
  assertEquals(via_i32(same, 2), 2);
});

test(
  "what is given to no process any more is kept nowhere",
  NEEDS,
  async () => {
    using plugin = open<Any>(await library("callbacks.c"), { isolated: true });
    const { via_i32 } = plugin.symbols;
    assertEquals(via_i32((x: number) => x, 1), 1);
    process.kill(childOf(process.pid), "SIGKILL");
    await until(() => childrenOf(process.pid).length === 0);
    // More than there are places for at a time.
    for (let i = 0; i < 8200; i++) {
      assertEquals(caught(() => via_i32((x: number) => x, 1)).code, "crashed");
    }
  },
);

test("its end within a callback is thrown by both calls", NEEDS, async () => {
  const path = await library("callbacks.c");
  using plugin = open<Any>(path, { isolated: { restart: "next" } });
  const { times, via_i32 } = plugin.symbols;
  const same = (x: number) => x;
  assertEquals(via_i32(same, 1), 1);
  let inner: unknown;
  const error = caught(() =>
    times(3, (x: number) => {
      const pid = childOf(process.pid);
      process.kill(pid, "SIGKILL");
      try {
        for (;;) via_i32(same, x);
      } catch (thrown) {
        inner = thrown;
      }
      // No other process begins while this one's call is still there.
      assertEquals(caught(() => via_i32((y: number) => y, x)).code, "crashed");
      return x;
    })
  );
  assertEquals([error.code, error.signal], ["crashed", "SIGKILL"]);
  assert(inner instanceof PluginError && inner.symbol === "via_i32");
  assertEquals(via_i32((y: number) => y + 1, 1), 2);
  // What was thrown there is not thrown later.
  const lost = caught(() =>
    times(1, () => {
      process.kill(childOf(process.pid), "SIGKILL");
      throw new Error("lost");
    })
  );
  assertEquals(lost.code, "crashed");
  assertEquals(via_i32((y: number) => y + 1, 2), 3);
});

test(
  "the very first call that is given a function leaves no error",
  NEEDS,
  async () => {
    // A process of its own: there has been no callback before.
    const path = JSON.stringify(await library("ends.c"));
    const { output } = runScript(`
    const plugin = open(${path}, { isolated: { restart: "next" } });
    const { floor_by, give_up, half_of_ratio, next } = plugin.symbols;
    try {
      floor_by(() => give_up(), 1);
    } catch (error) {
      console.log(error.code, half_of_ratio(), next());
    }
    plugin.close();`);
    assertEquals(output, "crashed 0.25 1");
  },
);

test("close() within a callback waits for the call", NEEDS, async () => {
  const path = await library("callbacks.c");
  const plugin = open<Any>(path, { isolated: true });
  const { times } = plugin.symbols;
  const sum = times(3, (x: number) => {
    plugin.close();
    return x;
  });
  assertEquals(sum, 0 + 1 + 2);
  assertEquals(caught(() => times(0, null)).code, "closed");
});

test("close() ends the process, and what it has started", NEEDS, async () => {
  const plugin = await isolated();
  const pid = plugin.symbols.process();
  const child = plugin.symbols.fork_off();
  const { next } = plugin.symbols;
  assert(isRunning(pid) && isRunning(child));
  const bytes = plugin.buffer(100).fill(1);
  plugin.close();
  plugin.close();
  await until(() => !isRunning(pid) && !isRunning(child));
  const { code, message } = caught(() => next());
  assertEquals(code, "closed");
  assert(message.startsWith("Cannot call next(): "), message);
  // What was its memory is nobody's, and no hole.
  assertEquals(bytes.length, 100);
  bytes.fill(2);
  assertEquals(bytes[99], 2);
  using again = await isolated();
  assertEquals(again.symbols.next(), 1);
});

/** How many crashes: all of them in `deno task reach`. */
const CRASHES = process.env.PLUGIN_REACH === undefined ? 60 : 10_000;

test(
  "crashes leave nothing behind, nor do plugins that were closed",
  NEEDS,
  async () => {
    const path = await ends();
    const count = (what: "fd" | "task" | "maps") =>
      what === "maps"
        ? readFileSync("/proc/self/maps", "utf8").split("\n")
          .filter((line) => line.includes("plugin-arena")).length
        : readdirSync(`/proc/self/${what}`).length;
    const crash = (times: number) => {
      using plugin = open<Any>(path, { isolated: { restart: "next" } });
      const { give_up, next } = plugin.symbols;
      for (let i = 0; i < times; i++) {
        assertEquals(next(), 1);
        assertEquals(caught(() => give_up()).signal, "SIGABRT");
      }
    };
    crash(5);
    const before = { fd: count("fd"), maps: count("maps") };
    const children = childrenOf(process.pid).length;
    crash(CRASHES);
    for (let i = 0; i < CRASHES / 10; i++) crash(1);
    assertEquals(count("maps"), before.maps);
    // The runtime opens and closes some of its own.
    const after = count("fd");
    assert(after < before.fd + CRASHES / 2, `${before.fd} became ${after}`);
    // Who waited for an end has ended as well.
    await until(() => count("task") < 100);
    assertEquals(childrenOf(process.pid).length, children);
  },
);

test("a process that cannot load it again is none", NEEDS, async () => {
  const path = join(emptyDirectory(), "ends.so");
  const away = join(emptyDirectory(), "ends.so");
  copyFileSync(await ends(), path);
  copyFileSync(`${await ends()}.json`, `${path}.json`);
  using plugin = open<Any>(path, { isolated: { restart: "next" } });
  const { next, give_up: crash } = plugin.symbols;
  assertEquals(next(), 1);
  renameSync(path, away);
  assertEquals(caught(() => crash()).code, "crashed");
  const before = childOf(process.pid);
  for (let i = 0; i < 3; i++) {
    assertEquals(caught(() => next()).code, "not_found");
    assertEquals(childOf(process.pid), before);
  }
  renameSync(away, path);
  assertEquals(next(), 1);
});

test(
  "trust asks again what the environment says, before each process",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    const listed = emptyDirectory();
    const mark = join(emptyDirectory(), "mark");
    const base = "int base(void) { return 41; }\n";
    compile(
      join(directory, "libbase.so"),
      base,
      "-Wl,-soname,libbase.so",
    );
    const path = compile(
      join(directory, "libtop.so"),
      `#include <stdlib.h>
int base(void);
int top(void) { return base() + 1; }
void crash(void) { abort(); }
`,
      ...[`-L${directory}`, "-lbase", "-Wl,-rpath,$ORIGIN"],
    );
    const theirs = compile(
      join(emptyDirectory(), "libbase.so"),
      evil(mark),
      "-Wl,-soname,libbase.so",
    );
    await emit("emit", path);
    await sign(path);
    const { output } = withVariable(
      "LD_LIBRARY_PATH",
      listed,
      () =>
        runScript(`import { copyFileSync, rmSync } from "node:fs";
const { symbols } = open(${JSON.stringify(path)}, {
  trust: [${JSON.stringify(mine.pem)}],
  isolated: { restart: "next" },
});
const say = (call) => {
  try { console.log(call()); } catch ({ code }) { console.log(code); }
};
say(symbols.top);
copyFileSync(${JSON.stringify(theirs)}, ${
          JSON.stringify(join(listed, "libbase.so"))
        });
say(symbols.crash);
say(symbols.top);
say(symbols.top);
rmSync(${JSON.stringify(join(listed, "libbase.so"))});
say(symbols.top);`),
    );
    const wanted = ["42", "crashed", "unsigned_need", "unsigned_need", "42"];
    assertEquals(output.split("\n"), wanted);
    assert(!existsSync(mark), "what nobody has signed has run");
  },
);

test("a library that does not load leaves no process", NEEDS, async () => {
  const path = await library("calls.c");
  const error = caught(() =>
    open(path, {
      isolated: true,
      symbols: { missing_one: "() => void" },
    })
  );
  assertEquals(error.code, "contract");
  for (
    const [options, wanted, kind] of [
      [{ arena: 5 }, "isolated.arena: wanted a number of bytes", RangeError],
      [{ arena: "5" }, '2097152 to 1099511627776, got "5"', TypeError],
      [
        { timeout: 5n },
        "wanted a whole number from 1 to 2147483648, got the bigint 5n",
        TypeError,
      ],
      [{ timeout: 1.5 }, "got 1.5", RangeError],
      [{ processes: null }, "got null", TypeError],
      [{ memory: "1 GB", permissions: {} }, 'got "1 GB"', TypeError],
      [
        { restart: { times: "3", within: 5 } },
        'restart.times: wanted a whole number from 1 to 2147483648, got "3"',
        TypeError,
      ],
      [
        { restart: "now" },
        'isolated.restart: wanted "never", "next" or { times, within }, got "now"',
        TypeError,
      ],
      [{ output: Symbol() }, "got a symbol", TypeError],
      [{ restarts: "next" }, "did you mean", TypeError],
      [
        "yes",
        'wanted true, false or an object of options, got "yes"',
        TypeError,
      ],
    ] as const
  ) {
    assertThrows(
      () => open(path, { isolated: options as never }),
      kind,
      wanted,
    );
  }
});
