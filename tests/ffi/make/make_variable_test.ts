import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  cstring,
  open,
  PluginError,
  type Pointer,
  variable,
} from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const C = need("cc");

test("variable() is what an out-parameter points to", C, async () => {
  const plugin = open(await library("outs.c"));
  const made = variable("pointer");
  assertEquals(made.value, null);
  assertEquals(plugin.lookup("make")(made), 0);
  const pointer: Pointer = made.value!;
  assertEquals(plugin.lookup("read", "(*thing) => i32")(pointer), 42);
  plugin.lookup("drop")(pointer);

  const [count, ratio, text] = [
    variable("usize"),
    variable("f64"),
    variable("cstring"),
  ];
  plugin.lookup("measure")(count, ratio, text);
  assertEquals([count.value, ratio.value, text.value], [7, 0.5, "seven"]);
  // Written to as well: the plugin sees what was there.
  count.value = 40;
  plugin.lookup("measure")(count, null, null);
  assertEquals(count.value, 47);
});

test("variable() is what lies at a pointer", C, async () => {
  const plugin = open(await library("outs.c"));
  const made = variable("pointer");
  plugin.lookup("make")(made);
  const number = variable("i32", made.value!);
  assertEquals(number.value, 42);
  number.value = 43;
  assertEquals(plugin.lookup("read", "(*thing) => i32")(made.value), 43);
  assertEquals(number.pointer.equals(made.value), true);
  assertThrows(() => number.value = 2 ** 31, RangeError, "wanted i32");
  plugin.lookup("drop")(made.value);

  const text = variable("cstring");
  plugin.lookup("measure")(variable("usize"), null, text);
  const texts = variable("[1]cstring", text.pointer);
  const [seven]: (string | null)[] = texts.value;
  assertEquals(seven, "seven");
  // It is memory of the plugin's, which a callback may give.
  const place = variable("i32", plugin.lookup("place").pointer);
  assertEquals(plugin.lookup("ask")(() => place), 5);
  for (const at of [null, 7n, text]) {
    assertThrows(
      () => variable("i32", at as unknown as Pointer),
      TypeError,
      "variable(): wanted a Pointer to where it lies, got ",
    );
  }
});

test("variable() takes many texts at once", C, () => {
  const texts = variable("[3]cstring");
  const given: (string | null)[][] = [
    ["one", "", "three"],
    ["zwölf", "日本", "😀"],
    ["one", null, "three"],
  ];
  for (const value of given) {
    texts.value = value;
    assertEquals(texts.value, value);
  }
  for (const bad of ["o\0e", "\0", "\ud800"]) {
    assertThrows(
      () => texts.value = ["one", bad, "three"],
      RangeError,
      "variable.value[1]: wanted a string without NUL, or null, got",
    );
    assertEquals(texts.value, given[2]);
  }
  assertThrows(
    () => texts.value = ["\ud800", null, ""],
    RangeError,
    'got the string "\\ud800", with half a surrogate pair',
  );
});

test("variable() takes a function's address", C, async () => {
  const plugin = open(await library("outs.c"));
  const call = variable("(i32) => i32");
  assertEquals(call.value, null);
  plugin.lookup("choose")(call);
  assertEquals(call.value!(20), 40);
});

test("variable() keeps its memory through collections", C, async () => {
  const plugin = open(await library("outs.c"));
  const measure = plugin.lookup("measure");
  const all = Array.from({ length: 1000 }, () => variable("usize"));
  for (let round = 0; round < 20; round++) {
    const garbage = Array.from({ length: 1000 }, () => new Uint8Array(4096));
    for (const one of all) measure(one, null, null);
    assertEquals(garbage.length, 1000);
  }
  assertEquals(new Set(all.map((one) => one.value)), new Set([140]));
  // Nobody has the variable but the call.
  const later = measure.async(variable("usize"), variable("f64"), null);
  assertEquals(await later, undefined);
});

test(
  "variable() is checked as a plugin's are, and for its size",
  C,
  async () => {
    const plugin = open(await library("outs.c"));
    const count = variable("u8");
    assertThrows(
      () => count.value = 256,
      RangeError,
      "variable.value: wanted u8, an integer from 0 to 255, got 256",
    );
    for (const name of ["measure"]) {
      assertThrows(
        () => plugin.lookup(name)(count, null, null),
        TypeError,
        "got a Variable of 1 byte",
      );
    }
    // A pointer to a pointer is not met with less than a pointer.
    assertThrows(
      () => plugin.lookup("make")(variable("i32")),
      TypeError,
      "got a Variable of 4 bytes",
    );
    for (
      const [type, code, message] of [
        ["*thing", "bad_type", 'a pointer to anything is "pointer"'],
        ["thing", "bad_type", '"thing" is not a type of the notation'],
        ["[0]u8", "unsupported", "it has no bytes"],
        ["void", "unsupported", "it has no JavaScript value"],
        ["i33(", "bad_type", "Cannot parse"],
      ]
    ) {
      const error = assertThrows(
        () => variable(type as string),
        PluginError,
        message,
      ) as PluginError;
      assertEquals(error.code, code);
    }
  },
);

test("a callback gives no memory that nobody keeps", C, async () => {
  const plugin = open(await library("outs.c"));
  const own = variable("i32");
  assertThrows(
    () => plugin.lookup("ask")(() => own),
    TypeError,
    "a Pointer, a Variable of the plugin or null",
  );
  const theirs = plugin.lookup("place");
  assertEquals(plugin.lookup("ask")(() => theirs), 5);
});

test(
  "cstring() reads char[n] of fields, variables and buffers",
  C,
  async () => {
    const plugin = open(await library("outs.c"));
    const user = plugin.lookup("user").value;
    assertEquals(cstring(user.name), "Zoë");
    user.name = "Ada";
    assertEquals(cstring(user.name), "Ada");
    assertEquals(plugin.lookup("name_length", "() => usize")(), 3);
    // Full: no room for a NUL.
    assertEquals(cstring(user.tag), "ABCD");
    assertEquals(cstring(plugin.lookup("label").value), "label");
    const out = new Uint8Array(16);
    plugin.lookup("write_name")(out, 16);
    assertEquals(cstring(out), "Ada");
    assertEquals(cstring(out.buffer), "Ada");
    assertEquals(cstring(new Uint8Array(new SharedArrayBuffer(4))), "");
    assertEquals(cstring(Uint8Array.of(0xef, 0xbb, 0xbf, 65)), "\ufeffA");
    // A char * that is not const comes out as a pointer.
    const place = plugin.lookup("user").pointer;
    assertEquals([cstring(place), place.cstring()], ["Ada", "Ada"]);
    assertThrows(
      () => cstring(new Uint16Array(2)),
      TypeError,
      "got a Uint16Array",
    );
    assertThrows(() => cstring(null as never), TypeError, "got null");
  },
);

test("a pointer to an array takes memory for all of it", C, async () => {
  const plugin = open(await library("outs.c"));
  const identity = plugin.lookup("identity") as unknown as (
    to: unknown,
  ) => void;
  assertEquals(plugin.manifest.symbols.identity!.type, "(*[2][2]f64) => void");
  const to = new Float64Array(4);
  identity(to);
  identity(null);
  assertEquals(to, Float64Array.of(1, 0, 0, 1));
  for (const short of [new Float64Array(3), new ArrayBuffer(31), "x"]) {
    const refused = () =>
      assertThrows(() => identity(short), TypeError, "at least 32 bytes");
    refused();
    for (let n = 0; n < 20_000; n++) identity(to);
    refused();
  }
});
