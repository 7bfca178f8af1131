/**
 * Texts that are not UTF-8: UTF-16, UTF-32 (`wchar_t`) and Latin-1, as
 * parameters, results, members, variables, lists, and in callbacks; in this
 * process and isolated.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import process from "node:process";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { callback, cstring, type Pointer, variable } from "@native/plugin";
import { isSanitized } from "../../../ffi/runtime/sanitizer.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { openAnnotated, PLACES } from "../helpers/places.ts";

await withSupport();

const C = need("cc");

const opened = (isolated?: boolean) => openAnnotated("encoded.c", isolated);

const TEXTS = ["", "a", "größe", "\ufeffα", "😀!", "x".repeat(5000)];

for (const { where, isolated, needs } of PLACES) {
  test(
    `texts in UTF-16, UTF-32 and Latin-1 go in and come out${where}`,
    needs,
    async () => {
      const c = (await opened(isolated)).symbols;
      for (const text of TEXTS) {
        assertEquals(c.units16(text), text.length);
        assertEquals(c.same16(text), text);
        assertEquals(c.units32(text), [...text].length);
        assertEquals(c.same32(text), text);
        if (!/^[\0-\xff]*$/.test(text)) continue;
        assertEquals(c.units8(text), text.length);
        assertEquals(c.same8(text), text);
      }
      assertEquals(c.unit16("😀", 1n), 0xde00);
      assertEquals(c.unit32("😀", 0), 0x1f600);
      assertEquals(c.unit8("é", 0), 0xe9);
      for (const name of ["16", "32", "8"]) {
        assertEquals(c[`units${name}`](null), 99);
        assertEquals(c[`same${name}`](null), null);
      }
      for (const n of [0, 1, 63, 64, 2047, 2048, 2049, 100_000]) {
        const text = c.letters16(n);
        assertEquals(text.length, n);
        assertEquals(
          text.slice(-2),
          "abcdefghijklmnopqrstuvwxyz".repeat(4000).slice(0, n).slice(-2),
        );
      }
    },
  );

  test(
    `a long text takes as long as it is, and no longer${where}`,
    isSanitized()
      ? skip("under a sanitizer each unit of a text is read alone")
      : needs,
    async () => {
      const { letters16 } = (await opened(isolated)).symbols;
      const start = process.cpuUsage();
      assertEquals(letters16(8_000_000).length, 8_000_000);
      // Copied anew with each page, it would take half a minute.
      const { user, system } = process.cpuUsage(start);
      assert(user + system < 10_000_000, `${user} and ${system} us`);
    },
  );

  test(
    `what is no Unicode comes out as U+FFFD, and does not go in${where}`,
    needs,
    async () => {
      const c = (await opened(isolated)).symbols;
      assertEquals(c.halves(), "a\ufffdb\ufffd😀");
      assertEquals(c.beyond(), "a\ufffd\ufffd\ufffd😀");
      assertEquals(c.high(), "\x80éÿ");
      const wide = "wanted utf16, a well-formed string without NUL, or null";
      for (let round = 0; round < 3; round++) {
        assertThrows(
          () => c.units16("\ud800"),
          RangeError,
          `units16(): argument 1 (text): ${wide}`,
        );
        assertThrows(
          () => c.units32("a\udc00"),
          RangeError,
          "a well-formed string",
        );
        assertThrows(
          () => c.units8("α"),
          RangeError,
          "characters up to U+00FF",
        );
        for (const name of ["16", "32", "8"]) {
          assertThrows(
            () => c[`units${name}`]("a\0"),
            RangeError,
            "without NUL",
          );
          for (const wrong of [undefined, 1, {}, new Uint16Array(2), ["a"]]) {
            assertThrows(() => c[`units${name}`](wrong), TypeError, "(text)");
          }
          assertThrows(
            () => c[`units${name}`](),
            TypeError,
            "wanted 1 argument",
          );
          assertThrows(() => c[`unit${name}`](null, 0), TypeError, "(text)");
        }
        // Hot, the checks are the same.
        for (let i = 0; i < 5000; i++) c.units16("ab");
      }
    },
  );

  test(
    `texts with lengths, and texts that are filled${where}`,
    needs,
    async () => {
      const c = (await opened(isolated)).symbols;
      assertEquals(c.count16("größe", 0xf6), 1);
      assertEquals(c.count16("", 0xf6), 0);
      assertEquals(c.reverse16("αβγ", 8), "γβα");
      assertEquals(c.reverse16("", 8), "");
      assertEquals(c.fill32(8), "hé😀");
      assertEquals(c.fill32(2), "hé");
      assertEquals(c.tail16("größe", 3), "ße");
      assertEquals(c.tail16("a", 1), "");
    },
  );

  test(`lists of such texts${where}`, needs, async () => {
    const c = (await opened(isolated)).symbols;
    assertEquals(c.all16(["a", null, "😀", ""]), 103);
    assertEquals(c.all16([]), 0);
    assertEquals(c.words16(), ["α", "βγ"]);
    assertThrows(() => c.all16(["a", "\ud800"]), TypeError, "(texts)");
    assertThrows(() => c.all16(["a", 1]), TypeError, "(texts)");
  });

  test(
    `a text that was given away is read and freed${where}`,
    needs,
    async () => {
      const c = (await opened(isolated)).symbols;
      assertEquals([c.copy32("Übung"), c.live.value], ["Übung", 0]);
      assertThrows(() => c.copy32(null), TypeError, "(text)");
    },
  );

  test(`on other threads${where}`, needs, async () => {
    const c = (await opened(isolated)).symbols;
    assertEquals(
      await Promise.all(TEXTS.map((text) => c.same16.async(text))),
      TEXTS,
    );
    await assertRejects(
      async () => await c.units32.async("\ud800"),
      RangeError,
      "a well-formed string",
    );
  });

  test(`members, variables and callbacks${where}`, needs, async () => {
    const plugin = await opened(isolated);
    const c = plugin.symbols;
    const Label = plugin.type("label");
    const two = Label.array(c.labels.pointer, 2);
    assertEquals([two[0].name, two[1].name], ["one", null]);
    assertEquals(cstring(two[1].tag, "utf16"), "zwei");
    const own = new Label({ id: 3, name: "größe", tag: Array(8).fill(0) });
    assertEquals([c.name_length(own), own.name], [5, "größe"]);
    own.name = "😀";
    assertEquals([c.name_length(own), own.name], [1, "😀"]);
    assertThrows(() => own.name = "\ud800", RangeError, "label.name");
    assertThrows(() => own.name = 1, TypeError, "label.name");

    const title = plugin.lookup("title", "utf16");
    assertEquals(title.value, "title");
    title.value = "Δ";
    assertEquals([title.value, c.title.value.cstring("utf16")], ["Δ", "Δ"]);
    title.value = "title"; // who opens it in the same way has the same plugin

    const seen: unknown[] = [];
    const each = plugin.lookup(
      "each",
      "((utf16, utf32, latin1) => i32) => i32",
    );
    const visit = (...texts: unknown[]) => seen.push(texts);
    assertEquals(each(visit), 3);
    assertEquals(seen, [["é😀", "😀", "é"], [null, null, null]]);
    assertEquals(each(callback("(utf16, utf32, latin1) => i32", visit)), 7);

    const counting = plugin.lookup("counting", "() => (utf16) => usize")()!;
    assertEquals([counting("größe"), counting(null)], [5, 99]);
    assertThrows(() => counting("\0"), RangeError, "utf16");
  });
}

test("a text ends where its memory does", C, async () => {
  const c = (await opened()).symbols;
  for (const n of [0, 1, 2047, 2048, 3000]) {
    for (const isOdd of [false, true]) {
      assertEquals(c.at_the_end(n, isOdd).length, n);
    }
  }
});

test("what has other units is no such text", C, async () => {
  const plugin = await opened();
  for (
    const type of [
      "(utf32) => usize",
      "(cstring) => usize",
      "(latin1) => usize",
    ]
  ) {
    assertThrows(() => plugin.lookup("units16", type), Error, "units16");
  }
  assertThrows(() => plugin.lookup("units8", "(utf16) => usize"), Error);
  // A pointer of which nothing is known may be one.
  assert(plugin.lookup("give_back", "(utf16) => void"));
});

test("cstring() reads units that JavaScript sees", () => {
  assertEquals(cstring(Uint16Array.of(0x3b1, 0xd800, 0), "utf16"), "α\ufffd");
  assertEquals(cstring(Int32Array.of(0x1f600), "utf32"), "😀");
  assertEquals(cstring(Uint8Array.of(0xe9, 0, 65), "latin1"), "é");
  assertEquals(cstring(Uint8Array.of(0x42, 0, 0, 0).buffer, "utf16"), "B");
  assertThrows(
    () => cstring(Uint8Array.of(1), "utf16"),
    TypeError,
    "Uint16Array",
  );
  assertThrows(
    () => cstring(Uint16Array.of(1)),
    TypeError,
    "got a Uint16Array",
  );
  assertThrows(
    () => cstring(Uint8Array.of(1), "utf7" as "utf8"),
    TypeError,
    '"utf8" or "utf16" or "utf32" or "latin1", got "utf7"',
  );
  const one = variable("utf16");
  one.value = "α";
  const word = variable("pointer", one.pointer).value as Pointer;
  assertEquals([one.value, word.cstring("utf16")], ["α", "α"]);
});
