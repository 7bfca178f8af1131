/**
 * Contracts: what a program wants of a plugin is checked at once, before any of
 * the plugin's code runs, and is what `plugin.symbols` then has.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, PluginError, Pointer, Variable } from "@native/plugin";
import { annotated, buildAfresh, library } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { table } from "../../../ffi/plugin/contract.ts";

const C = need("cc");

/** The error of an open that must fail. */
function refused(path: string, symbols: unknown): Error {
  return assertThrows(() => open(path, { symbols: symbols as never })) as Error;
}

test("a contract names what a class calls, and not the class", C, async () => {
  const path = await annotated("shelf.c");
  assertEquals(
    refused(path, { Shelf: "() => void" }).message.split("\n").slice(1),
    [
      "  symbol  wanted      there",
      "  Shelf   () => void  a class, which no type of the notation is: " +
      'name its functions, such as "shelf_open"',
    ],
  );
  const { symbols } = open(path, {
    symbols: { shelf_open: "(*size_of_shelf, **shelf) => shelf_code" },
  });
  assertEquals(Object.keys(symbols), ["shelf_open"]);
});

test(
  "symbols has what is wanted, at the types that are wanted",
  C,
  async () => {
    const { symbols } = open(await library("calls.c"), {
      symbols: {
        id_u64: "(usize) => usize", // where the manifest has u64: a number, not a bigint
        greeting: "() => buffer", // where it has cstring: an address, not a text
        v_i64: "isize",
        id_i32: "( i32 )=>i32",
      },
    });
    assertEquals(Object.keys(symbols), [
      "id_u64",
      "greeting",
      "v_i64",
      "id_i32",
    ]);
    assertStrictEquals(symbols.id_u64(7), 7);
    assert(symbols.greeting() instanceof Pointer);
    assert(symbols.v_i64 instanceof Variable);
    assertStrictEquals(symbols.v_i64.value, -64);
    assertStrictEquals(symbols.id_i32(7), 7);
    assertThrows(() => symbols.id_i32(1.5), RangeError);
  },
);

test("symbols has all of the manifest's without a contract", C, async () => {
  const path = await library("calls.c");
  const plugin = open(path);
  const { symbols, skipped } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  assertEquals(Object.keys(plugin.symbols), Object.keys(symbols));
  assertEquals(Object.keys(skipped), ["precise"]);
  assertEquals("precise" in plugin.symbols, false);
  assertStrictEquals(plugin.symbols.id_i32, plugin.lookup("id_i32"));
  assertStrictEquals(plugin.symbols, plugin.symbols);
  const error = assertThrows(() => plugin.symbols.sum_of, PluginError);
  assertEquals((error as PluginError).code, "needs_thunk");
});

test("one long type moves no other row of the table", () => {
  const long = `(${"*ALongName, ".repeat(30)}i32) => void`;
  assertEquals(
    table([
      { symbol: "a", wanted: "() => i32", there: "nothing" },
      { symbol: "long", wanted: long, there: "the function () => i32" },
    ]),
    `  symbol  wanted     there
  a       () => i32  nothing
  long    ${long}  the function () => i32`,
  );
});

test("symbols cannot be changed, and reach no prototype", C, async () => {
  const { symbols } = open(await library("calls.c"));
  for (const name of ["toString", "constructor", "__proto__", "then", "nope"]) {
    assertStrictEquals(symbols[name], undefined);
  }
  const changed = symbols as Record<string, unknown>;
  assertThrows(() => changed.id_i32 = 1, TypeError);
  assertStrictEquals(symbols.id_i32!(1), 1);
  assertThrows(() => changed.id_i32 = 1, TypeError);
  assertThrows(() => changed.nope = 1, TypeError);
  assertThrows(() => delete changed.id_i32, TypeError);
});

test(
  "lookup knows the wanted types, and all that the plugin has",
  C,
  async () => {
    const path = await library("calls.c");
    const plugin = open(path, { symbols: { id_u64: "(usize) => usize" } });
    assertStrictEquals(plugin.lookup("id_u64")(7), 7);
    assertStrictEquals(plugin.lookup("id_u64"), plugin.symbols.id_u64);
    assertStrictEquals(plugin.lookup("id_u64", "(u64) => u64")(7), 7n);
    assertStrictEquals(plugin.lookup("id_i8", "(i8) => i8")(7), 7);
    assertEquals([plugin.has("id_i8"), "id_i8" in plugin.symbols], [
      true,
      false,
    ]);
  },
);

test(
  "all that differs is in one table, the nearest names with it",
  C,
  async () => {
    const path = await buildAfresh("calls.c");
    const error = refused(path, {
      id_i32: "(i32) => i32",
      id_i31: "(i32)=>i32",
      v_i32: "() => i32",
      id_u8: "(u8, Line) => u8",
      precise: "() => f64",
      sum_of: "(i32, ...) => i32",
      halves: "(*f32, usize) => void",
      swapped: "(pair) => pair",
    });
    const { code, path: where } = error as PluginError;
    assertEquals([code, where], ["contract", path]);
    assertEquals(
      error.message,
      `Cannot open the plugin "${path}": 6 of the 8 symbols that are wanted of it are not there as wanted
  symbol   wanted                 there
  id_i31   (i32) => i32           nothing; the nearest are "id_i32", "id_f32", "id_i16"
  v_i32    () => i32              the variable i32
  id_u8    (u8, Line) => u8       the wanted type "(u8, Line) => u8" names "Line", which is neither a type of the notation nor of the manifest
  precise  () => f64              result: long double has no JavaScript value
  sum_of   (i32, ...) => i32      (i32, ...) => i32 has a variable number of arguments, which takes a thunk that the library has not got; write one with: plugin emit --thunks --thunk 'sum_of (...) => ...' calls.so
  halves   (*f32, usize) => void  the function (*f64, usize) => void`,
    );
  },
);

/** Whether this process has the library in its memory. */
function isLoaded(path: string): boolean {
  return readFileSync("/proc/self/maps", "utf8").includes(path);
}

test(
  "a plugin that does not do is not loaded, and opens when it is asked for less",
  process.platform === "linux" ? C : skip("needs /proc"),
  async () => {
    const path = await buildAfresh("once.c");
    refused(path, { seven: "i32", eight: "i32" });
    assertEquals(isLoaded(path), false);
    const plugin = open(path, {
      symbols: { seven: "i32", initialised: "i32" },
    });
    assertEquals(isLoaded(path), true);
    assertEquals(plugin.symbols.initialised.value, 1);
    // Also a plugin that is loaded does not do.
    assertEquals(
      (refused(path, { eight: "i32" }) as PluginError).code,
      "contract",
    );
  },
);

test(
  "one file and one contract are one plugin, of one library",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const plugin = open(path);
    const one = open(path, { symbols: { seven: "i32", get_seven: "()=>i32" } });
    const again = open(`${path}.json`, {
      symbols: { seven: "i32", get_seven: "() => i32" },
    });
    const other = open(path, { symbols: { seven: "i32" } });
    assertStrictEquals(one, again);
    assertEquals(new Set<unknown>([plugin, one, other]).size, 3);
    assertStrictEquals(open(path), plugin);
    assertStrictEquals(one.symbols.seven, other.symbols.seven);
    one.symbols.seven.value = 8;
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 8);
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
  },
);

test("a manifest elsewhere is held to the contract, too", C, async () => {
  const path = await buildAfresh("once.c");
  const manifest = `${path}.elsewhere`;
  writeFileSync(manifest, readFileSync(`${path}.json`));
  const { seven } = open(path, { manifest, symbols: { seven: "i32" } }).symbols;
  assertEquals(seven.value, 7);
});

test("a contract must be names and types", () => {
  const wanted =
    `wanted the type of each symbol, such as { add: "(i32, i32) => i32" }`;
  const wrong: [unknown, string, string][] = [
    [7, "TypeError", `symbols is 7, ${wanted}`],
    [null, "TypeError", `symbols is null, ${wanted}`],
    ["seven", "TypeError", `symbols is "seven", ${wanted}`],
    [["i32"], "TypeError", `symbols is a list, ${wanted}`],
    [new Map([["a", "i32"]]), "TypeError", `symbols is an object, ${wanted}`],
    [{ seven: 7 }, "TypeError", "symbols.seven is 7, wanted a string"],
    [
      { seven: undefined },
      "TypeError",
      "symbols.seven is missing, wanted a string",
    ],
    [
      { "": "i32" },
      "TypeError",
      'symbols[""] is "", wanted a name of 1 to 4096 characters without NUL',
    ],
    [
      { "a\0b": "i32" },
      "TypeError",
      'symbols["a\\u0000b"] is "a\\u0000b", wanted a name of 1 to 4096 characters without NUL',
    ],
    [
      { seven: "(i32" },
      "PluginError",
      'the type of "seven" is none: Cannot parse the type "(i32": column 5 has the end, wanted ")"',
    ],
  ];
  for (const [symbols, name, message] of wrong) {
    const error = refused("no.so", symbols);
    assertEquals([error.name, error.message], [
      name,
      `Cannot open "no.so": ${message}`,
    ]);
  }
});

test("a plugin may export the names of Object.prototype", C, async () => {
  const path = await library("names.c");
  const names = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "then",
    "toString",
  ];
  const all = open(path).symbols;
  assertEquals(Object.keys(all), names);
  const value = (name: string): unknown => {
    const symbol: unknown = all[name];
    return symbol instanceof Variable ? symbol.value : all[name]!();
  };
  assertEquals(names.map(value), [1, 2, 5, 4, 3]);
  assertEquals(Object.getPrototypeOf(all), null);
  const symbols = JSON.parse('{"__proto__": "() => i32", "then": "() => u32"}');
  assertThrows(
    () => open(path, { symbols }),
    PluginError,
    "function () => i32",
  );
  symbols.then = "() => i32";
  const some = open(path, { symbols }).symbols;
  assertEquals([some["__proto__"]!(), some["then"]!()], [1, 4]);
});

test("names of Object.prototype are names like others", C, async () => {
  const path = await library("once.c");
  const symbols = JSON.parse('{"__proto__": "i32", "constructor": "i32"}');
  const { message } = refused(path, symbols);
  assert(message.includes("\n  __proto__    i32     nothing"), message);
  assert(message.includes("\n  constructor  i32     nothing"), message);
  // What is inherited is not wanted.
  const inherits = Object.create({ eight: "i32" });
  assertEquals(refused(path, inherits).name, "TypeError");
});

test("a contract is read once", C, async () => {
  let reads = 0;
  const { symbols } = open(await library("once.c"), {
    symbols: {
      get seven(): "i32" {
        return reads++ === 0 ? "i32" : "(" as "i32";
      },
    },
  });
  assertEquals([symbols.seven.value, reads], [7, 1]);
});

// ------------------------------------------------------- without a manifest

/** A library without its manifest. */
async function bare(source: string): Promise<string> {
  const path = await buildAfresh(source);
  rmSync(`${path}.json`);
  return path;
}

test("symbols stand in for a manifest that is not there", C, async () => {
  const path = await bare("calls.c");
  const plugin = open(path, {
    symbols: {
      id_i32: "(i32) => i32",
      length: "(cstring) => usize",
      v_i32: "i32",
      read_v_i32: "() => i32",
    },
  });
  const { id_i32, length, v_i32, read_v_i32 } = plugin.symbols;
  assertEquals([id_i32(7), length("gr\u00fc\u00df")], [7, 6]);
  v_i32.value = 5;
  assertEquals(read_v_i32(), 5);
  assertThrows(() => id_i32(1.5), RangeError);
  assertEquals(Object.keys(plugin.symbols), [
    "id_i32",
    "length",
    "v_i32",
    "read_v_i32",
  ]);
  assertEquals([plugin.has("id_i32"), plugin.has("id_i8")], [true, false]);
  const error = assertThrows(
    () => plugin.lookup("id_i8", "(i8) => i8"),
    PluginError,
  ) as PluginError;
  assertEquals([error.code, error.message], [
    "unknown_symbol",
    `Cannot look up "id_i8" in "${path}": the library has no manifest, and open() was not given its type in symbols`,
  ]);
});

test("a library of the system is found by its name", {
  skip: process.platform === "linux" ? false : "needs libm.so.6",
}, () => {
  const { symbols, path, manifest } = open("libm.so.6", {
    symbols: { cos: "(f64) => f64", pow: "(f64, f64) => f64" },
  });
  assertEquals([symbols.cos(0), symbols.pow(2, 10)], [1, 1024]);
  assert(path.startsWith("/"), path);
  const { library } = manifest;
  const bytes = readFileSync(path);
  assertEquals(library.size, bytes.length);
  assertEquals(
    library.sha256,
    createHash("sha256").update(bytes).digest("hex"),
  );
  assertEquals([library.os, library.arch], [process.platform, process.arch]);
  assert(library.needs.includes("libc.so.6"), library.needs.join());
  assertEquals({ ...manifest.symbols }, {
    cos: { kind: "function", type: "(f64) => f64" },
    pow: { kind: "function", type: "(f64, f64) => f64" },
  });
});

test("a name that the system has not got says where was looked", () => {
  const { message } = refused("libno.so.6", { cos: "(f64) => f64" });
  const cwd = process.cwd();
  const start = `Cannot open the plugin "${cwd}/libno.so.6": there is no ` +
    `"libno.so.6" in ${cwd}, `;
  assert(message.startsWith(start), message);
  assert(message.includes("/usr/lib"), message);
});

test(
  "what a library without a manifest has not got is in one table",
  C,
  async () => {
    const path = await bare("once.c");
    const error = refused(path, {
      get_six: "() => i32",
      seven: "i32",
      eight: "i32",
    }) as PluginError;
    assertEquals([error.code, error.message], [
      "contract",
      `Cannot open the plugin "${path}": 2 of the 3 symbols that are wanted of it are not there as wanted
  symbol   wanted     there
  get_six  () => i32  nothing
  eight    i32        nothing`,
    ]);
    assertEquals(
      (refused(path, { six: "i32" }) as PluginError).code,
      "contract",
    );
    const { symbols } = open(path, { symbols: { initialised: "i32" } });
    assertEquals(symbols.initialised.value, 1);
  },
);

test(
  "what cannot be said without a manifest is refused before the library is loaded",
  C,
  async () => {
    const path = await bare("once.c");
    const { message } = refused(path, {
      swapped: "(pair) => pair",
      sum_of: "(i32, ...) => i32",
      split: "() => (i32, i32)",
      words: "([]string) => void",
      nothing: "void",
      seven: "i32",
    });
    assertEquals(
      message,
      `Cannot open the plugin "${path}": 5 of the 6 symbols that are wanted of it are not there as wanted
  symbol   wanted              there
  swapped  (pair) => pair      no manifest, and only a manifest says what its types are
  sum_of   (i32, ...) => i32   (i32, ...) => i32 has a variable number of arguments, which takes a thunk that the library has not got; write one with: plugin emit --thunks --thunk 'sum_of (...) => ...' once.so
  split    () => (i32, i32)    () => (i32, i32) has several results, which takes a thunk that the library has not got; write one with: plugin emit --thunks once.so
  words    ([]string) => void  ([]string) => void has data that crosses whole, for which the library has no wrapper
  nothing  void                its value: void has no JavaScript value`,
    );
    if (process.platform === "linux") assertEquals(isLoaded(path), false);
  },
);

test("what one caller says of a library is nothing to another", C, async () => {
  const path = await bare("once.c");
  const one = open(path, { symbols: { seven: "i32", initialised: "i32" } });
  const other = open(path, { symbols: { seven: "u8" } });
  assertStrictEquals(
    open(path, { symbols: { seven: "i32", initialised: "i32" } }),
    one,
  );
  one.symbols.seven.value = 0x0101;
  assertEquals(other.symbols.seven.value, 1);
  assertEquals(one.symbols.initialised.value, 1);
  // A manifest that comes later is the truth for those who open from then on.
  const built = await library("once.c");
  assertEquals((refused(path, {}) as PluginError).code, "no_manifest");
  assertEquals(
    (assertThrows(() => open(path)) as PluginError).code,
    "no_manifest",
  );
  copyFileSync(`${built}.json`, `${path}.json`);
  assertEquals(
    refused(path, { seven: "u8" }).message.includes("the variable i32"),
    true,
  );
});

test(
  "a library without a manifest must still be one, of this machine",
  C,
  async () => {
    const path = await bare("once.c");
    const bytes = readFileSync(path);
    const code = (change: (bytes: Uint8Array) => Uint8Array): string => {
      const changed = `${path}.${Math.random()}`;
      writeFileSync(changed, change(Uint8Array.from(bytes)));
      return (refused(changed, { seven: "i32" }) as PluginError).code;
    };
    assertEquals(code((bytes) => bytes.subarray(0, 8192)), "not_a_library");
    assertEquals(
      code(() => new TextEncoder().encode("hello ".repeat(99))),
      "not_a_library",
    );
    assertEquals(
      code((bytes) => (bytes[18] = bytes[18] === 62 ? 183 : 62, bytes)),
      "wrong_target",
    );
  },
);

test(
  "a library without a manifest opens when what is missing is mended",
  C,
  async () => {
    const path = await bare("once.c");
    const symbols = { id_i32: "(i32) => i32", v_i32: "i32" } as const;
    assertEquals((refused(path, symbols) as PluginError).code, "contract");
    assertEquals(
      (refused(path, { ...symbols, seven: "i32" }) as PluginError).code,
      "contract",
    );
    renameSync(await bare("calls.c"), path);
    assertEquals(open(path, { symbols }).symbols.id_i32(7), 7);
  },
);

test("a library without a manifest that was replaced is told", C, async () => {
  const path = await bare("once.c");
  open(path, { symbols: { seven: "i32" } });
  renameSync(await bare("calls.c"), path);
  const { code, message } = refused(path, { seven: "i32" }) as PluginError;
  assertEquals(code, "replaced");
  assert(message.includes("a new process loads it as it is now"), message);
});

test(
  "nothing stands in for a manifest that is to be trusted or compared",
  C,
  async () => {
    const path = await bare("once.c");
    for (const options of [{ integrity: "sha256" }, { fresh: true }] as const) {
      const { code } = assertThrows(() =>
        open(path, { symbols: { seven: "i32" }, ...options })
      ) as PluginError;
      assertEquals(code, "no_manifest");
    }
  },
);
