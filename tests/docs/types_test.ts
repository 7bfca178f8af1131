/**
 * What docs/types.md says of what becomes what: a check for each row of its
 * first two tables, in both directions. (The tables of rules and of Go's named
 * types have theirs in `tests/emit/source/go`.)
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  callback,
  cstring,
  open,
  type Plugin,
  Pointer,
  variable,
} from "../../mod.ts";
import { openGo, WITH_GO, WITH_ITERATORS } from "../emit/helpers/go_open.ts";
import { buildCrate } from "../emit/helpers/native.ts";
import { openAnnotated } from "../ffi/helpers/places.ts";
import { need, type Needs } from "../helpers/need.ts";
import { ROOT } from "../helpers/program.ts";
import { withSupport } from "../helpers/support.ts";
import { test } from "../helpers/test.ts";

await withSupport();

// deno-lint-ignore no-explicit-any -- the declarations are other tests'
type Loose = any;

type Checks = Readonly<
  Record<string, (symbols: Loose, plugin: Plugin) => void>
>;

// Compiled four times as fast; nothing here is about speed.
process.env.CARGO_PROFILE_RELEASE_OPT_LEVEL = "0";

/** rustdoc's JSON, as tests/emit/source/rust has it. */
const WITH_RUST = { ...need("rust>=1.88", "cc"), timeout: 900_000 };

/** What the functions of `crossing.c` are called by the types that they give back. */
const INTEGERS = {
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32768, 32767],
  u16: [0, 65535],
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  color: [-1, 5],
};

/** The rows with something in the column of C, by what stands there. */
const OF_C: Checks = {
  "bool": (c) => {
    assertEquals([c.same_bool(true), c.same_bool(false)], [true, false]);
    assertThrows(() => c.same_bool(1), TypeError, "true or false");
  },
  "int8_t … uint32_t, enums": (c) => {
    for (const [type, ends] of Object.entries(INTEGERS)) {
      const same = c[`same_${type}`];
      for (const end of ends) assertEquals(same(end), end);
      if (type === "color") continue;
      assertThrows(() => same(ends[0]! - 1), RangeError);
      assertThrows(() => same(ends[1]! + 1), RangeError);
      assertThrows(() => same(0.5), Error, "integer");
    }
  },
  "int64_t, uint64_t, long": (c) => {
    for (const end of [-(2n ** 63n), -1n, 2n ** 63n - 1n]) {
      assertEquals(c.same_i64(end), end);
    }
    assertEquals([c.same_u64(2n ** 64n - 1n), c.same_u64(7)], [
      2n ** 64n - 1n,
      7n,
    ]);
    assertThrows(() => c.same_i64(2n ** 63n), RangeError);
    assertThrows(() => c.same_u64(-1n), RangeError);
    assertThrows(() => c.same_i64(2 ** 53), RangeError);
  },
  "size_t, ptrdiff_t": (c) => {
    assertEquals([c.same_usize(5), c.same_isize(-5n)], [5, -5]);
    assertEquals(c.same_usize(2 ** 53 - 1), 2 ** 53 - 1);
    assertThrows(() => c.same_usize(2n ** 53n), RangeError, "exact");
    assertThrows(() => c.same_usize(-1), RangeError);
  },
  "float, double": (c) => {
    for (const value of [0.1, -0, NaN, Infinity]) {
      assertEquals(c.same_f64(value), value);
      assertEquals(c.same_f32(value), Math.fround(value));
    }
    assertThrows(() => c.same_f64(1n), TypeError, "number");
  },
  "const char *": (c) => {
    assertEquals([c.same_text("größe 😀"), c.same_text(null)], [
      "größe 😀",
      null,
    ]);
    assertThrows(() => c.same_text("a\0b"), Error, "NUL");
  },
  "char16_t *; wchar_t *; char * in Latin-1": (c) => {
    for (const encoding of ["utf16", "utf32", "latin1"]) {
      const same = c[`same_${encoding}`];
      assertEquals([same("größe"), same(null)], ["größe", null]);
      assertThrows(() => same("a\0b"), Error, "NUL");
    }
  },
  "char *, uint8_t *": (c) => {
    const { buffer } = Uint8Array.of(1, 2, 3);
    const view = new DataView(buffer);
    for (const bytes of [new Uint8Array(buffer), view, buffer]) {
      assertEquals(c.last_byte(bytes, 3), 3);
    }
    const at: Pointer = c.a_box();
    assertEquals(c.same_bytes(at).address, at.address);
    assertEquals(c.same_bytes(null), null);
    const cell = variable("[3]u8");
    cell.value = [65, 66, 0];
    assertEquals(c.last_byte(cell, 2), 66);
    assertEquals(cstring(c.same_bytes(cell)), "AB");
    assertThrows(() => c.last_byte([1], 1), TypeError);
  },
  "double *": (c) => {
    assertEquals(c.sum(Float64Array.of(1, 2.5), 2), 3.5);
    const cell = variable("f64");
    cell.value = 4;
    assertEquals(c.sum(cell, 1), 4);
    assertEquals(c.same_doubles(null), null);
    assert(c.same_doubles(Float64Array.of(1)) instanceof Pointer);
    assertThrows(() => c.sum(Float32Array.of(1), 1), TypeError, "Float64Array");
  },
  "void *": (c) => {
    const at = c.same_address(new ArrayBuffer(8));
    assert(at instanceof Pointer);
    assertEquals(c.same_address(at).address, at.address);
    assertEquals(c.same_address(null), null);
    assertThrows(() => c.same_address(1), TypeError);
  },
  "struct T * of which no more is known": (c) => {
    assertEquals([c.is_box(c.a_box()), c.is_box(null)], [true, false]);
    assertThrows(() => c.is_box(c.a_lid()), TypeError, "lid");
  },
  "Point, a struct by value": (c, plugin) => {
    const Point: Loose = plugin.type("point");
    assertEquals(c.same_point({ x: 1, y: -2 }), { x: 1, y: -2 });
    assertEquals(c.same_point(new Point({ x: 3, y: 4 })), { x: 3, y: 4 });
    assertThrows(() => c.same_point({ x: 1 }), TypeError, "y");
    assertThrows(() => c.same_point({ x: 1, y: 2, z: 3 }), TypeError, "z");
  },
  "a union by value, or one in a struct": (c) => {
    const out = c.same_number({ real: 1 });
    assertEquals([out.real, out.whole], [1, 0x3f800000]);
    assertEquals(c.same_number(out).whole, 0x3f800000);
    assertThrows(() => c.same_number({ real: 1, whole: 1 }), TypeError);
  },
  "unsigned x : 3, a bit-field": (c) => {
    assertEquals(c.same_flags({ level: 7, rest: -1 }), { level: 7, rest: -1 });
    assertThrows(() => c.same_flags({ level: 8, rest: 0 }), RangeError);
  },
  "Point *": (c, plugin) => {
    const Point: Loose = plugin.type("point");
    const point = new Point({ x: 1, y: 2 });
    const out = c.moved(point, 2);
    assert(out instanceof Pointer);
    assertEquals([point.x, Point.at(out).x], [3, 3]);
    const bytes = Float64Array.of(5, 6);
    c.moved(bytes, 1);
    c.moved(c.moved(bytes, 1), 1);
    assertEquals([...bytes], [8, 6]);
    const cell = variable("[2]f64");
    c.moved(cell, 1);
    assertEquals([...cell.value], [1, 0]);
    assertEquals(c.moved(null, 1), null);
    assertThrows(() => c.moved(new Float64Array(1), 1), Error, "16");
    assertThrows(() => c.moved(c.a_box(), 1), TypeError, "box");
  },
  "T **, size_t *, an out-parameter": (c) => {
    const found = variable("pointer");
    const length = variable("usize");
    assertEquals(c.find(found, length), 0);
    assertEquals([c.is_box(found.value), length.value], [true, 7]);
    const lengths = new BigUint64Array(1);
    c.find(new BigUint64Array(1), lengths);
    assertEquals(lengths[0], 7n);
    assertThrows(() => c.find(found, new Uint32Array(1)), TypeError);
  },
  "*p, char **argv as it comes out": (c) => {
    assertEquals(variable("i32", c.numbers()).value, 1);
    assertEquals(variable("[3]cstring", c.texts()).value, ["a", "ä", null]);
  },
  "char16_t[8] in a struct": (c) => {
    const wide = Uint16Array.from("größe\0\0\0", (unit) => unit.charCodeAt(0));
    for (const given of [wide, [...wide]]) {
      const out = c.same_label({ ...LABEL, wide: given }).wide;
      assertEquals(out, wide);
      assertEquals(cstring(out, "utf16"), "größe");
    }
    assertThrows(() => c.same_label({ ...LABEL, wide: [1] }), Error, "wide");
  },
  "char[16] in a struct": (c) => {
    const bytes = Int8Array.from([65, 66, ...new Array(14).fill(0)]);
    for (const given of ["AB", bytes, [...bytes]]) {
      const out = c.same_label({ ...LABEL, name: given }).name;
      assertEquals(out, bytes);
      assertEquals(cstring(out), "AB");
    }
    assertThrows(
      () => c.same_label({ ...LABEL, name: "x".repeat(17) }),
      Error,
      "name",
    );
  },
  "void * for the caller's own data": (c) => {
    let sum = 0;
    assertEquals(c.with_data((item: number) => sum += item, null), 62);
    assertEquals(sum, 42);
  },
  "int (*)(int)": (c) => {
    const twice = (value: number) => 2 * value;
    assertEquals([c.changed(twice, 21), c.changed(null, 21)], [42, 21]);
    using handle = callback("(i32) => i32", twice);
    assertEquals(c.changed(handle, 4), 8);
    assertEquals(c.same_change(handle)(5), 10);
    assertEquals(c.same_change(null), null);
    assertThrows(() => c.changed(1, 1), TypeError, "function");
  },
  "void (*)(void) for any function": (c, plugin) => {
    using handle = callback("(i32) => i32", (value) => value + 1);
    assertEquals([c.called(handle), c.called(null)], [42, -1]);
    const called = plugin.lookup("called", "((i32) => i32) => i32");
    assertEquals(called((value: number) => value - 1), 40);
    assertEquals(typeof c.same_any_function(handle), "function");
    assertEquals(c.same_any_function(null), null);
  },
};

/** A struct of `crossing.c` with nothing in it. */
const LABEL = { wide: new Uint16Array(8), name: "", four: new Int32Array(4) };

/** The rows of the first table that only Go has, by their notation. */
const OF_GO: Checks = {
  "string": (go) => {
    assertEquals(go.String("größe\0 😀"), "größe\0 😀");
    assertThrows(() => go.String(null), TypeError, "string");
  },
  "bytes, []f64": (go) => {
    const bytes = Uint8Array.of(1, 2);
    assertEquals(go.Bytes(bytes), bytes);
    assertEquals(go.Float64s(Float64Array.of(0.5)), Float64Array.of(0.5));
    const ints = BigInt64Array.of(3n, 1n);
    assertEquals(go.Ints(ints), ints);
    assertThrows(() => go.Bytes("x"), TypeError);
  },
  "(T, U)": (go) => {
    assertEquals(go.Split("a=b", "="), ["a", "b", true]);
  },
  "T": (go) => {
    assertEquals(go.Divide(6, 3), 2);
    assertThrows(() => go.Divide(1, 0), Error, "division by zero");
  },
};

/** The same of another package. */
const PLACES_OF_GO: Checks = {
  "[4]i32": (go) => {
    assertEquals(go.Quads(1), Int32Array.of(1, 2, 3, 4));
    assertEquals([go.SumQuad([1, 2, 3, 4]), go.SumQuad(go.Quads(1))], [10, 10]);
    assertThrows(() => go.SumQuad([1]), Error, "4");
  },
};

const ITEM = { Name: "a", Count: 1, Tags: ["t"], Next: null, Extra: { k: 2 } };

/** The table of data that crosses whole, by its notation: of Go, and what Go has not. */
const DATA_OF_GO: Checks = {
  "[]T": (go) => {
    assertEquals(go.Strings(["a", "ä"]), ["a", "ä"]);
    assertEquals(go.Runes([1, 2]), Int32Array.of(1, 2));
    assertEquals(go.Ints([1, 2]), BigInt64Array.of(1n, 2n));
    const texts = ["b", "a"];
    go.SortTexts(texts);
    assertEquals(texts, ["a", "b"]);
  },
  "bytes": (go) => {
    const { buffer } = Uint8Array.of(1, 2);
    const given = [new Uint8Array(buffer), new DataView(buffer), buffer];
    assertEquals(go.Blobs(given), given.map(() => Uint8Array.of(1, 2)));
  },
  "?T": (go) => {
    assertEquals([go.Optional(null), go.Optional(undefined)], [null, null]);
    assertEquals(plain(go.Optional(ITEM)), ITEM);
    const item: Loose = { Name: "", Count: 0, Tags: [], Extra: {} };
    go.FillItem(item);
    assertEquals([item.Name, item.Next.Name], ["filled", "next"]);
  },
  "map<string, T>": (go) => {
    const out = go.Map({ a: 1 });
    assertEquals([Object.getPrototypeOf(out), { ...out }], [null, { a: 1 }]);
    assertEquals({ ...go.Map(new Map([["b", 2]])) }, { b: 2 });
    assertThrows(() => go.Map([1]), TypeError);
  },
  "map<K, T>": (go) => {
    const map = new Map([[1, "a"], [-2, "b"]]);
    assertEquals(go.Numbers(map), map);
    assertThrows(() => go.Numbers({ 1: "a" }), TypeError, "Map");
  },
  "(A, B)": (go) => assertEquals(go.Four(["a", "b"]), ["a", "b"]),
  "a record": (go) => {
    assertEquals(plain(go.Record(ITEM)), ITEM);
    const { Next: _, ...without } = ITEM;
    assertEquals(plain(go.Record(without)), ITEM);
    assertThrows(() => go.Record({ ...ITEM, Name: 1 }), TypeError, "Name");
    assertThrows(() => go.Record({ ...ITEM, Other: 1 }), TypeError, "Other");
  },
  "any": (go) => {
    const values = [null, true, 1, 0.5, 2n ** 60n, "a", Uint8Array.of(1)];
    for (const value of [...values, [1, "a"], new Date(5)]) {
      assertEquals(go.Any(value), value);
    }
    assertEquals({ ...go.Any({ a: 1 }) }, { a: 1 });
    assertEquals(go.Any(new Map([[1, "a"]])), new Map([[1, "a"]]));
    const counter = go.NewCounter("c");
    assertEquals(go.Any(counter).Add(2), counter.Add(0));
    assertEquals(go.Any((n: number) => n + 1)(2), 3);
    assertEquals([go.Kind(1), go.Kind(1.5)], ["int", "float64"]);
  },
  "date": (go) => {
    assertEquals(go.Time(new Date(1234)), new Date(1234));
    assertThrows(() => go.Time(new Date(NaN)), TypeError, "Date");
  },
  "duration": (go) => {
    assertEquals([go.Duration(1.5), go.Duration(1_500_000n)], [1.5, 1.5]);
  },
  "bigint": (go) => {
    assertEquals([go.BigInt(2n ** 70n), go.BigInt(-3)], [2n ** 70n, -3n]);
  },
  "complex": (go) => {
    assertEquals(go.Complex({ re: 1, im: 2 }), { re: 1, im: 2 });
    assertEquals(go.Complex(3), { re: 3, im: 0 });
  },
  "a class": (go) => {
    const counter = go.NewCounter("c");
    assertEquals([go.IsNil(counter), go.NoCounter()], [false, null]);
    assertEquals(go.Measure({ Area: () => 2, Label: () => "mine" }), "mine 2");
    assertThrows(() => go.IsNil(go.NewOther()), TypeError, "Other");
  },
  "closure<(A) => R>": (go) => {
    assertEquals(go.MapTexts(["a"], (text: string) => `${text}!`), ["a!"]);
    assertThrows(() => go.MapTexts(["a"], 1), TypeError, "function");
  },
};

/** The same of Rust. */
const DATA_OF_RUST: Checks = {
  "a variant": (rust) => {
    const circle = { type: "Circle", value: 1 };
    assertEquals(rust.grown(circle), { type: "Circle", value: 2 });
    assertEquals(rust.grown({ type: "Rect", w: 2, h: 3 }), {
      type: "Rect",
      w: 4,
      h: 6,
    });
    assertThrows(() => rust.grown({ type: "No" }), TypeError, "Circle");
  },
};

/** A value without the prototypes that maps do not have. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const text = readFileSync(join(ROOT, "docs/types.md"), "utf8");

/** The cells of the table whose head begins so, row by row. */
function rowsOf(head: string): string[][] {
  const [, table = ""] = text.split(`\n| ${head}`);
  return table.split("\n\n")[0]!.split("\n").slice(2).map((line) =>
    line.replaceAll("`", "").split(/(?<!\\)\|/).slice(1, -1)
      .map((cell) => cell.trim())
  );
}

test("docs/types.md has a row for each check here, and no other", () => {
  const rows = rowsOf("C  ");
  assertEquals(
    rows.filter(([c]) => c !== "").map(([c]) => c),
    Object.keys(OF_C),
  );
  assertEquals(
    rows.filter(([c]) => c === "").map(([, , notation]) => notation),
    [...Object.keys(OF_GO), ...Object.keys(PLACES_OF_GO)],
  );
  assertEquals(
    rowsOf("notation            |").map(([notation]) => notation).sort(),
    Object.keys({ ...DATA_OF_GO, ...DATA_OF_RUST }).sort(),
  );
});

/** A test of each check. */
function each(
  language: string,
  checks: Checks,
  needs: Needs,
  opened: () => Promise<Plugin<Loose>>,
): void {
  for (const [row, check] of Object.entries(checks)) {
    test(`${language}, as docs/types.md says: ${row}`, needs, async () => {
      const plugin = await opened();
      check(plugin.symbols, plugin);
    });
  }
}

each("C", OF_C, need("cc"), () => openAnnotated("crossing.c"));
each("Go", OF_GO, WITH_GO, () => openGo("values"));
each("Go", PLACES_OF_GO, WITH_GO, () => openGo("structs"));
each("Go", DATA_OF_GO, WITH_ITERATORS, () => openGo("objects"));
each("Rust", DATA_OF_RUST, WITH_RUST, async () => {
  return open((await buildCrate("api")).path);
});
