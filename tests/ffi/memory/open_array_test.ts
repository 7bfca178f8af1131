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

test("the first of several structs in a row is one, too", C, async () => {
  const plugin = await opened();
  const Entry = plugin.type("entry");
  const first = plugin.type("table").at(plugin.symbols.table_of_three());
  const [entry] = Entry.array(plugin.symbols.table_of_three().offset(8), 3);
  assertEquals(first.entries[0].id, 1);
  assertEquals(Entry.toObject(new Entry(entry)), { id: 1, name: "one" });
});
