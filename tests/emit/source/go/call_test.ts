import { test } from "../../../helpers/test.ts";
import { symlinkSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  open,
  type Plugin,
  PluginError,
  type Variable,
} from "../../../../mod.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import {
  build,
  goFixture,
  opened,
  openGo,
  WITH_GO,
} from "../../helpers/go_open.ts";

let plugin: Plugin | undefined;

type Call = (...args: unknown[]) => unknown;

/** What the fixture exports, without the types: values are what counts here. */
async function values(): Promise<Record<string, Call>> {
  const from = plugin ??= await openGo("values");
  return from.symbols as unknown as Record<string, Call>;
}

async function variable(name: string): Promise<Variable<unknown>> {
  return (await values())[name] as unknown as Variable<unknown>;
}

/** The error of a call, as `[code, message]`. */
function fails(call: () => unknown): [code: string, text: string] {
  const error = assertThrows(call, PluginError) as PluginError;
  return [error.code, error.message];
}

const MIN64 = -(2n ** 63n);
const SAFE = Number.MAX_SAFE_INTEGER;

test(
  "a Go function takes and gives every scalar",
  WITH_GO,
  async () => {
    const cases: Record<string, unknown[]> = {
      Bool: [true, false],
      Int: [0, -1, SAFE, -SAFE],
      Int8: [-128, 127],
      Int16: [-32768, 32767],
      Int32: [-(2 ** 31), 2 ** 31 - 1],
      Rune: [-(2 ** 31), 0x1f600],
      Int64: [MIN64, -1n, 2n ** 63n - 1n],
      Uint: [0, SAFE],
      Uintptr: [0, SAFE],
      Uint8: [0, 255],
      Byte: [0, 255],
      Uint16: [0, 65535],
      Uint32: [0, 2 ** 32 - 1],
      Uint64: [0n, 2n ** 64n - 1n],
      Float32: [0, -0, Math.fround(0.1), Infinity, -Infinity, NaN, 2 ** -149],
      Float64: [0, -0, 0.1, Infinity, NaN, Number.MAX_VALUE, Number.MIN_VALUE],
    };
    const go = await values();
    for (const [name, each] of Object.entries(cases)) {
      for (const value of each) assertEquals(go[name]!(value), value, name);
    }
    assertEquals(go.Warm!(20.5, 1), 21.5);
    assertEquals(go.Round!(1_600_000_000n, 1000), 2000);
    assertEquals([go["Écho"]!(3), go["É_"]!(3)], [3, -3]);
  },
);

test(
  "a Go function takes and gives strings and slices",
  WITH_GO,
  async () => {
    const go = await values();
    for (
      const text of ["", "a", "a\0b", "Grüße, 世界 😀", "x".repeat(100_000)]
    ) {
      assertEquals(go.String!(text), text);
    }
    assertEquals(go.Upper!("grün"), "GRÜN");
    const slices: [name: string, value: ArrayBufferView][] = [
      ["Bytes", Uint8Array.of(0, 255, 7)],
      ["Int8s", Int8Array.of(-128, 127)],
      ["Int16s", Int16Array.of(-32768, 32767)],
      ["Int32s", Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
      ["Int64s", BigInt64Array.of(MIN64, 2n ** 63n - 1n)],
      ["Ints", BigInt64Array.of(MIN64, 2n ** 63n - 1n)],
      ["Uint16s", Uint16Array.of(0, 65535)],
      ["Uint32s", Uint32Array.of(0, 2 ** 32 - 1)],
      ["Uint64s", BigUint64Array.of(0n, 2n ** 64n - 1n)],
      ["Uints", BigUint64Array.of(0n, 2n ** 64n - 1n)],
      ["Uintptrs", BigUint64Array.of(0n, 2n ** 64n - 1n)],
      ["Float32s", Float32Array.of(0.5, NaN, -Infinity)],
      ["Float64s", Float64Array.of(0.1, NaN, Number.MAX_VALUE)],
    ];
    for (const [name, value] of slices) {
      assertEquals(go[name]!(value), value, name);
      const Kind = value.constructor as new (length: number) => ArrayBufferView;
      assertEquals(go[name]!(new Kind(0)), new Kind(0), name);
    }
    assertEquals(go.Scale!(Float64Array.of(1, 2), 3), Float64Array.of(3, 6));
    assertEquals(go.Sum!(1, 2, 3.5), 6.5);
    assertEquals(go.IsNil!(new Float64Array(0)), true);
    assertEquals(go.IsNil!(new Float64Array(1)), false);
  },
);

test("a Go function gives several results", WITH_GO, async () => {
  const go = await values();
  assertEquals(go.Split!("key=väl", "="), ["key", "väl", true]);
  assertEquals(go.Split!("key", "="), ["key", "", false]);
  assertEquals(
    go.Mixed!(true, -2, "c", -8, 1.5, 2 ** 32 - 1, Int32Array.of(1, -1)),
    [true, "c", -2, 1.5, Int32Array.of(1, -1), -8],
  );
});

test(
  "a Go function changes the caller's slice, and keeps its own",
  WITH_GO,
  async () => {
    const go = await values();
    const whole = Float64Array.of(9, 3, 1, 2, -9);
    go.Sort!(whole.subarray(1, 4));
    assertEquals(whole, Float64Array.of(9, 1, 2, 3, -9));
    const one = Float64Array.of(1, 2);
    go.Add!(one, Float64Array.of(10, 20), one);
    assertEquals(one, Float64Array.of(11, 22));
    go.Add!(one, one, one);
    assertEquals(one, Float64Array.of(22, 44));
    const left = Float64Array.of(2, 1);
    assertEquals(fails(() => go.SortAndPanic!(left))[0], "panicked");
    assertEquals(left, Float64Array.of(1, 2));
    for (const text of ["one", "two", "drei"]) go.Keep!(text);
    go.Collect!();
    assertEquals(go.Kept!(), "one,two,drei");
  },
);

test("a Go error is thrown with its text", WITH_GO, async () => {
  const go = await values();
  assertEquals(go.Divide!(1, 2), 0.5);
  assertEquals(go.Check!(true), undefined);
  const cases: [call: () => unknown, text: string][] = [
    [() => go.Divide!(1, 0), "division by zero"],
    [() => go.Check!(false), "not ok: größe\0"],
    [() => go.TypedNil!(), "<nil>"],
    [() => go.Unprintable!(), "%!v(PANIC=Error method: no text)"],
  ];
  for (const [call, text] of cases) {
    const [code, message] = fails(call);
    assertEquals(code, "returned_error");
    assert(message.endsWith(text), message);
  }
});

test(
  "a Go panic is thrown with its text and origin",
  WITH_GO,
  async () => {
    const go = await values();
    const cases: [name: string, args: unknown[], text: string][] = [
      ["Panic", ["bäng\0"], "bäng\0"],
      ["Panic", [""], ""],
      ["PanicError", [], "wrapped: inner"],
      ["PanicUnprintable", [], "%!v(PANIC=Error method: no text)"],
      ["PanicNil", [], "panic(nil)"],
      ["PanicValue", [], "[1 2]"],
      ["PanicAgain", [], "again: first"],
      ["Index", [new Int32Array(2), 5], "index out of range [5] with length 2"],
      ["NilMap", [], "assignment to entry in nil map"],
      ["NilPointer", [], "invalid memory address or nil pointer dereference"],
      ["ZeroDivide", [1, 0], "integer divide by zero"],
      ["Assert", [], "interface {} is int, not string"],
    ];
    for (const [name, args, text] of cases) {
      const error = assertThrows(() => go[name]!(...args), PluginError);
      const { code, message, nativeStack } = error as PluginError;
      assertEquals(code, "panicked");
      assert(message.endsWith(text), message);
      const [call, place] = nativeStack!.split("\n");
      assert(call!.startsWith(`main.${name}`), nativeStack);
      assert(/^\texample\.com\/values\/failures\.go:\d+$/.test(place!), place);
      assert(!nativeStack!.includes("plugin_"), nativeStack);
    }
    assertEquals(go.Index!(Int32Array.of(4, 5), 1), 5);
  },
);

test("a Go variable is read and written", WITH_GO, async () => {
  const go = await values();
  assertEquals(go.ReadAll!(), [true, -7, -8, 2n ** 64n - 1n, 0.5, 0]);
  const wanted = { Ready: false, Count: -SAFE, Small: 127, Wide: 1n } as const;
  for (const [name, value] of Object.entries(wanted)) {
    (await variable(name)).value = value;
  }
  (await variable("Ratio")).value = -0.25;
  (await variable("Outside")).value = 21.5;
  assertEquals(go.ReadAll!(), [false, -SAFE, 127, 1n, -0.25, 21.5]);
  const title = await variable("Title");
  assertEquals(title.value, "Grüße\0 und mehr");
  const points = await variable("Points");
  assertEquals(points.value, Float64Array.of(1, 2.5));
  const raw = await variable("Raw");
  assertEquals(raw.value, new Uint8Array(0));
  title.value = "neu\0";
  points.value = Float64Array.of(7);
  raw.value = Uint8Array.of(1, 2);
  go.Collect!();
  assertEquals(title.value, "neu\0");
  assertEquals(points.value, Float64Array.of(7));
  assertEquals(raw.value, Uint8Array.of(1, 2));
});

test(
  "a Go package has C, dependencies and files for some systems",
  WITH_GO,
  async () => {
    const link = join(emptyDirectory(), "link");
    symlinkSync(goFixture("native"), link);
    const built = await build(link);
    assertEquals(built.description.skipped, {
      Pointer: "parameter 1 (v): the pointer *C.char has no JavaScript value",
    });
    const native = opened(built);
    assertEquals(native.lookup("Triple", "(i32) => i32")(-4), -12);
    assertEquals(native.lookup("Double", "(i32) => i32")(-4), -8);
    assertEquals(native.lookup("Next", "(i32) => i32")(-1), 0);
    assertEquals(native.lookup("Gives", "() => (isize, i32)")(), [-7, 9]);
    assertEquals(native.lookup("Given", "i16").value, -7);
    assertEquals(native.lookup("Here", "() => string")(), process.platform);
  },
);

test("calls into Go leave no memory behind", WITH_GO, async () => {
  const go = await values();
  const { Divide, Float64s, Panic, String: echo } = go;
  const text = "x".repeat(1000);
  const slice = new Float64Array(125);
  const round = (count: number): void => {
    for (let i = 0; i < count; i++) {
      echo!(text);
      Float64s!(slice);
      if (i % 10 > 0) continue;
      fails(() => Divide!(1, 0));
      fails(() => Panic!(text));
    }
  };
  round(20_000);
  const before = process.memoryUsage().rss;
  round(100_000); // 220 MB if every result were kept
  const grown = process.memoryUsage().rss - before;
  assert(grown < 64 * 2 ** 20, `${grown} bytes more`);
});

test(
  "a contract holds for framed calls, and for variables behind functions",
  WITH_GO,
  async () => {
    await values();
    const { symbols } = open(plugin!.path, {
      symbols: {
        Upper: "(string) => string",
        Divide: "(f64, f64) => f64",
        Title: "string",
      },
    });
    assertEquals(symbols.Upper("gr\u00fc\u00df"), "GR\u00dc\u00df");
    assertEquals(symbols.Divide(1, 2), 0.5);
    assertThrows(() => symbols.Divide(1, 0), PluginError, "division by zero");
    const before = symbols.Title.value;
    symbols.Title.value = "new";
    assertEquals((await variable("Title")).value, "new");
    symbols.Title.value = before;
    const wrong = fails(() =>
      open(plugin!.path, {
        symbols: { Upper: "(cstring) => string", Down: "i32" },
      })
    );
    assertEquals(wrong[0], "contract");
    assert(wrong[1].includes("the function (string) => string"), wrong[1]);
  },
);
