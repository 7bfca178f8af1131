import { test } from "../../helpers/test.ts";
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import { interfaceName } from "../../../emit/declaration/names.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";

const LIBRARY = {
  file: "hello.so",
  os: "linux",
  arch: "x64",
  sha256: "00",
  size: 1,
  needs: [],
} as const;

const THUNK = { symbol: "t", size: 64, params: [], results: [] };

function manifest(parts: Partial<Manifest>): Manifest {
  return {
    manifest: 1,
    library: LIBRARY,
    types: {},
    symbols: {},
    skipped: {},
    ...parts,
  };
}

test("interfaceName() makes a name of any file name", () => {
  assertEquals(
    ["hello.so", "libz.so.1", "lib-fast_math.dylib", "7z.so", ".so", "été.so"]
      .map(interfaceName),
    ["Hello", "Libz", "LibFastMath", "Plugin7z", "Plugin", "Été"],
  );
});

test("printDeclaration() knows a type by its name, whatever is in it", () => {
  const text = printDeclaration(manifest({
    types: { "a$$b": { kind: "opaque" } },
    symbols: { f: { kind: "function", type: "(*a$$b) => *a$$b" } },
  }));
  assertStringIncludes(text, "export interface a$$b {");
  assertStringIncludes(text, "    Pointer<a$$b> | null\n");
});

test("printDeclaration() types variables and functions", () => {
  const text = printDeclaration(manifest({
    symbols: {
      F: {
        kind: "function",
        type: "() => void",
        doc:
          "\\brief Prints */ V.\n\\deprecated Twice.\n\\param[in,out] a This.\n\\return That.\n\\par More",
      },
      V: { kind: "variable", type: "i64" },
      a: { kind: "variable", type: "[4]u8", const: true },
      "m.n": {
        kind: "function",
        type: "(i64, usize, cstring) => (i64, usize, cstring)",
        params: ["a", "function", "a"],
        thunk: THUNK,
      },
    },
  }));
  assertEquals(
    text,
    `// The types of hello.so, written by "plugin". Do not edit.
import type { NativeFunction, Variable } from "@native/plugin";

/** What hello.so exports. */
export interface Hello {
  /**
   * Prints *\\/ V.
   * @deprecated Twice.
   * @param a This.
   * @returns That.
   * \\par More
   */
  F: NativeFunction<[], void>;
  V: Variable<bigint, bigint | number>;
  a: Readonly<Variable<Uint8Array>>;
  "m.n": NativeFunction<
    [
      a: bigint | number,
      function_: number | bigint,
      arg3: string | null,
    ],
    [bigint, number, string | null]
  >;
}
`,
  );
});

test("Doxygen's headings and code are what editors show", () => {
  const doc = [
    "Ends \\p it (see \\c foo::bar(), @c x.y).",
    "\\note Once.",
    "@warning Not twice.",
    "\\code{.cpp}",
    "f(\\note);",
    "\\endcode",
    "@code",
    "f();",
    "@endcode",
  ].join("\n");
  const text = printDeclaration(manifest({
    symbols: { F: { kind: "function", type: "() => void", doc } },
  }));
  assertStringIncludes(
    text,
    `
   * Ends \`it\` (see \`foo::bar()\`, \`x.y\`).
   * **Note:** Once.
   * **Warning:** Not twice.
   * \`\`\`cpp
   * f(\\note);
   * \`\`\`
   * \`\`\`c
   * f();
   * \`\`\`
`,
  );
});

test("a class that is walked through by no function of its manifest is declared", () => {
  for (const member of ["next", "stream"]) {
    const text = printDeclaration(manifest({
      types: { C: { kind: "class", handle: "slot", [member]: "v" } },
      symbols: { v: { kind: "variable", type: "i32" } },
    }));
    assertStringIncludes(text, "Generator<never>;");
  }
});

test("a comment of empty lines alone is printed at once", () => {
  const doc = `One.${"\n".repeat(50_000)}Two.`;
  const start = performance.now();
  printDeclaration(manifest({
    symbols: { F: { kind: "function", type: "() => void", doc } },
  }));
  assertLess(performance.now() - start, 5000);
});

test("printDeclaration() declares the types that symbols use", () => {
  const text = printDeclaration(manifest({
    types: {
      Hello: { kind: "opaque" },
      Color: {
        kind: "enum",
        type: "u32",
        values: { RED: 0, GREEN: 1 },
        doc: "A colour.",
      },
      "geo::Point": {
        kind: "struct",
        size: 16,
        align: 8,
        fields: [{ name: "x", type: "f64", offset: 0 }],
      },
      Pointer: { kind: "alias", type: "i32" },
      Word: {
        kind: "union",
        size: 8,
        align: 8,
        fields: [
          { name: "whole", type: "i64", offset: 0 },
          { name: "bytes", type: "[8]u8", offset: 0 },
        ],
      },
      Handler: { kind: "alias", type: "(i64, *Hello) => Color" },
    },
    symbols: {
      at: {
        kind: "function",
        type: "(geo::Point, Color, Pointer) => geo::Point",
        thunk: THUNK,
      },
      loose: { kind: "function", type: "(geo::Point) => void" },
      on: { kind: "function", type: "(Handler) => Handler" },
      sum: {
        kind: "function",
        type: "(*f64, *Hello, buffer) => *f64",
        params: ["values", "hello", "out"],
      },
      say: { kind: "function", type: "(cstring, ...) => i32" },
      tell: {
        kind: "function",
        type: "(cstring, ...) => i32",
        calls: [{ type: "(cstring, i32) => i32", thunk: THUNK }],
      },
      word: { kind: "variable", type: "Word" },
    },
  }));
  assertEquals(
    text,
    `// The types of hello.so, written by "plugin". Do not edit.
import type {
  Bytes,
  FunctionArgument,
  NativeFunction,
  Pointer,
  Struct,
  StructType,
  Variable,
} from "@native/plugin";

/**
 * A colour.
 *
 * - \`RED\` = 0
 * - \`GREEN\` = 1
 */
export type Color = number;

export interface geo_Point {
  x: number;
}

export type Pointer_ = number;

export interface Word {
  whole: bigint;
  bytes: Uint8Array;
}

/** What is taken for a {@linkcode Word}. */
export interface WordInit {
  whole?: bigint | number;
  bytes?: Uint8Array | number[] | string;
}

export type Handler = ((arg1: bigint | number, arg2: Bytes | Struct | Pointer<Hello> | Variable<unknown> | null) => Color) | null;

/** It is only ever pointed to. */
export interface Hello {
  readonly "only pointed to": "Hello";
}

/** What hello.so exports. */
export interface HelloPlugin {
  at: NativeFunction<[arg1: geo_Point, arg2: Color, arg3: number], geo_Point>;
  // loose: has a struct by value and no thunk: plugin emit --thunks makes one
  on: NativeFunction<
    [
      arg1: FunctionArgument<[arg1: bigint, arg2: Pointer<Hello> | null], Color>,
    ],
    Handler
  >;
  sum: NativeFunction<
    [
      values: Float64Array | Pointer | Variable<unknown> | null,
      hello: Bytes | Struct | Pointer<Hello> | Variable<unknown> | null,
      out: Bytes | Struct | Pointer | Variable<unknown> | null,
    ],
    Pointer | null
  >;
  // say: takes a variable number of arguments, and no --thunk names a signature
  tell: NativeFunction<[arg1: string | null, arg2: number], number>;
  word: Variable<Word, WordInit>;
}

/** The types of hello.so, as \`plugin.type\` gives them. */
export interface HelloPluginTypes {
  Color: { readonly RED: 0; readonly GREEN: 1 };
  "geo::Point": StructType<geo_Point, geo_Point>;
  Word: StructType<Word, WordInit>;
}
`,
  );
});

test("bit-fields of one byte do not stand for each other, and those of a union do", () => {
  const bit = (name: string, start: number, width: number) =>
    ({ name, type: "u32", offset: 0, bits: [start, width] }) as const;
  const struct = { kind: "struct", size: 8, align: 4 } as const;
  const text = printDeclaration(manifest({
    types: {
      conf: {
        ...struct,
        fields: [
          bit("level", 0, 3),
          bit("rest", 3, 29),
          { name: "other", type: "i32", offset: 4 },
        ],
      },
      word: {
        ...struct,
        fields: [bit("low", 0, 4), bit("high", 4, 28), bit("top", 8, 24)],
      },
    },
    symbols: { f: { kind: "function", type: "(*conf, *word) => void" } },
  }));
  assertStringIncludes(
    text,
    "export interface conf {\n  level: number;\n  rest: number;\n  other: number;\n}",
  );
  assertEquals(text.includes("confInit"), false);
  assertStringIncludes(
    text,
    "export interface wordInit {\n  low: number;\n  high?: number;\n  top?: number;\n}",
  );
});
