import { test } from "../../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { descriptionOf } from "../../../../emit/source/go/describe_package.ts";
import type { GoPackage } from "../../../../emit/source/go/package.ts";

/** A package of one function that takes an array. */
function taking(length: number): GoPackage {
  const value = (name: string, type: string, go: string) => ({
    name,
    type,
    go,
  });
  return {
    package: "main",
    path: "example.com/big",
    hasMain: true,
    shadowed: [],
    imports: {},
    structs: [],
    functions: [{
      name: "Sum",
      doc: "",
      params: [value("of", `[${length}]f64`, `[${length}]float64`)],
      results: [value("", "u8", "uint8")],
      variadic: false,
      error: false,
      call: "Sum",
    }],
    variables: [],
    types: {},
    constants: {},
    code: "",
    skipped: {},
  };
}

test("descriptionOf() lays the frame of a wrapper out", () => {
  const { symbols } = descriptionOf(taking(3), "go1.30");
  assertEquals(symbols, {
    Sum: {
      kind: "function",
      type: "([3]f64) => u8",
      params: ["of"],
      thunk: {
        symbol: "plugin_thunk_Sum",
        size: 72,
        params: [0],
        results: [24],
        error: 32,
        free: "plugin_free",
      },
    },
  });
});

test("descriptionOf() skips a function whose arguments are more than a frame may hold", () => {
  const { symbols, skipped } = descriptionOf(taking(2 ** 21), "go1.30");
  assertEquals(symbols, {});
  assertEquals(skipped, {
    Sum: "its arguments take 16777264 bytes, and at most 16777216 are passed",
  });
});
