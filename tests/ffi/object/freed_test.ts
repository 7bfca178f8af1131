/**
 * What is given back may call JavaScript as it ends, and that may throw: nothing
 * is used late, all is given back, and each error is that of the call that led
 * to it. So it is where a call fails when native code has run.
 *
 * @module
 */

import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { annotated } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";
import { runScript } from "../helpers/program.ts";

await withSupport();

const C = need("cc");

// deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
type Any = any;

async function shop(): Promise<Any> {
  return open<Any>(await annotated("shop.c")).symbols;
}

function fail(): never {
  throw new Error("mine");
}

/** Nothing was used that had ended, all has ended, and no error was left for this call. */
async function afterwards(): Promise<void> {
  const { late_uses, alive } = await shop();
  assertEquals([late_uses(), alive()], [0, 0]);
}

test("what ends makes nothing new of what ends with it", C, async () => {
  const { Shop } = await shop();
  const shop_ = new Shop();
  const item = shop_.item(null);
  const seen: string[] = [];
  item.atEnd(() => {
    for (const call of [() => shop_.item(null), () => item.touch()]) {
      try {
        call();
      } catch (error) {
        seen.push((error as Error).message);
      }
    }
    return 0;
  });
  shop_[Symbol.dispose]();
  assertEquals(
    seen.map((message) => message.slice(message.indexOf("got"))),
    ["got a Shop that was disposed of", "got an Item that was disposed of"],
  );
  await afterwards();
});

test(
  "what a call gives of an object that ends in it has ended",
  C,
  async () => {
    const { Shop } = await shop();
    const shop_ = new Shop();
    const item = shop_.item(() => {
      shop_[Symbol.dispose]();
      return 0;
    });
    assertThrows(() => item.touch(), TypeError, "that was disposed of");
    await afterwards();
  },
);

test(
  "what a callback throws while something ends is thrown by what ended it",
  C,
  async () => {
    const { Shop } = await shop();
    const shop_ = new Shop();
    const items = [0, 1, 2].map(() => shop_.item(null));
    items[1].atEnd(fail);
    assertThrows(() => shop_[Symbol.dispose](), Error, "mine");
    await afterwards();
    shop_[Symbol.dispose](); // once is enough
    await afterwards();
  },
);

test(
  "what ends behind a call throws out of that call, and all end",
  C,
  async () => {
    const { Shop } = await shop();
    const [a, b] = [new Shop(), new Shop()];
    a.atEnd(fail);
    b.atEnd(fail);
    const visit = () =>
      a.visit(b, () => {
        for (const each of [a, b]) each[Symbol.dispose]();
        return 7;
      });
    assertThrows(visit, Error, "mine");
    await afterwards();
    const [c, d] = [new Shop(), new Shop()];
    c.atEnd(fail);
    const later = c.async.visit(d, () => 7);
    c[Symbol.dispose]();
    let failed: unknown;
    await later.catch((error: unknown) => failed = error);
    assertEquals(String(failed), "Error: mine");
    d[Symbol.dispose]();
    await afterwards();
  },
);

test(
  "what a callback throws while a text is freed is thrown there",
  C,
  async () => {
    const { text_new, bytes_new, when_freed, alive } = await shop();
    when_freed(fail);
    assertThrows(() => text_new(), Error, "mine");
    assertEquals(alive(), 0);
    const bytes = bytes_new();
    assertThrows(() => bytes[Symbol.dispose](), Error, "mine");
    when_freed(null);
    assertEquals(text_new(), "x");
    await afterwards();
  },
);

test(
  "what a call keeps is kept where what it gives is refused",
  C,
  async () => {
    const { Shop } = await shop();
    for (const method of ["number", "numbered", "nothing"]) {
      const [shop_, other] = [new Shop(), new Shop()];
      assertThrows(() => shop_[method](other), Error, "gave");
      other[Symbol.dispose]();
      assertEquals([method, shop_.other()], [method, 1]);
      shop_[Symbol.dispose]();
      await afterwards();
    }
    const [shop_, other] = [new Shop(), new Shop()];
    let failed: unknown;
    await shop_.async.number(other).catch((error: unknown) => failed = error);
    assertEquals(failed instanceof RangeError, true);
    other[Symbol.dispose]();
    assertEquals(shop_.other(), 1);
    shop_[Symbol.dispose]();
    await afterwards();
  },
);

test(
  "the end of the stack is a RangeError where something ends as well",
  C,
  async () => {
    const path = await annotated("shop.c");
    const { status, output } = runScript(`
const { Shop, late_uses } = open(${JSON.stringify(path)}).symbols;
const all = Array.from({ length: 20_000 }, () => new Shop());
for (const [i, each] of all.entries()) {
  each.atEnd(() => {
    all[i + 1]?.[Symbol.dispose]();
    return 0;
  });
}
let failed;
try {
  all[0][Symbol.dispose]();
} catch (error) {
  failed = error.name;
}
console.log(failed, late_uses());
`);
    assertEquals([status, output.split("\n").at(-1)], [0, "RangeError 0"]);
  },
);

test(
  "a crash in what the collector gives back ends no program",
  process.platform === "linux" ? C : skip("Linux only"),
  async () => {
    const path = await annotated("shop.c");
    const { status, output } = runScript(`
const { Shop, break_shops } = open(${JSON.stringify(path)}, {
  isolated: { restart: "next" },
}).symbols;
const leave = () => void new Shop();
const crashes = [];
console.warn = (text) => crashes.push(text);
leave();
break_shops();
for (let i = 0; i < 100 && crashes.length === 0; i++) {
  (globalThis.gc ?? (() => Bun.gc(true)))();
  await new Promise((go) => setTimeout(go, 10));
}
await new Promise((go) => setTimeout(go, 100));
console.log(crashes.map((text) => text.replace(/ of the plugin ".*"/, "")).join());
using shop = new Shop();
console.log(shop.touch());
`);
    assertEquals(
      [status, output],
      [0, "PluginError: shop_free() ended its process: SIGABRT\n1"],
    );
  },
);
