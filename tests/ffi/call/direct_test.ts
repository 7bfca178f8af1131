import { test } from "../../helpers/test.ts";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, PluginError, Pointer } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";

const C = need("cc");
const calls = async () => open(await library("calls.c"));

/** For each scalar: what may be given, and what comes out of it when that differs. */
const SCALARS: Record<string, [given: unknown, out?: unknown][]> = {
  bool: [[true], [false]],
  i8: [[-128], [127], [0], [-0, 0]],
  u8: [[255], [0], [-0, 0]],
  i16: [[-32768], [32767]],
  u16: [[65535], [0]],
  i32: [[-(2 ** 31)], [2 ** 31 - 1], [-0, 0]],
  u32: [[2 ** 32 - 1], [2 ** 31], [0], [-0, 0]],
  i64: [
    [-(2n ** 63n)],
    [2n ** 63n - 1n],
    [-1, -1n],
    [2 ** 53 - 1, 2n ** 53n - 1n],
    [-(2 ** 53) + 1, -(2n ** 53n) + 1n],
    [-0, 0n],
  ],
  u64: [
    [2n ** 64n - 1n],
    [0n],
    [2 ** 40 + 1, 2n ** 40n + 1n],
    [2 ** 53 - 1, 2n ** 53n - 1n],
    [-0, 0n],
  ],
  isize: [
    [-(2 ** 53) + 1],
    [2 ** 53 - 1],
    [-(2n ** 53n) + 1n, -(2 ** 53) + 1],
    [-1n, -1],
    [-0, 0],
  ],
  usize: [[2 ** 53 - 1], [2 ** 32], [2n ** 53n - 1n, 2 ** 53 - 1], [-0, 0]],
  f32: [[0.5], [-Infinity], [NaN], [0.1, Math.fround(0.1)], [-0]],
  f64: [[0.1], [-Infinity], [NaN], [5e-324], [1.7976931348623157e308], [-0]],
};

for (const [scalar, values] of Object.entries(SCALARS)) {
  test(`a call takes and gives every kind of ${scalar}`, C, async () => {
    const id = (await calls()).lookup(`id_${scalar}`);
    for (const [given, out = given] of values) assertEquals(id(given), out);
    // Once more, when the runtime has optimized it.
    for (let i = 0; i < 20_000; i++) id(values[i % values.length]![0]);
    for (const [given, out = given] of values) assertEquals(id(given), out);
  });
}

test(
  "a 64-bit result that no number holds is a RangeError as isize or usize",
  C,
  async () => {
    const plugin = await calls();
    assertThrows(
      () => plugin.lookup("id_usize")(2n ** 53n),
      RangeError,
      `(): the plugin gave 9007199254740992, which no number holds exactly`,
    );
    assertThrows(
      () => plugin.lookup("id_isize")(-(2n ** 63n)),
      RangeError,
      "-9223372036854775808",
    );
    assertEquals(
      plugin.lookup("id_usize", "(u64) => u64")(2n ** 64n - 1n),
      2n ** 64n - 1n,
    );
  },
);

test("a call passes more arguments than there are registers", C, async () => {
  const sum = (await calls()).lookup("sum_all");
  assertEquals(sum.length, 18);
  assertEquals(
    sum(
      -1,
      0.5,
      2,
      0.25,
      3n,
      true,
      4,
      0.125,
      5,
      -6,
      1.5,
      7,
      8.5,
      -9,
      10n,
      11,
      12,
      13,
    ),
    -1 + 0.5 + 2 + 0.25 + 3 + 1 + 4 + 0.125 + 5 - 6 + 1.5 + 7 + 8.5 - 9 + 10 +
      11 + 12 + 13,
  );
});

const ALIKE = RUNTIME === "Node"
  ? skip("Node's own functions of one type are not equally fast")
  : C;

test(
  "functions of one type are as fast as the first of them",
  ALIKE,
  async () => {
    const plugin = await calls();
    const loops = ["id_i32", "negative_i32"].map((name) => {
      const call = plugin.lookup(name);
      // Each loop has a text of its own, as two places of a program have.
      const loop = new Function(
        "call",
        `for (let i = 0; i < 200_000; i++) call(i); // ${name}`,
      );
      return () => {
        const start = performance.now();
        loop(call);
        return performance.now() - start;
      };
    });
    // In turns, so that what else the machine does is the same for both; the
    // least of many is of a moment in which it did nothing else.
    const least = loops.map(() => Infinity);
    for (let round = 0; round < 30; round++) {
      for (const [at, loop] of loops.entries()) {
        least[at] = Math.min(least[at]!, loop());
      }
    }
    const [first, other] = least;
    // What is guarded against is 20 times.
    assert(other! < first! * 6, `${other} ms, and the first ${first} ms`);
  },
);

test("a call without arguments and result gives undefined", C, async () => {
  const plugin = await calls();
  const nothing = plugin.lookup("nothing");
  const before = plugin.lookup("times_called")();
  assertEquals(nothing(), undefined);
  assertEquals(plugin.lookup("times_called")(), before + 1);
  assertEquals([nothing.name, nothing.length], ["nothing", 0]);
});

test("a string arrives as NUL-terminated UTF-8", C, async () => {
  const length = (await calls()).lookup("length", "(cstring) => u64");
  assertEquals(length(null), 2n ** 64n - 1n);
  for (const text of ["", "a", "hello world", "grüß Gott", "日本語", "😀"]) {
    for (const times of [1, 63, 64, 65, 500, 4094, 4095, 4096, 100_000]) {
      const repeated = text.repeat(times);
      const bytes = new TextEncoder().encode(repeated).length;
      assertEquals(length(repeated), BigInt(bytes));
    }
  }
});

test("a string that is given away is freed once it is read", C, async () => {
  const plugin = await calls();
  const copy = plugin.lookup("copy_of", "(cstring) => cstring", {
    free: "give_back",
  });
  const freed = plugin.lookup("times_freed", "() => i32");
  const before = freed();
  assertEquals([copy("grüß"), copy(""), copy(null)], ["grüß", "", null]);
  assertEquals(freed(), before + 2);
  assertStrictEquals(
    copy,
    plugin.lookup("copy_of", "(cstring) => cstring", { free: "give_back" }),
  );
  // C's own free is there for every plugin.
  const own = plugin.lookup("copy_of", "(cstring) => cstring", {
    free: "free",
  });
  for (let i = 0; i < 10_000; i++) {
    assertEquals(own("x".repeat(1000))?.length, 1000);
  }
  assertThrows(
    () => plugin.lookup("id_i32", "(i32) => i32", { free: "free" }),
    PluginError,
    '(i32) => i32 gives no text and no pointer for "free" to free',
  );
});

test("several strings of one call do not overwrite each other", C, async () => {
  const lengths = (await calls()).lookup("lengths");
  assertEquals(lengths("a", "bb", "ccc", "dddd", "eeeee", "ffffff"), 654321);
  assertEquals(lengths("ä", "", "", "", "", "é".repeat(3)), 600002);
});

test("a string result is a copy, null is null", C, async () => {
  const plugin = await calls();
  assertEquals(plugin.lookup("greeting")(), "grüß Gott");
  assertEquals(plugin.lookup("no_text")(), null);
  const same = plugin.lookup("same_text");
  for (const text of ["", "x", "ü".repeat(5000)]) {
    assertEquals(same(text), text);
  }
  assertEquals(same(null), null);
});

test(
  "a string result is read whole, whatever its length and bytes",
  C,
  async () => {
    const plugin = await calls();
    const same = plugin.lookup("same_text");
    // The second time, it is known how long they are.
    for (
      const length of [...Array(40).keys(), 255, 256, 257, 4095, 4096, 9000]
    ) {
      for (const character of ["x", "x", "ü", "日"]) {
        const text = character.repeat(length);
        assertEquals(same(text), text);
        assertEquals(same("ok"), "ok");
      }
    }
    assertEquals(same("\ufefftext"), "\ufefftext");
    const bytes = plugin.lookup("same_text", "(buffer) => cstring");
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const length of [3, 30, 300, 5000]) {
      const wild = new Uint8Array(length + 1);
      for (let at = 0; at < length; at++) wild[at] = 0x61 + 37 * at % 159;
      assertEquals(bytes(wild), decoder.decode(wild.subarray(0, length)));
    }
  },
);

test("a C string can be looked up as its address", C, async () => {
  const greeting = (await calls()).lookup("greeting", "() => buffer");
  const address = greeting();
  assert(address instanceof Pointer);
  assert(address?.equals(greeting()));
  assertEquals(
    (await calls()).lookup("length")(address === null ? "" : "x"),
    1,
  );
  const same = (await calls()).lookup("same_text", "(buffer) => cstring");
  assertEquals(same(address), "grüß Gott");
});

test(
  "native code sees and changes the bytes of every kind of view",
  C,
  async () => {
    const plugin = await calls();
    const sum = plugin.lookup("sum_bytes");
    const fill = plugin.lookup("fill");
    const buffer = new ArrayBuffer(16);
    const shared = new SharedArrayBuffer(16);
    for (
      const view of [
        buffer,
        new Uint8Array(buffer),
        new DataView(buffer),
        new Float64Array(buffer),
        shared,
        new Uint8Array(shared),
        new Uint8Array(16),
        new Uint8ClampedArray(16),
      ]
    ) {
      fill(view, 3, 16);
      assertEquals(sum(view, 16), 48n);
    }
    const part = new Uint8Array(buffer, 4, 8);
    fill(part, 5, part.length);
    assertEquals([...new Uint8Array(buffer)], [
      3,
      3,
      3,
      3,
      5,
      5,
      5,
      5,
      5,
      5,
      5,
      5,
      3,
      3,
      3,
      3,
    ]);
  },
);

test("memory of no bytes is not null", C, async () => {
  const isNull = (await calls()).lookup("is_null");
  assertEquals(isNull(null), true);
  assertEquals(isNull(new Uint8Array(0)), false);
  assertEquals(isNull(new ArrayBuffer(0)), false);
});

test("a pointer to a scalar takes its typed array", C, async () => {
  const plugin = await calls();
  const values = Float64Array.of(1, 2, 3);
  plugin.lookup("halves")(values, values.length);
  assertEquals([...values], [0.5, 1, 1.5]);
  const divide = plugin.lookup("divide");
  const out = new Int32Array(2);
  assertEquals(divide(-7, 2, out.subarray(0, 1), out.subarray(1)), true);
  assertEquals([...out], [-3, -1]);
  assertEquals(divide(1, 0, out, out), false);
});

test("an address goes out and in again", C, async () => {
  const plugin = await calls();
  const counter = plugin.lookup("counter_new")(41);
  assert(counter instanceof Pointer);
  const next = plugin.lookup("counter_next");
  assertEquals([next(counter), next(counter)], [41n, 42n]);
  plugin.lookup("counter_free")(counter);
  const same = plugin.lookup("same_address");
  assert(counter.equals(same(counter)));
  assertEquals(same(counter).address, counter.address);
  assertEquals(`${same(counter)}`, `0x${counter.address.toString(16)}`);
  assertEquals(same(null), null);
  const view = new Uint8Array(8);
  assert(same(view).equals(same(same(view))));
});

test("a variable can be passed by its address", C, async () => {
  const plugin = await calls();
  const v = plugin.lookup("v_i32");
  const before = v.value;
  plugin.lookup("divide")(100, 7, v, new Int32Array(1));
  assertEquals(v.value, 14);
  v.value = before;
  assert(v.pointer.equals(plugin.lookup("same_address")(v)));
});

test("an enum is its number", C, async () => {
  const id = (await calls()).lookup("id_color");
  assertEquals([id(0), id(5), id(-1)], [0, 5, -1]);
});

test("a Pointer gives its neighbours, its bytes and its text", C, async () => {
  const plugin = await calls();
  const greeting = plugin.lookup("greeting", "() => buffer")()!;
  assertEquals(greeting.cstring(), "grüß Gott");
  assertEquals(greeting.offset(7).cstring(), "Gott");
  assertEquals(greeting.offset(7).address, greeting.address + 7n);
  assertEquals([...greeting.view(2)], [0x67, 0x72]);
  assertEquals(greeting.view(0).length, 0);
  const v = plugin.lookup("v_i32", "i32");
  new Int32Array(v.pointer.view(4).buffer)[0] = 77;
  assertEquals(v.value, 77);
  v.value = -32;
  assertThrows(() => greeting.offset(0.5), TypeError, "wanted a safe integer");
  assertThrows(() => greeting.view(-1), RangeError, "wanted a whole number");
});
