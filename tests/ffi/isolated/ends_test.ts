/**
 * How processes of plugins in other languages end, and when another one follows.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type IsolatedOptions, open } from "@native/plugin";
import { emptyDirectory, library, toolsFor } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { commandLine, writeProgram } from "../../helpers/program.ts";
import { withSupport } from "../../helpers/support.ts";
import { caught, isRunning, until } from "../helpers/runners.ts";

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
  const { fork_and, fork_beside, fork_unseen, next, decode, process: pid } =
    plugin.symbols;
  const first = pid();
  for (const [what] of ["RETURNS", "CALLS", "EXITS", "CRASHES"].entries()) {
    let calls = 0;
    assertEquals(fork_and(what, () => ++calls), 1);
    assertEquals([calls, pid()], [0, first]);
  }
  for (let i = 0; i < 20; i++) assertEquals(fork_unseen(), 1);
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

test("who is traced there is ended all the same", needs(), async () => {
  for (const isAway of [0, 1]) {
    using plugin = open<Any>(await library("ends.c"), {
      isolated: { restart: "next", timeout: 500 },
    });
    const { traced_by, decode, next, process: pid } = plugin.symbols;
    const before = pid();
    assertEquals(traced_by(isAway), 1);
    const crash = () => decode(new Uint8Array(9), 9);
    assertEquals(caught(crash).code, "timed_out");
    assert(!isRunning(before));
    assertEquals(next(), 1);
    assertEquals(traced_by(isAway), 1);
  }
});

test(
  "who prints on when it has ended is heard no longer",
  needs(),
  async () => {
    let heard = "";
    using plugin = open<Any>(await library("ends.c"), {
      isolated: { restart: "next", output: (text) => void (heard += text) },
    });
    const { prints_on, give_up, next } = plugin.symbols;
    prints_on();
    assertEquals(caught(() => give_up()).code, "crashed");
    assertMatch(heard, /^(?:on\n)+$/);
    assertEquals(next(), 1);
    prints_on();
  },
);

test("what it makes a child of the host's is waited for", needs(), async () => {
  using plugin = open<Any>(await library("ends.c"), {
    isolated: { restart: "next" },
  });
  const { fork_beside_it, give_up, next } = plugin.symbols;
  const children = Array.from({ length: 5 }, () => fork_beside_it() as number);
  assertEquals(children.filter((child) => !isRunning(child)), []);
  assertEquals(caught(() => give_up()).code, "crashed");
  assertEquals(next(), 1);
  await until(() => children.every((child) => !existsSync(`/proc/${child}`)));
});

test(
  "memory that is larger than files may be is refused",
  needs(),
  async () => {
    const program = writeProgram(`
    try {
      open(${JSON.stringify(await library("ends.c"))}, { isolated: true });
    } catch (error) { console.log(error.code); }`);
    const { stdout, stderr, signal } = spawnSync("sh", [
      ...["-c", 'ulimit -f 200000; exec "$@"', "sh"],
      ...commandLine(program),
    ], {
      encoding: "utf8",
      // What Deno keeps between programs may be longer already.
      env: { ...process.env, DENO_DIR: emptyDirectory() },
    });
    assertEquals([stdout, stderr, signal], ["unsupported\n", "", null]);
  },
);

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
