/**
 * What becomes what: the checks of arguments, what is inferred from a text, and
 * what declarations print are held to one table.
 *
 * @module
 */

import { callback, variable } from "@native/plugin";
import { assert, assertEquals } from "@std/assert";
import { writeFileSync } from "node:fs";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import { checkOf } from "../../../ffi/check/argument_checks.ts";
import { accepts } from "../../../ffi/check/compile.ts";
import type {
  FunctionDefinition,
  Manifest,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { fits } from "../../../ffi/memory/codec.ts";
import { codecOf } from "../../../ffi/memory/codecs.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { BASIC_NAMES, type Type } from "../../../ffi/notation/type.ts";
import { typeOf } from "../../../ffi/plugin/named_types.ts";
import { resolveType } from "../../../ffi/value/value.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { needRuntime } from "../../helpers/need.ts";
import { ROOT } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { typeCheck } from "../../helpers/type_check.ts";

const TYPES: Record<string, TypeDefinition> = {
  Point: {
    kind: "struct",
    size: 16,
    align: 8,
    fields: [
      { name: "x", type: "f64", offset: 0 },
      { name: "y", type: "f64", offset: 8 },
    ],
  },
  Color: { kind: "enum", type: "u32", values: { RED: 1 } },
  Big: { kind: "enum", type: "u64", values: { HUGE: "1" } },
  Word: { kind: "alias", type: "u32" },
  Text: { kind: "alias", type: "cstring" },
  Row: { kind: "alias", type: "[4]i32" },
  Handler: { kind: "alias", type: "(i32) => i32" },
  Opaque: { kind: "opaque" },
};

const types = new Map(Object.entries(TYPES));
const Point = typeOf("Point", types) as unknown as new (_: object) => object;

/** Values of every kind that may be meant, 16 elements or bytes each: what they are in TypeScript, and one. */
const SAMPLES: Readonly<Record<string, readonly [string, () => unknown]>> = {
  boolean: ["true", () => true],
  number: ["1", () => 1],
  bigint: ["1n", () => 1n],
  text: [`"text"`, () => "text"],
  null: ["null", () => null],
  undefined: ["undefined", () => undefined],
  Pointer: ["{} as Pointer", () => variable("i32").pointer],
  Variable: ["{} as Variable<unknown>", () => variable("[16]i64")],
  struct: ["{} as Struct & Point", () => new Point({ x: 1, y: 2 })],
  members: ["{ x: 1, y: 2 }", () => ({ x: 1, y: 2 })],
  function: ["(x: number) => x", () => (x: number) => x],
  callback: ["{} as Callback", () => callback("(i32) => i32", (x) => x)],
  booleans: ["[] as boolean[]", () => Array(16).fill(true)],
  numbers: ["[] as number[]", () => Array(16).fill(1)],
  bigints: ["[] as bigint[]", () => Array(16).fill(1n)],
  texts: ["[] as string[]", () => Array(16).fill("text")],
  Date: ["new Date()", () => new Date()],
  complex: ["{ re: 1, im: 2 }", () => ({ re: 1, im: 2 })],
  object: ["{ a: 1 }", () => ({ a: 1 })],
  tuple: [`[1, "text"]`, () => [1, "text"]],
  "map of arrays": [
    "{ a: new Float64Array(1) }",
    () => ({ a: new Float64Array(1) }),
  ],
  map: ["new Map<string, number>()", () => new Map([["a", 1]])],
  ArrayBuffer: ["new ArrayBuffer(16)", () => new ArrayBuffer(16)],
  SharedArrayBuffer: [
    "new SharedArrayBuffer(16)",
    () => new SharedArrayBuffer(16),
  ],
  DataView: [
    "new DataView(new ArrayBuffer(16))",
    () => new DataView(new ArrayBuffer(16)),
  ],
  ...Object.fromEntries(
    [
      ...[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array],
      ...[Uint32Array, BigInt64Array, BigUint64Array],
      ...[Float32Array, Float64Array],
    ].map((of) => [of.name, [`new ${of.name}(16)`, () => new of(16)] as const]),
  ),
};

const VIEWS = Object.keys(SAMPLES).filter((name) => /Array|View/.test(name));
const MEMORY = ["Pointer", "Variable", "null"];
const ANY = [...VIEWS, "struct", ...MEMORY];
const FUNCTIONS = ["function", "callback", "Pointer", "null"];

/** What belongs to this side, and crosses in no packet. */
const NO_DATA = [
  ...["Pointer", "Variable", "struct", "function", "callback"],
  ...["undefined", "SharedArrayBuffer"],
];

/** The typed array of each scalar. */
const SCALARS = {
  bool: "Uint8Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
  i64: "BigInt64Array",
  u64: "BigUint64Array",
  isize: "BigInt64Array",
  usize: "BigUint64Array",
  f32: "Float32Array",
  f64: "Float64Array",
} as const;

const isLarge = (name: string) => /64$|size$/.test(name) && name !== "f64";
const scalar = (name: string) =>
  name === "bool" ? ["boolean"] : isLarge(name) ? ["number", "bigint"] : [
    "number",
  ];

/** What each type takes. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  pointer: ANY,
  buffer: ANY,
  cstring: ["text", "null"],
  utf16: ["text", "null"],
  utf32: ["text", "null"],
  latin1: ["text", "null"],
  string: ["text"],
  bytes: ["Uint8Array"],
  "*Point": ANY,
  "*Opaque": ANY,
  "*pointer": ANY,
  "*cstring": ANY,
  "**i32": ANY,
  "**Point": ANY,
  "*(i32) => i32": ANY,
  "*Text": ANY,
  "*Handler": ANY,
  "*Word": ["Uint32Array", ...MEMORY],
  "*Color": ["Uint32Array", ...MEMORY],
  "*Big": ["BigUint64Array", ...MEMORY],
  "*Row": [...VIEWS, ...MEMORY],
  "*[4]i32": [...VIEWS, ...MEMORY],
  "*[2]Point": [...VIEWS, ...MEMORY].filter((name) => size(name) >= 32),
  any: Object.keys(SAMPLES).filter((name) => !NO_DATA.includes(name)),
  date: ["Date"],
  duration: ["number", "bigint"],
  bigint: ["number", "bigint"],
  complex: ["number", "complex"],
  "?i32": ["number", "null"],
  "?string": ["text", "null"],
  "[]bool": ["booleans"],
  "[]string": ["texts"],
  "map<string, f64>": ["members", "complex", "object", "map"],
  "map<string, []f64>": ["map of arrays"],
  "map<i32, f64>": [],
  "(i32, string)": ["tuple"],
  "[16]bool": ["booleans"],
  "[16]cstring": ["texts"],
  "(i32) => i32": FUNCTIONS,
  Handler: FUNCTIONS,
  Point: ["members", "struct"],
  Color: ["number"],
  Big: ["number", "bigint"],
  Word: ["number"],
  Text: ["text", "null"],
  ...Object.fromEntries(
    Object.entries(SCALARS).flatMap(([name, array]) => [
      [name, scalar(name)],
      [`*${name}`, [array, ...MEMORY]],
      ...(name === "bool" ? [] : [
        [`[]${name}`, [
          array,
          ...(name === "u8" ? [] : ["numbers"]),
          ...(isLarge(name) ? ["bigints"] : []),
        ]],
        [`[16]${name}`, [
          array,
          "numbers",
          ...(isLarge(name) ? ["bigints"] : []),
          ...(/^[iu]8$/.test(name) ? ["text"] : []),
        ]],
      ]),
    ]),
  ),
};

/** Types of which only a plugin can make sure of what is given: what calls them, and walks through them, is native. */
const OF_PLUGINS = [
  "closure<(i32) => i32>",
  "closure<(i32, []string, ...) => (i32, string)>",
  "closure<(bytes, ...) => ?string>",
  "closure<() => void>",
  "iterable<i32>",
  "stream<string>",
  "promise<[]f64>",
];

/** Every kind of type that there is. */
const KINDS: Readonly<Record<Type["kind"], true>> = {
  basic: true,
  pointer: true,
  array: true,
  slice: true,
  optional: true,
  map: true,
  tuple: true,
  sequence: true,
  closure: true,
  named: true,
  function: true,
};

/** Bytes of a sample; a pointer has as many as are wanted. */
function size(name: string): number {
  const value = SAMPLES[name]![1]();
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ||
      value instanceof SharedArrayBuffer
    ? value.byteLength
    : Infinity;
}

test("the table has every type of the notation", () => {
  const missing = BASIC_NAMES.filter((name) =>
    name !== "void" && !Object.hasOwn(TAKES, name)
  );
  assertEquals(missing, []);
  const kinds = [...Object.keys(TAKES), ...OF_PLUGINS]
    .map((text) => parseType(text).kind);
  assertEquals([...new Set(kinds)].sort(), Object.keys(KINDS).sort());
});

test("the checks take what the table says", () => {
  for (const [text, taken] of Object.entries(TAKES)) {
    const value = resolveType(parseType(text), types);
    const isWhole = ["array", "composite", "data", "slice"].includes(
      value.kind,
    );
    const isTaken = isWhole
      ? (given: unknown) => fits(codecOf(value, types), given)
      : accepts(checkOf(value));
    // A member that is left out is undefined; an argument cannot be left out.
    const isMember = (name: string) =>
      name === "undefined" && text.startsWith("?");
    const found = Object.keys(SAMPLES).filter((name) =>
      isTaken(SAMPLES[name]![1]()) && !isMember(name)
    );
    assertEquals(found.sort(), [...taken].sort(), text);
  }
});

/** A type that names another: what a text says of it, only a manifest knows. */
const isNamed = (text: string) => /[A-Z]/.test(text);

/** How big something is, no type says. */
const isMeasured = (text: string) => text === "*[2]Point";

/** The declaration of a library with one function of each signature. */
function declare(signatures: readonly string[]): string {
  const thunk = { symbol: "t", size: 64, params: [16], results: [16] };
  const symbols = signatures.map((type, index) =>
    [`f${index}`, { kind: "function", type, thunk }] as [
      string,
      FunctionDefinition,
    ]
  );
  return printDeclaration({
    manifest: 1,
    library: {
      file: "all.so",
      os: "linux",
      arch: "x64",
      sha256: "00",
      size: 1,
      needs: [],
    },
    types: TYPES,
    symbols: Object.fromEntries(symbols),
    skipped: {},
  } as Manifest);
}

const HEAD = `
import type { Callback, LookupResult, Pointer, Struct, Variable } from "@native/plugin";
import type { All, Point } from "./all.d.ts";
declare const declared: All;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;
declare function same<A, B>(_: Same<A, B>): void;
`;

/** Compiles lines, and gives those that the compiler refuses. */
async function refused(
  directory: string,
  lines: readonly string[],
): Promise<Set<number>> {
  const head = HEAD.split("\n").length - 1;
  writeFileSync(`${directory}/use.ts`, HEAD + lines.join("\n"));
  const ran = await typeCheck([`${directory}/use.ts`], {
    config: `${ROOT}/deno.json`,
  });
  const found = new Set(
    Array.from(
      ran.stderr.matchAll(/use\.ts:(\d+):\d+/g),
      ([, line]) => Number(line) - 1 - head,
    ),
  );
  assert(found.size > 0 || ran.status === 0, ran.stderr);
  return found;
}

const CASES = Object.keys(TAKES).filter((text) => !isMeasured(text))
  .flatMap((text) =>
    Object.entries(SAMPLES).flatMap(([name, [sample]]) =>
      ["inferred", "declared"].map((how) => ({ text, name, how, sample }))
    )
  );

/** Every type in every place: what is inferred must be what is declared. */
const PLACES = [...Object.keys(TAKES), ...OF_PLUGINS]
  .filter((text) => !isNamed(text)).flatMap((text) => [
    `(${text}) => void`,
    `() => ${text}`,
    `(i32) => (${text}, i32)`,
    ...(/^\[|^(?:string|bytes)$|^\([^=]*$/.test(text)
      ? []
      : [`((${text}) => void) => void`, `(() => ${text}) => void`]),
  ]);

/** The compiler is asked once: it takes its time. */
let compiled: Promise<Set<number>> | undefined;

async function compile(): Promise<Set<number>> {
  const signatures = [
    ...new Set([...CASES.map(({ text }) => `(${text}) => void`), ...PLACES]),
  ];
  const declared = (signature: string) =>
    `declared.f${signatures.indexOf(signature)}`;
  const inferred = (signature: string) =>
    `LookupResult<${JSON.stringify(signature)}>`;
  let refusals = new Set<number>();
  await inDirectory(async (directory) => {
    writeFileSync(`${directory}/all.d.ts`, declare(signatures));
    refusals = await refused(directory, [
      ...CASES.map(({ text, how, sample }) => {
        const signature = `(${text}) => void`;
        const called = how === "declared"
          ? declared(signature)
          : `({} as ${inferred(signature)})`;
        return `${called}(${sample});`;
      }),
      ...PLACES.map((signature) =>
        `same<${inferred(signature)}, typeof ${declared(signature)}>(true);`
      ),
    ]);
  });
  return refusals;
}

test(
  "the compiler takes what the table says, inferred and declared",
  needRuntime("type checking"),
  async () => {
    const refusals = await (compiled ??= compile());
    const differences = CASES.flatMap(({ text, name, how }, index) => {
      const isTaken = !refusals.has(index);
      const wanted = TAKES[text]!.includes(name);
      // A text without its manifest knows no names: what it takes is more.
      const isMore = isTaken &&
        (text === "any" || how === "inferred" && isNamed(text));
      return isTaken === wanted || isMore
        ? []
        : [`${text}: ${name} is ${isTaken ? "taken" : "refused"}, ${how}`];
    });
    assertEquals(differences, []);
  },
);

test(
  "what is inferred is what is declared, in all places",
  needRuntime("type checking"),
  async () => {
    const refusals = await (compiled ??= compile());
    const different = PLACES.filter((_, index) =>
      refusals.has(CASES.length + index)
    );
    assertEquals(different, []);
  },
);
