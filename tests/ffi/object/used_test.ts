/**
 * Objects that others go on using, that calls use, and that calls give away:
 * nothing is given back before what uses it, and all is given back once.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { callback, open } from "@native/plugin";
import { jsCallbacks } from "../../../ffi/function/native_function.ts";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";
import { runScript } from "../helpers/program.ts";

await withSupport();

const C = need("cc");

// deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
type Any = any;

async function family(): Promise<Any> {
  return open<Any>(await annotated("family.c")).symbols;
}

/** Nothing was used that had ended, and all has ended. */
async function afterwards(): Promise<void> {
  const { late_uses, alive } = await family();
  assertEquals([late_uses(), alive()], [0, 0]);
}

test("an object that another one keeps is freed after that", C, async () => {
  const { House, alive } = await family();
  const house = new House();
  const room = house.room();
  const other = new House();
  room.use(other);
  other[Symbol.dispose]();
  assertThrows(() => other.touch(), TypeError, "that was disposed of");
  assertEquals([room.used(), alive()], [1, 3]);
  house[Symbol.dispose]();
  await afterwards();
});

test("an object that another one keeps is not given away", C, async () => {
  const { House } = await family();
  const [house, other] = [new House(), new House()];
  house.use(other);
  assertThrows(() => other.sell(), TypeError, "which no call is using");
  house[Symbol.dispose]();
  assertEquals(other.sell(), 1);
  await afterwards();
});

test(
  "an object that another one uses no more is its own again",
  C,
  async () => {
    const { House, alive } = await family();
    const before = alive();
    const [house, other] = [new House(), new House()];
    house.use(other);
    // A function that has failed has changed nothing.
    assertThrows(() => house.leave(house));
    assertThrows(() => other.sell(), TypeError, "which no call is using");
    house.leave(other);
    assertEquals([other.sell(), house.used(), alive()], [1, 0, before + 1]);
    const another = new House();
    house.use(another);
    await house.async.leave(another);
    assertEquals([another.sell(), alive()], [1, before + 1]);
    house[Symbol.dispose]();
    assertEquals(alive(), before);
  },
);

test(
  "an object that ends while another one lets go of it is freed at once",
  C,
  async () => {
    const { House, alive } = await family();
    const before = alive();
    const [house, other] = [new House(), new House()];
    house.use(other);
    const left = house.async.leave(other);
    other[Symbol.dispose]();
    await left;
    assertEquals([house.used(), alive()], [0, before + 1]);
    house[Symbol.dispose]();
    assertEquals(alive(), before);
  },
);

test("a callback that an object uses no more is freed", C, async () => {
  const { House } = await family();
  const house = new House();
  const handle = callback("(i32) => i32", (x) => x + 1);
  const { size } = jsCallbacks;
  house.hook(handle);
  house.hook(handle);
  assertEquals(house.ring(), 3);
  house.unhook(handle);
  handle[Symbol.dispose]();
  assertEquals(jsCallbacks.size, size - 1);
  house[Symbol.dispose]();
  await afterwards();
});

test("objects that keep each other do not wait for each other", C, async () => {
  const { House } = await family();
  const [a, b, c] = [new House(), new House(), new House()];
  const room = c.room();
  a.use(b);
  b.use(c);
  room.use(a); // c ends after its rooms
  room.use(c);
  a.use(a);
  for (const each of [a, b, c]) each[Symbol.dispose]();
  const { alive } = await family();
  assertEquals(alive(), 0);
});

test("a chain of objects that keep each other has any length", C, async () => {
  const { House } = await family();
  const all = Array.from({ length: 20_000 }, () => new House());
  for (const [i, each] of all.entries()) all[i + 1]?.use(each);
  for (const each of all) each[Symbol.dispose]();
  await afterwards();
});

test(
  "rooms that keep each other are given away with their house",
  C,
  async () => {
    const { House } = await family();
    const [house, other] = [new House(), new House()];
    const [a, b] = [house.room(), house.room()];
    a.useRoom(b);
    b.use(other);
    other[Symbol.dispose]();
    assertEquals(house.sell(), 1);
    assertThrows(() => b.touch(), TypeError, "that was given away");
    await afterwards();
  },
);

test("a callback that an object keeps is freed after that", C, async () => {
  const { House } = await family();
  const house = new House();
  {
    using handle = callback("(i32) => i32", (x) => x + 1);
    house.hook(handle);
  }
  assertEquals(house.ring(), 3);
  house[Symbol.dispose]();
  await afterwards();
});

test(
  "a callback that is disposed of before the call that an object keeps it by is freed after that object",
  C,
  async () => {
    const { House } = await family();
    const house = new House();
    let called: Promise<void>;
    {
      using handle = callback("(i32) => i32", (x) => x + 1, {
        threads: "any",
      });
      called = house.async.hook(handle);
    }
    await called;
    await new Promise((go) => setTimeout(go, 200)); // it would be freed by now
    assertEquals(house.ring(), 3);
    house[Symbol.dispose]();
    await afterwards();
  },
);

test("what a new object keeps is freed after that", C, async () => {
  const { House } = await family();
  const house = new House();
  const beside = house.beside();
  house[Symbol.dispose]();
  assertEquals(beside.used(), 1);
  beside[Symbol.dispose]();
  await afterwards();
});

test("what the plugin's own objects keep is never freed", C, async () => {
  const path = await annotated("family.c");
  const { status, output } = runScript(`
const { House, house_town, late_uses, alive } = open(${
    JSON.stringify(path)
  }).symbols;
function leave() {
  using used = new House();
  using town = house_town();
  using handle = callback("(i32) => i32", (x) => x + 1);
  town.use(used);
  town.hook(handle);
}
leave();
const town = house_town();
console.log(town.used(), town.ring(), late_uses(), alive());
`);
  assertEquals([status, output], [0, "1 3 0 1"]);
});

test("memory that an object keeps is freed after that", C, async () => {
  const { House, deed_new } = await family();
  const house = new House();
  {
    using deed = deed_new();
    house.deed(deed);
  }
  assertEquals(house.reads(), 7);
  house[Symbol.dispose]();
  await afterwards();
});

test(
  "what a part of an object keeps is freed after the object",
  C,
  async () => {
    const { House, deed_new } = await family();
    const house = new House();
    {
      using deed = deed_new();
      house.hall().deed(deed);
    }
    assertEquals(house.hall().reads(), 7);
    house[Symbol.dispose]();
    await afterwards();
  },
);

test("what nobody has any more ends in the right order", C, async () => {
  const path = await annotated("family.c");
  const { status, output } = runScript(`
const { House, deed_new, late_uses, alive } = open(${
    JSON.stringify(path)
  }).symbols;
function leave() {
  for (let i = 0; i < 200; i++) {
    const others = [new House(), new House(), new House()];
    const house = new House();
    const room = house.room();
    for (const other of others) room.use(other);
    others[0].use(others[1]);
    const deed = deed_new();
    house.hall().deed(new Uint8Array([7]));
    others[2].deed(deed);
    using d = deed;
  }
}
leave();
for (let i = 0; i < 100 && alive() > 0; i++) {
  (globalThis.gc ?? (() => Bun.gc(true)))();
  await new Promise((go) => setTimeout(go, 10));
}
console.log(late_uses(), alive());
`);
  assertEquals([status, output.trim()], [0, "0 0"]);
});

test("a callback that throws leaves the object to its holder", C, async () => {
  const { House } = await family();
  const house = new House();
  house.hook(() => {
    throw new Error("mine");
  });
  const failed = [0, 1, 2].map(() => {
    try {
      return house.ring();
    } catch (error) {
      return (error as Error).message;
    }
  });
  assertEquals(failed, ["mine", "mine", "mine"]);
  assertEquals(house.sell(), 1); // no call has it
  await afterwards();
});

test(
  "what a cancelled call gives back goes with what it needs",
  C,
  async () => {
    const { House } = await family();
    const [busy, house] = [new House(), new House()];
    const [room, order] = [house.room(), {}];
    const stop = new AbortController();
    const { signal } = stop;
    const first = busy.async.slow(20_000, { inOrder: order });
    const sold = room.async.sell(0, { inOrder: order, signal })
      .catch(({ name }: Error) => name);
    house[Symbol.dispose]();
    stop.abort();
    assertEquals([await sold, await first], ["AbortError", 1]);
    assertThrows(() => room.touch(), TypeError, "that was disposed of");
    busy[Symbol.dispose]();
    await afterwards();
  },
);

/** Numbers that look random, the same every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state, 1_103_515_245) + 12_345 >>> 0;
    return (state >>> 8) % below;
  };
}

test("whatever is done with objects, none is used late", C, async () => {
  const { House } = await family();
  for (let seed = 1; seed <= 12; seed++) {
    const next = numbers(seed);
    const houses: Any[] = [];
    const rooms: Any[] = [];
    const calls: Promise<unknown>[] = [];
    const orders = [{}, {}];
    const one = (list: Any[]) => list[next(list.length)];
    const all: Any[] = [];
    const add = (list: Any[], made: Any) => list.push(made) && all.push(made);
    /** Objects that keep each other have no right order. */
    const older = (list: Any[], than: Any) =>
      one(list.filter((each) => all.indexOf(each) < all.indexOf(than)));
    const use = (holder: Any, method: string, list: Any[]) =>
      holder[method](older(list, holder));
    const visit = (depth: number) => () => {
      for (let i = next(3); i > 0; i--) act(depth + 1);
      if (next(5) === 0) throw new Error("mine");
      return 1;
    };
    const later = (call: (options: object) => Promise<unknown>) => {
      const stop = new AbortController();
      const given = next(2) === 0 ? { inOrder: one(orders) } : {};
      calls.push(call({ ...given, signal: stop.signal }).catch(() => {}));
      const when = next(6);
      if (when < 2) stop.abort();
      else if (when === 2) setTimeout(() => stop.abort(), next(4));
    };
    const acts: (() => unknown)[] = [
      () => add(houses, new House()),
      () => add(houses, new House()),
      () => add(rooms, one(houses).room()),
      () => add(rooms, one(houses).room()),
      () => one(houses).touch(),
      () => one(rooms).touch(),
      () => use(one(houses), "use", houses),
      () => use(one(rooms), "use", houses),
      () => use(one(rooms), "useRoom", rooms),
      () => one(rooms).used(),
      () => one(houses).used(),
      () => one(houses)[Symbol.dispose](),
      () => one(rooms)[Symbol.dispose](),
      () => one(rooms).sell(0),
      () => one(houses).sell(),
      () => later((options) => one(houses).async.slow(next(500), options)),
      () => later((options) => one(rooms).async.slow(next(500), options)),
      () => later((options) => one(rooms).async.sell(next(500), options)),
    ];
    const act = (depth: number): void => {
      try {
        if (depth < 4 && next(6) === 0) {
          one(all).visit(visit(depth));
        } else one(acts)();
      } catch {
        // An object that is gone, or that something uses.
      }
    };
    for (let i = 0; i < 400; i++) {
      act(0);
      if (next(20) === 0) await new Promise((go) => setTimeout(go, next(3)));
    }
    await Promise.all(calls);
    for (const each of all) each[Symbol.dispose]();
    const { late_uses, alive } = await family();
    assertEquals([seed, late_uses(), alive()], [seed, 0, 0]);
  }
});
