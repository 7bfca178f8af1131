/**
 * Flexible array members: the elements behind a struct, as many as it says.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { openAnnotated, PLACES } from "../helpers/places.ts";

await withSupport();

const C = need("cc");

const opened = (isolated?: boolean) => openAnnotated("open_array.c", isolated);

for (const { where, isolated, needs } of PLACES) {
  test(
    `the elements behind a struct are a member of it${where}`,
    needs,
    async () => {
      const plugin = await opened(isolated);
      const { list_new, list_free, list_sum } = plugin.symbols;
      const List = plugin.type("list");
      for (const count of [0, 1, 5, 1000]) {
        const pointer = list_new(count);
        const list = List.at(pointer);
        const wanted = Float64Array.from({ length: count }, (_, i) => i + 0.5);
        assertEquals([list.count, list.values], [count, wanted]);
        assertEquals(List.toObject(list), { count, kind: 0, values: wanted });
        list.values = wanted.map((value) => 2 * value);
        assertEquals(list_sum(pointer), count * count);
        assertEquals(list_sum(new List(list)), count * count);
        list_free(pointer);
      }
    },
  );

  test(
    `one that JavaScript makes has room for what it is given${where}`,
    needs,
    async () => {
      const plugin = await opened(isolated);
      const { list_sum, ids } = plugin.symbols;
      const List = plugin.type("list");
      const Table = plugin.type("table");
      const list = new List({ count: 3, values: [1, 2, 4] });
      assertEquals([list_sum(list), list.values], [
        7,
        Float64Array.of(1, 2, 4),
      ]);
      list.values = Float64Array.of(10, 20);
      assertEquals(list.values, Float64Array.of(10, 20, 4));
      assertEquals(await list_sum.async(list), 34);
      list.count = 2;
      assertEquals([list_sum(list), list.values.length], [30, 2]);
      // What an array says of itself is not asked.
      const odd = Object.defineProperty(
        Float64Array.of(5, 6),
        "BYTES_PER_ELEMENT",
        { value: 16 },
      );
      assertEquals(list_sum(new List({ count: 2, values: odd })), 11);
      const entries = [{ id: 1, name: "ab" }, { id: 2, name: null }];
      const table = new Table({ size: 2n, entries });
      assertEquals(ids(table), 32n);
      table.entries[1].name = "größe"; // 7 bytes
      assertEquals(ids(table), 39n);
      assertEquals(Table.toObject(table).entries, [
        entries[0],
        { id: 2, name: "größe" },
      ]);
      assertEquals(new List().values, new Float64Array());
    },
  );

  test(
    `nothing beyond its memory is read or written${where}`,
    needs,
    async () => {
      const plugin = await opened(isolated);
      const { table_of_three, set_size } = plugin.symbols;
      const List = plugin.type("list");
      const Table = plugin.type("table");
      const pointer = table_of_three();
      const table = Table.at(pointer);
      assertEquals(
        table.entries.map(({ name }: { name: string | null }) => name),
        ["one", null, "three"],
      );
      set_size(pointer, 4n);
      assertThrows(() => table.entries, RangeError, "there is memory for 3");
      set_size(pointer, -1n);
      for (const look of [() => table.entries, () => Table.at(pointer)]) {
        assertThrows(look, RangeError, "table.entries: size says -1");
      }
      set_size(pointer, 2n ** 40n);
      assertThrows(() => Table.at(pointer), RangeError, "size says");
      set_size(pointer, 3n);
      const list = new List({ count: 9, values: [1] });
      assertThrows(
        () => list.values,
        RangeError,
        "count says 9, and there is memory for 1",
      );
      assertThrows(() => list.values = [1, 2], RangeError, "list.values");
      assertThrows(() => list.values = ["a"], TypeError, "list.values[0]");
      assertThrows(() => new List({ values: 3 }), TypeError, "list.values");
    },
  );
}

for (const { where, isolated, needs } of PLACES) {
  test(
    `one that says more elements than it has goes nowhere${where}`,
    needs,
    async () => {
      const plugin = await opened(isolated);
      const { list_new, list_sum, list_free, hold, ids } = plugin.symbols;
      const List = plugin.type("list");
      const Table = plugin.type("table");
      const lacks = "of which count says 9, and there is memory for 1";
      for (let round = 0; round < 3; round++) {
        const short = new List({ count: 9, values: [1] });
        assertThrows(() => list_sum(short), TypeError, `(list): wanted`);
        assertThrows(() => list_sum(short), TypeError, lacks);
        assertThrows(
          () => plugin.lookup("first_byte")(short),
          TypeError,
          lacks,
        );
        assertThrows(() => list_sum.async(short), TypeError, lacks);
        assertThrows(() => hold({ of: short }), TypeError, lacks);
        assertThrows(
          () => ids(new Table({ size: 1n })),
          TypeError,
          "a table of which size says 1, and there is memory for 0",
        );
        short.count = 1;
        for (let i = 0; i < 3000; i++) assertEquals(list_sum(short), 1);
        assertEquals(hold({ of: short }), 1);
        // More than are used: a plugin may fill them.
        const spare = new List({ count: 1, values: [1, 2, 3] });
        assertEquals(list_sum(spare), 1);
        short.count = 2;
        assertThrows(() => list_sum(short), TypeError, "count says 2");
      }
      // What C made may have more memory than it says, and C alone knows.
      const pointer = list_new(2);
      const seen = List.at(pointer);
      seen.count = 0;
      const again = List.at(pointer);
      seen.count = 2;
      assertEquals([list_sum(again), list_sum(pointer)], [2, 2]);
      list_free(pointer);
    },
  );

  test(
    `a plain object is one, with its elements${where}`,
    needs,
    async () => {
      const plugin = await opened(isolated);
      const { list_sum, ids } = plugin.symbols;
      const values = [1, 2, 4];
      for (let round = 0; round < 3000; round += isolated ? 300 : 1) {
        assertEquals(list_sum({ count: 3, kind: 0, values }), 7);
      }
      const numbers = Float64Array.from(values);
      assertEquals(list_sum({ count: 2, kind: 0, values: numbers }), 3);
      assertEquals(list_sum({ count: 0, kind: 0, values: [] }), 0);
      const entries = [{ id: 1, name: "ab" }, { id: 2, name: null }];
      assertEquals(ids({ size: 2n, entries }), 32n);
      assertEquals(await ids.async({ size: 1, entries }), 3n);
      let asked = 0;
      const odd = {
        count: 1,
        kind: 0,
        get values() {
          return Array(++asked).fill(3);
        },
      };
      assertEquals([list_sum(odd), asked], [3, 1]);
      const wrong: readonly [unknown, string][] = [
        [
          { count: 4, kind: 0, values },
          "(list).values: wanted the 4 elements that count says, got 3",
        ],
        [
          { count: 4, kind: 0 },
          "(list).values: wanted an array, got undefined",
        ],
        [
          { count: 1, kind: 0, values: ["a"] },
          "(list).values[0]: wanted a number",
        ],
        [{ count: 1, kind: 0, values: 1 }, "(list).values: wanted an array"],
        [{ count: -1, kind: 0, values }, "(list).count: wanted an integer"],
        [{ count: 1, kind: 0, values, more: 1 }, 'one with "more"'],
        [{ count: 1, values }, "(list).kind: wanted an integer"],
      ];
      for (const [given, message] of wrong) {
        assertThrows(() => list_sum(given), Error, message);
      }
      assertThrows(
        () => ids({ size: -1, entries }),
        RangeError,
        "(table).size: wanted a number from 0, got -1",
      );
      assertThrows(
        () => ids({ size: 2, entries: [entries[0], { id: 1, name: 2 }] }),
        TypeError,
        "(table).entries[1].name: wanted a string",
      );
    },
  );
}

test("the first of several structs in a row is one, too", C, async () => {
  const plugin = await opened();
  const Entry = plugin.type("entry");
  const first = plugin.type("table").at(plugin.symbols.table_of_three());
  const [entry] = Entry.array(plugin.symbols.table_of_three().offset(8), 3);
  assertEquals(first.entries[0].id, 1);
  assertEquals(Entry.toObject(new Entry(entry)), { id: 1, name: "one" });
});

test("an array that is longer than memory is refused at once", C, async () => {
  const plugin = await opened();
  const Table = plugin.type("table");
  const entries: unknown[] = [];
  entries.length = 2 ** 26;
  for (const make of [plugin.symbols.ids, (of: object) => new Table(of)]) {
    assertThrows(
      () => make({ size: 1n, entries }),
      RangeError,
      "67108864 elements",
    );
  }
});
