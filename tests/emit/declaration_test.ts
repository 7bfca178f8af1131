import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { printDeclaration } from "../../emit/declaration.ts";
import { interfaceName } from "../../emit/typescript.ts";
import type { Manifest } from "../../ffi/manifest.ts";

const LIBRARY = {
  file: "hello.so",
  os: "linux",
  arch: "x64",
  sha256: "00",
  size: 1,
  needs: [],
} as const;

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

test("printDeclaration() types variables and functions", () => {
  const text = printDeclaration(manifest({
    symbols: {
      F: { kind: "function", type: "() => void", doc: "Prints */ V.\nTwice." },
      V: { kind: "variable", type: "i64" },
      a: { kind: "variable", type: "[4]u8", const: true },
      "m.n": {
        kind: "function",
        type: "(i64, usize, cstring) => (i64, usize, cstring)",
        params: ["a", "function", "a"],
      },
    },
  }));
  assertEquals(
    text,
    `// The types of hello.so, written by "plugin". Do not edit.
import type { Variable } from "@native/plugin";

/** What hello.so exports. */
export interface Hello {
  /**
   * Prints *\\/ V.
   * Twice.
   */
  F(): void;
  V: Variable<bigint>;
  a: Readonly<Variable<Uint8Array>>;
  "m.n"(
    a: bigint | number,
    arg2: number | bigint,
    arg3: string | null,
  ): [bigint, number, string | null];
}
`,
  );
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
      Handler: { kind: "alias", type: "(i64, *Hello) => Color" },
    },
    symbols: {
      at: {
        kind: "function",
        type: "(geo::Point, Color, Pointer) => geo::Point",
      },
      on: { kind: "function", type: "(Handler) => Handler" },
      sum: {
        kind: "function",
        type: "(*f64, *Hello, buffer, ...) => *f64",
        params: ["values", "hello", "out"],
      },
    },
  }));
  assertEquals(
    text,
    `// The types of hello.so, written by "plugin". Do not edit.
import type { Bytes, Pointer, Variable } from "@native/plugin";

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

export type Handler = Pointer | null;

/** What hello.so exports. */
export interface Hello {
  at(arg1: geo_Point, arg2: Color, arg3: number): geo_Point;
  on(arg1: Pointer | null): Handler;
  sum(
    values: Float64Array | Pointer | Variable<number> | null,
    hello: Bytes | Pointer | Variable<unknown> | null,
    out: Bytes | Pointer | Variable<unknown> | null,
    ...rest: unknown[],
  ): Pointer | null;
}
`,
  );
});
