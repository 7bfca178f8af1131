import { test } from "../../helpers/test.ts";
import { assert, assertEquals } from "@std/assert";
import { fromPrototype } from "../../../ffi/notation/c_prototype.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";

test("fromPrototype() spells a prototype, and nothing that is none", () => {
  const of: Record<string, string | undefined> = {
    "  int run ( void ) ;  ": "() => i32",
    "int (int)": "(i32) => i32",
    "point *mid(point a)": "(point) => *point",
    "off_t lseek(int, off_t, int)": "(i32, i64, i32) => i64",
    "void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *))":
      "(pointer, usize, usize, (pointer, pointer) => i32) => void",
    "int on(void (*)(void), int (*f)(int (*)(char), ...), int last)":
      "(() => void, ((i8) => i32, ...) => i32, i32) => i32",
    "int (*made)(int)": undefined,
    "int f(int (*g[2])(int))": undefined,
    "int f(int (**g)(int))": undefined,
    "int f(char (*rows)[16])": undefined,
    "int f(int (*)(": undefined,
    "int f(int))(int": undefined,
    "list(i32)": undefined,
    "map(string, i32)": undefined,
    "long double of(int)": undefined,
    "int of(int) const": undefined,
  };
  for (const [text, wanted] of Object.entries(of)) {
    assertEquals(fromPrototype(text), wanted, text);
    if (wanted !== undefined) parseType(wanted);
  }
});

test("fromPrototype() takes no longer than the text is long", () => {
  const space = " ".repeat(60_000);
  const texts = [
    `a b(c)${space}x`,
    `a b(c)${space};${space}x`,
    `void a(${"int (*)(".repeat(400)}`,
    `void a(${"int (*)(int, ".repeat(90)}${"), int".repeat(90)})`,
    `a${space}b(${space}c${space},${space}[]${space}x)`,
  ];
  const start = performance.now();
  for (const text of texts) fromPrototype(text);
  assert(performance.now() - start < 1000);
});
