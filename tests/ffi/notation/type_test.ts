import { PluginError } from "@native/plugin";
import { assertEquals, assertThrows } from "@std/assert";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { printType } from "../../../ffi/notation/type.ts";
import { test } from "../../helpers/test.ts";

/** A text, and its canonical form where that differs. */
const TEXTS: readonly (readonly [string, string?])[] = [
  ["i32"],
  ["pointer"],
  ["Point"],
  ["*Point"],
  ["**cstring"],
  ["[4]f64"],
  ["[3][4]u8"],
  ["[]f64"],
  ["*[2]Point"],
  ["std::vector"],
  ["geometry.Point"],
  ["Größe"],
  ["() => void"],
  ["()=>void", "() => void"],
  ["  ( i32 ,f64 )  =>  u8 ", "(i32, f64) => u8"],
  ["(cstring, ...) => i32"],
  ["(...) => void"],
  ["(i32) => (i32, string)"],
  ["(i32) => (i32)", "(i32) => i32"],
  ["((i32) => void, pointer) => i32"],
  ["() => (i32) => f64"],
  ["() => ((i32) => f64, i32)"],
  ["(*(i32) => i32) => void"],
  ["[2](i32) => i32"],
  ["\n*\tPoint", "*Point"],
  ["?string"],
  ["[]?[]i32"],
  ["map<string, []Point>"],
  ["map< i32,map<string,any> >", "map<i32, map<string, any>>"],
  ["map"],
  ["(i32, string)"],
  ["([](i32, f64)) => (?date, (bigint, complex))"],
  ["[]((i32) => void, i32)"],
  ["iterable<i32>"],
  ["(stream<bytes>) => promise<duration>"],
];

for (const [text, canonical = text] of TEXTS) {
  test(`parseType() reads ${JSON.stringify(text)}`, () => {
    assertEquals(printType(parseType(text)), canonical);
    assertEquals(parseType(canonical), parseType(text));
  });
}

const BROKEN: readonly (readonly [string, string])[] = [
  ["", "column 1 has the end, wanted a type"],
  ["*", "column 2 has the end, wanted a type"],
  ["i32 i32", 'column 5 has "i32", wanted the end'],
  [
    "int add(int, int)",
    'column 5 has "add(int, int)", wanted the end; this prototype of C is "(i32, i32) => i32" here',
  ],
  [
    "const char *name(struct point *p, unsigned long long n, size_t);",
    'is "(*point, u64, usize) => cstring" here',
  ],
  [
    "void go(void *data, uint8_t bytes[4], char **all, ...)",
    'is "(pointer, *u8, *cstring, ...) => void" here',
  ],
  ["long double of(int)", 'column 6 has "double of(int)", wanted the end'],
  ["int run(void)", 'is "() => i32" here'],
  ["(i32", 'column 5 has the end, wanted ")"'],
  ["(i32)", 'column 6 has the end, wanted "=>"'],
  ["(i32,) => void", 'column 6 has ") => void", wanted a type'],
  [
    "(void) => i32",
    'column 6 has ") => i32", wanted an element type other than void',
  ],
  ["*void", 'column 6 has the end, wanted "pointer" for an address of no type'],
  ["[x]i32", 'column 2 has "x]i32", wanted a count of elements'],
  ["[-1]i32", 'column 2 has "-1]i32", wanted a count of elements'],
  ["[4294967297]i32", "wanted at most 4294967296 elements"],
  ["[2]void", "wanted an element type other than void"],
  ["1x", 'column 1 has "1x", wanted a type'],
  ["i32;", 'column 4 has ";", wanted the end'],
  ["() => ", "column 7 has the end, wanted a type"],
  ["() => ()", "wanted a type"],
  ["(..., i32) => void", 'wanted ")"'],
  ["*".repeat(100) + "i32", "wanted nesting of at most 64"],
  ["(".repeat(10_000), "wanted nesting of at most 64"],
  [`(${"i32, ".repeat(254)}i32) => void`, "wanted at most 254 parameters"],
  [
    "x".repeat(70_000),
    "Cannot parse a type of 70000 characters: at most 65536 are read",
  ],
];

for (const [text, message] of BROKEN) {
  test(`parseType() refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertThrows(() => parseType(text), PluginError, message);
  });
}
