import { test } from "../../helpers/test.ts";
import { assert, assertEquals } from "@std/assert";
import { fromPrototype } from "../../../ffi/notation/c_prototype.ts";

test("fromPrototype() spells a prototype, and nothing that is none", () => {
  const of: Record<string, string | undefined> = {
    "  int run ( void ) ;  ": "() => i32",
    "int (int)": "(i32) => i32",
    "point *mid(point a)": "(point) => *point",
    "list(i32)": undefined,
    "map(string, i32)": undefined,
    "long double of(int)": undefined,
    "int of(int) const": undefined,
  };
  for (const [text, wanted] of Object.entries(of)) {
    assertEquals(fromPrototype(text), wanted, text);
  }
});

test("fromPrototype() takes no longer than the text is long", () => {
  const space = " ".repeat(60_000);
  const texts = [
    `a b(c)${space}x`,
    `a b(c)${space};${space}x`,
    `a${space}b(${space}c${space},${space}[]${space}x)`,
  ];
  const start = performance.now();
  for (const text of texts) fromPrototype(text);
  assert(performance.now() - start < 1000);
});
