/**
 * Which types a symbol can be looked up as.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { isCompatible } from "../../../ffi/manifest/compatible.ts";
import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { test } from "../../helpers/test.ts";

const types = new Map<string, TypeDefinition>(Object.entries({
  Foo: { kind: "struct", size: 8, align: 4, fields: [] },
  Opaque: { kind: "opaque" },
  Char: { kind: "alias", type: "i8" },
  Text: { kind: "alias", type: "*Char" },
}));

function assertAgree(pairs: readonly string[][], wanted: boolean): void {
  for (const [a, b] of pairs) {
    for (const [one, other] of [[a!, b!], [b!, a!]] as const) {
      const found = isCompatible(parseType(one), parseType(other), types);
      assertEquals(found, wanted, `${one} and ${other}`);
    }
  }
}

test("an address of no type agrees with every other", () => {
  const others = ["buffer", "cstring", "*Foo", "*i32", "*Opaque", "Text"];
  assertAgree(
    [...others, "**i8", "(i32) => i32"].map((other) => ["pointer", other]),
    true,
  );
});

test("types agree where they are the same bytes with the same meaning", () => {
  assertAgree([
    ["usize", "u64"],
    ["buffer", "cstring"],
    ["buffer", "*Foo"],
    ["buffer", "*Opaque"],
    ["buffer", "**i8"],
    ["cstring", "*i8"],
    ["cstring", "*u8"],
    ["cstring", "Text"],
    ["*cstring", "**u8"],
    ["*cstring", "*Text"],
    ["*pointer", "*cstring"],
  ], true);
});

test("a pointer to data is no text and no function", () => {
  assertAgree([
    ["*Foo", "cstring"],
    ["*i32", "cstring"],
    ["*Opaque", "cstring"],
    ["**i8", "cstring"],
    ["*Foo", "(i32) => i32"],
    ["*i8", "(i32) => i32"],
    ["*Opaque", "() => i32"],
    ["buffer", "() => i32"],
    ["cstring", "() => i32"],
    ["*Foo", "*f64"],
    ["**i32", "*cstring"],
  ], false);
});
