/**
 * The canonical form of JSON, by the examples of RFC 8785.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { canonical } from "../../../ffi/manifest/manifest.ts";

test("canonical() writes the example of section 3.2.2", () => {
  const json = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  assertEquals(
    canonical(JSON.parse(json)),
    // Bun 1.4 writes another text into String.raw for letters beyond ASCII.
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("canonical() sorts as section 3.2.3 does, by UTF-16 code units", () => {
  const json = String.raw`{
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  }`;
  assertEquals(
    Object.values(JSON.parse(canonical(JSON.parse(json)))).length,
    7,
  );
  assertEquals(
    [...canonical(JSON.parse(json)).matchAll(/:"([^"]+)"/g)].map(([, v]) => v),
    [
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ],
  );
});

/** Bits of a double, and how appendix B writes it. */
const NUMBERS: readonly (readonly [bigint, string])[] = [
  [0x0000000000000000n, "0"],
  [0x0000000000000001n, "5e-324"],
  [0x8000000000000001n, "-5e-324"],
  [0x7fefffffffffffffn, "1.7976931348623157e+308"],
  [0xffefffffffffffffn, "-1.7976931348623157e+308"],
  [0x4340000000000000n, "9007199254740992"],
  [0xc340000000000000n, "-9007199254740992"],
  [0x4430000000000000n, "295147905179352830000"],
  [0x44b52d02c7e14af5n, "9.999999999999997e+22"],
  [0x44b52d02c7e14af6n, "1e+23"],
  [0x44b52d02c7e14af7n, "1.0000000000000001e+23"],
  [0x444b1ae4d6e2ef4en, "999999999999999700000"],
  [0x444b1ae4d6e2ef4fn, "999999999999999900000"],
  [0x444b1ae4d6e2ef50n, "1e+21"],
  [0x3eb0c6f7a0b5ed8cn, "9.999999999999997e-7"],
  [0x3eb0c6f7a0b5ed8dn, "0.000001"],
  [0x41b3de4355555553n, "333333333.3333332"],
  [0x41b3de4355555554n, "333333333.33333325"],
  [0x41b3de4355555555n, "333333333.3333333"],
  [0x41b3de4355555556n, "333333333.3333334"],
  [0x41b3de4355555557n, "333333333.33333343"],
  [0xbecbf647612f3696n, "-0.0000033333333333333333"],
  [0x43143ff3c1cb0959n, "1424953923781206.2"],
];

test("canonical() writes the numbers of appendix B", () => {
  const view = new DataView(new ArrayBuffer(8));
  for (const [bits, text] of NUMBERS) {
    view.setBigUint64(0, bits);
    assertEquals(canonical(view.getFloat64(0)), text);
  }
});

test("canonical() refuses numbers that are written as another value is", () => {
  // Whoever changes the signed null or 0 into one of these would not be noticed.
  for (const json of ["1e999", "-1e999", "-0", "-0.0", "-1e-999"]) {
    const value = { a: [JSON.parse(json)] };
    assertThrows(() => canonical(value), RangeError, "no form of its own");
  }
});

test("canonical() refuses what has no UTF-8, and what lies too deep", () => {
  for (const value of ["\ud800", { "\udc00": 1 }]) {
    assertThrows(() => canonical(value), RangeError, "half a surrogate pair");
  }
  const deep = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  assertThrows(() => canonical(deep), RangeError, "deeper than");
});

test("canonical() takes every name for a name", () => {
  const json = '{"toString":1,"__proto__":{"b":2,"a":1},"constructor":2}';
  assertEquals(
    canonical(JSON.parse(json)),
    '{"__proto__":{"a":1,"b":2},"constructor":2,"toString":1}',
  );
});
