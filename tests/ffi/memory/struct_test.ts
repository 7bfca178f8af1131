import { test } from "../../helpers/test.ts";
import { inspect } from "node:util";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { callback, open, PluginError, Struct } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const records = async () => open(await library("records.c"));

test("a struct crosses by value as a plain object", C, async () => {
  const plugin = await records();
  const mid = plugin.lookup("mid");
  assertEquals({ ...mid({ x: 0, y: 2 }, { x: 4, y: 8 }) }, { x: 2, y: 5 });
  for (let i = 0; i < 20_000; i++) {
    assertEquals(mid({ x: i, y: 0 }, { x: 0, y: i }).x, i / 2);
  }
});

test("a misspelt member is guessed", C, async () => {
  const plugin = await records();
  const named = plugin.lookup("total_of");
  assertThrows(
    () => named({ key: "a", netx: null, count: 1 }),
    TypeError,
    'got one with "netx": did you mean "next"?',
  );
  assertThrows(
    () => plugin.lookup("mid")({ x: 0, z: 2 }, { x: 4, y: 8 }),
    TypeError,
    'wanted an object with "x", "y", got one with "z"',
  );
});

/** One function of each shape: it gives its argument back, changed in a way that every member shows. */
const SHAPES: Record<string, [given: unknown, out: unknown]> = {
  one_char: [{ a: 1 }, { a: 2 }],
  three_chars: [{ a: 1, b: 2, c: 3 }, { a: 2, b: 3, c: 4 }],
  float_pair: [{ a: 0.5, b: 1.5 }, { a: 1.5, b: 2.5 }],
  int_float: [{ a: 1, b: 0.5 }, { a: 2, b: 1.5 }],
  double_int: [{ a: 0.5, b: 1 }, { a: 1.5, b: 2 }],
  long_pair: [{ a: 1n, b: 2n }, { a: 2n, b: 3n }],
  four_doubles: [{ a: 1, b: 2, c: 3, d: 4 }, { a: 2, b: 3, c: 4, d: 5 }],
  float_triple: [{ a: 1, b: 2, c: 3 }, { a: 2, b: 3, c: 4 }],
  nested: [{ a: 1, in: { a: 0.5, b: 2 }, b: 3 }, {
    a: 2,
    in: { a: 1.5, b: 3 },
    b: 4,
  }],
  with_array: [{ n: 1, v: Int16Array.of(1, 2, 3) }, {
    n: 2,
    v: Int16Array.of(2, 3, 4),
  }],
  array_of_structs: [{ v: [{ a: 1, b: 2 }, { a: 3, b: 4 }] }, {
    v: [{ a: 2, b: 3 }, { a: 4, b: 5 }],
  }],
  big: [{ v: Float64Array.from({ length: 40 }, (_, i) => i) }, {
    v: Float64Array.from({ length: 40 }, (_, i) => i + 1),
  }],
  packed: [{ a: 1, b: 2n, c: 3 }, { a: 2, b: 3n, c: 4 }],
  with_bool: [{ a: true, b: 7 }, { a: false, b: 8 }],
};

for (const [shape, [given, out]] of Object.entries(SHAPES)) {
  test(`struct ${shape} crosses by value`, C, async () => {
    const bump = (await records()).lookup(`bump_${shape}`);
    const plain = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(plain)
        : typeof value === "object" && value !== null &&
            !ArrayBuffer.isView(value)
        ? Object.fromEntries(
          Object.entries(value).map(([k, v]) => [k, plain(v)]),
        )
        : value;
    for (let i = 0; i < 3000; i++) bump(given);
    assertEquals(plain(bump(given)), out);
  });
}

test("a union crosses by value: one member in, all out", C, async () => {
  const plugin = await records();
  const bump = plugin.lookup("bump_number");
  assertEquals(bump({ f: 1.5 }).f, 2.5);
  assertEquals(plugin.lookup("union_as_int")({ i: 7n }), 7n);
  const tagged = plugin.lookup("bump_tagged");
  assertEquals(tagged({ kind: 0, i: 41 }).i, 42);
  assertEquals(tagged({ kind: 1, d: 0.5 }).d, 1.5);
  assertThrows(
    () => bump({}),
    TypeError,
    'bump_number(): argument 1 (n): wanted one of "i", "f", got none',
  );
});

test("structs, strings, pointers and numbers share one call", C, async () => {
  const plugin = await records();
  const describe = plugin.lookup("describe_point");
  const buffer = new Uint8Array(64);
  assertEquals(describe({ x: 1.5, y: -2 }, "name", buffer, buffer.length), 13);
  assertEquals(
    new TextDecoder().decode(buffer.subarray(0, 13)),
    "name(1.5,-2) ".trim().padEnd(13, "\0"),
  );
});

test(
  "a wrong member is refused with its path, and nothing is called",
  C,
  async () => {
    const plugin = await records();
    const mid = plugin.lookup("mid");
    const cases: [unknown, typeof Error, string][] = [
      [
        undefined,
        TypeError,
        'mid(): argument 1 (a): wanted an object with "x", "y", got undefined',
      ],
      [
        null,
        TypeError,
        'mid(): argument 1 (a): wanted an object with "x", "y", got null',
      ],
      [
        7,
        TypeError,
        'mid(): argument 1 (a): wanted an object with "x", "y", got 7',
      ],
      [
        [{ x: 1, y: 2 }],
        TypeError,
        'mid(): argument 1 (a): wanted an object with "x", "y", got an array',
      ],
      [
        { x: 1 },
        TypeError,
        "mid(): argument 1 (a).y: wanted a number, got undefined",
      ],
      [
        { x: 1, y: "2" },
        TypeError,
        'mid(): argument 1 (a).y: wanted a number, got the string "2"',
      ],
    ];
    for (let round = 0; round < 2; round++) {
      for (const [given, error, message] of cases) {
        assertThrows(() => mid(given, { x: 0, y: 0 }), error, message);
      }
      for (let i = 0; i < 200_000; i++) mid({ x: i, y: 0.5 }, { x: 1, y: i });
    }
    const nested = plugin.lookup("bump_nested");
    assertThrows(
      () => nested({ a: 1, in: { a: 1, b: 2 ** 31 }, b: 1 }),
      RangeError,
      "bump_nested(): argument 1 (s).in.b: wanted an integer from -2147483648 to 2147483647, got 2147483648",
    );
    const array = plugin.lookup("bump_with_array");
    assertThrows(
      () => array({ n: 1, v: [1, 2, 40_000] }),
      RangeError,
      "bump_with_array(): argument 1 (s).v[2]: wanted an integer from -32768 to 32767, got 40000",
    );
    assertThrows(
      () => array({ n: 1, v: [1, 2] }),
      TypeError,
      "bump_with_array(): argument 1 (s).v: wanted an Int16Array or an array of 3, got an array of 2",
    );
  },
);

test("a view is memory: out-parameters, members, nested views", C, async () => {
  const plugin = await records();
  const Point = plugin.type("Point");
  assertStrictEquals(plugin.type("Point"), Point);
  assertEquals([Point.name, Point.size, Point.align], ["Point", 16, 8]);
  const p = new Point({ x: 1, y: 2 });
  assert(p instanceof Point && p instanceof Struct);
  plugin.lookup("move")(p, 10, 20);
  assertEquals([p.x, p.y], [11, 22]);
  p.x = -1;
  assertEquals({ ...plugin.lookup("mid")(p, p) }, { x: -1, y: 22 });
  assertEquals({ ...Point.toObject(p) }, { x: -1, y: 22 });
  assertEquals([new Point().x, new Point({ y: 3 }).y], [0, 3]);

  const Nested = plugin.type("nested");
  const n = new Nested({ a: 1, in: { a: 0.5, b: 2 }, b: 3 });
  n.in.b = 7;
  assertEquals(n.in.b, 7);
  const inner = n.in;
  n.in = { a: 1.5, b: 8 };
  assertEquals([inner.a, inner.b], [1.5, 8]);
  plugin.lookup("bump_nested_at")(n);
  assertEquals([n.a, n.in.a, n.in.b, n.b], [2, 2.5, 9, 4]);
});

test("an array member is a typed array on the same memory", C, async () => {
  const plugin = await records();
  const Type = plugin.type("with_array");
  const s = new Type({ n: 1, v: [1, 2, 3] });
  assert(s.v instanceof Int16Array);
  s.v[1] = 20;
  assertEquals([...s.v], [1, 20, 3]);
  plugin.lookup("bump_with_array_at")(s);
  assertEquals([...s.v], [2, 21, 4]);
});

test("char arrays take strings and give bytes", C, async () => {
  const plugin = await records();
  const Person = plugin.type("person");
  const p = new Person({ name: "Ünal", age: 7 });
  assertEquals(plugin.lookup("name_length")(p), 5);
  assertEquals(p.name[0], new TextEncoder().encode("Ü")[0]! << 24 >> 24);
  assertThrows(
    () => p.name = "x".repeat(16),
    TypeError,
    "person.name: wanted an Int8Array or an array of 16, or a string that fits, got the string",
  );
  assertEquals(plugin.lookup("name_length")(p), 5);
});

test("a view at an address", C, async () => {
  const plugin = await records();
  const Point = plugin.type("Point");
  const made = plugin.lookup("point_new")(1, 2);
  const p = Point.at(made);
  assertEquals([p.x, p.y], [1, 2]);
  p.x = 5;
  plugin.lookup("move")(made, 1, 1);
  assertEquals([p.x, p.y], [6, 3]);
  plugin.lookup("point_free")(p);
  assertThrows(() => Point.at(null), TypeError, "Point.at(): wanted a Pointer");
});

test("a member that is text or an address", C, async () => {
  const plugin = await records();
  const Entry = plugin.type("entry");
  const e = new Entry({ key: "clé", next: null, count: 3 });
  assertEquals([e.key, e.next, e.count], ["clé", null, 3]);
  const other = new Entry({ key: "other", next: e, count: 4 });
  assertEquals(plugin.lookup("total")(other), 7);
  assertThrows(
    () => plugin.lookup("total")([{ key: null, next: null, count: 1 }]),
    TypeError,
    'got an array; an array takes the annotation "as": "[]entry"',
  );
  assertThrows(
    () => plugin.lookup("move")({ x: 1, y: 2 }, 1, 1),
    TypeError,
    'got an object; a plain object takes the annotation "as": "Point", and what C writes to it is lost',
  );
  assertEquals(
    plugin.lookup("total_of")({ key: "by value", next: other, count: 1 }),
    8,
  );
  const read = Entry.at(other.next);
  assertEquals([read.key, read.count], ["clé", 3]);
});

test(
  "a pointer to a struct takes no other struct and no short buffer",
  C,
  async () => {
    const plugin = await records();
    const move = plugin.lookup("move");
    const wanted =
      'move(): argument 1 (p): wanted *Point, a Point of plugin.type("Point"), at least 16 bytes (neither resizable nor detached), a Pointer, a Variable or null, got';
    assertThrows(
      () => move(new Uint8Array(15), 1, 1),
      TypeError,
      `${wanted} a Uint8Array of 15 bytes`,
    );
    const Nested = plugin.type("nested");
    assertThrows(
      () => move(new Nested(), 1, 1),
      TypeError,
      `${wanted} a nested`,
    );
    assertThrows(
      () => move({ x: 1, y: 2 }, 1, 1),
      TypeError,
      `${wanted} an object`,
    );
    const bytes = new Float64Array(2);
    move(bytes, 1, 2);
    assertEquals([...bytes], [1, 2]);
  },
);

test("a view prints its members", C, async () => {
  const Point = (await records()).type("Point");
  assertEquals(inspect(new Point({ x: 1, y: 2 })), "Point { x: 1, y: 2 }");
});

test(
  "a view makes a copy of another, and takes no address for members",
  C,
  async () => {
    const plugin = await records();
    const Point = plugin.type("Point");
    const p = new Point({ x: 1, y: 2 });
    const copy = new Point(p);
    p.x = 3;
    assertEquals(Point.toObject(copy), { x: 1, y: 2 });
    const Flags = plugin.type("flags");
    const address = callback("() => void", () => {}).pointer;
    assertEquals(inspect([address]), `[ Pointer ${address} ]`);
    for (
      const [given, message] of [
        [new Flags(), ""],
        [address, "; Point.at() takes a Pointer"],
        [null, ""],
        // A list or a map that is empty has no members either.
        [[], ""],
        [new Map([["x", 1]]), ""],
        [new Date(), ""],
      ]
    ) {
      assertThrows(
        () => new Point(given),
        TypeError,
        `new Point(): wanted an object with its members${message}`,
      );
    }
  },
);

test("an unknown member or type is refused", C, async () => {
  const plugin = await records();
  const Point = plugin.type("Point");
  assertThrows(
    () => new Point({ x: 1, z: 2 }),
    TypeError,
    'new Point(): it has no member "z", only "x", "y"',
  );
  assertThrows(
    () => new Point({ x: "1" }),
    TypeError,
    'Point.x: wanted a number, got the string "1"',
  );
  assertThrows(
    () => plugin.type("Pint"),
    PluginError,
    'the nearest are "Point"',
  );
});

test("an enum's type has its values by name", C, async () => {
  const plugin = await records();
  const Color = plugin.type("color");
  assertEquals({ ...Color }, { RED: 0, GREEN: 5, BLUE: -1 });
  assertEquals(plugin.lookup("next_color")(Color.RED), Color.GREEN);
});

test("a bit-field's struct is usable, and keeps its bits", C, async () => {
  const plugin = await records();
  const Flags = plugin.type("flags");
  const flags = new Flags({ id: 7 });
  plugin.lookup("set_bits")(flags, 5);
  flags.id = 8;
  assertEquals(plugin.lookup("get_bits")(flags), 5);
});

test("calls through thunks nest and survive exceptions", C, async () => {
  const plugin = await records();
  const mid = plugin.lookup("mid");
  let depth = 0;
  const tricky = {
    get x(): number {
      return depth++ < 10 ? mid(tricky, { x: 0, y: 0 }).x + 1 : 0;
    },
    y: 1,
  };
  const flat = mid({ x: 4, y: 4 }, { x: 0, y: 0 });
  assertEquals({ ...flat }, { x: 2, y: 2 });
  mid(tricky, { x: 0, y: 0 });
  assertThrows(
    () =>
      mid({
        get x(): number {
          throw new RangeError("mine");
        },
        y: 0,
      }, { x: 0, y: 0 }),
    RangeError,
    "mine",
  );
  assertEquals({ ...mid({ x: 4, y: 4 }, { x: 0, y: 0 }) }, { x: 2, y: 2 });
});

const between = async () => open(await library("between.c"));

test("nobody gives a struct memory but itself", C, async () => {
  const it = await between();
  const Span = it.type("Span");
  const tiny = new DataView(new ArrayBuffer(1));
  // deno-lint-ignore no-explicit-any -- arguments that the type has not got
  const given = new (Span as any)(undefined, tiny, null, 0);
  assertEquals([given.bytes, given.x], [null, 0]);
  assertEquals(it.lookup("first_of")(given), 0);
  assertEquals(Object.getOwnPropertyNames(Span).includes("over"), false);
});

test(
  "what a struct is made of lies in its memory, whatever its class is",
  C,
  async () => {
    const plugin = await records();
    // deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
    const Point: any = plugin.type("Point");
    class Doubled extends Point {
      get x() {
        return 2 * super.x;
      }
    }
    class Own extends Point {
      set x(_: number) {}
    }
    class Other {}
    for (const extended of [Doubled, Own, Other]) {
      const point = Reflect.construct(Point, [{ x: 1, y: 2 }], extended);
      assertEquals({ ...Point.toObject(point) }, { x: 1, y: 2 });
      plugin.lookup("move")(point, 10, 20);
      assertEquals({ ...Point.toObject(point) }, { x: 11, y: 22 });
    }
  },
);

test("the accessors of a type are for its own structs", C, async () => {
  const it = await between();
  const accessor = Object.getOwnPropertyDescriptor(
    it.type("Span").prototype,
    "x",
  )!;
  const point = new (it.type("Point"))({ x: 1, y: 2 });
  for (const other of [point, {}, null, 5, Object.create(point)]) {
    assertThrows(
      () => accessor.get!.call(other),
      TypeError,
      "Span.x: wanted a Span",
    );
    assertThrows(
      () => accessor.set!.call(other, 5),
      TypeError,
      "Span.x: wanted a Span",
    );
  }
  assertEquals({ ...it.type("Point").toObject(point) }, { x: 1, y: 2 });
});

test("a struct that points to a buffer that went is refused", C, async () => {
  const it = await between();
  const Span = it.type("Span");
  const [firstOf, first] = [it.lookup("first_of"), it.lookup("first")];
  const point = { x: 1, y: 2 };
  for (let round = 0; round < 2; round++) {
    const bytes = Uint8Array.of(7);
    const span = new Span({ bytes });
    assertEquals([firstOf(span), first(span, point)], [7, 8]);
    const taken = bytes.buffer.transfer();
    const said =
      "got a Span whose memory, or what it points to, was transferred";
    assertThrows(() => firstOf(span), TypeError, said);
    assertThrows(() => first(span, point), TypeError, said);
    span.bytes = new Uint8Array(taken);
    assertEquals([firstOf(span), first(span, point)], [7, 8]);
    for (let i = 0; i < 20_000; i++) firstOf(span);
  }
});
