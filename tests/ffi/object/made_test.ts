/**
 * Structs that C has its caller make, as objects, and objects that are freed by
 * the address of a variable.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "@native/plugin";
import { withSupport } from "../../helpers/support.ts";
import { openAnnotated, PLACES } from "../helpers/places.ts";

await withSupport();

const made = async (isolated: boolean) =>
  (await openAnnotated("made.c", isolated)).symbols;

for (const { where, isolated, needs } of PLACES) {
  test(
    `what frees takes the address of a variable${where}`,
    needs,
    async () => {
      const { Box, boxes } = await made(isolated);
      const before = boxes.value;
      {
        using box = new Box(3);
        assertEquals([box.size(), boxes.value], [3, before + 1]);
        using other = new Box(4);
        assertEquals([other.size(), box.size()], [4, 3]);
      }
      assertEquals(boxes.value, before);
      const gone = new Box(1);
      gone[Symbol.dispose]();
      gone[Symbol.dispose]();
      assertEquals(boxes.value, before);
      assertThrows(() => gone.size(), TypeError, "disposed");
      const { message, failure } = assertThrows(() => new Box(-1), PluginError);
      assertEquals([message, failure], [
        "box_open() failed: MADE_FAILED",
        { code: 1, name: "MADE_FAILED" },
      ]);
    },
  );

  test(
    `a struct that the caller makes is an object${where}`,
    needs,
    async () => {
      const { Box, notes } = await made(isolated);
      using box = new Box(100);
      const before = notes.value;
      {
        using one = box.take("größe");
        using other = box.take("b");
        // Its memory stays, whatever else is called and collected.
        for (let i = 0; i < 300; i++) box.take(`${i}`)[Symbol.dispose]();
        for (let i = 0; i < 50; i++) one.add(33);
        assertEquals(one.text(), `größe${"!".repeat(50)}`);
        assertEquals([other.text(), other.length()], ["b", 1n]);
        assertEquals(notes.value, before + 2);
      }
      assertEquals(notes.value, before);
      const note = box.take("c");
      note[Symbol.dispose]();
      assertThrows(() => note.text(), TypeError, "disposed");
      assertEquals(notes.value, before);
    },
  );

  test(
    `one that has failed says why, by its own codes, and is freed${where}`,
    needs,
    async () => {
      const { Box, notes } = await made(isolated);
      using box = new Box(2);
      const before = notes.value;
      for (
        const [text, name, code] of [["", "REASON_EMPTY", 7], [
          "abc",
          "REASON_LONG",
          8,
        ]] as const
      ) {
        const { message, failure } = assertThrows(
          () => box.take(text),
          PluginError,
        );
        assertEquals([message, failure], ["it is not that long", {
          code,
          name,
        }]);
      }
      assertEquals(notes.value, before);
    },
  );

  test(`on another thread too${where}`, needs, async () => {
    const { Box, notes } = await made(isolated);
    using box = new Box(9);
    const before = notes.value;
    const all = await Promise.all(
      ["a", "bc", "d"].map((text) => box.take.async.call(box, text)),
    );
    assertEquals(all.map((note) => note.text()), ["a", "bc", "d"]);
    for (const note of all) note[Symbol.dispose]();
    assertEquals(notes.value, before);
  });
}
