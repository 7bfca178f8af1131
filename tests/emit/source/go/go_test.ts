import { needOnce } from "../../../helpers/need.ts";
import { test } from "../../../helpers/test.ts";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { FunctionDefinition } from "../../../../ffi/manifest/manifest.ts";
import { EmitError } from "../../../../emit/error.ts";
import { withVariable } from "../../../helpers/variable.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import {
  build,
  GO_BREADTH,
  goFixture,
  openGo,
  WITH_GO,
} from "../../helpers/go_open.ts";

/** Builds one file, in a directory of its own. */
function buildText(text: string, name = "plugin.go"): Promise<unknown> {
  const path = join(emptyDirectory(), name);
  writeFileSync(path, text);
  return build(path);
}

async function refused(building: Promise<unknown>): Promise<EmitError> {
  return await assertRejects(() => building, EmitError) as EmitError;
}

test(
  "buildGo() takes Go's own example as it is",
  WITH_GO,
  async () => {
    const { path, description } = await build(goFixture("hello.go"));
    assert(path.endsWith("/plugin.so"));
    assertEquals(description.language, "Go");
    assert(/^go1\.\d+/.test(description.compiler!));
    assertEquals(description.skipped, {});
    assertEquals(description.symbols, {
      F: {
        kind: "function",
        type: "() => void",
        params: [],
        thunk: {
          symbol: "plugin_thunk_F",
          size: 40,
          params: [],
          results: [],
          error: 0,
          free: "plugin_free",
        },
        doc: "F says hello.",
      },
      V: {
        kind: "variable",
        type: "isize",
        address: "plugin_address_V",
        doc: "V is the number that F prints.",
      },
    });
  },
);

test(
  "buildGo() writes nothing beside the source, and no header",
  GO_BREADTH,
  async () => {
    const source = emptyDirectory();
    cpSync(goFixture("values"), source, { recursive: true });
    const before = readdirSync(source);
    const { path } = await build(source);
    assertEquals(readdirSync(source), before);
    const made = readdirSync(join(path, ".."));
    assertEquals(made.filter((name) => /\.(?:h|so)$/.test(name)), [
      "plugin.so",
    ]);
  },
);

test("buildGo() says each type in the notation", GO_BREADTH, async () => {
  const { symbols } = (await openGo("values")).manifest;
  const types = (...names: string[]) =>
    names.map((name) => symbols[name]?.type);
  assertEquals(types("Int", "Uint", "Uintptr", "Byte", "Rune"), [
    "(isize) => isize",
    "(usize) => usize",
    "(usize) => usize",
    "(u8) => u8",
    "(i32) => i32",
  ]);
  assertEquals(types("Divide", "Check", "Split", "Sum", "Bytes"), [
    "(f64, f64) => f64",
    "(bool) => void",
    "(string, string) => (string, string, bool)",
    "([]f64) => f64",
    "(bytes) => bytes",
  ]);
  assertEquals(types("Warm", "Round", "Scale", "Upper"), [
    "(f64, f64) => f64",
    "(duration, duration) => duration",
    "([]f64, f64) => []f64",
    "(string) => string",
  ]);
  assertEquals(types("Title", "Points", "Raw", "Outside", "Answer"), [
    "string",
    "[]f64",
    "bytes",
    "f64",
    undefined,
  ]);
  const mixed = symbols.Mixed as FunctionDefinition;
  assertEquals(mixed.params, ["a", "b", "c", "d", "e", "", "f"]);
  assertEquals(mixed.thunk, {
    symbol: "plugin_thunk_Mixed",
    size: 168,
    params: [0, 2, 8, 24, 32, 40, 48],
    results: [64, 72, 88, 96, 104, 120],
    error: 128,
    free: "plugin_free",
  });
  assertEquals(symbols.Outside?.doc, "Outside is how warm it is.");
  assertEquals(
    (symbols["Écho"] as FunctionDefinition).thunk?.symbol,
    "plugin_thunk___c9_cho",
  );
});

test("buildGo() says why a name cannot cross", GO_BREADTH, async () => {
  const none = "has no JavaScript value";
  const { skipped } = (await openGo("values")).manifest;
  assertEquals(skipped, {
    Address: `result 1: the type unsafe.Pointer ${none}`,
    Enormous: "the constant is larger than any float64",
    Generic:
      "it is generic: name its types, as plugin build --instantiate 'Generic[int]' does",
    Within: `parameter 2 (to): the pointer **int ${none}`,
  });
});

test(
  "buildGo() gives the same bytes from another directory",
  { ...needOnce("go", "cc"), timeout: 300_000 },
  async () => {
    for (const name of ["values", "hello.go"]) {
      const copy = join(emptyDirectory(), name);
      cpSync(goFixture(name), copy, { recursive: true });
      const [one, two] = [await build(goFixture(name)), await build(copy)];
      const placeless = { places: undefined };
      assertEquals(
        { ...one.description, ...placeless },
        { ...two.description, ...placeless },
      );
      const same = readFileSync(one.path).equals(readFileSync(two.path));
      assert(same, `${name} differs`);
    }
  },
);

test(
  "buildGo() passes on what the Go compiler says",
  GO_BREADTH,
  async () => {
    const error = await refused(
      buildText("package main\n\nfunc F() int { return missing }\n", "bad.go"),
    );
    assertEquals(error.code, "compile_failed");
    assert(error.message.includes("./bad.go:3:23: undefined: missing"));
  },
);

test("buildGo() says what to install", GO_BREADTH, async () => {
  const said = async (variable: string, value: string): Promise<string> => {
    const { code, message } = await withVariable(
      variable,
      value,
      () => refused(build(goFixture("hello.go"))),
    );
    assertEquals(code, "no_tool");
    return message;
  };
  assertMatch(await said("PATH", emptyDirectory()), /no "go" .* install Go 1/);
  assertMatch(await said("CC", "no-cc -m64"), /"no-cc" is not .* install one/);
});

test("buildGo() refuses what is no plugin", GO_BREADTH, async () => {
  const cases: [text: string, code: string, said: string][] = [
    [
      "package other\n\nfunc F() {}\n",
      "compile_failed",
      "it is package other, and single files have to be of package main",
    ],
    [
      "package main\n\nfunc main() {}\n",
      "nothing_exported",
      "it has no exported function or variable",
    ],
    [
      'package main\n\nimport "unsafe"\n\nfunc F(p unsafe.Pointer) {}\n',
      "nothing_exported",
      "F: parameter 1 (p): the type unsafe.Pointer has no JavaScript value",
    ],
    [
      "package main\n\nfunc F() {}\n\nfunc copy() {}\n",
      "compile_failed",
      "it declares copy, which its wrappers need",
    ],
  ];
  for (const [text, code, said] of cases) {
    const error = await refused(buildText(text));
    assertEquals(error.code, code);
    assert(error.message.includes(said), error.message);
  }
  const missing = await refused(build(join(emptyDirectory(), "no.go")));
  assertEquals(missing.code, "not_found");
});

test(
  "buildGo() keeps clear of the package's own names",
  GO_BREADTH,
  async () => {
    const built = await buildText(`package main

import "C"
import other "time"

type p0 float64
type runtime int
type f []byte

func Plain(v runtime) runtime { return v }
func Local(v p0) p0           { return v }
func Slice(v f) int           { return len(v) }
func strings() other.Duration { return 0 }
func Later() other.Duration   { return strings() }
func fmt()                    {}
func min() int                { return 0 }
func main()                   {}

//export Exported
func Exported() {}
`) as Awaited<ReturnType<typeof build>>;
    assertEquals(Object.keys(built.description.symbols), [
      "Exported",
      "Later",
      "Plain",
      "Slice",
    ]);
    assertEquals(built.description.skipped, {
      Local: "parameter 1 (v): the type p0 needs a longer name",
    });
  },
);
