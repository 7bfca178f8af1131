import { test } from "../../../helpers/test.ts";
import process from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Plugin, PluginError } from "../../../../mod.ts";
import { need } from "../../../helpers/need.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

type Call = (...args: unknown[]) => unknown;

let plugin: Plugin | undefined;

async function fixture(): Promise<Plugin> {
  return plugin ??= await openGo("structs");
}

/** A function of the fixture, without its type: values are what counts here. */
async function structs(): Promise<(name: string) => Call> {
  const from = await fixture();
  return (name) => from.lookup(name) as unknown as Call;
}

const KINDS = {
  Bool: true,
  Int64: -(2n ** 63n),
  Int8: -128,
  Uint64: 2n ** 64n - 1n,
  Uint8: 255,
  Int: -Number.MAX_SAFE_INTEGER,
  Int16: -32768,
  Uint: Number.MAX_SAFE_INTEGER,
  Uint16: 65535,
  Float64: Number.MIN_VALUE,
  Int32: -(2 ** 31),
  Uint32: 2 ** 32 - 1,
  Float32: Math.fround(0.1),
  Warm: -273.15,
  Uintptr: 4096,
};

const MATRIX = {
  Rows: [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)],
  Warm: Float64Array.of(-1, 0.5),
  Flags: [true, false, true],
  Bytes: Uint8Array.of(0, 1, 2, 254, 255),
  Count: -7,
};

const RECORD = {
  ID: 2 ** 32 - 1,
  Name: "Grüße\0 und mehr",
  Data: Uint8Array.of(0, 255, 7),
  At: { X: 0.5, Y: -0.5 },
  Notes: { Title: "世界", Small: -9 },
  Temps: Float64Array.of(1, NaN, -Infinity),
  Größe: -3,
};

const EMPTY = {
  ...RECORD,
  Name: "",
  Data: new Uint8Array(0),
  Notes: { Title: "", Small: 0 },
  Temps: new Float64Array(0),
};

test("buildGo() describes structs", WITH_GO, async () => {
  const { types, symbols } = (await fixture()).manifest;
  assertEquals(
    Object.entries(types).flatMap(([name, { kind }]) =>
      kind === "struct" ? [name] : []
    ),
    [
      "Board",
      "Kinds",
      "Matrix",
      "Point",
      "Record",
      "Segment",
      "Size",
      "geometry.Point",
      "struct2",
    ],
  );
  assertEquals(types.Segment, {
    kind: "struct",
    size: 24,
    align: 8,
    zero: true,
    fields: [
      { name: "Point", type: "Point", offset: 0 },
      { name: "To", type: "Size", offset: 16 },
    ],
    doc: "Segment has the struct of a dependency, and embeds one.",
  });
  const type = (name: string) => symbols[name]!.type;
  assertEquals(type("Raise"), "(geometry.Point) => geometry.Point");
  assertEquals(type("Move"), "(*Point, f64) => bool");
  assertEquals(type("Grow"), "(Record, isize) => (Record, isize)");
  assertEquals(
    [type("Named"), type("AliasedTo")],
    Array(2).fill("(*Point) => f64"),
  );
});

// Until then Go called such a struct of C otherwise.
const NEWER = { ...need("go>=1.23", "cc"), timeout: 300_000 };

test("buildGo() says why a struct cannot cross", NEWER, async () => {
  const { skipped } = (await fixture()).manifest;
  const none = "has no JavaScript value";
  assertEquals(skipped, {
    Pair:
      "it is generic: name its types, as plugin build --instantiate 'Pair[int]' does",
    PointsTwice: `parameter 1 (p): the pointer **Point ${none}`,
    TakesC:
      "parameter 1 (p): the struct C.cpoint cannot cross: the type C.struct___0 cannot be named without its header",
  });
});

test("a Go function takes and gives structs", WITH_GO, async () => {
  const go = await structs();
  assertEquals(go("Middle")({ X: 1, Y: 2 }, { X: 3, Y: -4 }), { X: 2, Y: -1 });
  assertEquals(go("EchoKinds")(KINDS), KINDS);
  assertEquals(go("EchoMatrix")(MATRIX), MATRIX);
  assertEquals(go("Raise")({ X: 1, Y: 2, Z: 3 }), { X: 1, Y: 2, Z: 4 });
  assertEquals(go("Aliased")({ X: 1, Y: 2 }), { X: 1, Y: 2 });
  const size = { Width: 8, Height: 65535, Level: -2 };
  assertEquals(go("Halves")(size), [4, 32767, 65534]);
  const segment = { Point: { X: -1, Y: 0.5 }, To: size };
  assertEquals(go("EchoSegment")(-3, segment), segment);
});

test("fields of a Go struct that are left out are zero", WITH_GO, async () => {
  const go = await structs();
  const none = Object.fromEntries(
    Object.entries(KINDS).map(([name, value]) => [
      name,
      typeof value === "bigint" ? 0n : typeof value === "boolean" ? false : 0,
    ]),
  );
  assertEquals(go("Middle")({ X: 4 }, { Y: 2 }), { X: 2, Y: 1 });
  assertEquals(go("EchoKinds")({}), none);
  assertEquals(go("EchoKinds")({ Uint8: 7 }), { ...none, Uint8: 7 });
  const row = new Float64Array(3);
  assertEquals(go("EchoMatrix")({ Warm: [1, 2] }), {
    Rows: [row, row],
    Warm: Float64Array.of(1, 2),
    Flags: [false, false, false],
    Bytes: new Uint8Array(5),
    Count: 0,
  });
  assertEquals(go("EchoSegment")(1, { To: { Level: 3 } }), {
    Point: { X: 0, Y: 0 },
    To: { Width: 0, Height: 0, Level: 3 },
  });
  assertEquals(go("EchoRecord")({ ID: 1, Notes: { Small: 2 } }), {
    ...EMPTY,
    ID: 1,
    Data: new Uint8Array(0),
    At: { X: 0, Y: 0 },
    Notes: { Title: "", Small: 2 },
    Größe: 0,
  });
  for (const odd of [{ x: 1 }, { X: 1, Z: 2 }, { X: null }, [1, 2], null, 1]) {
    assertThrows(() => go("Middle")(odd, {}), TypeError, "argument 1 (a)");
  }
  assertThrows(
    () => go("EchoSegment")(1, { To: { Depth: 3 } }),
    TypeError,
    "argument 2 (s).To: wanted an object with",
  );
  // As a pointer is: what Go writes is there afterwards.
  const point: { X: number; Y?: number } = { X: 1 };
  assertEquals(go("Move")(point, 1), true);
  assertEquals(point, { X: 2, Y: -1 });
});

test(
  "a Go function takes and gives structs with strings and slices",
  WITH_GO,
  async () => {
    const go = await structs();
    assertEquals(go("EchoRecord")(RECORD), RECORD);
    assertEquals(go("EchoRecord")(EMPTY), EMPTY);
    const given = {
      ...RECORD,
      Data: Uint8Array.of(41),
      Temps: Float64Array.of(),
    };
    const grown = {
      ...given,
      Name: RECORD.Name.repeat(2),
      Data: Uint8Array.of(42),
      Temps: Float64Array.of(2),
    };
    const length = new TextEncoder().encode(grown.Name).length;
    assertEquals(go("Grow")(given, 2), [grown, length]);
    assertEquals(given.Data, Uint8Array.of(41)); // a struct is a copy, with all it has
    const error = assertThrows(() => go("Grow")(given, -1), PluginError);
    assert((error as PluginError).message.endsWith("cannot shrink"));
  },
);

test(
  "a Go function changes the struct that it is pointed to",
  WITH_GO,
  async () => {
    const go = await structs();
    const Point = plugin!.type("Point");
    const point = new Point({ X: 1, Y: 2 });
    assertEquals(go("Move")(point, 0.5), true);
    assertEquals(Point.toObject(point), { X: 1.5, Y: 1.5 });
    assertEquals(go("Move")(null, 1), false);
    assertEquals([go("Named")(point), go("AliasedTo")(point)], [1.5, 1.5]);
    const sum = new Point({ X: 1, Y: 2 });
    go("Add")(point, sum, sum);
    assertEquals(Point.toObject(sum), { X: 2.5, Y: 3.5 });
    go("Add")(sum, sum, sum);
    assertEquals(Point.toObject(sum), { X: 5, Y: 7 });
    go("Add")(sum, point, point);
    assertEquals(Point.toObject(point), { X: 6.5, Y: 8.5 });
    go("Add")(null, point, null);
    // A plain object does, and gets what Go has written.
    const plain = { X: 1, Y: 2 };
    assertEquals(go("Move")(plain, 1), true);
    assertEquals(plain, { X: 2, Y: 1 });
    assertEquals(go("Add")(plain, plain, plain), undefined);
    assertEquals(plain, { X: 4, Y: 2 });
    const fixed = Object.freeze({ X: 1, Y: 2 });
    assertEquals(go("AliasedTo")(fixed), 2);
    assertThrows(() => go("Move")(fixed, 1), TypeError, "argument 1 (p)");
    assertThrows(() => go("Move")({ x: 1 }, 1), TypeError, "argument 1 (p)");
    point.X = point.Y = 1.5;
    go("Keep")(point);
    point.X = 9; // Go has a copy
    go("Collect")();
    assertEquals(go("Kept")(), { X: 1.5, Y: 1.5 });
    const [Matrix, Kinds] = [plugin!.type("Matrix"), plugin!.type("Kinds")];
    for (const panics of [false, true]) {
      const matrix = new Matrix(MATRIX);
      const kinds = new Kinds(KINDS);
      if (panics) {
        assertThrows(
          () => go("Fill")(matrix, kinds, true),
          PluginError,
          "filled",
        );
      } else go("Fill")(matrix, kinds, false);
      assertEquals(Matrix.toObject(matrix), {
        Rows: [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 1.5)],
        Warm: Float64Array.of(-3, 0.5),
        Flags: [true, false, true],
        Bytes: Uint8Array.of(0, 1, 2, 254, 7),
        Count: -1,
      });
      assertEquals(Kinds.toObject(kinds), { ...KINDS, Warm: 21.5 });
    }
  },
);

test(
  "a Go variable that is a struct is read and written in place",
  WITH_GO,
  async () => {
    const go = await structs();
    const origin = plugin!.lookup("Origin") as unknown as {
      value: { X: number; Y: number };
    };
    assertEquals([origin.value.X, origin.value.Y], [1, 2]);
    origin.value.X = 5;
    assertEquals(go("ReadOrigin")(), [5, 2]);
    origin.value = { X: 7, Y: -8 };
    assertEquals(go("ReadOrigin")(), [7, -8]);
    const frame = plugin!.lookup("Frame") as unknown as { value: unknown };
    const segment = {
      Point: { X: -1, Y: 0.5 },
      To: { Width: 8, Height: 9, Level: -2 },
    };
    frame.value = segment;
    assertEquals(go("ReadFrame")(), segment);
  },
);

test(
  "structs into Go and out of it leave no memory behind",
  WITH_GO,
  async () => {
    const echo = (await structs())("EchoRecord");
    const record = {
      ...RECORD,
      Name: "x".repeat(1000),
      Temps: new Float64Array(125),
    };
    const round = (count: number): void => {
      for (let i = 0; i < count; i++) echo(record);
    };
    round(10_000);
    // 100 MB each time if every result were kept; the collector takes its time.
    const grown = Array.from({ length: 4 }, () => {
      const before = process.memoryUsage().rss;
      round(50_000);
      return process.memoryUsage().rss - before;
    });
    assert(Math.min(...grown) < 48 * 2 ** 20, `${grown} bytes more`);
  },
);
