/**
 * Functions of any number of arguments, in lists and variables, and among values
 * of which only the running program knows the type.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
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

row("a function of any number of arguments is given them one by one", (go) => {
  const logged: unknown[][] = [];
  go.Log((...args: unknown[]) => logged.push(args));
  assertEquals(logged, [["%d %s", 1, "x"], ["none"]]);
  assertEquals(go.Sum((...n: number[]) => n.reduce((a, b) => a + b, 0)), 6);
  assertEquals(go.Bytes((...b: number[]) => b.at(-1)! + b.length), 257);
  assertEquals(
    go.Join((by: string, ...parts: string[]) => parts.join(by)),
    "a-b",
  );
  const error = new Error("on purpose");
  const thrown = assertThrows(() =>
    go.Join(() => {
      throw error;
    })
  );
  assertStrictEquals(thrown, error);
  assertEquals(go.Print((...parts: string[]) => parts.join("|")), "a|b");
  assertEquals([go.Plus()("x", "y"), go.Print(go.Plus())], ["x+y", "a+b"]);
});

row("a variable takes a function of what C cannot pass, and null", (go) => {
  assertEquals([go.Hook.value, go.CallHook()], [null, "none"]);
  go.Hook.value = (texts: string[]) => texts.join("+");
  assertEquals([go.CallHook(), go.Hook.value(["x"])], ["a+b", "x"]);
  go.Hook.value = null;
  assertEquals(go.CallHook(), "none");
});

row("functions lie in lists and maps, and are given to functions", (go) => {
  const twice = (text: string) => text + text;
  assertEquals(
    go.Apply("a", twice, (text: string) => `<${text}>`, twice),
    "<aa><aa>",
  );
  assertEquals(go.Apply("a"), "a");
  const { double, none } = go.Steps();
  assertEquals([double(4), none], [8, null]);
  assertEquals(go.Within((next: (n: number) => number) => next(1) * 10), 20);
  assertEquals([go.Later()(), go.Alike()[0]("x", 1)], [undefined, 2]);
});

row("a kept function that another goroutine calls ends no process", (go) => {
  go.Keep((texts: string[]) => texts.join());
  const error = assertThrows(() => go.Elsewhere("x"), PluginError);
  assert(/\.async/.test((error as Error).message), (error as Error).message);
});

row("a function in any is called with what fits its parameters", (go) => {
  const f = go.Functions();
  assertEquals(f.turn({ re: 1, im: 2 }, { im: 1, re: 0 }), { re: -2, im: 1 });
  assertThrows(() => f.turn({ re: 1 }, { re: 0, im: 0 }), Error, "complex128");
  assertEquals([f.add(1, 2), f.upper("abc"), f.half(3)], [3, "ABC", 1.5]);
  assertEquals(f.small(-128, 255), [-128, 255]);
  assertEquals(f.sprintf("%v %s", [1, 2], "x"), "[1 2] x");
  assertEquals(f.bytes(Uint8Array.of(1, 2)), 2);
  assertEquals(f.longest(["a", "bcd", "ef"], 2), "bcd");
  assertEquals([f.lookup({ a: 1 }, "a"), f.lookup({}, "a")], [[1, true], [
    0,
    false,
  ]]);
  assertEquals(f.wait(1500), "1.5s");
  assertEquals(f.place({ Name: "n", At: [1, 2.5] }), "{Name:n At:[1 2.5]}");
  assertEquals(f.each(3, (i: number) => `${i}!`), "3!");
  const seen: number[] = [];
  f.times(3, (i: number) => seen.push(i));
  assertEquals(seen, [0, 1, 2]);
  assertEquals([f.printer("a", "b"), f.nothing(1), f.none], [
    "a+b",
    null,
    null,
  ]);
});

row(
  "a duration is milliseconds there too, or nanoseconds as a bigint",
  (go) => {
    const { wait } = go.Functions();
    assertEquals(
      [0.0015, -1.5, 0, 1500n, 9e12].map((one) => wait(one)),
      ["1.5µs", "-1.5ms", "0s", "1.5µs", "2500000h0m0s"],
    );
    for (const wrong of [NaN, Infinity, -Infinity, 1e13, -9.3e12]) {
      assertThrows(
        () => wait(wrong),
        PluginError,
        "argument 1: wanted a number of milliseconds that a time.Duration can be",
      );
    }
  },
);

row("a *big.Int is taken of an integer of any size there too", (go) => {
  const { square } = go.Functions();
  const all = [7, -7n, 2n ** 63n, 2n ** 64n];
  assertEquals(all.map((one) => square(one)), [
    49,
    49,
    2n ** 126n,
    2n ** 128n,
  ]);
  assertThrows(() => square(1.5), PluginError, "wanted big.Int, got float64");
});

row("an array of bytes in any is bytes, as it is elsewhere", (go) => {
  assertEquals(go.Digests(), [
    Uint8Array.of(1, 2, 255),
    Uint8Array.of(3, 4),
    Object.assign(Object.create(null), { Sum: Uint8Array.of(5) }),
    new Uint8Array(),
    [-1, 6],
  ]);
  const { sum } = go.Functions();
  assertEquals([sum(Uint8Array.of(1, 255)), sum([1, 2])], [256, 3]);
  assertThrows(
    () => sum(Uint8Array.of(1)),
    PluginError,
    "wanted [2]uint8, got []uint8",
  );
});

row("a number that JSON kept as a text is one in any", (go) => {
  assertEquals(go.JSONNumbers(), [
    1,
    2.5,
    -300,
    9007199254740993n,
    36893488147419103232n,
    "",
    "x",
    -0,
  ]);
  assert(Object.is(go.JSONNumbers().at(-1), -0));
});

row("a Map may have objects among its keys", (go) => {
  const [a, b] = [go.NewKey("a"), go.NewKey("b")];
  const entries = (map: Map<unknown, unknown>) =>
    [...map].map(([key, value]) => [String(key), value]).toSorted();
  assertEquals(entries(go.ByKey(a, b)), [["a", 0], ["b", 1]]);
  assertEquals(entries(go.ByName(a, b)), [["a", "a"], ["b", "b"]]);
  // A key that comes out is the same to Go.
  const [first] = go.ByKey(a).keys();
  assertEquals(go.Of(new Map([[a, 5], [b, 6]]), b), 6);
  assertEquals(go.Of(new Map([[first, 7]]), a), 7);
  assertThrows(
    () => go.Of(new Map([["a", 1]]), a),
    TypeError,
    "wanted a Key",
  );
});

row("a Map may have NaN among its keys", (go) => {
  assertEquals(go.Functions().count(new Map([[NaN, 1], [1.5, 2]])), 2);
  assertEquals(go.Numbers(), new Map([[NaN, "none"], [1, "one"]]));
});

row("what does not fit is told with the place", (go) => {
  const f = go.Functions();
  const says = (call: () => unknown, text: string) => {
    assertThrows(call, PluginError, text);
  };
  says(() => f.add(1), "func(int, int) int: wanted 2 arguments, got 1");
  says(() => f.add(1, "x"), "argument 2: wanted int, got string");
  says(() => f.add(1, 2.5), "argument 2: wanted int, got float64");
  says(() => f.small(128, 0), "argument 1: wanted int8, got int");
  says(() => f.small(0, -1), "argument 2: wanted uint8, got int");
  says(() => f.add(1, null), "argument 2: wanted int, got null");
  says(() => f.longest(["a", 1], 0), "argument 1: [1]: wanted string, got int");
  says(() => f.place({ Nmae: "x" }), "main.Place has no field Nmae");
  says(() => f.fail("luck"), "no luck");
  const error = new Error("on purpose");
  const fails = () => {
    throw error;
  };
  assertStrictEquals(assertThrows(() => f.each(1, fails)), error);
  assertStrictEquals(assertThrows(() => f.times(1, fails)), error);
  says(() => f.each(1, () => 5), "wanted string, got int");
});

row("a function of JavaScript in any is one of Go", (go) => {
  const general = "func(...interface {}) (interface {}, error)";
  assertEquals(go.Kind(() => 1), general);
  assertEquals(go.Kind([() => 1]), "[]interface {}");
  assertEquals(go.Kind(go.Plus()), "main.Printer");
  assertEquals(go.CallAny((...args: unknown[]) => args, false), [
    1,
    "two",
    null,
  ]);
  const error = new Error("on purpose");
  assertStrictEquals(
    assertThrows(() =>
      go.CallAny(() => {
        throw error;
      }, false)
    ),
    error,
  );
  const functions = {
    double: (n: number) => n * 2,
    join: (by: string, ...parts: string[]) => parts.join(by),
  };
  assertEquals(
    go.Render('{{double .n}} {{join "-" "a" "b"}}', functions, { n: 21 }),
    "42 a-b",
  );
});

row("a function in any waits for promises, and for no deadlock", async (go) => {
  assertEquals(
    await go.CallAny.async((n: number) => Promise.resolve(n + 1), true),
    2,
  );
  assertThrows(
    () => go.CallAny(() => 1, true),
    PluginError,
    "another goroutine",
  );
});

row("a channel in any is one", async (go) => {
  const [none, values] = go.Mixed();
  const seen: number[] = [];
  for await (const value of values) seen.push(value);
  assertEquals([none, seen], [null, [7]]);
});
