/**
 * The rules of docs/types.md for what crosses whole, each in both directions:
 * a test for each row of the table there.
 *
 * @module
 */

import { test } from "../../../helpers/test.ts";
import { readFileSync } from "node:fs";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { PluginError } from "../../../../mod.ts";
import { openGo, WITH_ITERATORS } from "../../helpers/go_open.ts";

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const RULES: Readonly<Record<string, (go: Loose) => void>> = {
  "nil and empty": (go) => {
    assertEquals([go.NilStrings(), go.EmptyStrings()], [[], []]);
    assertEquals({ ...go.NilMap() }, {});
    assertEquals([go.NoCounter(), go.Optional(null)], [null, null]);
    assertEquals([go.IsNilStrings([]), go.IsNilMap({})], [false, false]);
    assertEquals([go.IsNil(null), go.IsEmptyNil(undefined)], [true, true]);
    assertThrows(() => go.IsNilStrings(null), TypeError, "null");
  },
  "NaN": (go) => {
    const map = new Map([[NaN, "x"], [-0, "zero"]]);
    assertEquals(go.CountNaN(map), 1);
    const back = go.Floats(map);
    assertEquals([back.get(NaN), back.size], ["x", 2]);
    // Two keys of Go's are one of a Map.
    assertEquals(go.TwoNaN().size, 1);
    const halves = [NaN, -0];
    go.Halve(halves);
    assertEquals(halves, [NaN, -0]);
  },
  "sharing": (go) => {
    const [one, other] = go.Twice();
    assert(one !== other);
    const same = ["a"];
    assertEquals(go.AreSame([same, same]), false);
  },
  "cycles": (go) => {
    const all = ["Cycle", "AnyCycle", "AnyForks", "Twigs", "Roots", "Forks"];
    for (const name of all) {
      const error = assertThrows(go[name], PluginError, "contain itself");
      assertEquals(error.code, "panicked");
    }
    let [link] = go.Chain();
    while (link.Next !== null) link = link.Next;
    assertEquals(link.Values.length, 300_000);
    const list: unknown[] = [];
    list.push(list);
    assertThrows(() => go.Any(list), RangeError, "cycle");
    const item: Loose = { Name: "again" };
    item.Next = item;
    assertThrows(() => go.Record(item), RangeError, "cycle");
  },
  "text that is no Unicode": (go) => {
    assertEquals(go.BadText(), "a\ufffdb\ufffd\ufffd\ufffd");
    assertEquals(go.BadTexts(), ["\ufffd", "ok"]);
    for (const text of ["\ud800", "a\udfff"]) {
      assertThrows(() => go.Bytes(text), Error, "well-formed");
      assertThrows(() => go.Strings([text]), Error, "well-formed");
      assertThrows(() => go.Map({ [text]: 1 }), Error, "well-formed");
    }
    assertEquals(go.Strings(["\0", "😀"]), ["\0", "😀"]);
  },
  "integers of 64 bits": (go) => {
    const [least, most, [last]] = go.Large();
    assertEquals([least, most, last], [
      -(2n ** 63n),
      2n ** 64n - 1n,
      2n ** 63n - 1n,
    ]);
    assertEquals(go.SameLarge(least, most), [least, most]);
    assertEquals(go.SameLarge(-1, 1), [-1n, 1n]);
    assertEquals(go.SameInt(-7n), -7);
    assertThrows(() => go.BeyondSafe(), RangeError);
    for (const wrong of [2n ** 63n, 2 ** 53, 1.5, NaN]) {
      assertThrows(() => go.SameLarge(wrong, 0), RangeError);
    }
    assertThrows(() => go.SameLarge("1", 0), TypeError);
  },
  "numbers": (go) => {
    assertEquals([go.Any(3), go.Any(1.5), go.Any(2n ** 60n)], [
      3,
      1.5,
      2n ** 60n,
    ]);
    assertEquals(
      [3, 1.5, 3n, -(2n ** 63n), 2n ** 63n, 2n ** 64n].map((n) => go.Kind(n)),
      ["int", "float64", "int64", "int64", "uint64", "*big.Int"],
    );
    assertEquals([...go.Runes([65, 0x1f418])], [65, 0x1f418]);
  },
  "functions in `any`": (go) => {
    const general = "func(...interface {}) (interface {}, error)";
    assertEquals(go.Kind(() => 1), general);
    const same = go.Any((n: number, text: string) => [n + 1, text]);
    assertEquals(same(1, "x"), [2, "x"]);
    assertEquals(go.Anys([() => 1])[0](), 1);
  },
  "time": (go) => {
    const date = new Date(-1);
    assertEquals([go.Time(date), go.Duration(0.5)], [date, 0.5]);
    assertEquals(go.Duration(1500n), 0.0015);
    assertThrows(() => go.Time(new Date(NaN)), TypeError, "Date");
  },
};

const text = readFileSync(
  new URL("../../../../docs/types.md", import.meta.url),
  "utf8",
);

test("docs/types.md has a row for each rule", () => {
  const [, table = ""] = text.split("| rule ");
  const rows = table.split("\n\n")[0]!.split("\n").slice(2)
    .map((line) => line.split("|")[1]!.trim());
  assertEquals(rows, Object.keys(RULES));
  assertMatch(table, /^ *\| out of the plugin/);
});

for (const [rule, check] of Object.entries(RULES)) {
  test(`Go, both ways: ${rule}`, WITH_ITERATORS, async () => {
    const { symbols } = await openGo("objects");
    check(symbols);
  });
}
