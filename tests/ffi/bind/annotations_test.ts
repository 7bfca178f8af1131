import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  callback,
  lastError,
  open,
  PluginError,
  type Pointer,
} from "../../../mod.ts";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const C = need("cc");

const library = async () => open(await annotated("annotated.c"));

/** Calls that must be refused, cold and when the caller is optimized. */
function refuses(call: () => unknown, kind: ErrorConstructor, text: string) {
  assertThrows(call, kind, text);
  let refused = 0;
  for (let i = 0; i < 20_000; i++) {
    try {
      call();
    } catch (error) {
      if (error instanceof kind) refused++;
    }
  }
  assertEquals(refused, 20_000);
}

test("a length is checked in elements, on every call", C, async () => {
  const plugin = await library();
  const sum = plugin.lookup("sum");
  const three = Float64Array.of(1, 2, 3);
  for (let i = 0; i < 100_000; i++) sum(three, i & 3);
  assertEquals([sum(three, 3), sum(three, 2n), sum(null, 0)], [6, 3, 0]);
  refuses(
    () => sum(three, 4),
    RangeError,
    "sum(): argument 1 (values): wanted at least 32 bytes, as count says, got a Float64Array of 24",
  );
  refuses(() => sum(null, 1), RangeError, "got null of 0");
  refuses(() => sum(three, 2n ** 63n), RangeError, "wanted at least");
  // Of an address nobody knows how much there is behind it.
  const pointer = plugin.lookup("seen", "u32").pointer;
  assertEquals(sum(pointer, 0), 0);
  refuses(
    () => sum(plugin.lookup("seen"), 1),
    TypeError,
    "a Variable of 4 bytes",
  );
});

test("a length can be a product, and what a pointer points to", C, async () => {
  const plugin = await library();
  const fill = plugin.lookup("fill");
  const six = new Uint8Array(6);
  assertEquals([fill(six, 2, 3), six[5]], [6, 7]);
  refuses(
    () => fill(six, 2, 4),
    RangeError,
    "fill(): argument 1 (memory): wanted at least 8 bytes, as size * count says, got a Uint8Array of 6",
  );
  const squeeze = plugin.lookup("squeeze");
  const room = BigUint64Array.of(6n);
  assertEquals(squeeze(six, room, Uint8Array.of(1, 2), 2), 0);
  assertEquals(room[0], 2n);
  room[0] = 7n;
  refuses(
    () => squeeze(six, room, six, 6),
    RangeError,
    "argument 1 (to): wanted at least 7 bytes, as room says",
  );
  room[0] = 6n;
  refuses(
    () => squeeze(six, room, six, 7),
    RangeError,
    "argument 3 (from): wanted at least 7 bytes, as length says",
  );
  refuses(
    () => squeeze(six, room, six, -1),
    RangeError,
    "argument 3 (from): wanted a length from 0 in length, got -1",
  );
  refuses(
    () => squeeze(six, new BigUint64Array(0), six, 1),
    RangeError,
    "argument 1 (to): wanted a length from 0 in room, got NaN",
  );
});

test("a length counts structs, in direct and in framed calls", C, async () => {
  const plugin = await library();
  const Point = plugin.type("point");
  const far = plugin.lookup("far");
  const two = Float64Array.of(1, 2, 3, 4);
  assertEquals([far(two, 2), far(new Point({ x: 5, y: 6 }), 1)], [3, 5]);
  refuses(() => far(two, 3), RangeError, "wanted at least 48 bytes");
  refuses(() => far(new Point({ x: 5, y: 6 }), 2), RangeError, "32 bytes");
  const middle = plugin.lookup("middle");
  assertEquals(middle(two, 2), { x: 3, y: 4 });
  refuses(() => middle(two, 3), RangeError, "wanted at least 48 bytes");
  refuses(
    () => middle(null, 0),
    TypeError,
    "a Pointer or a Variable, got null",
  );
});

test("null is refused where a parameter cannot be null", C, async () => {
  const plugin = await library();
  const lengthOf = plugin.lookup("length_of");
  for (let i = 0; i < 100_000; i++) lengthOf("four");
  assertEquals(lengthOf("four"), 4);
  refuses(
    () => lengthOf(null),
    TypeError,
    "length_of(): argument 1 (text): wanted cstring, a string without NUL, got null",
  );
  refuses(
    () => plugin.lookup("first")(null),
    TypeError,
    "wanted *i32, an Int32Array (neither resizable nor detached), a Pointer or a Variable, got null",
  );
  assertEquals(plugin.lookup("called")((x: number) => x + 1), 2);
  refuses(
    () => plugin.lookup("called")(null),
    TypeError,
    "a function, a Callback or a Pointer, got null",
  );
  // Another view of the same symbol is no way around.
  refuses(
    () => plugin.lookup("length_of", "(pointer) => u64")(null),
    TypeError,
    "got null",
  );
});

test("null that comes out where it never does is an error", C, async () => {
  const plugin = await library();
  assertEquals(plugin.lookup("version")(), "1.0");
  const error = assertThrows(
    () => plugin.lookup("nothing")(),
    PluginError,
    "nothing() gave null, which its manifest says it never does",
  ) as PluginError;
  assertEquals(error.code, "null_result");
});

test(
  "a text that is given away is freed, memory by its pointer",
  C,
  async () => {
    const plugin = await library();
    const live = plugin.lookup("live_copies", "() => i32");
    assertEquals([plugin.lookup("text_copy")("abc"), live()], ["abc", 0]);
    {
      using pointer: Pointer = plugin.lookup("copy")("abc");
      assertEquals([pointer.cstring(), live()], ["abc", 1]);
    }
    assertEquals(live(), 0);
    const pointer: Pointer = plugin.lookup("copy")("abc");
    pointer[Symbol.dispose]();
    pointer[Symbol.dispose]();
    assertEquals(live(), 0);
    assertThrows(() => pointer.cstring(), TypeError, "it was disposed of");
    refuses(
      () => plugin.lookup("first")(pointer),
      TypeError,
      "got a Pointer that was disposed of",
    );
    // The pointer of what nobody gave away frees nothing.
    assertThrows(
      () => plugin.lookup("seen", "u32").pointer[Symbol.dispose](),
      TypeError,
      "nothing says who frees it",
    );
  },
);

test("errno, and what frees, through one thunk", C, async () => {
  const plugin = await library();
  const refuse = plugin.lookup("refuse");
  assertEquals(refuse(2), -1);
  assertEquals(lastError(refuse), { errno: 2, name: "ENOENT" });
  const live = plugin.lookup("live_copies", "() => i32");
  const copy = plugin.lookup("refused_copy", "(cstring) => cstring");
  assertEquals([copy("abc"), live()], ["abc", 0]);
  assertEquals(lastError(copy)?.name, "ENOENT");
  // What is traced is another function, with the same errno.
  const traced = plugin.lookup("refuse", "(i32) => i32", { trace: true });
  for (let i = 0; i < 20_000; i++) traced(i % 2 === 0 ? 13 : 2);
  assertEquals(lastError(traced)?.name, "ENOENT");
});

test(
  "a nonblocking function gives a promise, unless a type is asked for",
  C,
  async () => {
    const plugin = await library();
    const wait = plugin.lookup("wait_for");
    const [a, b] = await Promise.all([wait(20), wait(30)]);
    assertEquals([a, b], [20, 30]);
    assertThrows(() => wait(1.5), RangeError, "argument 1 (ms)");
    assertEquals(plugin.lookup("wait_for", "(i32) => i32")(1), 1);
  },
);

test(
  "a function that any thread calls is made so that any thread can",
  need("cc"),
  async () => {
    const plugin = await library();
    // No callback keeps the process alive.
    const { promise, resolve } = Promise.withResolvers<number | string>();
    const late = setTimeout(() => resolve("nothing came"), 10_000);
    assertEquals(plugin.lookup("from_thread")(resolve), 0);
    const told = await promise;
    clearTimeout(late);
    assertEquals(told, 42);
    using own = callback("(i32) => void", () => {});
    refuses(
      () => plugin.lookup("from_thread")(own),
      TypeError,
      `wanted (i32) => void, a function, a Callback made with { threads: "any" } or a Pointer, got a Callback (i32) => void`,
    );
    assertEquals(plugin.lookup("ask_thread")((x: number) => x + 1), 2);
  },
);
