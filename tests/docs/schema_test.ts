/**
 * docs/manifest.schema.json says what the emitter writes and the validator
 * reads.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { PluginError } from "@native/plugin";
import { Ajv2020 } from "ajv/dist/2020.js";
import { BASIC_NAMES } from "../../ffi/notation/type.ts";
import { parseManifest } from "../../ffi/manifest/manifest.ts";
import * as format from "../../ffi/manifest/format.ts";
import { plugin } from "../emit/helpers/cli.ts";
import { buildCrate, buildNative } from "../emit/helpers/native.ts";
import { emptyDirectory, library } from "../helpers/fixture.ts";
import { need, needOnce, skip } from "../helpers/need.ts";
import { succeed } from "../helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const schema = JSON.parse(
  readFileSync(join(ROOT, "docs/manifest.schema.json"), "utf8"),
);
const validate = new Ajv2020({ strictTypes: false }).compile(schema);

// deno-lint-ignore no-explicit-any -- manifests that are broken on purpose
type Json = any;

/** Everything that describes a library: a command, and what it needs. */
const EMITTED: readonly (readonly [string, readonly string[], boolean?])[] = [
  ...[
    "by_value",
    "callbacks",
    "calls",
    "once",
    "records",
    "same",
    "shapes",
    "structs",
  ]
    .map((name) => [`build tests/fixtures/${name}.c`, ["cc"]] as const),
  ...["system", "types"]
    .map((name) => [`build tests/fixtures/${name}.c`, ["cc"]] as const),
  ["build tests/fixtures/calls.c --errno * --thunk sum_of_(i32,i32)=>i32", [
    "cc",
  ]],
  [
    "build tests/fixtures/annotated.c --annotate tests/fixtures/annotated.json",
    [
      "cc",
    ],
  ],
  ["build tests/fixtures/same.cpp", ["c++", "cc"]],
  ["build tests/fixtures/kinds.cpp --cxx", ["c++", "cc"]],
  ["build tests/fixtures/same.zig", ["zig", "cc"]],
  ["build tests/fixtures/kinds.zig", ["zig", "cc"]],
  ["build tests/fixtures/rust/same", ["rust>=1.77", "cc"]],
  ["build tests/fixtures/rust/kinds", ["rust>=1.77", "cc"]],
  ["build tests/fixtures/go/hello.go", ["go", "cc"]],
  ["build tests/fixtures/go/values", ["go", "cc"]],
  ["build tests/fixtures/go/structs", ["go", "cc"]],
  ["build tests/fixtures/go/callbacks", ["go", "cc"]],
  ["build examples/hello/hello.c", ["cc"]],
  ["build examples/hello/hello.go", ["go", "cc"]],
  ["emit libz.so.1 --header zlib.h --thunks", ["cc"], isHeader("zlib.h")],
  [
    "emit libsqlite3.so.0 --header sqlite3.h --thunks",
    ["cc"],
    isHeader("sqlite3.h"),
  ],
];

function isHeader(name: string): boolean {
  return process.platform === "linux" && existsSync(`/usr/include/${name}`);
}

/** Builds a source: what other tests have built is there. */
async function build(path: string, args: readonly string[]): Promise<string> {
  const [, go] = /\/tests\/fixtures\/(go\/\w+)$/.exec(path) ?? [];
  if (go !== undefined) return await library(go);
  const [, crate] = /\/tests\/fixtures\/rust\/(\w+)$/.exec(path) ?? [];
  return (crate === undefined
    ? await buildNative(path, ...args)
    : await buildCrate(crate)).path;
}

/** Runs a command of {@linkcode EMITTED}. */
async function emitted(command: string): Promise<Json> {
  const [name, input, ...rest] = command.split(" ");
  const path = input!.includes("/") ? join(ROOT, input!) : input!;
  const args = rest.map((arg) =>
    arg.startsWith("tests/") ? join(ROOT, arg) : arg.replace("_(", " (")
  );
  if (name === "build") {
    const library = await build(path, args);
    return JSON.parse(readFileSync(`${library}.json`, "utf8"));
  }
  const library = join(emptyDirectory(), "out.so");
  await succeed(plugin(name!, path, ...args, "-o", `${library}.json`));
  return JSON.parse(readFileSync(`${library}.json`, "utf8"));
}

for (const [command, tools, isThere = true] of EMITTED) {
  // The schema is of what one emitter writes, whatever runs it.
  test(`the schema takes what "plugin ${command}" writes`, {
    ...(isThere ? needOnce(...tools) : skip("needs the library's header")),
    timeout: 600_000,
  }, async () => {
    const manifest = await emitted(command);
    validate(manifest);
    assertEquals(validate.errors, null);
  });
}

test("the schema takes a manifest that is signed", need("cc"), async () => {
  const directory = emptyDirectory();
  const library = join(directory, "same.so");
  const key = join(directory, "key");
  for (
    const args of [
      ["build", join(ROOT, "tests/fixtures/same.c"), "-o", library],
      ["keygen", "-o", key],
      ["sign", "--key", `${key}.pem`, `${library}.json`, "--version", "1.4.2"],
    ]
  ) {
    await succeed(plugin(...args));
  }
  const manifest = JSON.parse(readFileSync(`${library}.json`, "utf8"));
  assertEquals(manifest.signature.algorithm, "ed25519");
  validate(manifest);
  assertEquals(validate.errors, null);
});

test("the schema has each member that the format has", () => {
  const source = readFileSync(join(ROOT, "ffi/manifest/format.ts"), "utf8");
  const members = [...source.matchAll(/^ +readonly (\w+)\??:/gm)]
    .map(([, name]) => name!);
  const described = new Set(propertiesIn(schema));
  assert(members.includes("callbackParams"));
  assertEquals(members.filter((name) => !described.has(name)), []);
});

/** The names of all properties that a part of a schema describes. */
function propertiesIn(part: Json): string[] {
  if (typeof part !== "object" || part === null) return [];
  return [
    ...Object.keys(Array.isArray(part) ? {} : part.properties ?? {}),
    ...Object.values(part).flatMap(propertiesIn),
  ];
}

test("the schema and the format have the same limits and words", () => {
  const { $defs, properties } = schema;
  const { library, type, symbol } = $defs;
  assertEquals(properties.manifest.const, format.MANIFEST_VERSION);
  assertEquals(library.properties.os.enum, format.SYSTEMS);
  assertEquals(library.properties.arch.enum, format.ARCHITECTURES);
  assertEquals(library.properties.libc.enum, format.LIBCS);
  assertEquals(
    $defs.signature.properties.algorithm.enum,
    format.SIGNATURE_ALGORITHMS,
  );
  assertEquals($defs.name.maxLength, format.MAX_NAME_LENGTH);
  assertEquals($defs.thunk.properties.size.maximum, format.MAX_FRAME_SIZE);
  assertEquals($defs.composite.properties.size.maximum, format.MAX_TYPE_SIZE);
  assertEquals($defs.typeName.not.enum, BASIC_NAMES);
  assertEquals(properties.symbols.maxProperties, format.MAX_ENTRIES);
  assertEquals(type.properties.kind.enum.length, 8);
  assertEquals(symbol.properties.kind.enum, ["function", "variable"]);
});

/** What a schema cannot say: docs/manifest.md lists it. */
const VALIDATOR_ONLY = [
  /wanted a type \(Cannot parse the type/,
  /wanted only names that "types" defines/,
  /wanted a type of finite size/,
  /wanted types that lie at most/,
  /wanted a function type/,
  /is a list of \d+, wanted a list of \d+/,
  /offset is \d+, wanted a whole number from 0 to \d+/,
  /wanted a type of at most \d+ bytes/,
  /wanted a frame of at least \d+ bytes/,
  /thunk\.[\w.[\]]+ is \d+, wanted a whole number from 0 to \d+/,
  /\b[gs]et\.[\w.[\]]+ is \d+, wanted a whole number from 0 to \d+/,
  /wanted parameters, of/,
  /wanted the number of a parameter, of/,
];

/** Values to put where another was. */
const PALETTE: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  7,
  8,
  40,
  4096,
  2 ** 24,
  2 ** 32,
  2 ** 53,
  "",
  "x",
  "i32",
  "u8",
  "*u8",
  "(i32) => i32",
  "() => void",
  "Nobody",
  "\0",
  "a/b",
  "..",
  "00ff",
  "0F",
  "linux",
  "musl",
  "arm64",
  "struct",
  "enum",
  "union",
  "alias",
  "opaque",
  "function",
  "variable",
  "ed25519",
  "return",
  "1",
  "-12",
  "99999999999999999999",
  "x".repeat(5000),
  [],
  {},
  [1],
  ["a"],
  [0, 8],
  { a: 1 },
  { a: "a" },
  { kind: "opaque" },
  { RED: 1.5 },
  { symbol: "t", size: 16, params: [0], results: [8] },
];

/** Members to add, that the format knows somewhere. */
const MEMBERS = [
  "kind",
  "type",
  "size",
  "align",
  "fields",
  "values",
  "doc",
  "skipped",
  "params",
  "nonnull",
  "annotations",
  "free",
  "errno",
  "room",
  "nonblocking",
  "threads",
  "lengths",
  "thunk",
  "calls",
  "symbol",
  "const",
  "address",
  "get",
  "set",
  "error",
  "target",
  "results",
  "buildId",
  "libc",
  "thunks",
  "links",
  "wrapped",
  "signature",
  "succeeds",
  "bundled",
  "version",
  "../lib/a.so",
  "a\u2028b",
  "1.4",
  "__proto__",
  "constructor",
  "i32",
  "a b",
  "",
  "Color",
];

/** A generator of numbers below 1: the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Breaks a manifest, or changes it, in one to three places. */
function mutate(manifest: Json, next: () => number): Json {
  const pick = <T>(from: readonly T[]): T =>
    from[Math.floor(next() * from.length)]!;
  const result = structuredClone(manifest);
  for (let i = 1 + Math.floor(next() * 3); i > 0; i--) {
    let at: Json = result;
    for (;;) {
      const inner = Object.keys(at).filter((key) =>
        typeof at[key] === "object" && at[key] !== null
      );
      if (inner.length === 0 || next() < 0.2) break;
      at = at[pick(inner)];
    }
    const keys = Object.keys(at);
    const key = next() < 0.2 || keys.length === 0 ? pick(MEMBERS) : pick(keys);
    if (next() < 0.15) delete at[key];
    else {
      Object.defineProperty(at, Array.isArray(at) ? at.length : key, {
        value: structuredClone(pick(PALETTE)),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return result;
}

/** What the validator says of a manifest; undefined when it takes it. */
function refusal(text: string): string | undefined {
  try {
    parseManifest(text, "x");
    return undefined;
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    assertEquals(error.code, "bad_manifest");
    return error.message;
  }
}

/** More are for reach. */
const MUTANTS = process.env.PLUGIN_ROUNDS === undefined ? 1000 : 5000;

for (
  const [command, tools] of [
    ["build tests/fixtures/same.c", ["cc"]],
    ["build tests/fixtures/structs.c --errno *", ["cc"]],
    [
      "build tests/fixtures/shelf.c --annotate tests/fixtures/shelf.json",
      ["cc"],
    ],
    ["build tests/fixtures/go/structs", ["go", "cc"]],
  ] as const
) {
  test(
    `the schema and the validator agree about ${MUTANTS} mutants of "plugin ${command}"`,
    { ...needOnce(...tools), timeout: 600_000 },
    async () => {
      const manifest = await emitted(command);
      // Members that only some other manifest has.
      const [name] = Object.keys(manifest.symbols);
      const { params } = manifest.symbols[name!];
      manifest.symbols[name!].annotations = {
        free: "free",
        errno: true,
        ...(params?.[0] ? { nonnull: [params[0]], lengths: { 1: "1" } } : {}),
      };
      const older = { key: "AAAA", value: "AAAA" };
      manifest.signature = {
        algorithm: "ed25519",
        key: "AAAA",
        value: "",
        succeeds: [older],
      };
      Object.assign(manifest, {
        name: "same",
        version: "1.4.2",
        bundled: [
          { file: "libbase.so.1", sha256: "00ff", size: 1 },
          { file: "../lib/libbase.so.1", sha256: "00ff", size: 1 },
        ],
      });
      assertEquals(refusal(JSON.stringify(manifest)), undefined);
      const next = random(command.length);
      const count = { both: 0, neither: 0, validator: 0 };
      for (let i = 0; i < MUTANTS; i++) {
        const text = JSON.stringify(mutate(manifest, next));
        const why = refusal(text);
        const isTaken = validate(JSON.parse(text));
        if (why === undefined) {
          assert(isTaken, `${JSON.stringify(validate.errors)}\n${text}`);
          count.both++;
        } else if (isTaken) {
          const isKnown = VALIDATOR_ONLY.some((known) => known.test(why));
          assert(isKnown, `the schema takes it: ${why}\n${text}`);
          count.validator++;
        } else count.neither++;
      }
      for (const [which, times] of Object.entries(count)) {
        assert(times > MUTANTS / 100, `${which}: only ${times}`);
      }
    },
  );
}
