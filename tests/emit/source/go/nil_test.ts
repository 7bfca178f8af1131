/**
 * nil in lists, maps and structs of Go, and of functions: null both ways.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
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

const texts = (keys: readonly unknown[]) =>
  keys.map((key) => key === null ? null : String(key));

row("null is nil in lists, arrays and maps of pointers to objects", (go) => {
  const a = go.NewKey("a");
  const [keys, text] = go.SameKeys([null, a, null]);
  assertEquals([texts(keys), text], [[null, "a", null], "-a-"]);
  assertEquals(go.SameKeys(keys)[1], "-a-");
  const [map, isNil] = go.SameKeyMap({ none: null, a });
  assertEquals([map.none, String(map.a), isNil], [null, "a", true]);
  assertEquals(texts(go.SameKeyArray([null, a])), [null, "a"]);
  assertEquals(go.SameKeyLists([[], [null], [a]]).map(texts), [
    [],
    [null],
    ["a"],
  ]);
  assertEquals(go.GivenAll(a, null), "a-");
  assertThrows(() => go.SameKeys([1]), TypeError, "[0]: wanted a Key, or null");
});

row("a result that is nil is null, cold and hot", (go) => {
  for (let i = 0; i < 3000; i++) {
    assertEquals(go.FindKey(""), null);
    assertEquals(String(go.FindKey("a")), "a");
  }
});

row("null is nil in lists of interfaces, errors and functions", (go) => {
  const [stringers, isNil] = go.SameStringers([null, go.NewKey("a")]);
  assertEquals([texts(stringers), isNil], [[null, "a"], true]);
  const error = new Error("on purpose");
  const [joined, isNone] = go.SameErrors([null, error]);
  assertEquals([joined.Error(), isNone], ["on purpose", true]);
  const [steps, isNoStep] = go.SameSteps([null, (n: number) => n + 1]);
  assertEquals([steps[0], steps[1](1), isNoStep], [null, 2, true]);
});

row("null is nil in lists of pointers to plain data", (go) => {
  assertEquals(go.SameInts([null, 5]), [[null, 5], "true 5"]);
  const [places, text] = go.SamePlaces([null, { Name: "x" }]);
  assertEquals([places[0], places[1].Name, text], [null, "x", "truex"]);
});

row(
  "a pointer to an interface is the object that it points to, or null",
  (go) => {
    const seen: unknown[][] = [];
    const [at, text] = go.SeenAt(
      [go.NewKey("a"), null],
      (...both: unknown[]) => {
        seen.push(texts(both));
        return go.NewKey("b");
      },
    );
    assertEquals(seen, [["a", null]]);
    assertEquals([String(at), text], ["b", "a true b"]);
    const a = go.NewKey("a");
    assertEquals(go.PointedTo(a, a, new Error("none")), "a a none");
    assertEquals(go.PointedTo(null, null, null), "true true");
  },
);

row("a function of JavaScript gives null for nil", (go) => {
  assertEquals(go.Given(() => null), true);
  assertEquals(go.Given((n: number) => go.NewKey(`${n}`)), false);
  assertEquals(go.GivenList(() => [null, go.NewKey("a")]), "-a");
});

row("what Go makes nil of in a list comes back as null", (go) => {
  const keys = [go.NewKey("a"), go.NewKey("b")];
  go.Swapped(keys);
  assertEquals(texts(keys), ["b", null]);
});

row(
  "null is nil in structs that hold objects, as what is left out is",
  (go) => {
    const key = go.NewKey("a");
    for (const holder of [{}, { Key: null, Named: null }]) {
      const [same, text] = go.SameHolder(holder);
      assertEquals([same.Key, same.Named, text], [
        null,
        null,
        "true true 0 false",
      ]);
      assertEquals(go.SameHolder(same)[1], text);
    }
    const [full, text] = go.SameHolder({ Key: key, Named: key, Names: [null] });
    assertEquals([`${full.Key}${full.Named}`, texts(full.Names), text], [
      "aa",
      [null],
      "false false 1 true",
    ]);
    const [entry, empty] = go.SameEntry({ Key: null, Label: null, Next: null });
    assertEquals([entry.Key, entry.Label, entry.Act, entry.Next, empty], [
      null,
      null,
      null,
      null,
      "true true true true",
    ]);
  },
);

row("a variable that is a list of pointers has null and takes it", (go) => {
  assertEquals(texts(go.KeyList.value), [null, "b"]);
  go.KeyList.value = [go.NewKey("c"), null];
  assertEquals([texts(go.KeyList.value), go.KeyNames()], [["c", null], "c-"]);
});
