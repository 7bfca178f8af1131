/**
 * Packages that call `iter.Pull`: what it gives belongs to a thread, where the
 * goroutine that made it is locked to one, and ends the process on another.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { type Plugin, PluginError } from "../../../../mod.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { FACE } from "../../../helpers/program.ts";
import { test } from "../../../helpers/test.ts";
import { until } from "../../../helpers/wait.ts";
import { withSupport } from "../../../helpers/support.ts";
import { openGo, WITH_ITERATORS } from "../../helpers/go_open.ts";

await withSupport();

// deno-lint-ignore no-explicit-any
type Loose = any;

function row(
  name: string,
  body: (go: Loose, plugin: Plugin) => unknown,
): void {
  test(`Go: ${name}`, WITH_ITERATORS, async () => {
    const plugin = await openGo("pull");
    await body(plugin.symbols, plugin);
  });
}

row(
  "what was pulled in one call goes on in others, on any thread",
  async (go) => {
    const before = go.Goroutines();
    using cursor = go.Open(40);
    for (let i = 0; i < 40; i++) {
      assertEquals(i % 2 ? await cursor.async.Next() : cursor.Next(), i);
    }
    const end = assertThrows(() => cursor.Next(), PluginError) as Loose;
    assert(end.is(go.ErrEnd));
    const opened = await Promise.all(
      Array.from({ length: 100 }, () => go.Open.async(3)),
    );
    for (const one of opened) assertEquals(await one.async.Next(), 0);
    assert(go.Goroutines() >= before + 100);
    for (const one of opened) one.Close();
    // Each thread of the calls has one too.
    const most = before + 20;
    await until(() => go.Goroutines() < most);
    assert(go.Goroutines() < most, "each has ended its goroutine");
  },
);

row(
  "the functions of iter.Pull themselves are called on any thread",
  async (go) => {
    const [next, stop] = go.Functions(3);
    assertEquals(next(), [0, true]);
    assertEquals(await go.Call.async(next), [1, true]);
    stop();
    assertEquals(next(), [0, false]);
  },
);

row("two Workers pull from one iterator", async (go, { path }) => {
  const script = join(emptyDirectory(), "worker.ts");
  writeFileSync(
    script,
    `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
const { NextShared, Open } = open(${JSON.stringify(path)}).symbols;
const seen = [];
const own = Open(200);
for (let i = 0; i < 200; i++) {
  seen.push(i % 2 ? await NextShared.async() : NextShared());
  if (own.Next() !== i) throw new Error("its own iterator is another's");
}
parentPort.postMessage(seen);
`,
  );
  const first = go.NextShared();
  const workers = [new Worker(script), new Worker(script)];
  const seen = workers.map((worker) => once(worker, "message"));
  const all = (await Promise.all(seen)).flat(2) as number[];
  assertEquals(
    all.toSorted((a, b) => a - b),
    Array.from({ length: 400 }, (_, i) => first + 1 + i),
  );
  for (const worker of workers) await worker.terminate();
});

row("functions of JavaScript are called while it is pulled", async (go) => {
  assertEquals(go.Map(3, (i: number) => `${i}!`), ["0!", "1!", "2!"]);
  const nested = (i: number) => go.Map(i, (k: number) => `${k}`).join("");
  assertEquals(go.Map(4, nested), ["", "0", "01", "012"]);
  const later = (i: number) => Promise.resolve(`${i}?`);
  assertEquals(await go.Map.async(2, later), ["0?", "1?"]);
  const error = new Error("on purpose");
  const fails = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(() => go.Map(1, fails)), error);
  assertStrictEquals(
    await assertRejects(() => go.Map.async(1, fails)),
    error,
  );
  go.Keep((i: number) => `kept ${i}`);
  assertEquals(go.CallKept(1), "kept 1");
  assertEquals(await go.CallKept.async(2), "kept 2");
});

row("a panic there is thrown, with Go's stack", (go) => {
  const error = assertThrows(() => go.Fail(), PluginError) as PluginError;
  assertEquals(error.code, "panicked");
  assertMatch(error.nativeStack!, /pull\.Fail/);
  assert(!error.nativeStack!.includes("plugin_"), error.nativeStack);
});
