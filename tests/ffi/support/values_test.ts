import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const NEEDS = need("cc");
const opened = async () => open(await library("lanes.c"));

/** So many calls make a function hot on every runtime. */
const HOT = 30_000;

/** For each function: its type, what goes there and back, and what is refused. */
const ECHOES: readonly [
  name: string,
  type: string,
  values: readonly unknown[],
  refused: readonly unknown[],
][] = [
  ["bool", "(bool) => bool", [true, false], [0, 1, "x", null]],
  ["i8", "(i8) => i8", [-128, 127, -1, 0], [128, -129, 1.5, NaN, "1"]],
  ["u8", "(u8) => u8", [0, 255, 128], [-1, 256, NaN]],
  ["i16", "(i16) => i16", [-32768, 32767, -1], [32768, 0.5]],
  ["u16", "(u16) => u16", [0, 65535, 32768], [-1, 65536]],
  ["i32", "(i32) => i32", [-(2 ** 31), 2 ** 31 - 1, -1], [2 ** 31, NaN, 1n]],
  ["u32", "(u32) => u32", [0, 2 ** 32 - 1, 2 ** 31], [-1, 2 ** 32, NaN]],
  [
    "i64",
    "(i64) => i64",
    [
      -1n,
      0n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      -(2n ** 53n) - 1n,
    ],
    [2n ** 63n, -(2n ** 63n) - 1n, NaN, 0.5, 2 ** 53],
  ],
  [
    "u64",
    "(u64) => u64",
    [0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n],
    [-1n, -1, 2n ** 64n, NaN],
  ],
  ["size", "(usize) => usize", [0, 2 ** 53 - 1], [-1, NaN, 2 ** 53]],
  ["ssize", "(isize) => isize", [-1, 0, 2 ** 53 - 1, -(2 ** 53) + 1], [
    NaN,
    0.5,
  ]],
  ["f32", "(f32) => f32", [0.5, -0, NaN, Infinity, 2 ** -149], ["1", 1n]],
  ["f64", "(f64) => f64", [-0, NaN, 2 ** 53 + 2, Number.MIN_VALUE, -Infinity], [
    1n,
    null,
  ]],
  ["text", "(cstring) => cstring", ["", "hello world", "größer", null], [
    "a\0b",
    1,
    "\ud800",
  ]],
];

for (const [name, type, values, refused] of ECHOES) {
  test(`${type}: what goes in comes out, cold and hot`, NEEDS, async () => {
    const echo = (await opened()).lookup(`echo_${name}`, type) as (
      value: unknown,
    ) => unknown;
    const check = () => {
      for (const value of values) assertEquals(echo(value), value);
      for (const value of refused) {
        assertThrows(() => echo(value), Error, `echo_${name}()`);
      }
    };
    check();
    for (let i = 0; i < HOT; i++) echo(values[i % values.length]);
    check();
  });
}

test("a small integer that is -0 goes in as 0", NEEDS, async () => {
  const echo = (await opened()).lookup("echo_i32", "(i32) => i32");
  for (let i = 0; i < HOT; i++) assertEquals(Object.is(echo(-0), 0), true);
});

test(
  "(usize) => usize: what is no safe integer is refused on its way out, with its value",
  NEEDS,
  async () => {
    const echo = (await opened()).lookup("echo_size", "(usize) => usize");
    const check = () => {
      for (const value of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
        assertThrows(() => echo(value), RangeError, `${value}`);
      }
    };
    check();
    for (let i = 0; i < HOT; i++) echo(i);
    check();
  },
);

test(
  "(pointer) => pointer: addresses are exact, tagged ones and (void *)-1 too, cold and hot",
  NEEDS,
  async () => {
    const plugin = await opened();
    const make = plugin.lookup("make_pointer", "(u64) => pointer");
    const echo = plugin.lookup("echo_pointer", "(pointer) => pointer");
    const read = plugin.lookup("read_pointer", "(pointer) => u64");
    const addresses = [
      1n,
      2n ** 47n - 1n,
      2n ** 53n - 1n,
      2n ** 53n + 1n,
      2n ** 63n,
      0xb400_7fff_dead_beefn, // a tag in the highest byte, as on arm64
      2n ** 64n - 1n,
    ];
    const check = () => {
      for (const address of addresses) {
        assertEquals(read(echo(make(address))), address);
      }
      assertEquals(make(0n), null);
      assertEquals(echo(null), null);
      assertEquals(read(null), 0n);
    };
    check();
    for (let i = 0; i < HOT; i++) read(make(BigInt(i)));
    check();
  },
);

test("more arguments than registers find their places", NEEDS, async () => {
  const plugin = await opened();
  const ints = plugin.lookup(
    "ints",
    "(i8, u16, i32, i64, u8, i16, i8, u32, i64, bool) => i64",
  );
  const floats = plugin.lookup(
    "floats",
    "(f32, f64, f32, f64, f32, f64, f32, f64, f32, f64) => f64",
  );
  const both = plugin.lookup(
    "both",
    "(i32, f64, u8, f32, i64, f64, i16, f32, i32, f64, u32, f32, i8, f64, i64, f64, f32, f64) => f64",
  );
  for (let i = 0; i < HOT; i++) {
    assertEquals(
      ints(-1, 2, -3, -4n, 5, -6, -7, 2 ** 32 - 1, -9n, true),
      34359738207n,
    );
    assertEquals(floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 385);
    assertEquals(
      both(-1, 2, 3, 4, -5n, 6, -7, 8, 9, 10, 11, 12, -13, 14, 15n, 16, 17, 18),
      1621,
    );
  }
});

test(
  "a call inside of a call of the same function keeps its arguments",
  NEEDS,
  async () => {
    const through = (await opened()).lookup(
      "through",
      "((i32) => i32, i32) => i32",
    );
    const down = (value: number): number =>
      value === 0 ? 0 : through(down, value - 1);
    assertEquals(down(20), 190);
  },
);

test(
  "function pointers are called, each at its own address",
  NEEDS,
  async () => {
    const pick = (await opened()).lookup("pick");
    const add = pick(false);
    const subtract = pick(true);
    for (let i = 0; i < HOT; i++) {
      assertEquals(add(2n ** 62n, BigInt(i)), 2n ** 62n + BigInt(i));
      assertEquals(subtract(-(2n ** 62n), BigInt(i)), -(2n ** 62n) - BigInt(i));
    }
    assertThrows(() => add(1, "2"), TypeError, "wanted i64");
  },
);
