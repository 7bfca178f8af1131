import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { differenceOf } from "../../../ffi/bind/mismatch.ts";
import type { FunctionDefinition } from "../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";

test("the parameter or the result that differs is named", () => {
  const own = "(i32, i32, f64) => (i32, string, bool)";
  const definition: FunctionDefinition = { kind: "function", type: own };
  const symbol = { name: "Stat", path: "/x.so", types: new Map(), definition };
  for (
    const [wanted, difference] of [
      [
        "(i32, i32, f64) => (i32, string, i64)",
        "; result 3 is bool, wanted i64",
      ],
      [
        "(i32, i32, f64) => (i64, string, bool)",
        "; result 1 is i32, wanted i64",
      ],
      [
        "(i32, string, f64) => (i64, string, bool)",
        "; parameter 2 is i32, wanted string",
      ],
      [
        "(i32, i32) => (i32, string, bool)",
        "; it has 3 parameters, wanted 2",
      ],
    ] as const
  ) {
    const given = differenceOf(parseType(own), parseType(wanted), symbol);
    assertEquals(given, difference);
  }
});
