/**
 * Channels that Go sends to, and those that JavaScript sends to.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "../../../../mod.ts";
import { test } from "../../../helpers/test.ts";
import { withSupport } from "../../../helpers/support.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

await withSupport();

// deno-lint-ignore no-explicit-any
type Loose = any;

function row(name: string, body: (go: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_GO, async () => {
    await body((await openGo("anything")).symbols);
  });
}

async function all(of: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const one of of) seen.push(one);
  return seen;
}

row(
  "what Go sends is received from a channel that is made for it",
  async (go) => {
    using to = new go.SendChan_int(0);
    const sent = go.Squares.async(3, to);
    assertEquals(await all(to), [1, 4, 9]);
    await sent;
    // With room for all, no thread is needed.
    using wide = new go.SendChan_int(3);
    go.Squares(3, wide);
    assertEquals(await all(wide), [1, 4, 9]);
  },
);

row("a channel of both directions is taken where Go sends", async (go) => {
  using both = go.TwoWays();
  go.Squares(2, both);
  assertEquals(await all(both), [1, 4]);
  using own = new go.Chan_int(2);
  go.SendAll(5, own, own);
  own.close();
  assertEquals(await all(own), [5, 5]);
});

row("JavaScript sends to a channel that Go receives from", async (go) => {
  const [to, joined] = go.Joiner();
  await to.async.send("a");
  to.send("b");
  await Promise.all(["c", "c"].map((text) => to.async.send(text)));
  to.close();
  assertEquals(await joined.async(), "a+b+c+c");
  assertThrows(() => to.send("d"), PluginError, "closed channel");
  assertThrows(() => to.close(), PluginError, "closed channel");
  assertEquals(go.NoSink(), null);
});

row("a send that nobody receives ends by a signal or in time", async (go) => {
  using deaf = go.Deaf();
  assertThrows(
    () => deaf.send(1, { timeout: 20 }),
    PluginError,
    "context deadline exceeded",
  );
  const controller = new AbortController();
  const sent = deaf.async.send(1, { signal: controller.signal });
  const reason = new Error("on purpose");
  setTimeout(() => controller.abort(reason), 20);
  assertEquals(await sent.catch((error: unknown) => error), reason);
});

row(
  "a channel that is sent to lies in lists and structs, and has a name",
  async (go) => {
    using one = new go.SendChan_int(2);
    using other = new go.SendChan_int(2);
    go.SendAll(7, one, other);
    go.WriteTo({ Name: "x", To: one }, 8);
    one.close();
    other.close();
    assertEquals([await all(one), await all(other)], [[7, 8], [7]]);
    using places = new go.SendChan_main_Place(1);
    go.Visit(places, "here");
    places.close();
    assertEquals((await all(places) as { Name: string }[])[0]!.Name, "here");
  },
);

row("nothing else is taken for a channel that Go sends to", (go) => {
  for (const wrong of [[1], "x", () => {}, null]) {
    assertThrows(
      () => go.Squares(1, wrong),
      TypeError,
      "wanted a SendChan_int",
    );
  }
  using ticks = new go.SendChan_main_Place(1);
  assertThrows(() => go.Squares(1, ticks), TypeError, "SendChan_main_Place");
});

row(
  "however many wait for a channel, they keep nobody from sending",
  async (go) => {
    using lines = new go.Chan_int(0);
    const count = 60;
    const received = Array.from(
      { length: count },
      () => lines[Symbol.asyncIterator]().next(),
    );
    for (let i = 0; i < count; i++) await lines.async.send(i);
    const values = (await Promise.all(received)).map(({ value }) => value);
    assertEquals(values.sort((a, b) => a - b), [...Array(count).keys()]);
    // And the other way round.
    const sent = values.map((value) => lines.async.send(value));
    const seen = new Set<unknown>();
    for await (const one of lines) {
      seen.add(one);
      if (seen.size === count) break;
    }
    await Promise.all(sent);
  },
);

row("no channel has more room than there is", (go) => {
  for (const capacity of [2 ** 25 + 1, 1e12, Number.MAX_SAFE_INTEGER]) {
    for (const Type of [go.SendChan_int, go.Chan_int]) {
      assertThrows(
        () => new Type(capacity),
        PluginError,
        `there is room for 33554432 values, wanted ${capacity}`,
      );
    }
  }
  assertThrows(() => new go.Chan_int(-1), PluginError, "out of range");
});
