import { test } from "../../../helpers/test.ts";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { PluginError } from "../../../../mod.ts";
import { EmitError } from "../../../../emit/error.ts";
import { buildGo } from "../../../../emit/source/go/build_go.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needBreadth } from "../../../helpers/need.ts";
import {
  build,
  buildWith,
  GO_BREADTH,
  goFixture,
  opened,
  WITH_GO,
} from "../../helpers/go_open.ts";

const HASH = join("internal", "hash");

/** A copy of a module, which nothing may be written to. */
function copied(name: string): string {
  const path = join(emptyDirectory(), name);
  cpSync(goFixture(name), path, { recursive: true });
  return path;
}

/** Writes a module with these files, by their paths. */
function moduleOf(files: Readonly<Record<string, string>>): string {
  const directory = emptyDirectory();
  const all = { "go.mod": "module example.com/made\n\ngo 1.18\n", ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

test("what the linker is told by a user comes to what we tell it", {
  ...WITH_GO,
  ...needBreadth("go", "cc", "readelf"),
}, async () => {
  const module = moduleOf({
    "made.go": `package made

var version = "none"

func Version() string { return version }
`,
  });
  for (
    const flags of [
      ["-ldflags", "-X example.com/made.version=1.2"],
      ["-ldflags=-s", "-ldflags=-X=example.com/made.version=1.2"],
      ["-ldflags=all=-X=example.com/made.version=1.2"],
      ["-ldflags=-X=example.com/made.version=1.2 -extldflags=-Wl,-soname,own"],
      ["-ldflags=-X example.com/made.version=1.2 '-extldflags=-Wl,-soname,own -lm'"],
      [`-ldflags=-extldflags "-Wl,-soname,no" -X example.com/made.version=1.2 --extldflags '-Wl,-soname,own "-lm"'`],
    ]
  ) {
    const built = await buildWith(flags, module);
    assertEquals(opened(built).lookup("Version", "() => string")(), "1.2");
    const { stdout } = spawnSync("readelf", ["-dW", built.path], {
      encoding: "utf8",
    });
    assertMatch(stdout, /BIND_NOW/);
    const isNamed = flags.join().includes("-soname,own");
    assertEquals(/SONAME.*\[own\]/.test(stdout), isNamed, flags.join(" "));
  }
});

test(
  "buildGo() builds an internal package that is not main, with its dependencies",
  WITH_GO,
  async () => {
    const module = copied("library");
    const before = readdirSync(module, { recursive: true });
    const built = await build(join(module, HASH));
    assertEquals(readdirSync(module, { recursive: true }), before);
    assertEquals(built.description.skipped, {});
    assertEquals(Object.keys(built.description.types), ["Point"]);
    const plugin = opened(built);
    const sum = plugin.lookup("Sum", "(bytes) => u64");
    const hello = new TextEncoder().encode("hello");
    assertEquals(sum(hello), 0x26c7827d889f6da3n); // as xxhsum says
    plugin.lookup("Seed", "u64").value = 1n;
    assertEquals(sum(hello), 0x26c7827d889f6da2n);
    const calls: unknown[] = [];
    const twice = plugin.lookup("Twice", "(isize, (isize) => void) => isize");
    assertEquals([twice(-4, (v) => void calls.push(v)), calls], [-8, [-4]]);
    const shift = plugin.lookup("Shift") as unknown as (p: unknown) => unknown;
    assertEquals(shift({ X: 1, Y: 2 }), { X: 4, Y: 3 });
    const panic = plugin.lookup("Panic", "() => void");
    const { nativeStack } = assertThrows(panic, PluginError) as PluginError;
    assertEquals(nativeStack!.split("\n").slice(0, 2), [
      "example.com/library/internal/hash.Panic(...)",
      "\texample.com/library/internal/hash/hash.go:27",
    ]);
    assert(!nativeStack!.includes("plugin_"), nativeStack);
  },
);

test(
  "buildGo() gives the same bytes of a package that is not main",
  GO_BREADTH,
  async () => {
    const one = await build(join(goFixture("library"), HASH));
    const two = await build(join(copied("library"), HASH));
    const placeless = { places: undefined };
    assertEquals(
      { ...one.description, ...placeless },
      { ...two.description, ...placeless },
    );
    assert(readFileSync(one.path).equals(readFileSync(two.path)));
  },
);

test(
  "buildGo() builds the files that build tags ask for",
  GO_BREADTH,
  async () => {
    const library = join(goFixture("library"), HASH);
    const plain = await build(library);
    assertEquals(plain.description.symbols.Fast, undefined);
    const tagged = await buildWith(["-tags=fast"], library);
    assertEquals(
      tagged.description.symbols.Fast!.doc,
      "Fast is there when it was asked for.",
    );
    assertEquals(opened(tagged).lookup("Fast", "() => bool")(), true);
  },
);

test(
  "buildGo() keeps clear of what a package has already",
  GO_BREADTH,
  async () => {
    const directory = moduleOf({
      "plugin_support.go": "package made\n\nfunc F() int { return 7 }\n",
      "plugin_main/main.go": "package main\n\nfunc main() {}\n",
      "more.go":
        'package made\n\nfunc G() (string, error) { return "g", nil }\n',
      "made_test.go": "package made\n\nfunc H() {}\n",
      "other_windows.go": "package made\n\nfunc W() {}\n",
    });
    const built = await build(directory);
    assertEquals(Object.keys(built.description.symbols), [
      "F",
      "G",
      "error.Error",
      "error.Is",
      "error.Unwrap",
      "error.from",
      "error.Data",
    ]);
    const plugin = opened(built);
    assertEquals(plugin.lookup("F", "() => isize")(), 7);
    assertEquals(plugin.lookup("G", "() => string")(), "g");
  },
);

test(
  "buildGo() says what to do about single files and generics",
  GO_BREADTH,
  async () => {
    const directory = moduleOf({
      "made.go": `package made

type Pair[T any] struct{ A, B T }

func (p Pair[T]) Swap() Pair[T] { return Pair[T]{p.B, p.A} }

type Ints Pair[int]

func (i Ints) Sum() int          { return i.A + i.B }
func Max[T int | float64](v T) T { return v }
func Name[T ~string](v T) T      { return v }
func Keys[M ~map[K]V, K comparable, V any, L ~[]K](m M, l L) (k K) { return }
func None[T interface{ None() }](v T) T                            { return v }
func Sum(i Ints) int             { return i.Sum() }
func Join(of ...Ints) int        { return len(of) }
func Total(of ...int) (t int)    { for _, v := range of { t += v }; return }
`,
    });
    const { description } = await build(directory);
    assertEquals(description.skipped, {
      Keys:
        "it is generic: name its types, as plugin build --instantiate 'Keys[map[int]int]' does",
      Max:
        "it is generic: name its types, as plugin build --instantiate 'Max[int]' does",
      Name:
        "it is generic: name its types, as plugin build --instantiate 'Name[string]' does",
      None:
        "it is generic: name its types, as plugin build --instantiate 'None[T]' does with a type in the place of each name; of T: a type that satisfies interface{None()}",
      Pair:
        "it is generic: name its types, as plugin build --instantiate 'Pair[int]' does",
    });
    assertEquals(description.symbols.Sum!.type, "(Ints) => isize");
    assertEquals(description.symbols.Total!.type, "([]isize) => isize");
    const error = await assertRejects(
      () => build(join(directory, "made.go")),
      EmitError,
    ) as EmitError;
    assert(error.message.endsWith("name the directory of the package"));
  },
);

test(
  "buildGo() says what makes a package a module that is in none, and takes it then",
  GO_BREADTH,
  async () => {
    const directory = join(emptyDirectory(), "slug");
    mkdirSync(directory);
    const file = join(directory, "slug.go");
    writeFileSync(file, "package slug\n\nfunc F() int { return 7 }\n");
    const makes = `"go mod init slug" in "${directory}" makes that one`;
    for (
      const [input, why] of [
        [directory, "it is in no Go module: "],
        [
          file,
          "it is package slug, and single files have to be of package main: ",
        ],
      ] as const
    ) {
      const error = await assertRejects(() => build(input), EmitError);
      assertEquals(error.message, `Cannot build "${input}": ${why}${makes}`);
    }
    spawnSync("go", ["mod", "init", "slug"], { cwd: directory });
    const plugin = opened(await build(directory));
    assertEquals(plugin.lookup("F", "() => isize")(), 7);
  },
);

test(
  "buildGo() builds several packages into one library: what one gives another takes",
  { ...needBreadth("go>=1.24", "cc"), timeout: 300_000 }, // of rand.Text and strings.Lines
  async () => {
    const built = await build(
      "go:regexp",
      "go:strings",
      "go:math/rand",
      "go:crypto/rand",
      "go:encoding/binary",
    );
    const { types, symbols, skipped } = built.description;
    assertMatch(symbols["strings.NewReader"]!.doc!, /^NewReader returns/);
    assertMatch(types["regexp.Regexp"]!.doc!, /^Regexp is/);
    assert("math_rand.Int" in symbols && "crypto_rand.Text" in symbols);
    assertEquals(skipped["strings.Lines"], undefined);
    // deno-lint-ignore no-explicit-any -- the types are another test's
    const go = opened(built).symbols as any;
    using reader = go["strings.NewReader"]("caat");
    using re = go["regexp.MustCompile"]("a+");
    assertEquals([...re.FindReaderIndex(reader)], [1n, 3n]);
    // Its type has no name outside of its package.
    const { "binary.BigEndian": big } = go;
    assertEquals(big.value.Uint16(new Uint8Array([1, 2])), 0x102);
    const other = go["binary.LittleEndian"].value;
    assertThrows(() => big.value = other, TypeError);
    using builder = new go["strings.Builder"]();
    builder.WriteString("a");
    assertEquals(`${builder}`, "a");
    await assertRejects(() => build("go:regexp", "./strings"), EmitError);
  },
);

test(
  "buildGo() builds what is generic for the types that are named",
  GO_BREADTH,
  async () => {
    const directory = moduleOf({
      "made.go": `package made

import (
	"strings"
	"time"
)

func Since(t time.Time) time.Duration { return time.Since(t) }

type Clonable[T any] interface{ Clone() T }

type Sheep struct{ name string }

func (s Sheep) Clone() Sheep { return s }

func Copies[T Clonable[T]](of T, n int) (all []T) {
	for i := 0; i < n; i++ { all = append(all, of.Clone()) }
	return
}

type Rare interface{ ~complex64; Rare() }

func Only[T Rare](T) {}

func Same[T any](v T) T { return v }

type Pair[A, B any] struct{ first A; second B }

func MakePair[A, B any](first A, second B) *Pair[A, B] { return &Pair[A, B]{first, second} }

func (p *Pair[A, B]) First() A   { return p.first }
func (p *Pair[A, B]) Second() B  { return p.second }

type Text string

type Number interface{ ~int | ~float64 }

func Max[T Number](all ...T) (most T) {
\tfor i, one := range all {
\t\tif i == 0 || one > most { most = one }
\t}
\treturn
}

// Chunk and Turned have types that follow from others, as in a call.
func Chunk[T any, S ~[]T](list S, size int) (all []S) {
\tfor ; len(list) > size; list = list[size:] { all = append(all, list[:size]) }
\treturn append(all, list)
}
func Turned[M ~map[K]V, K, V comparable, R ~map[V]K](from M) R {
\tto := R{}
\tfor k, v := range from { to[v] = k }
\treturn to
}
func Plain() {}

func Upper[T ~string](text T) T { return T(strings.ToUpper(string(text))) }
`,
    });
    const instantiated = (...instantiate: string[]) =>
      buildGo({
        inputs: [directory],
        work: emptyDirectory(),
        name: "plugin.so",
        flags: [],
        instantiate,
      });
    const built = await instantiated(
      "MakePair[string,[]int]",
      "Max[float64]",
      "Max[int]",
      "Upper[Text]",
      "Chunk[string]",
      "Turned[map[string]int]",
      "Same[time.Time]",
    );
    const how = "it is generic: name its types, as plugin build --instantiate";
    assertEquals(built.description.skipped, {
      Clonable: `${how} 'Clonable[int]' does`,
      Copies: `${how} 'Copies[Sheep]' does`,
      Only:
        `${how} 'Only[T]' does with a type in the place of each name; of T: a type that satisfies Rare`,
      Pair: `${how} 'Pair[int,int]' does`,
    });
    // deno-lint-ignore no-explicit-any -- the types are another test's
    const go = opened(built).symbols as any;
    using pair = go["MakePair_string___int"]("a", [1, 2]);
    assertEquals([pair.First(), [...pair.Second()]], ["a", [1n, 2n]]);
    assertEquals(go.Max_float64(1.5, 2.5, -1), 2.5);
    assertEquals(go.Max_int(3, 2), 3);
    assertEquals(go.Upper_Text("ü"), "Ü");
    assertEquals(go.Chunk_string(["a", "b", "c"], 2), [["a", "b"], ["c"]]);
    assertEquals(go.Turned_map_string_int({ a: 1 }), new Map([[1, "a"]]));
    const date = new Date(1);
    assertEquals(go.Same_time_Time(date), date);
    for (
      const [name, why] of [
        ["Max[string]", /string does not (?:satisfy|implement) Number/],
        ["Most[int]", /exports no Most$/m],
        ["Mxa[int]", /exports no Mxa: did you mean "Max"\?/],
        ["MAKEPAIR[int,int]", /did you mean "MakePair"\?/],
        ["X[int]", /exports no X$/m],
        ["Max", /wanted types in brackets, such as Max\[int\]$/m],
        ["Max[Nothing]", /undefined: Nothing/],
        ["Max[int,int]", /2 types do not say what Max is made of, such as/],
        ["Turned[int]", /Turned is made of, such as Turned\[map\[int\]int\]/],
        ["Only[]", /such as Only\[T\]; of T: a type that satisfies Rare/],
        ["Plain[int]", /Plain is not generic/],
      ] as const
    ) {
      const error = await assertRejects(() => instantiated(name), EmitError);
      assertMatch(error.message, why);
    }
  },
);
