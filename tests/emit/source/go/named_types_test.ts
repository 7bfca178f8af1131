/**
 * Types that Go has names for, there and back: the rows of a table in
 * docs/types.md, each with its check.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../../helpers/test.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What a row of the table says, tried. */
const TYPES: Record<string, (go: Loose) => void> = {
  "time.Time": (go) => {
    const date = new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 7));
    assertEquals(go.SameTime(date), [date, "2026-02-03T04:05:06.007Z"]);
    assertThrows(() => go.SameTime(new Date(NaN)), TypeError, "valid Date");
    assertThrows(() => go.SameTime(1), TypeError, "valid Date");
  },
  "time.Duration": (go) => {
    assertEquals(go.SameDuration(1500), [1500, "1.5s"]);
    assertEquals(go.SameDuration(1500n), [0.0015, "1.5µs"]);
    assertThrows(() => go.SameDuration(NaN), RangeError, "milliseconds");
  },
  "*big.Int": (go) => {
    const large = -(2n ** 80n);
    assertEquals(go.SameBig(large), [large, `${large}`]);
    assertEquals(go.SameBig(7), [7n, "7"]);
    assertThrows(() => go.SameBig(1.5), Error, "bigint");
  },
  "complex128": (go) => {
    assertEquals(go.SameComplex({ re: 1, im: -2 }), [
      { re: 1, im: -2 },
      "(1-2i)",
    ]);
    assertEquals(go.SameComplex(3), [{ re: 3, im: 0 }, "(3+0i)"]);
    assertThrows(() => go.SameComplex("3"), TypeError);
  },
  "json.RawMessage": (go) => {
    const text = `{"a":[1,2]}`;
    const [raw, said] = go.SameRaw(bytesOf(text));
    assertEquals([said, raw.toJSON(), JSON.stringify({ raw })], [
      text,
      { a: [1, 2] },
      `{"raw":${text}}`,
    ]);
    assertEquals(raw.MarshalJSON(), bytesOf(text));
    assertEquals(go.SameRaw(raw)[1], text);
    assertThrows(() => go.SameRaw(text), TypeError, "json.RawMessage");
  },
  "json.Number": (go) => {
    assertEquals(go.SameNumber("1.50"), ["1.50", "1.50"]);
    assertEquals(go.JSONNumbers().slice(0, 2), [1, 2.5]);
    assertThrows(() => go.SameNumber(1), TypeError, "string");
  },
  "[]byte": (go) => {
    const bytes = Uint8Array.of(0, 255);
    assertEquals(go.SameBytes(bytes), [bytes, "[0 255]"]);
    assertEquals(go.Kind(bytes.buffer), "[]uint8");
    assertEquals(go.Kind(new DataView(bytes.buffer)), "[]uint8");
    assertThrows(() => go.SameBytes("x"), TypeError);
  },
  "rune": (go) => {
    const shell = "🐚".codePointAt(0)!;
    assertEquals(go.SameRune(shell), [shell, "🐚"]);
    assertThrows(() => go.SameRune("a"), TypeError, "i32");
  },
};

test("docs/types.md has a row for each type that Go has a name for", () => {
  const text = readFileSync(
    new URL("../../../../docs/types.md", import.meta.url),
    "utf8",
  );
  const [, table = ""] = text.split("| Go's type ");
  const rows = table.split("\n\n")[0]!.split("\n").slice(2)
    .map((line) => line.split("|")[1]!.trim().replaceAll("`", ""));
  assertEquals(rows, Object.keys(TYPES));
});

for (const [type, check] of Object.entries(TYPES)) {
  test(`Go, there and back: ${type}`, WITH_GO, async () => {
    check((await openGo("anything")).symbols);
  });
}
