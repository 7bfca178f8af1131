import { test } from "../../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { type Plugin, PluginError, type Variable } from "../../../../mod.ts";
import { printDeclaration } from "../../../../emit/declaration/print_declaration.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

type Call = (...args: unknown[]) => unknown;

let plugin: Plugin | undefined;

async function places(): Promise<{
  call: (name: string) => Call;
  variable: (name: string) => Variable<unknown>;
}> {
  const from = plugin ??= await openGo("structs");
  return {
    call: (name) => from.lookup(name) as unknown as Call,
    variable: (name) => from.lookup(name) as unknown as Variable<unknown>,
  };
}

const typeOf = (name: string) => plugin!.manifest.symbols[name]!.type;

test("a Go function takes and gives arrays", WITH_GO, async () => {
  const { call } = await places();
  assertEquals(typeOf("SumQuad"), "([4]i32) => i32");
  assertEquals(call("SumQuad")([1, 2, 3, -4]), 2);
  assertEquals(call("SumQuad")(Int32Array.of(1, 2, 3, 4)), 10);
  assertEquals(call("Quads")(5), Int32Array.of(5, 6, 7, 8));
  assertEquals(call("Turn")([[1, 2], [3, 4]]), [
    Float64Array.of(3, 1),
    Float64Array.of(4, 2),
  ]);
  assertEquals(call("Not")([true, false, true]), [false, true, false]);
  assertEquals(call("Total")([1n, 2]), 2.000001);
  const [a, b] = [{ X: 1, Y: 2 }, { X: 3, Y: 4 }];
  assertEquals(call("Exchange")([a, b]), [b, a]);
  const board = {
    Corners: [a, b],
    Cells: [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)],
  };
  assertEquals(call("EchoBoard")(board), {
    ...board,
    Cells: [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 7)],
  });
  const Board = plugin!.type("Board");
  const view = new Board(board);
  call("MoveBoard")(view);
  assertEquals(Board.toObject(view), {
    ...board,
    Corners: [a, { X: 3, Y: 42 }],
  });
  for (const bad of [[1, 2, 3], [1, 2, 3, 4, 5], Float32Array.of(4), null]) {
    assertThrows(() => call("SumQuad")(bad), TypeError, "argument 1 (q)");
  }
  assertThrows(() => call("SumQuad")([0, 0, 0, 2 ** 31]), RangeError, "(q)[3]");
});

test(
  "a Go function writes the numbers that it is pointed to",
  WITH_GO,
  async () => {
    const { call, variable } = await places();
    assertEquals(typeOf("Divide"), "(i32, i32, *i32) => i32");
    const rest = new Int32Array(1);
    assertEquals([call("Divide")(17, 5, rest), rest[0]], [3, 2]);
    assertEquals(typeOf("Measure"), "(*isize, *f64, *i64, *u8) => void");
    const count = BigInt64Array.of(7n);
    const took = new BigInt64Array(1);
    const byte = new Uint8Array(1);
    const warm = Float64Array.of(21);
    call("Measure")(count, warm, took, byte);
    call("Measure")(count, null, took, byte);
    assertEquals([count[0], warm[0], took[0], byte[0]], [7n, 42, 5n, 255]);
    const [a, b] = [BigInt64Array.of(1n), BigInt64Array.of(2n)];
    call("Swap")(a, b);
    call("Swap")(b, b);
    assertEquals([a[0], b[0]], [2n, 1n]);
    assertThrows(() => call("Late")(rest), PluginError, "late");
    assertEquals(rest[0], 3);
    assertThrows(() => call("Divide")(1, 0, null), PluginError, "divide");
    assertThrows(() => call("Divide")(1, 2, new Uint32Array(1)), TypeError);
    assertEquals(typeOf("Shift"), "(*[4]i32, *[2]Point, *[3]i64) => void");
    const quad = Int32Array.of(1, 2, 3, 4);
    const points = Float64Array.of(1, 2, 3, 4);
    const times = BigInt64Array.of(1n, 2n, 3n);
    call("Shift")(quad, points, times);
    call("Shift")(quad, points, null);
    assertEquals(quad, Int32Array.of(3, 4, 1, 2));
    assertEquals(points, Float64Array.of(1, 2, 3, 4));
    assertEquals(times, BigInt64Array.of(3n, 1n, 2n));
    const short = quad.subarray(1);
    assertThrows(() => call("Shift")(short, points, null), TypeError);
    // A number of Go's own.
    call("Divide")(9, 5, variable("Numbers").pointer);
    assertEquals(variable("Numbers").value, Int32Array.of(4, 2, 3, 4));
    variable("Numbers").value = [1, 2, 3, 4];
  },
);

test("Go's variables are arrays and any structs", WITH_GO, async () => {
  const { call, variable } = await places();
  const corners = variable("Corners") as Variable<{ X: number; Y: number }[]>;
  corners.value = [{ X: 1, Y: 2 }, { X: 3, Y: 4 }];
  corners.value[1]!.X = 5;
  (variable("Numbers").value as Int32Array)[0] = 9;
  const blank = variable("Blank");
  blank.value = { ...blank.value as object, Int8: -7 };
  const current = variable("Current") as Variable<{ Name: string }>;
  assertEquals(current.value.Name, "first");
  current.value = {
    ...current.value,
    Name: "Grüße",
    At: { X: 7, Y: 8 },
    Temps: Float64Array.of(1, 2),
  } as { Name: string };
  assertEquals(
    call("ReadPlaces")(),
    "[{1 2} {5 4}] [9 2 3 4] Grüße {7 8} -7\n",
  );
  // What is done to a copy would be lost.
  const copy = current.value as unknown as { Name: string; At: { X: number } };
  assertThrows(() => copy.Name = "lost", TypeError);
  assertThrows(() => copy.At.X = 0, TypeError);
  assertThrows(
    () => current.value = { Name: "x", Nam: "y" } as { Name: string },
    TypeError,
    'Current.value: wanted an object with "ID"',
  );
  current.value = { Name: "x" };
  const { ID, At } = current.value as unknown as typeof copy & { ID: number };
  assertEquals([ID, { ...At }], [0, { X: 0, Y: 0 } as typeof At]);
  const text = printDeclaration(plugin!.manifest);
  for (
    const line of [
      "  Current: Variable<Readonly<Record>, RecordInit>;",
      "  Numbers: Variable<Int32Array, Int32Array | number[]>;",
      "  SumQuad: NativeFunction<[q: Int32Array | number[]], number>;",
    ]
  ) assertEquals(text.includes(line), true, `${line}\n${text}`);
});
