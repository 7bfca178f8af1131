/**
 * Contracts: what a program wants of a plugin is checked at once, before any of
 * the plugin's code runs, and is what `plugin.symbols` then has.
 *
 * @module
 */

import { test } from "node:test";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, PluginError, Pointer, Variable } from "@native/plugin";
import { buildAfresh, library } from "../fixture.ts";
import { need } from "../need.ts";

const C = need("cc");

/** The error of an open that must fail. */
function refused(path: string, symbols: unknown): Error {
  return assertThrows(() => open(path, { symbols: symbols as never })) as Error;
}

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
  {
    skip: process.platform === "linux" ? C.skip : "needs /proc",
  },
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
