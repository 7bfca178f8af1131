import { FACE } from "../../../helpers/program.ts";
import { test } from "../../../helpers/test.ts";
import process from "node:process";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { once } from "node:events";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, PluginError, variable } from "../../../../mod.ts";
import { run } from "../../../../emit/toolchain/run.ts";
import { binderOf } from "../../../../ffi/object/binder.ts";
import type { PluginClass } from "../../../../ffi/object/classes.ts";
import { stateOf } from "../../../../ffi/object/object.ts";
import { endWorker } from "../../../helpers/ended_worker.ts";
import { buildTo, emptyDirectory } from "../../../helpers/fixture.ts";
import { withSupport } from "../../../helpers/support.ts";
import { needOnce } from "../../../helpers/need.ts";
import { until } from "../../../helpers/wait.ts";
import { childOf } from "../../../ffi/helpers/runners.ts";
import {
  build,
  goFixture,
  openGo,
  WITH_ITERATORS,
} from "../../helpers/go_open.ts";
import { rejected, thrown } from "../../../helpers/thrown.ts";

await withSupport();

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
type Loose = any;

/** The package of objects, built once. */
async function objects(): Promise<{ path: string; go: Loose; plugin: Loose }> {
  const plugin = await openGo("objects");
  return { path: plugin.path, go: plugin.symbols, plugin };
}

function row(name: string, body: (go: Loose, plugin: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_ITERATORS, async () => {
    const { go, plugin } = await objects();
    await body(go, plugin);
  });
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

const ITEM = { Name: "a", Count: 1, Tags: ["ü"], Next: null, Extra: { x: 1 } };

row("slices, arrays and nested ones are arrays", (go) => {
  const { Strings, Nested, Bools, Four, Blobs } = go;
  assertEquals(Strings(["", "grüße", "🐘"]), ["", "grüße", "🐘"]);
  assertEquals(Nested([["a"], [], ["b", "c"]]), [["a"], [], ["b", "c"]]);
  assertEquals(Bools([true, false]), [true, false]);
  assertEquals(Four(["a", "b"]), ["a", "b"]);
  assertMatch(thrown(() => Four(["a"])).message, /wanted 2 elements, got 1/);
  assertEquals(Blobs([new Uint8Array([1]), new Uint8Array()]), [
    new Uint8Array([1]),
    new Uint8Array(),
  ]);
  const sums = [{ Name: "a", Bytes: new Uint8Array([1, 2, 3, 4]) }];
  assertEquals(go.Digests(sums).map((sum: Loose) => ({ ...sum })), sums);
  const short = [{ Name: "a", Bytes: new Uint8Array(3) }];
  assertMatch(
    thrown(() => go.Digests(short)).message,
    /\[0\]\.Bytes: wanted an array or a Uint8Array of 4, got 3/,
  );
  assertEquals([...go.Ints([1, 2n, -3])], [1n, 2n, -3n]);
  assertEquals([...go.Runes([65, 0x1f418])], [65, 0x1f418]);
  assertMatch(thrown(() => Strings(["a", 1])).message, /\[1\]/);
});

row("what a reader says with its last bytes is not lost", (go) => {
  using torn = go.Torn();
  const bytes = new Uint8Array(8);
  assertEquals(torn.Read(bytes), 3);
  assertEquals(bytes.subarray(0, 3), new TextEncoder().encode("end"));
  assertMatch(thrown(() => torn.Read(bytes)).message, /unexpected EOF/);
  assertEquals(torn.Read(bytes), 0);
});

row("maps are objects without a prototype, or Maps", (go) => {
  const map = go.Map({ a: 1, __proto__: null, constructor: 2 });
  assertEquals(Object.getPrototypeOf(map), null);
  assertEquals({ ...map }, { a: 1, constructor: 2 });
  assertEquals({ ...go.Map(new Map([["b", 3]])) }, { b: 3 });
  const numbers = go.Numbers(new Map([[1, "one"], [-2, "two"]]));
  assert(numbers instanceof Map);
  assertEquals(numbers.get(-2), "two");
  assertEquals({ ...go.Lists({ x: ["y"] }) }, { x: ["y"] });
});

row("structs without methods are plain objects", (go) => {
  assertEquals(plain(go.Record(ITEM)), ITEM);
  const two = [ITEM, { ...ITEM, Next: ITEM }];
  assertEquals(plain(go.Records(two)), two);
  assertEquals(plain(go.Optional(ITEM)), ITEM);
  assertEquals(go.Optional(null), null);
  assertEquals(go.Items(1000).length, 1000);
  assertMatch(
    thrown(() => go.Record({ ...ITEM, Tags: [1] })).message,
    /Tags\[0\]/,
  );
});

/** A copy whose maps have a prototype. */
function plain(value: unknown): Loose {
  return JSON.parse(JSON.stringify(value));
}

row("nil goes out as empty, and in as what it is", (go) => {
  assertEquals(go.NilStrings(), []);
  assertEquals(go.EmptyStrings(), []);
  assertEquals({ ...go.NilMap() }, {});
  assertEquals(go.IsNilStrings([]), false);
  assertEquals(go.IsNilMap({}), false);
});

row("any is what JavaScript has for it, or an object", (go) => {
  const bytes = new Uint8Array([1, 2]);
  const date = new Date(1234);
  const values = [null, true, 1, 1.5, "ü", [1, "b"], bytes, date];
  for (const value of values) assertEquals(go.Any(value), value);
  assertEquals(go.Anys(values), values);
  assertEquals({ ...go.Any({ a: [1] }) }, { a: [1] });
  const counter = go.NewCounter("c");
  counter.Add(2);
  const same = go.Any(counter);
  assert(same instanceof go.Counter);
  assertEquals(same.Add(1), 3);
  assertEquals(counter.Add(0), 3);
  assertEquals(go.Kind(counter), "*objects.Counter");
  assertMatch(thrown(() => go.Any(Symbol())).message, /symbol/);
  const cycle: unknown[] = [];
  cycle.push(cycle);
  assertThrows(() => go.Any(cycle));
});

row("times, durations, big and complex numbers", (go) => {
  const date = new Date("2026-11-27T11:45:00.123Z");
  assertEquals(go.Time(date), date);
  assertEquals(go.Duration(1500), 1500);
  for (const big of [0n, -1n, 2n ** 200n, -(2n ** 64n)]) {
    assertEquals(go.BigInt(big), big);
  }
  assertEquals(go.Complex({ re: 1, im: -2 }), { re: 1, im: -2 });
});

row("what Go writes to what it is given comes back", async (go) => {
  const numbers = [3, 1, 2, -1];
  go.SortInts(numbers);
  assertEquals(numbers, [-1, 1, 2, 3]);
  const words = [3n, 2n];
  go.SortInts(words);
  assertEquals(words, [2n, 3n]);
  const typed = new BigInt64Array([3n, 1n]);
  go.SortInts(typed);
  assertEquals([...typed], [1n, 3n]);
  const halves = [1, NaN, -0];
  go.Halve(halves);
  assertEquals(halves, [0.5, NaN, -0]);
  const texts = ["ü", "b", "a"];
  go.SortTexts(texts);
  assertEquals(texts, ["a", "b", "ü"]);
  await go.SortTexts.async(texts.reverse());
  assertEquals(texts, ["a", "b", "ü"]);
  await go.SortInts.async(numbers.reverse());
  assertEquals(numbers, [-1, 1, 2, 3]);
  go.Grow(texts);
  assertEquals(texts, ["a", "b", "ü", "more"]);
  const inner = ["x"];
  const lists = [inner, []];
  go.Deepen(lists);
  assertEquals([inner, lists[0] === inner], [["deep"], true]);
  const named = { Name: "a", Size: 1 };
  go.Rename([named, { Name: "b", Size: 2 }]);
  assertEquals(named, { Name: "renamed", Size: 1 });
  const map = { old: 1, same: 2 };
  go.Note(map);
  assertEquals(map, { same: 2, note: 1 } as Loose);
  const real = new Map([["old", 1]]);
  go.Note(real);
  assertEquals([...real], [["note", 1]]);
  using one = go.NewCounter("one");
  using two = go.NewCounter("two");
  const counters = [one, two];
  go.Swap(counters);
  assertEquals(counters.map((counter) => counter.Name), ["two", "one"]);
});

row("a pointer to a struct writes into the object that was given", (go) => {
  const item: Loose = { Name: "a", Extra: { a: 1 } };
  const { Extra } = item;
  go.FillItem(item);
  assertEquals(plain(item), {
    Name: "filled",
    Tags: ["x"],
    Next: { Name: "next", Count: 0, Tags: [], Next: null, Extra: {} },
    Extra: { a: 1, b: 2 },
  });
  assertEquals(item.Extra === Extra, true);
  go.FillItem(null);
  // Also where it fails.
  for (const how of ["error", "panic"]) {
    const named = { Name: "", Size: 0n };
    assertMatch(thrown(() => go.FailNamed(named, how)).message, RegExp(how));
    assertEquals(named, { Name: how, Size: 0n });
  }
});

row("an iterable of JavaScript is an iterator of Go", async (go) => {
  assertEquals(go.Collect(["a", "b"]), ["a", "b"]);
  assertEquals(go.Collect(new Set(["x"])), ["x"]);
  assertEquals(go.Collect([]), []);
  function* endless() {
    for (let i = 0;; i++) yield i;
  }
  assertEquals([...go.First(3, endless())], [0n, 1n, 2n]);
  const pairs = new Map([["a", 1], ["b", 2]]);
  assertEquals({ ...go.Pairs(pairs) }, { a: 1, b: 2 });
  assertMatch(thrown(() => go.Collect([1])).message, /wanted .*, got/);
  const mine = new Error("mine");
  function* failing() {
    yield "a";
    throw mine;
  }
  assertEquals(thrown(() => go.Collect(failing())), mine);
  async function* later() {
    for (const text of ["a", "b"]) {
      await turn();
      yield text;
    }
  }
  assertEquals(await go.Collect.async(later()), ["a", "b"]);
  assertEquals(await go.Collect.async(["now"]), ["now"]);
  assertMatch(thrown(() => go.Collect(later())).message, /\.async/);
});

row("a goroutine waits for what is promised", async (go) => {
  const upper = async (text: string) => {
    await turn();
    return text.toUpperCase();
  };
  assertEquals(await go.MapTexts.async(["a", "b"], upper), ["A", "B"]);
  assertMatch(
    thrown(() => go.MapTexts(["a"], upper)).message,
    /gave a promise, for which a call on this thread cannot wait: make the call with \.async/,
  );
  const mine = new Error("mine");
  const visit = go.Visit.async(["a"], () => Promise.reject(mine));
  assertEquals((await rejected(visit)).cause, mine);
  const wrong = go.MapTexts.async(["a"], () => Promise.resolve(1));
  assertMatch(
    (await rejected(wrong)).message,
    /wanted a well-formed string, got 1/,
  );
  const many = Array.from(
    { length: 20 },
    (_, i) => go.MapTexts.async([`${i}`], upper),
  );
  assertEquals((await Promise.all(many)).flat().length, 20);
  // A stream is read as it comes.
  const bytes = (text: string) => new TextEncoder().encode(text);
  const stream = new ReadableStream({
    async start(controller) {
      for (const text of ["Grü", "", "ße"]) {
        await turn();
        controller.enqueue(bytes(text));
      }
      controller.close();
    },
  });
  assertEquals(await go.ReadAll.async(stream), "Grüße");
  assertEquals(go.ReadAll([bytes("a"), bytes("b")]), "ab");
  const other = new Response("text").body;
  assertMatch(thrown(() => go.ReadAll(other)).message, /\.async/);
});

test(
  "Go: what it has left early ends, where it was begun, and a stream is cancelled",
  WITH_ITERATORS,
  async () => {
    const { go } = await objects();
    const ended: string[] = [];
    const numbers = function* (name: string) {
      try {
        for (let i = 0;; i++) yield i;
      } finally {
        ended.push(name);
      }
    };
    const stream = (name: string) =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(7),
        cancel: () => void ended.push(name),
      });
    const refused = stream("refused");
    const leave = async () => {
      assertEquals([...go.First(2, numbers("left"))], [0n, 1n]);
      assertEquals([...await go.First.async(2, stream("stream"))], [7n, 7n]);
      assertThrows(() => go.First("two", refused), TypeError);
    };
    await leave();
    // Go tells of what it has let go of when it is given more.
    await until(() => {
      go.Live();
      for (let i = 0; i < 64; i++) go.First(1, [i]);
      return ended.length === 2;
    });
    assertEquals(ended.toSorted(), ["left", "stream"]);
    assertEquals(refused.locked, false);
  },
);

test(
  "Go: nobody waits for a promise any more when its process has ended",
  WITH_ITERATORS,
  async () => {
    const { path } = await objects();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const { MapTexts } = open<Loose>(path, {
      isolated: { restart: "next" },
    }).symbols;
    const waiting: ((text: string) => void)[] = [];
    const later = () => new Promise<string>((resolve) => waiting.push(resolve));
    // Each of them ends with the process that it waits in.
    const end = () => process.kill(childOf(process.pid), "SIGKILL");
    const first = rejected(MapTexts.async(["a"], later));
    await until(() => waiting.length === 1);
    end();
    assertEquals((await first).code, "crashed");
    const second = MapTexts.async(["a"], later);
    await until(() => waiting.length === 2);
    waiting[0]!("of the first");
    await turn();
    waiting[1]!("of the second");
    assertEquals(await second, ["of the second"]);
    const third = rejected(MapTexts.async(["a"], later));
    await until(() => waiting.length === 3);
    end();
    await third;
    waiting[2]!("of the third");
    await turn();
    await turn();
    process.off("unhandledRejection", note);
    assertEquals(unhandled, []);
  },
);

row(
  "what Go's own test of plugins asks for: an interface, a channel, an empty struct",
  async (go) => {
    using any = go.NilAny();
    using shape = go.NilShape();
    assert(any instanceof go.Square);
    assertEquals([any.Label, shape.Label].map((f) => typeof f), [
      "function",
      "function",
    ]);
    assertMatch(thrown(() => shape.Area()).message, /nil \*Square pointer/);
    for (const capacity of [0, 3]) {
      using channel = new go.Chan_bool(capacity);
      go.Announce(channel);
      const seen: boolean[] = [];
      for await (const one of channel) seen.push(one);
      assertEquals(seen, [true]);
    }
    assertMatch(
      thrown(() => new go.Chan_bool(-1)).message,
      /size out of range/,
    );
    assertEquals([go.SameEmpty({}), go.SameEmpty(null)], [{}, null]);
    assertEquals([go.IsEmptyNil({}), go.IsEmptyNil(null)], [false, true]);
    assertMatch(thrown(() => go.SameEmpty({ a: 1 })).message, /no members/);
  },
);

row("what cannot be written is left as it is, or said", (go) => {
  const frozen = Object.freeze(["a", "b"]);
  assertEquals(go.SortTexts(frozen), undefined);
  const other = Object.freeze(["b", "a"]);
  const error = thrown(() => go.SortTexts(other));
  assert(error instanceof TypeError);
  assertMatch(
    error.message,
    /SortTexts\(\): argument 1 \(v\): what the plugin has written cannot/,
  );
  const numbers = Object.freeze([2, 1]);
  assertMatch(thrown(() => go.SortInts(numbers)).message, /argument 1 \(v\)/);
  assertEquals(other, ["b", "a"]);
});

row("several results are a tuple, and the rest are rest parameters", (go) => {
  assertEquals(go.Pair("a", ["b"]), ["a", ["b"]]);
  assertEquals(go.Joined("-", "a", "b"), "-[a b]");
  assertEquals(go.Joined("-"), "-[]");
});

row("a context that comes first is left out", (go) => {
  assertEquals(go.Wait("a"), "a");
  using counter = go.NewCounter("c");
  assertEquals([counter.Wait(), counter.Wait(1, 2)], [0, 2]);
});

row("options stand in the place of a context", async (go) => {
  const timeout = { timeout: 20 };
  assertMatch(thrown(() => go.Sleep(60_000, timeout)).message, /deadline/);
  assertEquals(go.Sleep(1, { timeout: 60_000 }), undefined);
  assertEquals(go.Sleep(1, { timeout: Infinity }), undefined);
  assertMatch(
    (await rejected(go.Sleep.async(60_000, timeout))).message,
    /deadline/,
  );
  const reason = new Error("enough");
  const controller = new AbortController();
  const { signal } = controller;
  const sleeping = go.Sleep.async(60_000, { signal });
  const later = go.Sleep.async(60_000, { signal, timeout: 50_000 });
  controller.abort(reason);
  assertEquals(await Promise.all([sleeping, later].map(rejected)), [
    reason,
    reason,
  ]);
  assertEquals(thrown(() => go.Sleep(60_000, { signal })), reason);
  assertEquals(await rejected(go.Sleep.async(60_000, { signal })), reason);
  // Aborted in a callback, it ends the context at once.
  const inside = new AbortController();
  const steps = go.Until(
    (step: number) => void (step === 2 && inside.abort()),
    { signal: inside.signal },
  );
  assertEquals(steps, 3);
  for (
    const [options, why] of [
      [{ timeout: "1" }, "options.timeout: wanted a number of milliseconds"],
      [
        { timeout: -1 },
        "options.timeout: wanted milliseconds from 0 to \\d+, or Infinity, got -1",
      ],
      [{ signal: 1 }, "options.signal: wanted an AbortSignal"],
      [{ timout: 1 }, 'options: there is no option "timout"'],
      [1, "wanted 1 argument \\(milliseconds\\), got 2"],
    ] as const
  ) {
    assertMatch(thrown(() => go.Sleep(1, options)).message, new RegExp(why));
  }
  await go.Sleep.async(1); // and nothing of it is left for the next call
  // Nor of one that is refused for what has nothing to do with contexts.
  const refused = { timeout: 1, inOrder: 3 };
  assertMatch((await rejected(go.Sleep.async(1, refused))).message, /inOrder/);
  assertEquals(go.Sleep(100), undefined);
});

row("constants are constants", (_, { constants }) => {
  assertEquals(constants.Greeting, "hello");
  assertEquals(constants.Big, 1n << 60n);
  assertEquals(constants.Half, 0.5);
  assertEquals([constants.Low, constants.High], [0, 2]);
});

row("a type with methods is a class", (go) => {
  using counter = go.NewCounter("c");
  assert(counter instanceof go.Counter);
  assertEquals([counter.Add(1), counter.Add(2)], [1, 3]);
  assertEquals(`${counter}`, "c=3");
  counter.Name = "d";
  assertEquals([counter.Name, counter.ID], ["d", 0]);
  counter.ID = 7;
  assertEquals(counter.Describe(), "#7");
  counter.Tags = ["x"];
  assertEquals(counter.Tags, ["x"]);
  assertEquals(go.Sum(counter, counter.Self()), 6);
  const zero = new go.Counter();
  assertEquals(zero.Add(1), 1);
  assertEquals(go.NoCounter(), null);
  assertEquals([go.IsNil(null), go.IsNil(zero)], [true, false]);
  const many = go.Counters(3);
  assertEquals(go.Sum(...many), 3);
  assertEquals(go.Global.value.Name, "global");
  go.Global.value = zero;
  assertEquals(go.Global.value.Add(1), 2);
});

row("a method runs on another thread with .async", async (go) => {
  using counter = go.NewCounter("c");
  assertEquals(await counter.async.Add(2), 2);
  const error = await counter.async.Fail().catch((error: unknown) => error);
  assertEquals((error as PluginError).code, "panicked");
});

row("an object that is let go of is refused", (go) => {
  const counter = go.NewCounter("c");
  {
    using _ = counter;
  }
  counter[Symbol.dispose]();
  for (
    const call of [
      () => counter.Add(1),
      () => go.Sum(counter),
      () => counter.Name,
    ]
  ) assertMatch(thrown(call).message, /Counter.*disposed/);
});

row("an object of another class is refused", (go) => {
  const other = go.NewOther();
  assertMatch(thrown(() => go.IsNil(other)).message, /Counter.*Other/);
  assertMatch(thrown(() => go.IsNil({})).message, /Counter/);
  assertMatch(
    thrown(() => go.Counter.prototype.Add.call(other, 1)).message,
    /Counter.*Other/,
  );
});

row("an object of another plugin is refused", async (go) => {
  const output = join(emptyDirectory(), "others.so");
  await buildTo(output, "go/objects");
  const others = open(output).symbols as Loose;
  const counter = others.NewCounter("c");
  assertMatch(thrown(() => go.IsNil(counter)).message, /Counter/);
  assertEquals(others.IsNil(counter), false);
});

row("an object cannot be posted", (go) => {
  using counter = go.NewCounter("c");
  assertThrows(() => structuredClone(counter));
  const { port1, port2 } = new MessageChannel();
  try {
    assertThrows(() => port1.postMessage(counter));
    assertThrows(() => port1.postMessage({ counter }));
  } finally {
    port1.close();
    port2.close();
  }
});

row("an error is thrown, with its chain and its identity", (go) => {
  const error = thrown(() => go.Find("x"));
  assert(error instanceof PluginError);
  assertEquals(error.code, "returned_error");
  assertMatch(error.message, /finding: x: missing/);
  assert(error.is(go.ErrMissing));
  assertEquals(error.is(go.NewCounter("c")), false);
  assertEquals(error.cause?.message, "x: missing");
  assertEquals((error.cause as Loose).cause.message, "missing");
  assert((error.cause as Loose).cause.is(go.ErrMissing));
  // An error of a type of its own is an object of its class.
  const { data } = error.cause as Loose;
  assertEquals([data.Path, String(data.Err)], ["x", "missing"]);
  assert(data instanceof go.PathError);
  assertEquals([`${data}`, `${go.NewFault(3)}`, go.NewFault(3).Error()], [
    "x: missing",
    "Fault(3)",
    "fault 3",
  ]);
  assertStrictEquals((error.cause as Loose).data, data);
  assertEquals([error.data, (error.cause as Loose).cause.data], [
    undefined,
    undefined,
  ]);
  assertEquals((error.cause as Loose).cause.cause, undefined);
});

row("an error of another package has its fields as data", (go) => {
  const error = thrown(() => go.Elsewhere());
  const Err = "no such file or directory";
  assertEquals(error.data, { Op: "open", Path: "/nowhere/at/all", Err });
  assertEquals([error.cause.message, error.cause.data], [Err, undefined]);
  assertEquals(thrown(() => go.Halved()).data, {
    Op: "half",
    Path: "",
    Err: "<nil>",
  });
});

row("of several errors the cause is JavaScript's own, or the first", (go) => {
  const mine = new RangeError("mine");
  const both = thrown(() =>
    go.FailTwice(() => {
      throw mine;
    })
  );
  assertStrictEquals(both.cause, mine);
  assert(both.is(go.ErrMissing));
  const other = thrown(() => go.Elsewhere());
  const two = thrown(() =>
    go.FailTwice(() => {
      throw other;
    })
  );
  assertEquals([two.cause.message, two.is(other)], ["missing", true]);
});

row("an error of Go that a function throws is that error in Go", async (go) => {
  // Go compares it with ==, as filepath.WalkDir does.
  const until = (error: unknown) => (text: string) => {
    if (text === "b") throw error;
  };
  const texts = ["a", "b", "c"];
  assertEquals(go.VisitUntil(texts, until(go.ErrMissing.value)), 1);
  assertEquals(go.VisitUntil(texts, until(go.ErrMissing)), 1);
  const missing = thrown(() => go.Find("x")).cause.cause;
  assertEquals(go.VisitUntil(texts, until(missing)), 1);
  const later = (text: string) => Promise.reject(text && missing);
  assertEquals(await go.VisitUntil.async(texts, later), 0);
  const other = thrown(() => go.Find("x"));
  const error = thrown(() => go.VisitUntil(texts, until(other)));
  assert(error.is(other) && error.is(go.ErrMissing));
  const mine = new Error("mine");
  assertEquals(thrown(() => go.VisitUntil(texts, until(mine))), mine);
});

row("a function that throws gives the same error back", (go) => {
  const seen: unknown[] = [];
  go.Visit(["a", "b"], (text: string, at: number) => void seen.push(text, at));
  assertEquals(seen, ["a", 0, "b", 1]);
  const mine = new RangeError("mine");
  const fail = () => {
    throw mine;
  };
  assertEquals(thrown(() => go.MapTexts(["a"], fail)), mine);
  const error = thrown(() => go.Visit(["a"], fail));
  assertMatch(error.message, /visiting a: mine/);
  assertEquals(error.cause, mine);
});

row("functions go in and come out", (go) => {
  assertEquals(go.MapTexts(["a"], (text: string) => text + "!"), ["a!"]);
  assertMatch(
    thrown(() => go.MapTexts(["a"], () => 1)).message,
    /wanted a string|string/,
  );
  const add = go.Adder(2);
  assertEquals([add(3), add(4)], [5, 6]);
  add[Symbol.dispose]();
  assertMatch(thrown(() => add(1)).message, /disposed/);
  assertEquals(go.Handle((text: string) => text + "?", "a"), "a?");
  assertEquals(go.Handle(go.Upper(), "a"), "a!");
  assertEquals(go.Upper().Twice("a"), "a!!");
});

row(
  "a function with a name has its methods where it is called directly",
  (_, plugin) => {
    assertEquals(plugin.lookup("Step.Twice")((n: number) => n * 3, 2), 18);
  },
);

row("an interface without a name is one", (go) => {
  const said: unknown[] = [];
  go.Noisy({ Printf: (...all: unknown[]) => void said.push(all) }, "a");
  assertEquals(said, [["%s!", "a"]]);
  assertEquals(go.Measured({ Len: () => 3 }).Len(), 3);
  assertEquals(go.Measured({ Len: () => 0 }), null);
  using queue = go.Measured({ Len: () => 2 });
  assertEquals(go.Measured(queue).Len(), 2);
  assertThrows(() => go.Measured({ Size: () => 1 }), TypeError, "wanted");
});

row(
  "an interface comes out as an object, and in as one of JavaScript",
  (go) => {
    const shape = go.NewShape(2);
    assertEquals([shape.Area(), shape.Label()], [4, "square"]);
    assertEquals(go.Measure(shape), "square 4");
    assertEquals(
      go.Measure({ Area: () => 1.5, Label: () => "mine" }),
      "mine 1.5",
    );
    const mine = { Area: () => 2, Label: () => "mine" };
    assertEquals(go.MeasureAll([shape, mine]), ["square 4", "mine 2"]);
    const square = new go.Square();
    square.Side = 3;
    assertEquals(go.Measure(square), "square 9");
    const list = [3, 1, 2];
    go.Sort({
      Len: () => list.length,
      Less: (a: number, b: number) => list[a]! < list[b]!,
      Swap: (a: number, b: number) => {
        [list[a], list[b]] = [list[b]!, list[a]!];
      },
    });
    assertEquals(list, [1, 2, 3]);
    assertMatch(thrown(() => go.Measure({ Area: () => 1 })).message, /Shape/);
  },
);

row("readers and writers are bytes, functions and objects", (go) => {
  const bytes = new TextEncoder().encode("grüße");
  assertEquals(go.ReadAll(bytes), "grüße");
  let left = 3;
  const read = (n: number) => {
    assert(n > 0);
    return left-- > 0 ? new Uint8Array([65]) : new Uint8Array();
  };
  assertEquals(go.ReadAll({ read }), "AAA");
  const written: string[] = [];
  const write = (some: Uint8Array) =>
    void written.push(new TextDecoder().decode(some));
  go.Write(write, ["a", "b"]);
  go.Write({ write }, ["c"]);
  go.Drain({ write }, "d");
  go.Drain(write, "e");
  assertEquals(written, ["a", "b", "c", "d", "e"]);
  left = 2;
  assertEquals(go.Refill({ read }), "AA");
  assertEquals(go.Refill(bytes), "grüße");
});

row("an iterator is walked, and its goroutine ends with it", async (go) => {
  const before = go.Goroutines();
  const first: number[] = [];
  for (const i of go.Count()) {
    if (i === 3) break;
    first.push(i);
  }
  assertEquals(first, [0, 1, 2]);
  assertEquals([...go.Indexed(["a", "b"])], [[0, "a"], [1, "b"]]);
  assertEquals([...go.Header()], [["Accept", ["text", "image"]]]);
  assertEquals([...go.Tallies()], [["pens", { red: 2 }]]);
  for (let i = 0; i < 20; i++) {
    using seq = go.Count();
    const iterator = seq[Symbol.iterator]();
    assertEquals(iterator.next().value, 0);
  }
  await until(() => go.Goroutines() <= before);
  assert(go.Goroutines() <= before);
});

row("a panic of an iterator is thrown", (go) => {
  const iterator = go.Breaking()[Symbol.iterator]();
  assertEquals(iterator.next().value, 1);
  assertMatch(thrown(() => iterator.next()).message, /broken/);
});

row("an iterator that has ended is no iterable to make another of", (go) => {
  const seq = go.Indexed(["a"]);
  assertEquals([...seq], [[0, "a"]]);
  assertEquals(
    thrown(() => [...seq]).message,
    "Seq2_int_string.next(): this: wanted a Seq2_int_string, or an iterable of pairs, got a Seq2_int_string that was disposed of",
  );
  const count = go.Count();
  count[Symbol.dispose]();
  assertMatch(thrown(() => go.First(1, count)).message, /was disposed of/);
});

row("an iterable of another realm is one", async (go) => {
  const seq = runInNewContext(
    "(async function* () { yield 'a'; yield 'b'; })()",
  );
  assertEquals(await go.Collect.async(seq), ["a", "b"]);
});

row("an iterator goes on from other threads", async (go, plugin) => {
  using seq = go.Count();
  const next = plugin.lookup("Seq_int.next");
  for (let i = 0; i < 40; i++) {
    const [value] = i % 2 ? await next.async(seq) : next(seq);
    assertEquals(value, i);
  }
});

row("two Workers walk iterators of one library", async (go, { path }) => {
  const before = go.Goroutines();
  const script = join(emptyDirectory(), "worker.ts");
  writeFileSync(
    script,
    `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
const plugin = open(${JSON.stringify(path)});
const next = plugin.lookup("Seq_int.next");
let sum = 0;
for (let round = 0; round < 20; round++) {
  using seq = plugin.symbols.Count();
  for (let i = 0; i < 50; i++) {
    sum += (i % 2 ? await next.async(seq) : next(seq))[0];
  }
}
parentPort.postMessage(sum);
`,
  );
  const workers = [new Worker(script), new Worker(script)];
  const sums = workers.map((worker) => once(worker, "message"));
  assertEquals((await Promise.all(sums)).flat(), [24500, 24500]);
  for (const worker of workers) await worker.terminate();
  await until(() => go.Goroutines() <= before);
  assert(go.Goroutines() <= before, "each iterator has ended its goroutine");
});

row(
  "what a Worker held is let go of when it is ended",
  async (go, { path }) => {
    const before = { goroutines: go.Goroutines(), live: go.Live() };
    await endWorker(
      path,
      `const next = plugin.lookup("Seq_int.next");
    for (let i = 0; i < 100; i++) {
      held.push(symbols.NewCounter("a".repeat(100_000)), symbols.Count());
      next(held.at(-1));
      held.push(await symbols.NewCounter.async("b".repeat(100_000)));
    }
    if (symbols.Live() < ${
        before.live + 10_000_000
      }) throw new Error("it held nothing");`,
    );
    await until(() => go.Goroutines() <= before.goroutines);
    assert(go.Goroutines() <= before.goroutines, "iterators have ended");
    await until(() => go.Live() < before.live + 5_000_000);
    assert(go.Live() < before.live + 5_000_000, "objects are gone");
  },
);

row("a channel is an async iterable", async (go) => {
  const seen: number[] = [];
  for await (const i of go.Ticks(5)) seen.push(i);
  assertEquals(seen, [0, 1, 2, 3, 4]);
});

row(
  "who ends a walk through a channel ends the wait for its next value",
  async (go) => {
    const values = go.Silent()[Symbol.asyncIterator]();
    const next = values.next();
    await new Promise((resolve) => setTimeout(resolve, 20)); // Go waits
    assertEquals(await values.return(5), { value: 5, done: true });
    assertEquals(await next, { value: undefined, done: true });
    const ticks = go.Ticks(3);
    for await (const i of ticks) if (i === 0) break;
    const rest: number[] = [];
    for await (const i of ticks) rest.push(i);
    assertEquals(rest, [1, 2], "who has left may read on");
  },
);

row("an iterable is a channel that is received from", async (go) => {
  assertEquals(go.Added([1, 2, 3]), 6);
  assertEquals(go.Added(new Set([1, 2])), 3);
  assertEquals(await go.Added.async([1, 2, 3]), 6);
  const queue = go.NewQueue(["a", "b"]);
  assertEquals([queue.Next(), queue.Next(), queue.Next()], [
    ["a", true],
    ["b", true],
    ["", false],
  ]);
  assertThrows(() => go.Added([1, "x"]), TypeError, "(values)[1]: wanted");
  const own = new RangeError("mine");
  const failing = function* () {
    yield 1;
    throw own;
  };
  assertEquals(thrown(() => go.Added(failing())), own);
});

row("an async iterable is one with .async", async (go) => {
  const values = async function* (failure?: Error) {
    yield 1;
    await turn();
    yield 2;
    if (failure !== undefined) throw failure;
  };
  assertEquals(await go.Added.async(values()), 3);
  const own = new RangeError("mine");
  assertEquals(
    await go.Added.async(values(own)).catch((error: unknown) => error),
    own,
  );
  const error = thrown(() => go.Added(values()));
  assertMatch(error.message, /call with \.async/);
  const texts = async function* () {
    for (let i = 0;; i++) yield `${i}`;
  };
  const queue = await go.NewQueue.async(texts());
  assertEquals(await queue.async.Next(), ["0", true]);
  assertEquals(await queue.async.Next(), ["1", true]);
});

row("channels that nobody receives from leave nothing behind", async (go) => {
  const failing = () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => turn().then(() => Promise.reject(new Error("nobody asks"))),
    }),
  });
  await go.Ignore.async(failing());
  const before = go.Live();
  for (let i = 0; i < 40; i++) {
    for (let k = 0; k < 50; k++) {
      // It is never begun: another argument is wrong.
      const given = ["a", failing(), [1]];
      assertMatch(thrown(() => go.AddedTo.async(...given)).message, /\(more\)/);
    }
    await go.Ignore.async(failing());
    await turn();
  }
  await until(() => go.Live() - before < 4e5);
  assert(go.Live() - before < 4e5, `${go.Live() - before} bytes`);
});

row("a panic is thrown, and the plugin goes on", (go) => {
  const error = thrown(() => go.Panics());
  assertEquals(error.code, "panicked");
  assertMatch(error.message, /missing/);
  assertEquals(go.EmptyStrings(), []);
});

row("what cannot cross is said", (_, plugin) => {
  assertEquals(Object.keys(plugin.manifest.skipped).sort(), [
    "Generic",
    "Peek",
  ]);
});

row("a million objects with using leave nothing behind", (go) => {
  const round = (n: number) => {
    for (let i = 0; i < n; i++) {
      using counter = go.NewCounter("c");
      void counter;
    }
  };
  round(10_000);
  const before = go.Live();
  round(1_000_000);
  assert(go.Live() - before < 2e6, `${go.Live() - before} bytes`);
});

row("without using, the event loop gives them back", async (go) => {
  const before = go.Live();
  for (let i = 0; i < 300; i++) {
    for (let k = 0; k < 1000; k++) go.NewCounter("c");
    await turn();
  }
  await until(() => go.Live() - before < 30e6);
  assert(go.Live() - before < 30e6, `${go.Live() - before} bytes`);
});

test(
  "every Go file that is generated is as gofmt prints it",
  { ...needOnce("go>=1.23", "cc"), timeout: 300_000 },
  async () => {
    const directory = dirname((await build(goFixture("objects"))).path);
    const files = readdirSync(directory).filter((name) => name.endsWith(".go"));
    assert(files.length > 6);
    for (const file of files) {
      const alone = emptyDirectory(); // they are of two packages
      cpSync(join(directory, file), join(alone, file));
      const ran = await run("go", ["fmt", file], { cwd: alone });
      assertEquals([ran.status, ran.stdout, ran.stderr], [0, "", ""]);
    }
  },
);

row("a plain object does for one of a class that has such fields", (go) => {
  const { ShowOptions, Options } = go;
  assertEquals(ShowOptions({ Name: "a", Depth: 2, Item: ITEM }), "a 2 true");
  assertEquals(ShowOptions({}), " 0 false");
  assertEquals(
    ShowOptions(Object.assign(new Options(), { Depth: 1 })),
    " 1 false",
  );
  assertMatch(
    thrown(() => ShowOptions({ Nam: "a" })).message,
    /fields of Depth, Item, Name/,
  );
  assertMatch(thrown(() => ShowOptions({ Name: 1 })).message, /Name/);
});

row("a class makes an object of what does for a literal of Go", (go) => {
  const { Options, Names, Ages } = go;
  assertEquals(new Options({ Name: "a", Depth: 2 }).Show(), "a 2 false");
  assertEquals(new Options().Show(), " 0 false");
  assertEquals(new Names(["x", "y"]).First(), "x");
  assertEquals(new Ages({ Ann: 8 }).Of("Ann"), 8);
  assertEquals(new Ages(new Map([["Bob", 9]])).Of("Bob"), 9);
  assertEquals([...new Names()], []);
  assertThrows(
    () => new Options({ Nam: "a" }),
    TypeError,
    "new Options(): wanted a plain object with fields of Depth, Item, Name, got one of Nam",
  );
  assertThrows(() => new Options(new Options()), TypeError, "got Options");
  assertThrows(() => new Names([1]), TypeError, "string");
  assertThrows(() => new Options(1), TypeError, "wanted 0 arguments");
  assertThrows(() => new Options({}, 1), TypeError, "wanted 0 arguments");
});

row("what makes an object of what JavaScript has is bound once", (go) => {
  const { types } = stateOf(new go.Options()).class as PluginClass;
  const binder = binderOf(types);
  assertStrictEquals(binder.bind("Options.new"), binder.bind("Options.new"));
});

row("lists and maps with methods are walked, and made of data", (go) => {
  assertEquals([...go.MakeNames("a", "b")], ["a", "b"]);
  assertEquals(go.MakeNames("a", "b").First(), "a");
  assertEquals([...go.MakeAges()], [["Ann", 7]]);
  assertEquals(go.FirstOf(["x"]), "x");
  assertEquals(go.AgeOf({ Ann: 8 }, "Ann"), 8);
  assertEquals(go.AgeOf(new Map([["Bob", 9]]), "Bob"), 9);
  assertThrows(() => go.FirstOf([1]), TypeError);
});

row("a method of a pointer to a number gives what the number becomes", (go) => {
  assertEquals(go["Celsius.Heat"](20.5, 2), [22.5, "2"]);
});

row("what cannot be named comes out with its methods", (go) => {
  using hidden = go.Hidden("h");
  assertEquals(hidden.Name(), "h");
  assertEquals(go.Measure(hidden), "h 1");
});

row("an iterator that is written out is one", (go) => {
  assertEquals([...go.Walk(["a", "b"])], ["a", "b"]);
});

row("what says itself in JSON does so here, as encoding/json has it", (go) => {
  const tag = go.NewTag("t");
  assertEquals([tag.toJSON(), go.NewMoney(7).toJSON()], ["t", { cents: 7 }]);
  assertEquals(go.NewTag("\ufefft").toJSON(), "\ufefft");
  const all = go.Marshalled();
  assert(all.tag instanceof go.Tag && all.money[0] instanceof go.Money);
  const { tag: _, money, ...others } = all;
  assertEquals(others, {
    purse: { cents: 2n ** 60n + 1n },
    codes: ["0102", "ff00"],
    code: "0304",
    third: "1/3",
  });
  assertEquals(JSON.stringify([tag, money]), '["t",[{"cents":7}]]');
  const much = JSON.stringify([go.NewMoney(2n ** 60n + 1n)]);
  assertEquals(much, `[{"cents":${2n ** 60n + 1n}}]`);
  assertMatch(thrown(() => go.NewTag("").toJSON()).message, /without a name/);
  assertMatch(thrown(() => go.Unmarshalled(false)).message, /broken/);
  assertMatch(thrown(() => go.Unmarshalled(true)).message, /JSON/);
  tag[Symbol.dispose]();
  assertMatch(thrown(() => JSON.stringify({ tag })).message, /disposed/);
});

row("an object is its fields in JSON, and where it is printed", (go) => {
  const item = { Name: "a", Count: 1, Tags: [], Next: null, Extra: {} };
  const options = new go.Options({ Name: "o", Depth: 2, Item: item });
  const whole = { Name: "o", Depth: 2, Item: { ...options.Item } };
  assertEquals(JSON.parse(JSON.stringify([options])), [
    JSON.parse(JSON.stringify(whole)),
  ]);
  const counter = go.NewCounter("c");
  assertEquals(counter.toJSON(), {
    Base: counter.Base,
    ID: 0,
    Name: "c",
    Tags: [],
  });
  assertEquals(JSON.parse(JSON.stringify({ counter })).counter.Name, "c");
  const { data } = thrown(() => go.Find("x")).cause;
  assertEquals(JSON.stringify(data), '{"Err":"missing","Path":"x"}');
  // Lists and maps are what lies in them, and what has no fields is its text.
  const others = [go.MakeNames("a", "b"), go.MakeAges(), go.NewFault(3)];
  assertEquals(JSON.stringify(others), '[["a","b"],{"Ann":7},"Fault(3)"]');
  assertThrows(
    () => JSON.stringify([go.NewOther()]),
    TypeError,
    "an object of Other has no fields",
  );
  assertMatch(inspect(counter), /^Counter \{[^]*ID: 0[^]*Name: ['"]c['"]/);
  assertMatch(inspect({ deep: { counter } }, { depth: 0 }), /deep: \[Object\]/);
  assertMatch(inspect([[[counter]]]), /\[Counter\]/);
  counter[Symbol.dispose]();
  assertMatch(inspect(counter), /^Counter that was disposed of$/);
  assertMatch(thrown(() => JSON.stringify(counter)).message, /disposed/);
});

row("what Go decodes into is a variable", async (go) => {
  const to = variable("any");
  assertEquals(to.value, null);
  go.Decode("a", to);
  const once = { was: null, text: "a", list: [1, 2.5, null] };
  assertEquals(plain(to.value), once);
  await go.Decode.async("b", to);
  assertEquals(plain(to.value), { ...once, was: once, text: "b" });
  to.value = "before";
  assertMatch(thrown(() => go.Decode("", to)).message, /nothing to decode/);
  assertEquals(plain(to.value), { ...once, was: "before", text: "" });
  go.Hold(to);
  using counter = to.value as { Name: string } & Disposable;
  assertEquals(counter.Name, "held");
  assertEquals(go.Kind(to), "*interface {}");
  assertMatch(thrown(() => go.Decode("a", {})).message, /map\[string\]/);
  to.value = { odd: Symbol() };
  const odd = thrown(() => go.Decode("a", to)).message;
  assertMatch(odd, /\(to\)\.value\["odd"\]: wanted null.*got a symbol/);
  to.value = to;
  assertMatch(thrown(() => go.Decode("a", to)).message, /got a Variable/);
  assertMatch(thrown(() => go.Any([variable("any")])).message, /a Variable/);
  assertMatch(thrown(() => go.Any(variable("i32"))).message, /a Variable/);
  assertMatch(thrown(() => variable("any").pointer).message, /no address/);
});

row("members that are left out are zero", (go) => {
  assertEquals(plain(go.Record({ Name: "a" })), {
    Name: "a",
    Count: 0,
    Tags: [],
    Next: null,
    Extra: {},
  });
  assertEquals(plain(go.Records([{}, ITEM]))[1], ITEM);
  assertMatch(thrown(() => go.Record({ Name: null })).message, /Name/);
  assertMatch(thrown(() => go.Record({ Nam: "a" })).message, /Nam/);
  let asked = 0;
  const item = {
    get Next() {
      asked++;
      return null;
    },
  };
  assertEquals([go.Record(item).Next, asked], [null, 1]);
});
