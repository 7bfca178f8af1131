import { test } from "../../helpers/test.ts";
import { inspect } from "node:util";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const unions = async () => open(await library("unions.c"));

test("a union that is changed and given back has the change", C, async () => {
  const it = await unions();
  const plusOne = it.lookup("plus_one");
  const n = plusOne({ i: 41 });
  assertEquals([n.i, n.b[0]], [42, 42]);
  n.i = 100;
  assertEquals(plusOne(n).i, 101);
  n.f = 1;
  assertEquals([n.i, plusOne(n).i], [0x3f80_0000, 0x3f80_0001]);
  for (let i = 0; i < 20_000; i++) {
    const m = plusOne({ i });
    m.i = i + 5;
    if (plusOne(m).i !== i + 6) throw new Error("the change is lost");
  }
});

test("a union inside of a struct has the change too", C, async () => {
  const it = await unions();
  const v = it.lookup("give")(0);
  assertEquals([v.kind, v.as.integer], [0, 7n]);
  v.as.integer = 9n;
  assertEquals(it.lookup("integer_of")(v), 9n);
  v.as = { real: 1.5 };
  assertEquals(it.lookup("integer_of")(v), 0x3ff8_0000_0000_0000n);
  v.kind = 2;
  v.as = { text: "Zoë" };
  assertEquals(it.lookup("text_of")(v), "Zoë");

  const s = it.lookup("twice")({
    values: [v, { kind: 0, as: { integer: 1n } }],
  });
  assertEquals(s.values[1].as.integer, s.values[0].as.integer);
  s.values[1].as.integer = 3n;
  assertEquals(it.lookup("integer_of")(s.values[1]), 3n);
});

test("an unnamed union has the change too", C, async () => {
  const it = await unions();
  const plusOne = it.lookup("flat_plus_one");
  const f = plusOne({ kind: 1, low: 1, high: 2 });
  assertEquals([f.kind, f.low, f.high, f.both], [1, 2, 2, 0x2_0002]);
  f.high = 5;
  assertEquals(plusOne(f).high, 5);
  assertEquals(plusOne({ kind: 1, both: 41 }).both, 42);
  assertEquals(plusOne({ kind: 1, low: 41 }).low, 42);
});

test("no member of a union is read before it is asked for", C, async () => {
  const it = await unions();
  const Value = it.type("value");
  // An integer that is no address of a text.
  const v = it.lookup("give")(0);
  assertEquals(v.as.integer, 7n);
  const made = new Value({ kind: 0 });
  made.as.integer = 7n;
  for (
    const seen of [
      v,
      made,
      Value.toObject(made),
      made.as,
      it.lookup("current").value,
    ]
  ) {
    assert(inspect(seen).includes("integer: 7n"), inspect(seen));
    assert(inspect(seen).includes("text: Pointer 0x7"), inspect(seen));
  }
  assertEquals(Value.toObject(made).kind, 0);
  assertEquals(Value.toObject(made).as.integer, 7n);
  assertEquals(it.lookup("give")(2).as.text, "abc");
  const flat = it.lookup("flat_plus_one")({ kind: 0, both: 6 });
  assert(inspect(flat).includes("text: Pointer 0x7"), inspect(flat));
  assertEquals({ ...it.lookup("swapped")({ x: 1, y: 2 }) }, { x: 2, y: 1 });
});

test("a copy stays as it is when the plugin's memory changes", C, async () => {
  const it = await unions();
  const Value = it.type("value");
  const current = it.lookup("current");
  const copy = Value.toObject(current.value);
  current.value.as.integer = 8n;
  assertEquals([copy.as.integer, current.value.as.integer], [7n, 8n]);
  current.value.as.integer = 7n;
});

/** Refused, cold and warm. */
function refuses(call: () => unknown, kind: ErrorConstructor, text: string) {
  assertThrows(call, kind, text);
  let refused = 0;
  for (let i = 0; i < 5000; i++) {
    try {
      call();
    } catch {
      refused++;
    }
  }
  assertEquals(refused, 5000);
}

test("two members of a union at once are refused, everywhere", C, async () => {
  const it = await unions();
  const Value = it.type("value");
  const Number = it.type("number");
  const v = new Value();
  const plusOne = it.lookup("plus_one");
  for (let i = 0; i < 20_000; i++) plusOne({ i });
  refuses(
    () => plusOne({ i: 1, f: 2 }),
    TypeError,
    'plus_one(): argument 1 (n): wanted one of "i", "f", "b", got "i" and "f"',
  );
  refuses(
    () => it.lookup("integer_of")({ kind: 1, as: { integer: 1n, real: 2 } }),
    TypeError,
    'argument 1 (v).as: wanted one of "integer", "real", "text", "call", got "integer" and "real"',
  );
  refuses(
    () => v.as = { integer: 1n, text: "a" },
    TypeError,
    'value.as: wanted one of "integer", "real", "text", "call", got "integer" and "text"',
  );
  refuses(
    () =>
      it.lookup("current").value = { kind: 1, as: { integer: 1n, real: 2 } },
    TypeError,
    'current.value.as: wanted one of "integer"',
  );
  refuses(
    () => new Number({ i: 1, f: 2 }),
    TypeError,
    'new number(): "i" and "f" lie over each other, wanted one of them',
  );
  refuses(
    () => it.lookup("flat_plus_one")({ kind: 1, low: 1, both: 2 }),
    TypeError,
    'wanted one of "kind", "low", "high", "both", "text", got "low" and "both"',
  );
  assertEquals(plusOne({ i: 1, f: undefined }).i, 2);
  assertEquals(new Number({ i: 1, f: undefined }).i, 1);
});

test("a member that there is not is refused, everywhere", C, async () => {
  const it = await unions();
  const swapped = it.lookup("swapped");
  for (let i = 0; i < 20_000; i++) swapped({ x: i, y: 0 });
  refuses(
    () => swapped({ x: 1, y: 2, z: 3 }),
    TypeError,
    'swapped(): argument 1 (p): wanted an object with "x", "y", got one with "z"',
  );
  refuses(
    () => it.lookup("plus_one")({ i: 1, g: 2 }),
    TypeError,
    'wanted an object with "i", "f", "b", got one with "g"',
  );
  refuses(
    () =>
      it.lookup("current").value = { kind: 1, as: { integer: 1n }, more: 0 },
    TypeError,
    'current.value: wanted value, an object with "kind", "as", got one with "more"',
  );
  const s = new (it.type("several"))();
  refuses(
    () =>
      s.values = [{ kind: 1, as: { integer: 1n }, more: 0 }, {
        kind: 1,
        as: { real: 1 },
      }],
    TypeError,
    'several.values[0]: wanted an object with "kind", "as", got one with "more"',
  );
  // What is inherited is no member that was given.
  class Named {
    x = 1;
    y = 2;
    name() {}
  }
  assertEquals({ ...swapped(new Named()) }, { x: 2, y: 1 });
});

test("a struct lies where its alignment says", C, async () => {
  const it = await unions();
  const keep: unknown[] = [];
  for (
    const [name, align] of [["oct", 32], ["line", 64], ["wide", 16]] as const
  ) {
    const Type = it.type(name);
    const rest = it.lookup(`rest_of_${name}`);
    assertEquals(Type.align, align);
    for (let i = 0; i < 40; i++) {
      const made = new Type();
      keep.push(made, new Uint8Array(i));
      assertEquals(rest(made), 0);
      assertEquals(rest(new Type(made)), 0);
    }
    const room = new Uint8Array(new ArrayBuffer(4 * align));
    const at = Array.from(
      { length: align },
      (_, i) => room.subarray(i, i + 2 * align),
    );
    const fit = at.filter((view) => {
      try {
        return rest(view) === 0;
      } catch {
        return false;
      }
    });
    assertEquals(fit.length, 1);
    assertThrows(
      () => rest(at[(at.indexOf(fit[0]!) + 8) % align]),
      TypeError,
      `at a multiple of ${align}`,
    );
  }
  const Oct = it.type("oct");
  const made = new Oct({ v: [1, 2, 3, 4] });
  assertEquals([it.lookup("first")(made), it.lookup("first")(new Oct(made))], [
    1,
    1,
  ]);
  assertEquals([...Oct.toObject(made).v], [1, 2, 3, 4]);
});
