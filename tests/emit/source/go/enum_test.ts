/**
 * Integers of a named type whose package exports constants of it: an enum with
 * their names, wherever such a value crosses.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../../helpers/test.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

test(
  "buildGo() finds the constants of a type, by 1 << iota too",
  WITH_GO,
  async () => {
    const plugin = await openGo("anything");
    const type = (name: string) => ({ ...plugin.type(name) as object });
    assertEquals(type("Color"), { Red: 0, Green: 1, Blue: 2 });
    assertEquals(type("Perm"), { Read: 1, Write: 2, Exec: 4, All: 7 });
    assertEquals(type("Wide"), { Tiny: -1, Huge: 2n ** 60n });
    assertEquals(type("Mask"), { Lowest: 1, Every: 2n ** 64n - 1n });
    const { types, symbols, constants = {} } = plugin.manifest;
    assertEquals(
      ["Color", "Perm", "Wide", "Mask"].map((name) =>
        (types[name] as Loose).type
      ),
      ["isize", "u8", "i64", "u64"],
    );
    assertEquals(
      ["Mix", "SameLevel", "SameLonely", "Favourite"].map((name) =>
        symbols[name]!.type
      ),
      [
        "(Color, Color) => Color",
        "(string) => string",
        "(isize) => isize",
        "Color",
      ],
    );
    assertEquals([constants.Blue, constants.All, constants.Low], [2, 7, "low"]);
    assertEquals([types.Level, types.Lonely], [undefined, undefined]);
  },
);

test(
  "an enum of another package has all that it exports",
  WITH_GO,
  async () => {
    const plugin = await openGo("anything");
    const months = plugin.type("time.Month") as Loose;
    assertEquals(Object.keys(months).length, 12);
    assertEquals([months.January, months.December], [1, 12]);
    assertEquals((plugin.type("time.Weekday") as Loose).Saturday, 6);
    assertEquals((plugin.type("fs.FileMode") as Loose).ModeDir, 2 ** 31);
    const { MonthName, IsDir } = plugin.symbols as Loose;
    assertEquals(MonthName(months.May), "May");
    assertEquals(IsDir((plugin.type("fs.FileMode") as Loose).ModeDir), true);
  },
);

test("values of an enum cross wherever numbers do", WITH_GO, async () => {
  const plugin = await openGo("anything");
  const go = plugin.symbols as Loose;
  const { Red, Green, Blue } = plugin.type("Color") as Loose;
  const { Read, Exec, All } = plugin.type("Perm") as Loose;
  const { Huge } = plugin.type("Wide") as Loose;
  assertEquals(go.Mix(Green, Green), Blue);
  assertEquals([go.Has(All, Exec), go.Has(Read, Exec)], [true, false]);
  assertEquals(go.Names([Red, Blue]), "[red blue]");
  assertEquals(go.Same(Huge), Huge);
  const { Every } = plugin.type("Mask") as Loose;
  assertEquals([Every, go.SameMask(Every)], [2n ** 64n - 1n, Every]);
  assertEquals(go["Color.String"](Green), "green");
  const brush = { Color: Blue, Perms: Uint8Array.of(Read, All), When: 6 };
  assertEquals({ ...go.SameBrush(brush) }, brush);
  const stroke = go.SameStroke({
    Colors: new Map([[Red, "r"]]),
    First: Green,
    Name: "n",
  });
  assertEquals(stroke.Colors, new Map([[Red, "r"]]));
  assertEquals([stroke.First, stroke.Name], [Green, "n"]);
  const next = new BigInt64Array([0n]);
  go.Next(next);
  assertEquals(next[0], 1n);
  assertEquals(go.Choose((c: number) => c === Blue ? Exec : Read), Exec);
  assertEquals(go.Favourites().color, Blue);
  go.Favourite.value = Red;
  assertEquals(go.Favourite.value, Red);
  assertThrows(
    () => go.Mix("red", Red),
    TypeError,
    "argument 1 (a): wanted Color",
  );
  assertThrows(() => go.Has(256, 1), RangeError, "wanted Perm");
});
