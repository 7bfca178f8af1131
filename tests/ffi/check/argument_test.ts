/**
 * Wrong arguments: each is refused with one sentence, cold and after 200 000
 * warm calls from mixed callers, and the native function is not called.
 *
 * Runtimes check less, or nothing, once a call is optimized; these checks are
 * not theirs.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { type FunctionDefinition, open, type Plugin } from "@native/plugin";
import { buildAfresh, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

type Refusal = readonly [given: unknown, error: typeof Error, shown: string];

const KINDS: readonly Refusal[] = [
  [undefined, TypeError, "undefined"],
  [null, TypeError, "null"],
  ["1", TypeError, 'the string "1"'],
  [{}, TypeError, "an object"],
  [new URL("a:"), TypeError, "a URL"],
  [/a/, TypeError, "a RegExp"],
  [new RangeError(), TypeError, "an Error"],
  [new Map(), TypeError, "a Map"],
  [new Blob(["x"]), TypeError, "a Blob"],
  [new ReadableStream(), TypeError, "a ReadableStream"],
  [[1], TypeError, "an array"],
  [() => 1, TypeError, "a function"],
  [Symbol("s"), TypeError, "a symbol"],
  [{ addressIn: () => 1 }, TypeError, "an object"],
];
const NOT_INTEGERS: readonly Refusal[] = [
  [1.5, RangeError, "1.5"],
  [NaN, RangeError, "NaN"],
  [Infinity, RangeError, "Infinity"],
  [-Infinity, RangeError, "-Infinity"],
  [true, TypeError, "true"],
];

function integer(from: number, to: number): readonly Refusal[] {
  return [
    ...KINDS,
    ...NOT_INTEGERS,
    [1n, TypeError, "the bigint 1n"],
    [from - 1, RangeError, `${from - 1}`],
    [to + 1, RangeError, `${to + 1}`],
    [2 ** 53, RangeError, "9007199254740992"],
    [-1e300, RangeError, "-1e+300"],
  ];
}

function wide(from: bigint, to: bigint): readonly Refusal[] {
  return [
    ...KINDS,
    ...NOT_INTEGERS,
    [from - 1n, RangeError, `the bigint ${from - 1n}n`],
    [to + 1n, RangeError, `the bigint ${to + 1n}n`],
    [2 ** 53, RangeError, "9007199254740992"],
    [-(2 ** 53), RangeError, "-9007199254740992"],
  ];
}

const SIGNED = wide(-(2n ** 63n), 2n ** 63n - 1n);
const UNSIGNED: readonly Refusal[] = [
  ...wide(0n, 2n ** 64n - 1n),
  [-1, RangeError, "-1"],
];
const FLOAT: readonly Refusal[] = [
  ...KINDS,
  [true, TypeError, "true"],
  [1n, TypeError, "the bigint 1n"],
];
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const BYTES: readonly Refusal[] = [
  ...KINDS.filter(([given]) => given !== null),
  [1, TypeError, "1"],
  [1n, TypeError, "the bigint 1n"],
  [true, TypeError, "true"],
  [
    new ArrayBuffer(8, { maxByteLength: 16 }),
    TypeError,
    "a resizable ArrayBuffer",
  ],
  [
    new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })),
    TypeError,
    "a resizable Uint8Array",
  ],
  [detached, TypeError, "a detached ArrayBuffer"],
  [Object.create(Uint8Array.prototype), TypeError, "an object"],
  [{ byteLength: 8, buffer: new ArrayBuffer(8) }, TypeError, "an object"],
];

/** A function of one parameter, what a good call gives, what it refuses. */
interface Row {
  readonly symbol: string;
  /** The wanted type and what it takes, as the error says it. */
  readonly wanted: string;
  readonly good: readonly unknown[];
  readonly bad: readonly Refusal[];
  /** Arguments that follow. */
  readonly rest?: readonly unknown[];
}

const ROWS: readonly Row[] = [
  {
    symbol: "id_bool",
    wanted: "bool, true or false",
    good: [true, false],
    bad: [
      ...KINDS,
      [0, TypeError, "0"],
      [1, TypeError, "1"],
      [1n, TypeError, "the bigint 1n"],
    ],
  },
  {
    symbol: "id_i8",
    wanted: "i8, an integer from -128 to 127",
    good: [-128, 0, 127, -0, 1.0],
    bad: integer(-128, 127),
  },
  {
    symbol: "id_u8",
    wanted: "u8, an integer from 0 to 255",
    good: [0, 255, -0],
    bad: integer(0, 255),
  },
  {
    symbol: "id_i16",
    wanted: "i16, an integer from -32768 to 32767",
    good: [-32768, 32767],
    bad: integer(-32768, 32767),
  },
  {
    symbol: "id_u16",
    wanted: "u16, an integer from 0 to 65535",
    good: [0, 65535],
    bad: integer(0, 65535),
  },
  {
    symbol: "id_i32",
    wanted: "i32, an integer from -2147483648 to 2147483647",
    good: [-2147483648, 2147483647, 0, -0],
    bad: integer(-2147483648, 2147483647),
  },
  {
    symbol: "id_u32",
    wanted: "u32, an integer from 0 to 4294967295",
    good: [0, 4294967295, 2147483648],
    bad: integer(0, 4294967295),
  },
  {
    symbol: "id_i64",
    wanted:
      "i64, a bigint from -9223372036854775808 to 9223372036854775807, or a safe integer",
    good: [0, -1, 2n ** 62n, -(2 ** 53) + 1],
    bad: SIGNED,
  },
  {
    symbol: "id_u64",
    wanted: "u64, a bigint from 0 to 18446744073709551615, or a safe integer",
    good: [0, 2n ** 63n, 2 ** 53 - 1],
    bad: UNSIGNED,
  },
  {
    symbol: "id_isize",
    wanted:
      "isize, a bigint from -9223372036854775808 to 9223372036854775807, or a safe integer",
    good: [0, -1, 2n ** 40n],
    bad: SIGNED,
  },
  {
    symbol: "id_usize",
    wanted: "usize, a bigint from 0 to 18446744073709551615, or a safe integer",
    good: [0, 2 ** 40, 2n ** 40n],
    bad: UNSIGNED,
  },
  {
    symbol: "id_f32",
    wanted: "f32, a number",
    good: [0, 0.5, -1e9, NaN],
    bad: FLOAT,
  },
  {
    symbol: "id_f64",
    wanted: "f64, a number",
    good: [0, 0.5, -1e300, Infinity],
    bad: FLOAT,
  },
  {
    symbol: "length",
    wanted: "cstring, a string without NUL, or null",
    good: ["", "hello", "grüß", "x".repeat(100)],
    bad: [
      ...KINDS.filter(([given]) => given !== null && given !== "1"),
      [1, TypeError, "1"],
      [true, TypeError, "true"],
      ["a\0b", RangeError, 'the string "a\\u0000b"'],
      ["\0" + "x".repeat(99), RangeError, "a string of 100 characters"],
      [
        "\ud800",
        RangeError,
        'the string "\\ud800", with half a surrogate pair',
      ],
      [
        "x".repeat(5000) + "\udc00",
        RangeError,
        "a string of 5001 characters, with half a surrogate pair",
      ],
      [new String("x"), TypeError, "an object"],
    ],
  },
  {
    symbol: "is_null",
    wanted:
      "pointer, a typed array, a DataView, an ArrayBuffer (neither resizable nor detached), a Pointer, a Variable or null",
    good: [null, new Uint8Array(8), new ArrayBuffer(8), new Float32Array(2)],
    bad: BYTES,
  },
  {
    symbol: "halves",
    wanted:
      "*f64, a Float64Array (neither resizable nor detached), a Pointer, a Variable or null",
    good: [new Float64Array(2), new Float64Array(1)],
    rest: [1],
    bad: [
      ...BYTES,
      [new Float32Array(2), TypeError, "a Float32Array"],
      [new ArrayBuffer(16), TypeError, "an ArrayBuffer"],
      [new Uint8Array(16), TypeError, "a Uint8Array"],
    ],
  },
];

for (const row of ROWS) {
  test(`${row.symbol}() refuses wrong arguments, cold`, C, async () => {
    // A copy of the library that nothing has called yet.
    refuses(open(await cold()), row);
  });

  test(
    `${row.symbol}() refuses wrong arguments after 200 000 calls`,
    C,
    async () => {
      const plugin = open(await library("calls.c"));
      warm(plugin.lookup(row.symbol), row);
      refuses(plugin, row);
    },
  );
}

let copies: Promise<string> | undefined;
const cold = () => copies ??= buildAfresh("calls.c");

/** Calls with every good value, from several callers, so that each is compiled for mixed arguments. */
function warm(f: (...args: unknown[]) => unknown, { good, rest = [] }: Row) {
  const callers = [
    (x: unknown) => f(x, ...rest),
    (x: unknown) => rest.length === 0 ? f(x) : f(x, rest[0]),
    new Function("f", "rest", "return (x) => f(x, ...rest)")(f, rest),
    new Function(
      "f",
      "rest",
      "return (...args) => f.apply(null, [...args, ...rest])",
    )(f, rest),
  ];
  for (let i = 0; i < 200_000; i++) {
    callers[i % callers.length](good[i % good.length]);
  }
}

function refuses(plugin: Plugin, { symbol, wanted, bad, rest = [] }: Row) {
  const f = plugin.lookup(symbol);
  const { params } = plugin.manifest.symbols[symbol] as FunctionDefinition;
  const named = `${symbol}(): argument 1 (${params![0]})`;
  for (const [given, error, shown] of bad) {
    assertThrows(
      () => f(given, ...rest),
      error,
      `${named}: wanted ${wanted}, got ${shown}`,
    );
    const thrown = caught(() => f(given, ...rest));
    assertEquals(Object.getPrototypeOf(thrown), error.prototype);
    assertEquals(thrown.message, `${named}: wanted ${wanted}, got ${shown}`);
  }
  const arity = 1 + rest.length;
  const s = arity === 1 ? "" : "s";
  for (
    const count of [0, arity - 1, arity + 1, 20].filter((n) => n !== arity)
  ) {
    assertEquals(
      caught(() => f(...Array(count).fill(0))).message,
      `${symbol}(): wanted ${arity} argument${s} (${
        params!.join(", ")
      }), got ${count}`,
    );
  }
}

function caught(f: () => unknown): Error {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

test("a refused call does not reach the plugin", C, async () => {
  const plugin = open(await library("calls.c"));
  const nothing = plugin.lookup("nothing");
  const count = plugin.lookup("times_called");
  const before = count();
  assertThrows(
    () => nothing(1),
    TypeError,
    "nothing(): wanted 0 arguments, got 1",
  );
  assertEquals(count(), before);
});

test(
  "no argument is ever converted: its own methods are not called",
  C,
  async () => {
    const f = open(await library("calls.c")).lookup("id_i32");
    let calls = 0;
    const spy = new Proxy({}, {
      get: () => {
        calls++;
        return () => 1;
      },
    });
    assertThrows(() => f(spy), TypeError);
    assertEquals(calls, 0);
  },
);
