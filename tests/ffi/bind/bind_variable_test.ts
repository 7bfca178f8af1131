import { test } from "../../helpers/test.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open, Variable } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const calls = async () => open(await library("calls.c"));

/** For each scalar: what its variable holds at first, and values to write. */
const SCALARS: Record<string, unknown[]> = {
  bool: [true, false, true],
  i8: [-8, -128, 127],
  u8: [8, 0, 255],
  i16: [-16, -32768, 32767],
  u16: [16, 0, 65535],
  i32: [-32, -(2 ** 31), 2 ** 31 - 1],
  u32: [32, 0, 2 ** 32 - 1],
  i64: [-64n, -(2n ** 63n), 2n ** 63n - 1n],
  u64: [64n, 0n, 2n ** 64n - 1n],
  isize: [-65, -(2 ** 53) + 1, 2 ** 53 - 1],
  usize: [65, 0, 2 ** 53 - 1],
  f32: [0.5, -1.5, Infinity],
  f64: [0.25, 0.1, NaN],
};

for (const [scalar, [first, ...others]] of Object.entries(SCALARS)) {
  test(`a variable of type ${scalar} is read and written`, C, async () => {
    const variable = (await calls()).lookup(`v_${scalar}`);
    assert(variable instanceof Variable);
    assertEquals(variable.value, first);
    for (const value of others) {
      variable.value = value;
      assertEquals(variable.value, value);
    }
    variable.value = first;
  });
}

test("a variable is the plugin's own memory", C, async () => {
  const plugin = await calls();
  const variable = plugin.lookup("v_i32", "i32");
  const read = plugin.lookup("read_v_i32", "() => i32");
  variable.value = 7;
  assertEquals(read(), 7);
  variable.value = -32;
  assertEquals(read(), -32);
});

test("the type chooses what a variable is in JavaScript", C, async () => {
  const plugin = await calls();
  const number = plugin.lookup("v_i64", "isize");
  assertEquals(number.value, -64);
  number.value = -64n as unknown as number;
  assertEquals(plugin.lookup("v_i64", "i64").value, -64n);
});

test("a const variable can only be read", C, async () => {
  const variable = (await calls()).lookup("v_const");
  assertEquals(variable.value, 42);
  assertThrows(
    () => variable.value = 1,
    TypeError,
    "v_const.value: it can only be read",
  );
  assertEquals(variable.value, 42);
});

test(
  "a text variable is written as a string, which stays alive",
  C,
  async () => {
    const plugin = await calls();
    const text = plugin.lookup("v_text");
    const address = plugin.lookup("v_text", "buffer");
    const before = address.value;
    assertEquals(text.value, "text");
    for (let i = 0; i < 1000; i++) text.value = `grüß ${i} Gott`;
    new Array(100_000).fill(0).map(() => new Uint8Array(16));
    assertEquals(text.value, "grüß 999 Gott");
    address.value = plugin.lookup("greeting", "() => buffer")();
    assertEquals(text.value, "grüß Gott");
    text.value = null;
    assertEquals([text.value, address.value], [null, null]);
    assertThrows(
      () => text.value = "a\0b",
      RangeError,
      'v_text.value: wanted cstring, a string without NUL, or null, got the string "a\\u0000b"',
    );
    address.value = before;
    assertEquals(text.value, "text");
  },
);

test("a pointer variable takes what a pointer parameter takes", C, async () => {
  const plugin = await calls();
  const variable = plugin.lookup("v_pointer");
  assertEquals(variable.value, null);
  variable.value = variable.pointer;
  assert(variable.value.equals(variable.pointer));
  const bytes = new Uint8Array(8);
  variable.value = bytes;
  assert(variable.value.equals(plugin.lookup("same_address")(bytes)));
  variable.value = null;
  assertEquals(variable.value, null);
  assertThrows(
    () => variable.value = 7,
    TypeError,
    "v_pointer.value: wanted pointer, a typed array, a DataView",
  );
});

test("a wrong value changes nothing", C, async () => {
  const variable = (await calls()).lookup("v_u8");
  for (const bad of [256, -1, 1.5, NaN, "1", 1n, true, null, undefined, {}]) {
    assertThrows(() => variable.value = bad, Error, "v_u8.value: wanted u8");
    assertEquals(variable.value, 8);
  }
});

test("a struct variable is a live view of its members", C, async () => {
  const variable = (await calls()).lookup("v_pair");
  const view = variable.value;
  assertEquals([view.first, view.second], [1, 2]);
  view.first = 10;
  assertEquals(variable.value.first, 10);
  variable.value = { first: 3, second: 4 };
  assertEquals([view.first, view.second], [3, 4]);
  assertThrows(
    () => variable.value = { first: 1, second: "2" },
    TypeError,
    'v_pair.value.second: wanted an integer from -2147483648 to 2147483647, got the string "2"',
  );
  assertEquals([view.first, view.second], [3, 4]);
  variable.value = { first: 1, second: 2 };
});
