/**
 * Memory that is lent with its length.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sliceCodec } from "../../../ffi/memory/span_codecs.ts";
import { test } from "../../helpers/test.ts";

test("sliceCodec() takes no memory for a length that an array only says", () => {
  const liar = (length: unknown) =>
    new Proxy([1, 2, 3], {
      get: (array, key) =>
        key === "length" ? length : Reflect.get(array, key) as unknown,
    });
  for (const name of ["i32", "u64", "f64"] as const) {
    const { parts, explain } = sliceCodec({ kind: "slice", of: name });
    for (const length of [-1, NaN, 1e9, 2 ** 40]) {
      const given = liar(length);
      assertEquals(parts!.copy(given), given);
      assertEquals(explain(given), {
        path: "",
        wanted: "fewer than 67108864 elements",
        got: `an array that says it has ${length}`,
        isRange: true,
      });
    }
    const copy = parts!.copy(liar(2)) as Float64Array;
    assertEquals([...copy].map(Number), [1, 2]);
  }
});
