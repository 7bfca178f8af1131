/**
 * What Go is given: errors of JavaScript, channels wherever they lie, values where
 * anything is taken.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { PluginError } from "../../../../mod.ts";
import { withSupport } from "../../../helpers/support.ts";
import { test } from "../../../helpers/test.ts";
import { openGo, WITH_ITERATORS } from "../../helpers/go_open.ts";
import { rejected, thrown } from "../../../helpers/thrown.ts";

await withSupport();

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
type Loose = any;

function row(name: string, body: (go: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_ITERATORS, async () => {
    const { symbols } = await openGo("given");
    await body(symbols);
  });
}

async function* values(...all: number[]): AsyncGenerator<number> {
  yield* all;
}

row("an error of JavaScript is given as one", async (go) => {
  const mine = new RangeError("mine");
  assertEquals([go.Text(mine), go.Text(null)], ["mine", ""]);
  assertStrictEquals(thrown(() => go.Back(mine)), mine);
  assertStrictEquals(await rejected(go.Back.async(mine)), mine);
  const wrapped = thrown(() => go.Wrap(mine));
  assertEquals(wrapped.message, "wrapped: mine");
  assertStrictEquals(wrapped.cause, mine);
  assertStrictEquals(thrown(() => go.Raise(mine)), mine);
  assertEquals(go.Back(null), undefined);
  assertThrows(() => go.Text("mine"), TypeError, "wanted");
  // It has an object that is no error.
  using maker = new go.Maker();
  const having = Object.assign(new Error("having"), { value: maker });
  assertStrictEquals(thrown(() => go.Back(having)), having);
});

row("an error that Go keeps has its text each time", (go) => {
  const mine = new Error("mine");
  go.Keep(mine);
  assertStrictEquals(thrown(go.Kept), mine);
  const again = thrown(go.Kept);
  assert(again instanceof PluginError);
  assertEquals([again.code, again.message], ["returned_error", "mine"]);
  go.Keep(null);
});

row("an error that came from Go is given back as what it is", (go) => {
  const own = thrown(go.Own);
  assertEquals([go.IsOwn(own), go.IsOwn(go.ErrOwn.value)], [true, true]);
  assertEquals(go.CodeOf(thrown(() => go.Fail(7))), 7);
  assertEquals(go.CodeOf(thrown(() => go.Wrap(thrown(() => go.Fail(8))))), 8);
  const joined = thrown(() => go.Join(new Error("a"), own));
  assertEquals(joined.message, "a\nown");
  assert(joined.is(go.ErrOwn));
  assertThrows(() => go.Join(own, "a"), TypeError, "[1]: wanted");
});

row("errors are among anything, both ways", (go) => {
  const [one, own, failure, code, hidden] = go.Any();
  assertEquals(one, 1);
  assertEquals([String(own), go.IsOwn(own)], ["own", true]);
  assert(failure instanceof go.Failure);
  assertEquals([failure.Code, go.CodeOf(failure)], [3, 3]);
  assert(code instanceof go.Code);
  assertEquals([code.Number, `${code}`], [4, "code 4"]);
  const { data } = thrown(() => go.Coded(5));
  assert(data instanceof go.Code);
  assertEquals(data.Number, 5);
  assertEquals([String(hidden), hidden.Error()], ["hidden h", "hidden h"]);
  assertEquals(go.Say(new Error("mine")), "error: mine");
  assertEquals(go.Say(thrown(go.Own)), "error: own");
  assertEquals(go.Say([new Error("mine")]), "[mine]");
});

row("a value is one for who takes anything, and a pointer a pointer", (go) => {
  const [value, pointer] = [go.TagOf("a"), go.PointerOf("b")];
  assertEquals([go.Say(value), go.Say(pointer)], ["tag a", "pointer to b"]);
  value.Set("c");
  assertEquals(go.Stated(value), "tag c");
  assertEquals(go.Stated(pointer), "pointer to b");
  assertEquals(go.Say([value]), "[c]");
  assertEquals(go.Tags().map((one: Loose) => go.Say(one)), [
    "tag a",
    "pointer to b",
  ]);
});

row("channels are fed wherever they lie", async (go) => {
  assertEquals(go.Merge([1], new Set([2, 3])), new BigInt64Array([1n, 2n, 3n]));
  const merged = await go.Merge.async(values(1, 2), [3], values(4));
  assertEquals(merged, new BigInt64Array([1n, 2n, 3n, 4n]));
  const later: number[] = [];
  for await (const one of await go.Later.async({ a: values(1, 2) })) {
    later.push(one);
  }
  assertEquals(later, [10, 20]);
  const options = { Values: values(5, 6) };
  assertEquals(await go.Run.async(options), new BigInt64Array([5n, 6n]));
  const asked = await go.Asked.async(() => values(7));
  assertEquals(asked, new BigInt64Array([7n]));
  const mine = new RangeError("mine");
  const failing = async function* (): AsyncGenerator<number> {
    yield 1;
    throw mine;
  };
  assertStrictEquals(await rejected(go.Merge.async([0], failing())), mine);
});

row(
  "what a call does with a value is not looked into behind it",
  async (go) => {
    const mine = new RangeError("mine");
    const failing = async function* (): AsyncGenerator<number> {
      yield 1;
      throw mine;
    };
    assertStrictEquals(await rejected(go.Drain.async({ a: failing() })), mine);
  },
);

row("objects beside a channel are not looked into", async (go) => {
  const Ring = go.NewRing();
  const all = [{ Values: values(1, 2), Ring }, { Values: values(3), Ring }];
  assertEquals(await go.Receive.async(all), new BigInt64Array([1n, 2n, 3n]));
});

row("a channel that would be waited for says so, wherever it lies", (go) => {
  const NAMES = /call with \.async/;
  assertMatch(thrown(() => go.Merge([1], values(2))).message, NAMES);
  assertMatch(thrown(() => go.Asked(() => values(2))).message, NAMES);
});

row("a function that comes out is called on another thread", async (go) => {
  const add = go.Adder(2);
  assertEquals([add(3), await add.async(4)], [5, 6]);
  const exclaim = go.Exclaim();
  assertEquals(await exclaim.async("a"), "a!");
  assertEquals(await exclaim.async.Twice("a"), "a!!");
  assertStrictEquals(exclaim.async, exclaim.async);
  const { Twice } = exclaim.async;
  assertThrows(() => Twice("a"), TypeError, "this: wanted");
  const sent = await go.Generate.async(async (send: Loose) => {
    await send.async(1);
    await send.async(2);
  });
  assertEquals(sent, new BigInt64Array([1n, 2n]));
});

row("what has no name outside is given back, and nil for it", (go) => {
  using maker = new go.Maker();
  const [a, b] = [maker.Begin().And("a"), maker.Begin().And("b")];
  assertEquals([maker.StepsOf(a), maker.StepsOf(null)], [["a"], ["none"]]);
  assertEquals(maker.Joined(a, null, "x").Steps(), ["a", "none", "x"]);
  assertEquals(maker.Joined(a, b).Steps(), ["a", "b"]);
  assertEquals([a.Same(a), a.Same(b), a.Same(null)], [true, false, false]);
  assertMatch(
    thrown(() => maker.StepsOf(maker.Count())).message,
    /wanted a? ?\S*builder/,
  );
});

row("a builder whose type has no name outside gives itself back", (go) => {
  using maker = new go.Maker();
  using begun = maker.Begin();
  assertEquals(begun.And("a").And("b").Steps(), ["a", "b"]);
  const [more, count] = begun.All("c", "d");
  assertEquals([more.Steps().length, count], [4, 4]);
  assertEquals(begun.In("e").Steps().at(-1), "e");
  assertEquals(maker.Begin().Or(new Error("mine")).Steps(), []);
  const mine = new Error("mine");
  assertStrictEquals(thrown(() => begun.Or(mine)), mine);
  assertEquals(maker.None(), null);
  // Of two whose other methods are the same, each has its own.
  assertEquals(maker.Count().Up().Up().Steps(), ["", ""]);
});
