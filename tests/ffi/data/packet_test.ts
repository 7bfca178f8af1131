/**
 * Whole data: what JavaScript puts into a packet comes out of it again.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { columnOf } from "../../../ffi/data/columns.ts";
import {
  PacketError,
  PacketReader,
  PacketWriter,
} from "../../../ffi/data/packet.ts";
import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { dataCodec } from "../../../ffi/memory/packet_codec.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { generator } from "../../helpers/random.ts";
import { test } from "../../helpers/test.ts";
import { randomData } from "./helpers/data.ts";

const TYPES = new Map<string, TypeDefinition>([
  ["Point", {
    kind: "record",
    members: [
      { name: "x", type: "f64" },
      { name: "y", type: "f64" },
      { name: "name", type: "?string" },
    ],
  }],
  ["Tree", {
    kind: "record",
    members: [
      { name: "value", type: "i32" },
      { name: "children", type: "[]Tree" },
    ],
  }],
  ["Shape", {
    kind: "variant",
    cases: { Circle: "f64", Spot: "Point", Nothing: "void" },
  }],
]);

/** What is wrong with a value that a call is given: which part, and what of it. */
function misfit(type: string, value: unknown): string {
  const { size, write, explain } = dataCodec({
    kind: "data",
    type: parseType(type),
    types: TYPES,
  });
  const view = new DataView(new ArrayBuffer(size));
  assertEquals(write(view, 0, value, []), false);
  const { path, wanted, got } = explain(value)!;
  return `${path}: wanted ${wanted}, got ${got}`;
}

function packed(type: string, value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new PacketWriter();
  const column = columnOf(parseType(type), TYPES);
  assertEquals(column.write(writer, [value], 0), true, `${type} refuses it`);
  return writer.end()!.slice();
}

function unpacked(type: string, packet: Uint8Array<ArrayBuffer>): unknown {
  const reader = new PacketReader(packet);
  const [value] = columnOf(parseType(type), TYPES).read(reader, 1) as unknown[];
  reader.end();
  return value;
}

function back(type: string, value: unknown): unknown {
  return unpacked(type, packed(type, value));
}

/** What is wrong with a value, as an error would say it. */
function refusal(type: string, value: unknown): string {
  const column = columnOf(parseType(type), TYPES);
  const writer = new PacketWriter();
  const isWritten = column.write(writer, [value], 0) &&
    writer.end() !== undefined;
  const misfit = column.explain(value, 0);
  assertEquals(isWritten, misfit === undefined, "write and explain disagree");
  return misfit === undefined
    ? ""
    : `${misfit.path}: wanted ${misfit.wanted}${
      misfit.got === undefined ? "" : `, got ${misfit.got}`
    }`;
}

const SAME: readonly (readonly [type: string, value: unknown])[] = [
  ["[]string", ["", "a", "ä", "😀", "\0", "\ufeff"]],
  ["[]bool", [true, false]],
  ["[][]i32", [new Int32Array([1, 2]), new Int32Array(0), new Int32Array(1)]],
  ["[]i64", new BigInt64Array([-(2n ** 63n), 2n ** 63n - 1n])],
  ["[]isize", new BigInt64Array([-1n, 2n ** 60n])],
  ["?string", null],
  ["[]?f64", [1, null, NaN, -0]],
  ["(i32, string, [2]f64)", [1, "a", new Float64Array([1, 2])]],
  ["map<i32, string>", new Map([[1, "a"], [-2, ""]])],
  ["map<f64, i32>", new Map([[NaN, 1], [0, 2]])],
  ["Point", { x: 1.5, y: -0, name: null }],
  ["[]Point", [{ x: 1, y: 2, name: "a" }, { x: 3, y: 4, name: null }]],
  ["Tree", {
    value: 1,
    children: [
      { value: 2, children: [] },
      { value: 3, children: [{ value: 4, children: [] }] },
    ],
  }],
  ["[]Shape", [
    { type: "Circle", value: 2 },
    { type: "Spot", x: 1, y: 2, name: "q" },
    { type: "Nothing" },
    { type: "Circle", value: 3 },
  ]],
  ["[]bytes", [new Uint8Array([1, 2]), new Uint8Array(0)]],
  ["[]bigint", [0n, 1n, -1n, 255n, -256n, 2n ** 200n]],
  ["[]complex", [{ re: 1, im: -2 }]],
  ["[]date", [new Date(0), new Date(-1), new Date(8.64e15)]],
  ["[]duration", [0, 1.5, -1, 1e-6]],
  ["any", null],
  ["any", [1, 2.5, "x", true, null, new Date(5), new Uint8Array([1]), -0]],
  ["any", new Map<unknown, unknown>([[1, "a"], ["b", [2]]])],
  ["any", 2n ** 64n - 1n],
  ["any", -(2n ** 70n)],
];

for (const [type, value] of SAME) {
  test(`${type} crosses whole: ${typeof value === "object" ? JSON.stringify(value, (_, x) => typeof x === "bigint" ? `${x}n` : x) : value}`, () => {
    assertEquals(back(type, value), value);
  });
}

test("a map with texts for keys is an object without a prototype", () => {
  const value = back("map<string, i32>", { a: 1, __proto__: null, b: 2 });
  assertEquals(Object.getPrototypeOf(value), null);
  assertEquals({ ...value as object }, { a: 1, b: 2 });
  assertEquals(
    { ...back("map<string, i32>", new Map([["__proto__", 1]])) as object },
    JSON.parse('{"__proto__": 1}'),
  );
});

test("what may be given is more than what comes out", () => {
  assertEquals(back("[]f64", [1, 2]), new Float64Array([1, 2]));
  assertEquals(back("[]f64", new Int8Array([1])), new Float64Array([1]));
  assertEquals(back("[]isize", [1]), new BigInt64Array([1n]));
  assertEquals(back("complex", 2), { re: 2, im: 0 });
  assertEquals(back("duration", 1_500_000n), 1.5);
  assertEquals(back("bigint", 7), 7n);
  assertEquals(back("Point", { x: 1, y: 2 }), { x: 1, y: 2, name: null });
});

test("sharing is lost, and a cycle is refused", () => {
  const leaf = { value: 1, children: [] };
  const tree = back("Tree", { value: 0, children: [leaf, leaf] }) as {
    children: unknown[];
  };
  assertEquals(tree.children[0] === tree.children[1], false);
  const cycle = { value: 1, children: [] as unknown[] };
  cycle.children.push(cycle);
  assertEquals(
    refusal("Tree", cycle).endsWith(
      ": wanted values at most 200 deep in each other; is it a cycle?",
    ),
    true,
  );
  const list: unknown[] = [];
  list.push(list);
  assertEquals(refusal("any", list).includes("is it a cycle?"), true);
});

test("a value that contains itself twice is refused before it fills the memory", () => {
  const twice: unknown[] = [];
  twice.push(twice, twice);
  const tree = { value: 1, children: [] as unknown[] };
  tree.children.push(tree, tree, tree);
  const map = new Map<string, unknown>();
  map.set("a", map).set("b", [map]);
  const cases: readonly (readonly [string, unknown])[] = [
    ["any", twice],
    ["any", map],
    ["Tree", tree],
  ];
  for (const [type, value] of cases) {
    const codec = dataCodec({
      kind: "data",
      type: parseType(type),
      types: TYPES,
    });
    const view = new DataView(new ArrayBuffer(16));
    assertEquals(codec.write(view, 0, value, []), false);
    const said = codec.explain(value)?.wanted ?? "";
    assertEquals(said.includes("is it a cycle?"), true);
  }
});

test("an array that is longer than memory is refused at once", () => {
  const long: unknown[] = [];
  long.length = 2 ** 32 - 1;
  for (const [type, value] of [["[]string", long], ["any", [long]]] as const) {
    assertEquals(
      misfit(type, value),
      `${
        type === "any" ? "[0]" : ""
      }: wanted fewer than 67108864 elements, got an array that says it has 4294967295`,
    );
  }
});

test("a large value that does not contain itself is no cycle", () => {
  const leaf = Array.from({ length: 1000 }, () => "text");
  const list = Array.from({ length: 5000 }, () => leaf);
  const writer = new PacketWriter();
  writer.begin(list);
  const column = columnOf(parseType("[][]string"), TYPES);
  assertEquals(column.write(writer, [list], 0), true);
});

test("a value that doubles on each level is refused before it is written out", () => {
  let reads = 0;
  const leaf = new Proxy([1, 2], {
    get(target, key) {
      if (key === "0") reads++;
      return Reflect.get(target, key) as unknown;
    },
  });
  const doubled = (value: unknown, levels: number): unknown => {
    for (let level = 0; level < levels; level++) value = [value, value];
    return value;
  };
  const text = "x".repeat(2 ** 20);
  for (
    const value of [doubled(leaf, 40), doubled(leaf, 150), doubled(text, 20)]
  ) {
    reads = 0;
    assertEquals(
      misfit("any", value),
      ": wanted fewer than 67108864 elements, counting each as often as it occurs, got more",
    );
    assert(reads < 2 ** 20, `${reads} reads`);
  }
});

test("what a list says of its own length is not believed", () => {
  const lying = (list: object, length: unknown) =>
    Object.defineProperty(list, "length", { value: length });
  for (const length of [0, 1, 8, 2.5, NaN, -1, 1e9, "3"]) {
    const numbers = lying(new Float64Array([1, 2, 3]), length);
    assertEquals(back("[][]f64", [numbers]), [new Float64Array([1, 2, 3])]);
    assertEquals(back("any", numbers), [1, 2, 3]);
  }
  const proxy = (length: unknown) =>
    new Proxy([1, 2, 3], {
      get: (list, key) =>
        key === "length" ? length : Reflect.get(list, key) as unknown,
    });
  assertEquals(back("[]f64", proxy(2)), new Float64Array([1, 2]));
  for (const length of [2.5, NaN, -1, "2", undefined]) {
    assertEquals(
      misfit("[][]f64", [[], proxy(length)]),
      `[1]: wanted fewer than 67108864 elements, got an array that says it has ${length}`,
    );
  }
});

test("what a map says of itself is not believed", () => {
  class Own extends Map<string, number> {
    override entries() {
      return new Map([["b", 2]]).entries();
    }
    override [Symbol.iterator]() {
      return this.entries();
    }
    override get size() {
      return 7;
    }
  }
  for (const type of ["map<string, i32>", "any"]) {
    const read = back(type, new Own([["a", 1]]));
    assertEquals(
      Object.fromEntries(
        read instanceof Map ? read : Object.entries(read as object),
      ),
      { a: 1 },
    );
  }
});

test("a buffer that is gone or can move is no list", () => {
  const gone = new Float64Array(2);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const moving = new Float64Array(new ArrayBuffer(16, { maxByteLength: 64 }));
  for (const array of [gone, moving]) {
    for (const type of ["any", "[]f64", "[][]f64"]) {
      const given = type === "[][]f64" ? [array] : array;
      assertEquals(refusal(type, given) === "", false);
    }
  }
});

test("what does not fit is refused, with the place in it", () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["[]string", ["a", 1], "[1]: wanted a well-formed string, got 1"],
    [
      "[]string",
      ["\ud83d", "\ude00"],
      '[0]: wanted a well-formed string, got the string "\\ud83d"',
    ],
    ["[]i8", [1, 128], "[1]: wanted an integer from -128 to 127, got 128"],
    ["[]i8", "ab", 'wanted an array or a Int8Array, got the string "ab"'],
    ["[2]i8", [1], ": wanted an array or a Int8Array of 2, got 1"],
    [
      "[]Point",
      [{ x: 1, y: 2, z: 3 }],
      '[0]: wanted an object with "x", "y", "name", got one with "z"',
    ],
    ["Point", { x: 1, y: 2, nmae: "" }, 'with "nmae": did you mean "name"?'],
    ["Point", { x: 1, y: "2" }, ".y: wanted a number, got"],
    [
      "Shape",
      { type: "Square" },
      ': wanted an object whose "type" is "Circle", "Spot", "Nothing", got an object',
    ],
    ["Shape", { type: "Circle", value: 1, more: 1 }, ".value: wanted a number"],
    ["Shape", { type: "Nothing", value: 1 }, ': wanted nothing beside "type"'],
    [
      "Shape",
      { type: "Spot", x: 1, y: 2, z: 1 },
      ': wanted an object with "x"',
    ],
    ["(i32, i32)", [1], "wanted an array of 2"],
    ["map<i32, i32>", { a: 1 }, ": wanted a Map, got an object"],
    ["map<string, i32>", { a: "1" }, '["a"]: wanted an integer'],
    [
      "map<string, i32>",
      new Map([[Object.create(null), 1]]),
      "key an object: wanted a well-formed string, got an object",
    ],
    [
      "map<string, i32>",
      (function (..._: unknown[]) {
        return arguments; // deno-lint-ignore-line
      })(1, 2),
      ": wanted a plain object or a Map, got ",
    ],
    ["date", new Date(NaN), ": wanted a valid Date, got"],
    ["date", Object.create(Date.prototype), ": wanted a valid Date, got"],
    ["any", [Object.create(Date.prototype)], "[0]: wanted a valid Date, got"],
    ["map<i32, i32>", Object.create(Map.prototype), ": wanted a Map, got"],
    [
      "map<string, i32>",
      Object.create(Map.prototype),
      ": wanted a plain object or a Map, got",
    ],
    ["any", [Object.create(Map.prototype)], "[0]: wanted null, a boolean"],
    ["duration", Infinity, ": wanted a number of milliseconds"],
    ["bigint", 1.5, ": wanted a bigint, or a safe integer, got 1.5"],
    ["any", undefined, ": wanted null, a boolean"],
    ["any", [() => {}], "[0]: wanted null, a boolean"],
    ["any", new (class Own {})(), ": wanted null, a boolean"],
  ];
  for (const [type, value, text] of cases) {
    const said = refusal(type, value);
    assertEquals(said.includes(text), true, `${type}: ${said}`);
  }
});

test("a time that no Date can be is refused, to the nanosecond", () => {
  const most = 8.64e15;
  const packet = packed("date", new Date(most));
  const view = new DataView(packet.buffer);
  const seconds = [...packet.keys()].find((i) =>
    i + 12 <= packet.length && view.getBigInt64(i, true) === BigInt(most / 1000)
  )!;
  view.setInt32(seconds + 8, 999_999, true);
  assertEquals(unpacked("date", packet), new Date(most)); // cut off
  view.setInt32(seconds + 8, 1_000_000, true);
  assertThrows(() => unpacked("date", packet), RangeError, "which is no Date");
});

test("a value that changes while it is read is read once", () => {
  let reads = 0;
  const value = {
    get x() {
      return reads++ === 0 ? 1 : "changed";
    },
    y: 2,
    name: null,
  };
  assertEquals(back("Point", value), { x: 1, y: 2, name: null });
  const list = new Proxy([1, 2, 3], {
    get: (target, key) =>
      key === "length" ? (reads++ % 2 === 0 ? 5 : 1) : Reflect.get(target, key),
  });
  refusal("[]i32", list); // neither crashes nor lies about its length
});

test("random values of random types come back the same", () => {
  const random = generator(7);
  for (let i = 0; i < 500; i++) {
    const { type, types, value } = randomData(random);
    const column = columnOf(parseType(type), types);
    const writer = new PacketWriter();
    assertEquals(column.write(writer, [value], 0), true, type);
    assertEquals(column.explain(value, 0), undefined, type);
    const reader = new PacketReader(writer.end()!.slice());
    assertEquals(
      (column.read(reader, 1) as unknown[])[0],
      value,
      `${type} of ${i}`,
    );
    reader.end();
  }
});

test("a broken packet is one error, whatever is broken in it", () => {
  const random = generator(11);
  let broken = 0;
  for (let i = 0; i < 300; i++) {
    const { type, types, value } = randomData(random);
    const column = columnOf(parseType(type), types);
    const writer = new PacketWriter();
    column.write(writer, [value], 0);
    const packet = writer.end()!.slice();
    for (let k = 0; k < 3; k++) {
      const mutant = packet.slice(0, packet.length - random(2) * random(9));
      if (mutant.length > 0) mutant[random(mutant.length)] = random(256);
      try {
        const reader = new PacketReader(mutant);
        column.read(reader, 1);
        reader.end();
      } catch (error) {
        broken++;
        const isExpected = error instanceof PacketError ||
          error instanceof RangeError; // a number that JavaScript has not got
        assertEquals(isExpected, true, `${type}: ${error}`);
      }
    }
  }
  assertEquals(broken > 0, true);
  const short = new Uint8Array(8);
  assertThrows(() => new PacketReader(short), PacketError, "ends too soon");
});

test("a packet cannot ask for more than it has", () => {
  const packet = packed("[]string", ["a"]);
  new DataView(packet.buffer).setUint32(16, 2 ** 31, true); // the count
  assertThrows(() => unpacked("[]string", packet), PacketError, "elements");
});
