/**
 * How processes of plugins in other languages end, and when another one follows.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type IsolatedOptions, open } from "@native/plugin";
import { library, toolsFor } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { caught, isRunning } from "../helpers/runners.ts";

await withSupport();

const needs = (...tools: string[]) =>
  process.platform === "linux" ? need("cc", ...tools) : skip("Linux only");

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;

test(
  "an exception of C++ that nobody catches is an error",
  needs(...toolsFor("throws.cpp")),
  async () => {
    using plugin = open<Any>(await library("throws.cpp"), {
      isolated: { restart: "next" },
    });
    const { twice } = plugin.symbols;
    assertEquals(twice(2), 4);
    const { code, signal, symbol, nativeStack = "" } = caught(() => twice(-1));
    assertEquals([code, signal, symbol], ["crashed", "SIGABRT", "twice"]);
    // Where it was thrown, and the function that this was compiled into.
    assertMatch(
      nativeStack,
      /^checked \S*throws\.cpp:7\ntwice\S* \S*throws\.cpp:11$/m,
    );
    assertEquals(twice(3), 6);
  },
);

test(
  "what Go ends a program with is an error",
  needs(...toolsFor("go/crowd")),
  async () => {
    using plugin = open<Any>(await library("go/crowd"), {
      isolated: { restart: "next" },
    });
    const { Race, Dial } = plugin.symbols;
    const error = caught(() => Race());
    const { code, signal, symbol, nativeStack } = error;
    assertEquals([code, signal, symbol], ["crashed", "SIGABRT", "Race"]);
    assertMatch(nativeStack ?? "", /^runtime\.fatalthrow/m);
    assertMatch(caught(() => Dial()).message, /refused|no such|unreachable/);
  },
);

test("an end that leaves nothing may be another program", needs(), async () => {
  for (
    const [permissions, end] of [
      [undefined, ", by _exit() or as another program that it became"],
      [{}, ""],
    ] as const
  ) {
    using plugin = open<Any>(await library("ends.c"), {
      isolated: { ...permissions && { permissions }, restart: "next" },
    });
    const { leave, leave_at_once } = plugin.symbols;
    assertEquals(
      caught(() => leave(3)).message.split(": ").at(-1),
      "it exited with status 3",
    );
    assertEquals(
      caught(() => leave_at_once(0)).message.split(": ").at(-1),
      `it exited with status 0${end}`,
    );
  }
});

test("what it forks off says nothing in its place", needs(), async () => {
  using plugin = open<Any>(await library("ends.c"), {
    isolated: { restart: "next" },
  });
  const { fork_and, fork_beside, next, decode, process: pid } = plugin.symbols;
  const first = pid();
  for (const [what] of ["RETURNS", "CALLS", "EXITS", "CRASHES"].entries()) {
    let calls = 0;
    assertEquals(fork_and(what, () => ++calls), 1);
    assertEquals([calls, pid()], [0, first]);
  }
  for (let i = 0; i < 20; i++) assertEquals(fork_beside(), 1);
  assertEquals([next(), next()], [1, 2]);
  // The stack is that of its own end, and not of another's.
  const { code, nativeStack = "" } = caught(() => decode(new Uint8Array(9), 9));
  assertEquals(code, "crashed");
  assertMatch(nativeStack, /^decode \S*ends\.c:\d+$/m);
});

test("who hides how it ends is ended all the same", needs(), async () => {
  using plugin = open<Any>(await library("ends.c"), {
    isolated: { restart: "next", timeout: 1000 },
  });
  const { close_descriptors, block_signals, decode, hang, next, process: pid } =
    plugin.symbols;
  const crash = () => decode(new Uint8Array(9), 9);
  const stop = () => {
    process.kill(pid(), "SIGSTOP");
    return next();
  };
  for (
    const [hide, end, code] of [
      [close_descriptors, crash, "crashed"],
      [close_descriptors, hang, "timed_out"],
      [block_signals, crash, "crashed"],
      [block_signals, hang, "timed_out"],
      [() => {}, stop, "timed_out"],
    ] as const
  ) {
    assertEquals(next(), 1);
    hide();
    assertEquals(next(), 2);
    const before = pid();
    assertEquals(caught(() => end()).code, code);
    assert(!isRunning(before));
  }
});

async function opened(restart: IsolatedOptions["restart"]) {
  const plugin = open<Any>(await library("ends.c"), {
    isolated: { restart: restart! },
  });
  const { next, give_up } = plugin.symbols;
  return {
    plugin,
    next: next as () => number,
    crash: () => assertEquals(caught(() => give_up()).signal, "SIGABRT"),
  };
}

test('restart: "never" is the end', needs(), async () => {
  const { plugin, next, crash } = await opened("never");
  assertEquals(next(), 1);
  crash();
  await setTimeout(50);
  const { code, message } = caught(() => next());
  assertEquals(code, "crashed");
  assert(message.includes(`restart: "next"`), message);
  plugin.close();
});

// How long a machine takes changes nothing: more time than was waited may always pass.
test("restart: { within } forgets what was long ago", needs(), async () => {
  const { plugin, next, crash } = await opened({ times: 1, within: 20 });
  for (let end = 0; end < 4; end++) {
    assertEquals(next(), 1);
    crash();
    await setTimeout(40);
  }
  assertEquals(next(), 1);
  plugin.close();
});

test("restart: { backoff } doubles with each end", needs(), async () => {
  const restart = { times: 9, within: 600_000, backoff: 100 };
  const { plugin, next, crash } = await opened(restart);
  assertEquals(next(), 1);
  for (const wait of [100, 200, 400]) {
    const start = performance.now();
    crash();
    for (let first = 0; first === 0; await setTimeout(5)) {
      try {
        first = next();
      } catch (error) {
        assertMatch((error as Error).message, /may begin in \d+ ms/);
      }
      const passed = performance.now() - start;
      assert(first === 0 || passed >= wait, `${passed} ms, wanted ${wait}`);
    }
  }
  plugin.close();
});
