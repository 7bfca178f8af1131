import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { printLines } from "../../../emit/declaration/lines.ts";
import { declareAll } from "../../../emit/declaration/print_declaration.ts";

/** What is printed at each place, and what it is of. */
function named({ text, declared }: ReturnType<typeof printLines>): string[] {
  const lines = text.split("\n");
  return declared.map(({ of, line, column, length }) =>
    `${of} ${line}: ${lines[line]!.slice(column, column + length)}`
  );
}

test("printLines() tells the place of a name, below lines of several, behind the same word, and escaped", () => {
  const printed = printLines([
    "// First.",
    { before: "export type ", name: "type", after: " =\n  | 1;", of: "type" },
    { before: "  ", name: '"a\u202eb"', after: ": 1;", of: "type.a\u202eb" },
    "",
    { before: "  get ", name: "get", after: "(): 1;", of: "its_get" },
  ]);
  assertEquals(named(printed), [
    "type 1: type",
    'type.a\u202eb 3: "a\\u202eb"',
    "its_get 5: get",
  ]);
  assertEquals(printed.declared[0]!.column, "export type ".length);
  assertEquals(printed.declared[2]!.column, "  get ".length);
});

test("each symbol, type and member has its place", () => {
  const fn = (type: string) => ({ kind: "function" as const, type });
  const manifest: Pick<Manifest, "library" | "symbols" | "types"> = {
    library: {
      file: "shop.so",
      os: "linux",
      arch: "x64",
      sha256: "00",
      size: 1,
      needs: [],
    },
    symbols: {
      cart_most: fn("() => i32"),
      cart_open: fn("() => *cart"),
      cart_size: fn("(*cart) => i32"),
      a_function_whose_line_is_too_long_for_one: fn(
        "(i32, i32, i32, i32, i32, i32, i32, i32) => i32",
      ),
      total: { kind: "variable", type: "i32" },
    },
    types: {
      Cart: {
        kind: "class",
        of: "cart",
        new: "cart_open",
        methods: { size: "cart_size" },
        constants: { MOST: "cart_most" },
      },
      cart: { kind: "opaque" },
      item: {
        kind: "struct",
        size: 8,
        align: 8,
        fields: [{ name: "price", type: "i64", offset: 0 }],
      },
    },
  } as unknown as Manifest;
  const places = named(declareAll(manifest as Manifest));
  assertEquals(places.map((place) => place.replace(/ \d+:/, ":")), [
    "Cart: Cart",
    "cart_most: MOST",
    "cart_size: size",
    "item: item",
    "item.price: price",
    "item: itemInit",
    "item.price: price",
    "cart_most: cart_most",
    "a_function_whose_line_is_too_long_for_one: a_function_whose_line_is_too_long_for_one",
    "total: total",
    "Cart: Cart",
  ]);
});
