/**
 * What isolated plugins print, given to a function.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import process from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { type IsolatedOptions, open, type PluginError } from "@native/plugin";
import { Printed } from "../../../ffi/isolated/printed.ts";
import { adapter } from "../../../ffi/runtime/runtime.ts";
import type { Support } from "../../../ffi/support/support_library.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { runScript } from "../helpers/program.ts";
import { caught, until } from "../helpers/runners.ts";
import { run as emit } from "../helpers/signed.ts";
import { compile } from "../../helpers/shared_library.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

let built: Promise<string> | undefined;

function printer(): Promise<string> {
  return built ??= (async () => {
    const path = compile(
      join(emptyDirectory(), "libprints.so"),
      `#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
void say(const char *text) { puts(text); }
void complain(const char *text) { fputs(text, stderr); }
void flood(int lines) { for (int i = 0; i < lines; i++) printf("%07d\\n", i); }
void die(const char *words) { complain(words); abort(); }
void leave(const char *words) { fputs(words, stdout); exit(1); }
void in_parts(void) { write(1, "\\xc3", 1); usleep(20000); write(1, "\\xa4\\n", 2); }
static void *later(void *text) { usleep(20000); puts(text); return NULL; }
void print_for(int seconds) {
  static const char line[4096] = {[0 ... 4094] = 'x', '\\n'};
  for (time_t end = time(NULL) + seconds; time(NULL) < end;) write(1, line, sizeof line);
}
void drip(int count) { for (int i = 0; i < count; i++) { write(1, "x", 1); for (volatile int j = 0; j < 20000; j++) {} } }
void say_later(void) { pthread_t thread; pthread_create(&thread, NULL, later, "later"); }
int add(int a, int b) { return a + b; }
`,
    );
    await emit("emit", path);
    return path;
  })();
}

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;

async function heard(options: IsolatedOptions = {}) {
  const said = { stdout: "", stderr: "" };
  const plugin = open<Any>(await printer(), {
    isolated: {
      ...options,
      output: (text, stream) => {
        said[stream] += text;
      },
    },
  });
  return { plugin, said };
}

for (const permissions of [undefined, {}]) {
  const options = permissions === undefined ? {} : { permissions };
  const what = permissions === undefined ? "" : "confined: ";

  test(`${what}a function hears what is printed`, NEEDS, async () => {
    const { plugin, said } = await heard(options);
    const { say, complain, in_parts, say_later, add } = plugin.symbols;
    say("one");
    complain("two");
    assertEquals(add(1, 2), 3);
    await until(() => said.stdout === "one\n" && said.stderr === "two");
    in_parts();
    await until(() => said.stdout === "one\nä\n");
    // Also when nobody calls anything.
    say_later();
    await until(() => said.stdout.endsWith("later\n"));
    await say.async("and this");
    await until(() => said.stdout.endsWith("and this\n"));
    say("the last");
    plugin.close();
    assert(said.stdout.endsWith("the last\n"), said.stdout);
  });

  test(`${what}much of it is heard while it is printed`, NEEDS, async () => {
    const { plugin, said } = await heard(options);
    plugin.symbols.flood(1_000_000); // as no pipe holds, and nothing puts aside
    assert(said.stdout.length > 4_000_000, `${said.stdout.length}`);
    plugin.close();
    assertEquals(said.stdout.length, 8_000_000);
    assert(said.stdout.endsWith("0999998\n0999999\n"));
  });
}

/** A function that takes longer than the plugin does to print. */
function hearSlowly(): void {
  for (const end = Date.now() + 20; Date.now() < end;);
}

test("who prints without end is ended all the same", NEEDS, async () => {
  // To load it is a call, too, and this machine may have much to do.
  const { symbols } = open<Any>(await printer(), {
    isolated: { output: hearSlowly, timeout: 1000 },
  });
  assertEquals(caught(() => symbols.print_for(4)).code, "timed_out");
});

test("and the program has its turns meanwhile", NEEDS, async () => {
  using plugin = open<Any>(await printer(), {
    isolated: { output: hearSlowly },
  });
  let turns = 0;
  const turn = setInterval(() => turns++);
  await plugin.symbols.print_for.async(4);
  clearInterval(turn);
  assert(turns > 3, `${turns}`);
});

test("what is put aside has no more memory than it should", NEEDS, async () => {
  const { plugin, said } = await heard();
  const before = process.memoryUsage.rss();
  const dripping = plugin.symbols.drip.async(100_000);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
  const more = process.memoryUsage.rss() - before;
  assert(more < 50_000_000, `${more}`);
  await dripping;
  plugin.close();
  assertEquals(said.stdout.length, 100_000);
});

test("who hears may close what it hears", NEEDS, () => {
  const { listeners } = adapter.threads()!;
  const others = new Set(listeners);
  let asked = 0;
  const support = {
    once: (symbol: string) => () =>
      symbol === "plugin_isolate_printed" ? (asked++, 2) : 0,
  } as unknown as Support;
  const printed = new Printed(support, 1, () => printed.close());
  for (const listen of listeners) if (!others.has(listen)) listen();
  printed.end();
  assertEquals(asked, 1);
  assertEquals(listeners.size, others.size);
});

test("last words come before the error", NEEDS, async () => {
  const { plugin, said } = await heard({ restart: "next" });
  const { die, leave, say } = plugin.symbols;
  assertEquals(caught(() => die("help")).signal, "SIGABRT");
  assertEquals(said.stderr, "help");
  assertEquals(caught(() => leave("bye")).status, 1);
  assertEquals(said.stdout, "bye");
  // The next process is heard as well.
  say("again");
  await until(() => said.stdout === "byeagain\n");
  plugin.close();
});

test("who hears cannot call what is in a call", NEEDS, async () => {
  const codes = new Set<string>();
  const { symbols } = open<Any>(await printer(), {
    isolated: {
      output() {
        try {
          symbols.add(1, 2);
        } catch (error) {
          codes.add((error as PluginError).code);
        }
      },
    },
  });
  symbols.flood(500_000);
  assertEquals([...codes], ["would_deadlock"]);
  assertEquals(symbols.add(1, 2), 3);
});

test("each function has a plugin of its own", NEEDS, async () => {
  const path = await printer();
  const output = () => {};
  using one = open(path, { isolated: { output } });
  assert(open(path, { isolated: { output } }) === one);
  using other = open(path, { isolated: { output: () => {} } });
  assert(one !== other);
  using own = open(path, { isolated: { output: "inherit" } });
  assert(open(path, { isolated: true }) === own);
  assertThrows(
    () => open(path, { isolated: { output: "none" as never } }),
    TypeError,
    "isolated.output",
  );
});

test("what it throws is thrown, and nobody waits for more", NEEDS, async () => {
  const { output } = runScript(`import process from "node:process";
const { symbols } = open(${JSON.stringify(await printer())}, {
  isolated: { output(text) { throw new Error(text.trim()); } },
});
const waiting = setInterval(() => {}, 1000);
process.on("uncaughtException", ({ message }) => {
  console.log("caught", message);
  clearInterval(waiting);
  setTimeout(() => console.log(symbols.add(1, 2)));
});
symbols.say("hello");`);
  assertEquals(output, "caught hello\n3");
});
