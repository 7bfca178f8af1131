import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { Cursor, Section } from "../../../emit/bytes/cursor.ts";
import { EmitError } from "../../../emit/error.ts";

function cursor(...bytes: number[]): Cursor {
  return new Cursor(
    new Section(".debug_x", Uint8Array.from(bytes), "x.so", "bad_debug_info"),
  );
}

test("Cursor.uleb() reads the standard's examples", () => {
  // DWARF 5, figure 23
  const examples: [number, number[]][] = [
    [0, [0]],
    [2, [2]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [129, [0x81, 1]],
    [12857, [0xb9, 0x64]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
    [1, [0x81, 0x80, 0x80, 0x00]], // padded, as assemblers write it
  ];
  for (const [value, bytes] of examples) {
    const at = cursor(...bytes);
    assertEquals(at.uleb(), value);
    assertEquals(at.at, bytes.length);
    assertEquals(cursor(...bytes).bigUleb(), BigInt(value));
  }
});

test("Cursor.sleb() reads the standard's examples", () => {
  // DWARF 5, figure 24
  const examples: [bigint, number[]][] = [
    [2n, [2]],
    [-2n, [0x7e]],
    [127n, [0xff, 0]],
    [-127n, [0x81, 0x7f]],
    [128n, [0x80, 1]],
    [-128n, [0x80, 0x7f]],
    [129n, [0x81, 1]],
    [-129n, [0xff, 0x7e]],
    [-(2n ** 63n), [...Array(9).fill(0x80), 0x7f]],
  ];
  for (const [value, bytes] of examples) {
    assertEquals(cursor(...bytes).sleb(), value);
  }
});

test("Cursor reads little-endian numbers", () => {
  const bytes = [0xfe, 0xff, 0xff, 0xff, 0x01, 0, 0, 0];
  assertEquals(cursor(...bytes).u8(), 0xfe);
  assertEquals(cursor(...bytes).i8(), -2);
  assertEquals(cursor(...bytes).u16(), 0xfffe);
  assertEquals(cursor(...bytes).i16(), -2);
  assertEquals(cursor(...bytes).u24(), 0xfffffe);
  assertEquals(cursor(...bytes).u32(), 0xfffffffe);
  assertEquals(cursor(...bytes).i32(), -2);
  assertEquals(cursor(...bytes).u64(), 0x1fffffffe);
  assertEquals(cursor(...bytes).big64(), 0x1fffffffen);
});

test("Cursor.string() reads UTF-8 up to the NUL", () => {
  const text = "größe";
  const at = cursor(...new TextEncoder().encode(text), 0, 1);
  assertEquals(at.string(), text);
  assertEquals(at.u8(), 1);
});

test("Cursor says where the bytes end too early", () => {
  const cases: [(at: Cursor) => unknown, string][] = [
    [(at) => at.u32(), "ends too early: 4 bytes wanted, 3 are left"],
    [(at) => at.uleb(), "ends too early: 1 bytes wanted, 3 are left"],
    [(at) => at.sleb(), "ends too early: 1 bytes wanted, 0 are left"],
    [(at) => at.skip(-1), "ends too early: -1 bytes wanted, 3 are left"],
    [(at) => at.skip(NaN), "ends too early: NaN bytes wanted, 3 are left"],
    [(at) => at.bytes(2 ** 60), `ends too early: ${2 ** 60} bytes wanted, 3`],
    [(at) => at.string(), "has a string without an end"],
  ];
  for (const [read, words] of cases) {
    const at = cursor(9, 0x80, 0x80, 0x80);
    at.u8();
    const error = assertThrows(() => read(at), EmitError);
    assertEquals(error.code, "bad_debug_info");
    assertEquals(error.path, "x.so");
    assertEquals(/^\.debug_x\+0x[14]$/.test(error.at!), true, error.at);
    assertEquals(error.message.includes(words), true, error.message);
  }
});

test("Cursor refuses a LEB128 of any length", () => {
  const error = assertThrows(
    () => cursor(...Array(40).fill(0x80), 0).uleb(),
    EmitError,
  );
  assertEquals(error.message.includes("LEB128 of more than 20 bytes"), true);
});

test("Cursor refuses a start or an end outside of the section", () => {
  const { section } = cursor(1, 2, 3);
  for (const [at, end] of [[4, 3], [-1, 3], [0, 4], [NaN, 3], [2, 1]]) {
    assertThrows(() => new Cursor(section, at, end), EmitError);
  }
});
