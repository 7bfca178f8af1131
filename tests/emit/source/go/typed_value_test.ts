/**
 * Values of a type that JavaScript names, among values of which only the running
 * program knows the type.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import { PluginError } from "../../../../mod.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { test } from "../../../helpers/test.ts";
import { withSupport } from "../../../helpers/support.ts";
import {
  build,
  GO_BREADTH,
  opened,
  openGo,
  WITH_GO,
} from "../../helpers/go_open.ts";

await withSupport();

// deno-lint-ignore no-explicit-any
type Loose = any;

function row(name: string, body: (go: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_GO, async () => {
    await body((await openGo("anything")).symbols);
  });
}

row("a function of a named type is taken apart by reflection", (go) => {
  const near = (x: number, y: number) => Math.abs(x - y) < 0.1;
  using compare = new go.typed("func(x, y float64) bool", near);
  assertEquals(
    go.Shown(compare).split(" 0x")[0],
    "func(float64, float64) bool",
  );
  assertEquals(go.Compared(compare, 1.25, 1.3), true);
  assertEquals(go.Compared(compare, 1.25, 1.5), false);
  assertThrows(
    () => go.Compared(compare, 1, 1.5),
    PluginError,
    "int is no float64",
  );
  using one = new go.typed("float64", 1);
  assertEquals(go.Compared(compare, one, 1.05), true);
  assertThrows(
    () => go.Compared(near, 1.5, 1.5),
    PluginError,
    "is no comparison",
  );
  const error = new Error("on purpose");
  using fails = new go.typed("func(x, y float64) bool", () => {
    throw error;
  });
  assertStrictEquals(assertThrows(() => go.Compared(fails, 1.5, 1.5)), error);
});

row("a function of a named type is given objects of classes", (go) => {
  const [a, b] = [go.NewKey("a"), go.NewKey("b")];
  using same = new go.typed(
    "func(*Key, *Key) bool",
    (x: Loose, y: Loose) => x.String() === y.String(),
  );
  assertEquals([go.Compared(same, a, b), go.Compared(same, a, a)], [
    false,
    true,
  ]);
});

row("a value has the type that its text names", (go) => {
  const shown: readonly (readonly [string, unknown, string])[] = [
    ["float64", 1, "float64 1"],
    ["int8", -3, "int8 -3"],
    ["uint64", 2n ** 64n - 1n, "uint64 18446744073709551615"],
    ["[]float64", [1, 2.5], "[]float64 [1 2.5]"],
    ["[]float64", Float64Array.of(1, 2.5), "[]float64 [1 2.5]"],
    ["[2]int", [1, 2], "[2]int [1 2]"],
    ["map[string]int", { a: 1 }, "map[string]int map[a:1]"],
    [
      "map[string][]string",
      { a: ["x"] },
      "map[string][]string map[a:[x]]",
    ],
    ["time.Duration", 1500, "time.Duration 1.5s"],
    ["Place", { Name: "x" }, "main.Place {Name:x At:[]}"],
    ["main.Place", { Name: "x" }, "main.Place {Name:x At:[]}"],
    ["*Place", { Name: "x" }, "*main.Place &{Name:x At:[]}"],
    ["*Place", null, "*main.Place <nil>"],
    ["[]*Place", [null, null], "[]*main.Place [<nil> <nil>]"],
    ["Color", 2, "main.Color blue"],
    ["Level", "high", "main.Level high"],
    ["Pair[string]", { First: "a" }, "main.Pair[string] {First:a Second:}"],
    ["struct{}", {}, "struct {} {}"],
    ["[]any", [1, "x"], "[]interface {} [1 x]"],
    ["(rune)", 97, "int32 97"],
  ];
  for (const [type, value, text] of shown) {
    using made = new go.typed(type, value);
    assertEquals(go.Shown(made), text, type);
  }
  using within = new go.typed("uint8", 7);
  assertEquals(
    go.Shown([within, { n: within }]),
    "[]interface {} [7 map[n:7]]",
  );
});

row("a function of any type can be named", (go) => {
  const types = [
    ["func()", "func()"],
    ["func(int)", "func(int)"],
    [
      "func(a, b int, c string) (int, error)",
      "func(int, int, string) (int, error)",
    ],
    ["func(format string, args ...any)", "func(string, ...interface {})"],
    [
      "func(func(x int) bool, []string) map[string]*Key",
      "func(func(int) bool, []string) map[string]*main.Key",
    ],
    [
      "func(a chan int, b <-chan int, c chan<- int)",
      "func(chan int, <-chan int, chan<- int)",
    ],
    [
      "func([]Place, map[int]bool) (n int, err error)",
      "func([]main.Place, map[int]bool) (int, error)",
    ],
  ];
  for (const [type, shown] of types) {
    using made = new go.typed(type, () => {});
    assertEquals(go.Kind(made), shown);
  }
});

row("what a typed pointer leads to is written by Go", (go) => {
  using place = new go.typed("*Place", { Name: "empty" });
  assertEquals(go.Filled(place).Name, "filled");
  assertEquals(go.Shown(place), "*main.Place &{Name:filled At:[]}");
});

row(
  "a type that there is not, and a value that is not of it, are told",
  (go) => {
    const says = (type: string, value: unknown, text: string) => {
      assertThrows(
        () => new go.typed(type, value),
        PluginError,
        `cannot make a value of the type ${JSON.stringify(type)}: ${text}`,
      );
    };
    says("float", 1, "the packages of this plugin export no type float");
    says("[]", 1, "wanted a type, and it ends");
    says("int)", 1, 'wanted nothing more, got ")"');
    says("map[[]int]int", {}, "no map has []int for a key");
    says("[x]int", [], "wanted the length of an array as a number");
    says("func(int", () => {}, "wanted ), and it ends");
    says(
      "func(a int, b)",
      () => {},
      "the packages of this plugin export no type b",
    );
    says(
      "func(...int, int)",
      () => {},
      "what stands behind ... is the last one",
    );
    says(
      "struct{ a int }",
      {},
      "a struct that has something in it is named by its name alone",
    );
    // There is no memory for it before it is known to be right.
    for (const type of ["[2147483647]int", "*[2][33554433]int"]) {
      says(type, [], "wanted an array of at most 268435456 bytes, got ");
    }
    says("[33554432]int", [], "wanted [33554432]int, got []interface {}");
    says("int8", 128, "wanted int8, got int");
    says("func()", 5, "wanted func(), got int");
    says("error", null, "nil has a type of its own");
    says(
      "*".repeat(100) + "int",
      1,
      "wanted at most 100 types within each other",
    );
    using deepest = new go.typed("*".repeat(99) + "int", 1);
    assertEquals(go.Kind(deepest), "*".repeat(99) + "int");
  },
);

test(
  "Go: which of two packages of a name is meant is not guessed",
  GO_BREADTH,
  async () => {
    const directory = emptyDirectory();
    const files = {
      "go.mod": "module own\n\ngo 1.18\n",
      "a/store/store.go":
        "package store\n\ntype Item struct{ A int }\ntype Only struct{ N int }\n",
      "b/store/store.go": "package store\n\ntype Item struct{ B int }\n",
      "own.go": `package own

import (
	"fmt"

	as "own/a/store"
	bs "own/b/store"
)

func Items() ([]as.Item, []bs.Item, []as.Only) { return nil, nil, nil }
func Shown(v interface{}) string                 { return fmt.Sprintf("%+v", v) }
`,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const go: Loose = opened(await build(directory)).symbols;
    using only = new go.typed("store.Only", { N: 1 });
    assertEquals(go.Shown(only), "{N:1}");
    assertThrows(
      () => new go.typed("[]store.Item", []),
      PluginError,
      "own/a/store.Item and own/b/store.Item are called so: let a function of Go make the value",
    );
  },
);
