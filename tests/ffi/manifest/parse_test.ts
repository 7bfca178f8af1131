import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "@native/plugin";
import { parseManifest, readManifest } from "../../../ffi/manifest/manifest.ts";

// deno-lint-ignore no-explicit-any -- tests break it in every place
type Json = any;

const good = (): Json => ({
  manifest: 1,
  library: {
    file: "x.so",
    os: "linux",
    arch: "x64",
    libc: "gnu",
    buildId: "00ff",
    sha256: "ab".repeat(32),
    size: 10,
    needs: ["libc.so.6"],
  },
  types: {
    Point: {
      kind: "struct",
      size: 16,
      align: 8,
      fields: [
        { name: "x", type: "f64", offset: 0 },
        { name: "next", type: "*Point", offset: 8 },
      ],
    },
    Color: { kind: "enum", type: "u32", values: { RED: 0, BIG: "4294967295" } },
    Size: { kind: "alias", type: "usize" },
    File: { kind: "opaque" },
  },
  symbols: {
    V: { kind: "variable", type: "i32" },
    f: {
      kind: "function",
      type: "(*Point, Color) => Size",
      params: ["p", "c"],
      thunk: {
        symbol: "plugin_thunk_f",
        size: 24,
        params: [0, 8],
        results: [16],
      },
    },
  },
  skipped: { g: "no" },
});

test("parseManifest() gives what was written", () => {
  assertEquals(
    JSON.parse(JSON.stringify(parseManifest(JSON.stringify(good()), "x"))),
    good(),
  );
});

test("parseManifest() leaves out what the format does not know", () => {
  const json = good();
  json.extra = 1;
  json.symbols.V.extra = 1;
  assertEquals(
    JSON.parse(JSON.stringify(parseManifest(JSON.stringify(json), "x"))),
    good(),
  );
});

/** What is broken, how, and what the error says of it. */
const BROKEN: readonly (readonly [change: (json: Json) => unknown, string])[] =
  [
    [
      (json) => json.manifest = 2,
      "manifest is 2, wanted 1: a later release of @native/plugin wrote it, update this one",
    ],
    [(json) => delete json.manifest, "manifest is missing, wanted 1"],
    [(json) => delete json.library, "library is missing, wanted an object"],
    [
      (json) => json.library.os = "plan9",
      'library.os is "plan9", wanted "linux" or "darwin"',
    ],
    [
      (json) => json.library.file = "../x.so",
      'library.file is "../x.so", wanted a file name without a directory',
    ],
    [
      (json) => json.library.file = "..",
      'library.file is "..", wanted a file name without a directory',
    ],
    [
      (json) => json.library.sha256 = "XY",
      'library.sha256 is "XY", wanted lower-case hexadecimal',
    ],
    [
      (json) => json.library.size = -1,
      "library.size is -1, wanted a whole number from 0",
    ],
    [
      (json) => json.library.size = 1.5,
      "library.size is 1.5, wanted a whole number",
    ],
    [
      (json) => json.library.needs = {},
      "library.needs is an object, wanted a list",
    ],
    [
      (json) => json.library.needs = [1],
      "library.needs[0] is 1, wanted a string",
    ],
    [
      (json) => json.types.Point.fields[1].type = "*Line",
      `types.Point.fields[1].type is "*Line", wanted only names that "types" defines, not "Line"`,
    ],
    [
      (json) => json.types.Point.fields[1].offset = 9,
      "types.Point.fields[1].offset is 9, wanted a whole number from 0 to 8",
    ],
    [
      (json) => json.types.Point.fields[0].type = "[3]f64",
      'types.Point.fields[0].type is "[3]f64", wanted a type of at most 16 bytes',
    ],
    [
      (json) => {
        json.types.Point.kind = "union";
        json.types.Point.fields[0].type = "[3]Size";
      },
      'types.Point.fields[0].type is "[3]Size", wanted a type of at most 16 bytes',
    ],
    [
      (json) => {
        json.types.Line = {
          kind: "struct",
          size: 24,
          align: 8,
          fields: [{ name: "to", type: "Point", offset: 16 }],
        };
      },
      "types.Line.fields[0].offset is 16, wanted a whole number from 0 to 8",
    ],
    [
      (json) => {
        const [x, y] = json.types.Point.fields;
        json.types.Point.fields = [x, { ...y, type: "[0]f64", length: "x" }];
      },
      'types.Point.fields[1].length is "x", wanted a member of the same struct that is an integer',
    ],
    [
      (json) => json.types.Point.fields[1].length = "x",
      'types.Point.fields[1].type is "*Point", wanted an array of no elements, the last member of a struct, where there is a length',
    ],
    [
      (json) => json.symbols.f.thunk.params[1] = 21,
      "symbols.f.thunk.params[1] is 21, wanted a whole number from 0 to 20",
    ],
    [
      (json) => json.symbols.f.thunk.results[0] = 20,
      "symbols.f.thunk.results[0] is 20, wanted a whole number from 0 to 16",
    ],
    [
      (json) => json.types.Point.fields[1].offset = 17,
      "types.Point.fields[1].offset is 17, wanted a whole number from 0 to 16",
    ],
    [
      (json) => json.types.Point.fields[0].type = "Point",
      "types.Point is made of itself, wanted a type of finite size",
    ],
    [(json) => json.types.Size.type = "Size", "types.Size is made of itself"],
    [
      (json) => json.types["a b"] = { kind: "opaque" },
      'types["a b"] is so named, wanted a name of the type notation',
    ],
    [(json) => json.types.i32 = { kind: "opaque" }, "types.i32 is so named"],
    [
      (json) => json.types.Color.type = "f64",
      'types.Color.type is "f64", wanted "i8" or',
    ],
    [
      (json) => json.types.Color.values.RED = 0.5,
      "types.Color.values.RED is 0.5, wanted a whole number",
    ],
    [
      (json) => json.types.Color.values.BIG = "x",
      'types.Color.values.BIG is "x", wanted a whole number',
    ],
    [
      (json) => json.symbols.V.type = "i33",
      `symbols.V.type is "i33", wanted only names that "types" defines, not "i33"`,
    ],
    [
      (json) => json.symbols.V.type = "(",
      'symbols.V.type is "(", wanted a type (Cannot parse the type "("',
    ],
    [(json) => json.symbols.V.type = 7, "symbols.V.type is 7, wanted a string"],
    [
      (json) => json.symbols.f.type = "i32",
      'symbols.f.type is "i32", wanted a function type',
    ],
    [
      (json) => json.symbols.f.params = ["p"],
      "symbols.f.params is a list of 1, wanted a list of 2",
    ],
    [
      (json) => json.symbols.f.callbackParams = { 3: ["i"] },
      'symbols.f.callbackParams is "3", wanted parameters, of p, c',
    ],
    [
      (json) => json.symbols.f.callbackParams = { 2: [7] },
      'symbols.f.callbackParams["2"][0] is 7, wanted a string',
    ],
    [
      (json) => json.symbols.f.thunk.size = 23,
      "symbols.f.thunk.size is 23, wanted a multiple of 8",
    ],
    [
      (json) => json.symbols.f.thunk.params = [0, 25],
      "symbols.f.thunk.params[1] is 25, wanted a whole number from 0 to 24",
    ],
    [(json) => json.symbols.f.thunk.error = 0, "symbols.f.thunk.error is 0"],
    [
      (json) => json.symbols["a\nb"] = 1,
      'symbols["a\\nb"] is 1, wanted an object',
    ],
    [
      (json) => json.symbols[""] = json.symbols.V,
      'symbols[""] is "", wanted a name of 1 to 4096 characters',
    ],
    [(json) => json.skipped.g = null, "skipped.g is null, wanted a string"],
  ];

for (const [change, message] of BROKEN) {
  test(`parseManifest() says that ${message}`, () => {
    const json = good();
    change(json);
    assertThrows(
      () => parseManifest(JSON.stringify(json), "/x.so.json"),
      PluginError,
      `Cannot read the manifest "/x.so.json": ${message}`,
    );
  });
}

test("parseManifest() says that a text is not a manifest at all", () => {
  const texts = {
    "{": "it is not JSON: ",
    "[]": "it is a list, wanted an object",
    "null": "it is null, wanted an object",
  };
  for (const [text, message] of Object.entries(texts)) {
    assertThrows(
      () => parseManifest(text, "/x.so.json"),
      PluginError,
      `Cannot read the manifest "/x.so.json": ${message}`,
    );
  }
});

test("a name of a manifest never reaches a prototype", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const symbols = names.map((name) =>
    `${JSON.stringify(name)}: { "kind": "variable", "type": "i32" }`
  );
  const json = JSON.stringify(good()).replace(
    /"symbols":\{/,
    `$&${symbols.join(",")},`,
  );
  const manifest = parseManifest(json, "x");
  assertEquals(Object.keys(manifest.symbols).slice(0, 4), names);
  assertEquals(Object.getPrototypeOf(manifest.symbols), null);
  assertEquals(({} as Json).kind, undefined);
});

test("types that hold each other are followed to an end", () => {
  const json = good();
  for (let i = 2000; i >= 0; i--) {
    const type = i === 0 ? "i32" : `T${i - 1}`;
    json.types[`T${i}`] = { kind: "alias", type };
  }
  assertThrows(
    () => parseManifest(JSON.stringify(json), "x"),
    PluginError,
    "wanted types that lie at most 256 deep in each other",
  );
});

test("readManifest() validates a symbol, and the types that it reaches, when it is asked for", () => {
  const json = good();
  json.types.Line = {
    kind: "struct",
    size: 8,
    align: 8,
    fields: [{ name: "to", type: "*Bad", offset: 0 }],
  };
  json.types.Bad = { kind: "enum", type: "f64", values: {} };
  json.symbols.g = { kind: "function", type: "() => *Line" };
  json.symbols.W = { kind: "variable", type: 7 };
  json.skipped.h = 1;
  const manifest = readManifest(JSON.stringify(json), "/x.so.json");
  assertEquals(manifest.symbolNames, ["V", "f", "g", "W"]);
  assertEquals(manifest.symbol("V")?.type, "i32");
  assertEquals(manifest.symbol("none"), undefined);
  assertEquals(manifest.types.get("Point")?.kind, "struct");
  assertEquals(manifest.types.get("toString"), undefined);
  const bad = 'Cannot read the manifest "/x.so.json": ';
  const wrong: [() => unknown, string][] = [
    [() => manifest.symbol("g"), 'types.Bad.type is "f64"'],
    [() => manifest.types.get("Line"), 'types.Bad.type is "f64"'],
    [() => manifest.symbol("W"), "symbols.W.type is 7, wanted a string"],
    [() => manifest.skipped("h"), "skipped.h is 1, wanted a string"],
    [() => manifest.whole, 'types.Bad.type is "f64"'],
  ];
  // Again: what is wrong once stays wrong.
  for (const [ask, message] of [...wrong, ...wrong]) {
    assertThrows(ask, PluginError, bad + message);
  }
});

test("thunks of pointers to functions are checked when they are asked for", () => {
  const read = (pointers: unknown) =>
    readManifest(JSON.stringify({ ...good(), pointers }), "/x.so.json");
  const thunk = {
    symbol: "call",
    size: 24,
    params: [0],
    results: [8],
    target: 16,
  };
  const type = "(i64) => f64";
  const { pointers } = read({ [type]: { thunk, answer: "answer" } });
  assertEquals(pointers[type], { thunk, answer: "answer" });
  assertEquals(read(undefined).pointers[type], undefined);
  const noThunk = { [type]: { noThunk: "why" } };
  assertEquals({ ...read(noThunk).pointers }, noThunk);
  assertEquals({ ...read(noThunk).whole.pointers }, noThunk);
  const wrong: [unknown, string][] = [
    [[], "pointers is a list, wanted an object"],
    [
      { i32: { thunk, answer: "a" } },
      'pointers.i32.type is "i32", wanted a function type',
    ],
    [{ [type]: { answer: "a" } }, 'pointers["(i64) => f64"].thunk is missing'],
    [
      { [type]: { noThunk: 1 } },
      'pointers["(i64) => f64"].noThunk is 1, wanted a string',
    ],
    [
      { i32: { noThunk: "why" } },
      'pointers.i32.type is "i32", wanted a function type',
    ],
    [{ [type]: { thunk } }, 'pointers["(i64) => f64"].answer is missing'],
    [
      { [type]: { thunk: { ...thunk, target: undefined }, answer: "a" } },
      'pointers["(i64) => f64"].thunk.target is nothing, wanted an offset',
    ],
    [
      { [type]: { thunk: { ...thunk, params: [20] }, answer: "a" } },
      'pointers["(i64) => f64"].thunk.params[0] is 20, wanted',
    ],
  ];
  for (const [given, message] of wrong) {
    for (const ask of ["pointers", "whole"] as const) {
      assertThrows(
        () => read(given)[ask],
        PluginError,
        `Cannot read the manifest "/x.so.json": ${message}`,
      );
    }
  }
});

test("readManifest() refuses what opening needs at once", () => {
  const wrong: [(json: Json) => void, string][] = [
    [(json) => json.library.size = "1", "library.size"],
    [(json) => json.thunks = {}, "thunks.file"],
    [(json) => delete json.symbols, "symbols"],
    [(json) => json.types = [], "types"],
    [(json) => json.skipped = "", "skipped"],
    [
      (json) => {
        for (let i = 0; i <= 200_000; i++) json.skipped[`s${i}`] = "no";
      },
      "skipped is a record of 200002, wanted at most 200000",
    ],
  ];
  for (const [change, message] of wrong) {
    const json = good();
    change(json);
    assertThrows(
      () => readManifest(JSON.stringify(json), "/x.so.json"),
      PluginError,
      `Cannot read the manifest "/x.so.json": ${message}`,
    );
  }
});

test("how deep types lie does not depend on which is asked for first", () => {
  const json = good();
  for (let i = 300; i >= 0; i--) {
    const type = i === 0 ? "i32" : `T${i - 1}`;
    json.types[`T${i}`] = { kind: "alias", type };
  }
  const manifest = readManifest(JSON.stringify(json), "x");
  for (let i = 0; i < 256; i++) manifest.types.get(`T${i}`);
  for (const name of ["T256", "T300", "T256"]) {
    assertThrows(() => manifest.types.get(name), PluginError, "is too deep");
  }
});
