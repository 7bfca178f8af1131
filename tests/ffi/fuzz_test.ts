/**
 * What strangers may write: manifests, notations, arguments and libraries that
 * are broken by chance, from fixed seeds. Each is refused with one error of
 * ours, or means what it says.
 *
 * @module
 */

import { open, PluginError } from "@native/plugin";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { constantValue } from "../../ffi/handle/constant_value.ts";
import {
  type Manifest,
  parseManifest,
  readManifest,
  SeenError,
  seenOf,
  seenTypesOf,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { printType } from "../../ffi/notation/type.ts";
import { typeOf } from "../../ffi/plugin/named_types.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import { describeByHeader } from "../emit/helpers/headers.ts";
import {
  annotated,
  buildAfresh,
  emptyDirectory,
  library,
} from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { generator, pick, type Random } from "../helpers/random.ts";
import { test } from "../helpers/test.ts";
import {
  assertMixed,
  changeJson,
  MUTANTS,
  mutate,
  PATIENCE,
  tryAll,
} from "./helpers/mutants.ts";

const C = need("cc");

/** Each of these is a file that is written. */
const LIBRARIES = Math.ceil(MUTANTS / 10);

// ------------------------------------------------------------------ Notations

const NOTATIONS = [
  "(i32, *Point) => f64",
  "(cstring, [4]u8, (pointer) => void) => (i32, string)",
  "(cstring, ...) => i32",
  "[2][3]*void",
  "([]f64, Name.inner, bool) => void",
];
const PIECES = [
  ..."()[]*,.=> 09\n\0\"'`${}\\",
  "=>",
  "...",
  "[]",
  "i32",
  "__proto__",
  "constructor",
  "\ud800",
  "99999999999999999999",
  "(".repeat(500),
  "*".repeat(500),
];

test(`parseType() of ${MUTANTS} mutants gives a type that prints as itself, or one error`, () => {
  const accepted = tryAll(MUTANTS, 1, (random) => {
    const type = parseType(mutate(pick(random, NOTATIONS), PIECES, random));
    assertEquals(parseType(printType(type)), type);
  });
  assertMixed(accepted, MUTANTS);
});

// ------------------------------------------------------------------ Manifests

test(
  `parseManifest() of ${MUTANTS} mutants gives a manifest, or one error`,
  C,
  async () => {
    const path = `${await library("calls.c")}.json`;
    // Parts of it: of a short text the changes meet more.
    const whole = JSON.parse(readFileSync(path, "utf8"));
    const names = Object.keys(whole.symbols);
    const accepted = tryAll(MUTANTS, 2, (random) => {
      const some = Array.from({ length: 3 }, () => pick(random, names));
      const symbols = Object.fromEntries(
        some.map((name) => [name, whole.symbols[name]]),
      );
      const text = JSON.stringify({ ...whole, symbols });
      const mutant = changeJson(text, random);
      const manifest = parseManifest(mutant, "mutant.json");
      assertEquals(
        parseManifest(JSON.stringify(manifest), "mutant.json"),
        manifest,
      );
    });
    assertMixed(accepted, MUTANTS);
    assertEquals(({} as { polluted?: number }).polluted, undefined);
  },
);

test(
  `what headers define besides, in ${MUTANTS} mutants, is read or refused`,
  C,
  async () => {
    const { path } = await describeByHeader(
      "cc",
      "int f(int a) { return a; }",
      "#define LEVEL 41\n#define BIG 0xffffffffffffffffull\n" +
        "enum kind { KIND_A = -1 };\nstruct inner { short a; };\n" +
        "struct outer { struct inner in[2]; enum kind kind; unsigned b : 3; };\n" +
        "int f(int a);\n",
    );
    const manifest = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const whole = readFileSync(`${path}.headers.json`, "utf8");
    const accepted = tryAll(MUTANTS, 5, (random) => {
      const bytes = new TextEncoder().encode(changeJson(whole, random));
      manifest.headers.sha256 = sha256(bytes);
      const read = readManifest(
        JSON.stringify(manifest),
        "/mutant.json",
        () => bytes,
      );
      for (const constant of Object.values(read.constants)) {
        constantValue(constant);
      }
      for (const name of read.types.names) typeOf(name, read.types);
    });
    assertMixed(accepted, MUTANTS);
    assertEquals(({} as { polluted?: number }).polluted, undefined);
  },
);

/** Some parts of a manifest, in which changes meet more. */
function partsOf(whole: Manifest, random: Random): string {
  const names = Object.keys(whole.symbols);
  const some = Array.from({ length: 6 }, () => pick(random, names));
  const symbols = Object.fromEntries(
    some.map((name) => [name, whole.symbols[name]]),
  );
  return JSON.stringify({ ...whole, symbols });
}

test(
  `what is said of functions, in ${MUTANTS} mutants, is seen or refused`,
  C,
  async () => {
    const path = await annotated("shelf.c");
    const whole = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    let seen = 0;
    const accepted = tryAll(MUTANTS, 3, (random) => {
      const manifest = parseManifest(
        changeJson(partsOf(whole, random), random),
        "mutant.json",
      );
      const types = seenTypesOf(manifest.types);
      for (const [name, symbol] of Object.entries(manifest.symbols)) {
        if (symbol.kind !== "function") continue;
        try {
          if (seenOf(symbol, types, name) !== undefined) seen++;
        } catch (error) {
          if (!(error instanceof SeenError)) throw error;
        }
      }
    });
    assertMixed(accepted, MUTANTS);
    assert(seen > accepted, `${seen} functions were seen`);
  },
);

test(
  "what is said of functions is refused before anything runs",
  C,
  async () => {
    const path = await annotated("shelf.c");
    const whole = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const bytes = readFileSync(path);
    let bound = 0;
    tryAll(60, 4, (random) => {
      const mutant = join(emptyDirectory(), "shelf.so");
      writeFileSync(mutant, bytes);
      const text = changeJson(partsOf(whole, random), random);
      writeFileSync(`${mutant}.json`, text);
      const plugin = open(mutant);
      for (const name of Object.keys(plugin.symbols)) {
        try {
          plugin.lookup(name);
          bound++;
        } catch (error) {
          if (!(error instanceof PluginError)) throw error;
        }
      }
    });
    assert(bound > 60, `${bound} were bound`);
  },
);

/** What may stand where something else is wanted. */
const STRANGE: readonly unknown[] = [
  ...[null, true, 0, -1, 2 ** 31, 2 ** 53, 1e300, 0.5, "", "__proto__"],
  ...["x".repeat(100_000), "\0", "\ud800", "../x", "[2147483647]i64"],
  ...["[1000000][1000000]u8", "*".repeat(60) + "i32", [], [1], {}],
  ...[JSON.parse("[".repeat(1000) + "]".repeat(1000))],
  JSON.parse('{"__proto__": {"kind": "function"}}'),
];

/** All members of a value, and of what is in it, as the ways to them. */
function waysIn(value: unknown, way: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...way, key],
    ...waysIn(inner, [...way, key]),
  ]);
}

test(
  "each member of a manifest, by another value, is read or refused in one short sentence",
  C,
  async () => {
    const text = readFileSync(`${await annotated("shelf.c")}.json`, "utf8");
    let accepted = 0;
    const ways = waysIn(JSON.parse(text));
    for (const way of ways) {
      for (const strange of STRANGE) {
        const manifest = JSON.parse(text);
        let owner = manifest;
        for (const key of way.slice(0, -1)) owner = owner[key];
        owner[way.at(-1)!] = strange;
        const start = process.cpuUsage();
        try {
          parseManifest(JSON.stringify(manifest), "strange.json");
          accepted++;
        } catch (error) {
          if (!(error instanceof PluginError) || error.message.length > 700) {
            throw new Error(`${way.join(".")}`, { cause: error });
          }
        }
        const { user } = process.cpuUsage(start);
        assert(user < PATIENCE, `${way.join(".")} took ${user} us`);
      }
    }
    assertMixed(accepted, ways.length * STRANGE.length);
  },
);

// ------------------------------------------------------------------ Arguments

/** What comes back of an argument; undefined where it has to be refused. */
type Model = (given: unknown) => unknown;

function small(from: number, to: number): Model {
  return (given) =>
    Number.isInteger(given) && (given as number) >= from &&
      (given as number) <= to
      ? Number(given)
      : undefined;
}

function wide(bits: 64, signed: boolean, asNumber: boolean): Model {
  const from = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const to = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  return (given) => {
    if (typeof given !== "bigint" && !Number.isSafeInteger(given)) {
      return undefined;
    }
    const value = BigInt(given as bigint | number);
    if (value < from || value > to) return undefined;
    if (!asNumber) return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  };
}

const real = (round: (x: number) => number): Model => (given) =>
  typeof given === "number" ? round(given) : undefined;

const MODELS: Readonly<Record<string, Model>> = {
  id_bool: (given) => typeof given === "boolean" ? given : undefined,
  id_i8: small(-128, 127),
  id_u8: small(0, 255),
  id_i16: small(-32768, 32767),
  id_u16: small(0, 65535),
  id_i32: small(-(2 ** 31), 2 ** 31 - 1),
  id_u32: small(0, 2 ** 32 - 1),
  id_i64: wide(64, true, false),
  id_u64: wide(64, false, false),
  id_isize: wide(64, true, true),
  id_usize: wide(64, false, true),
  id_f32: real(Math.fround),
  id_f64: real((x) => x),
  same_text: (given) =>
    given === null || typeof given === "string" && !given.includes("\0")
      ? given
      : undefined,
};

function anyValue(random: Random): unknown {
  const power = 2 ** pick(random, [0, 7, 8, 15, 16, 31, 32, 53, 63, 64]);
  const sign = pick(random, [1, -1]);
  const near = sign * power + pick(random, [-1, 0, 1]);
  switch (random(12)) {
    case 0:
    case 1:
    case 2:
      return near;
    case 3:
    case 4:
      return BigInt(sign * power) + BigInt(random(3) - 1);
    case 5:
      return random(256);
    case 6:
      return near + 0.5;
    case 7:
      return pick(random, [NaN, Infinity, -Infinity, -0, 1e300, 5e-324]);
    case 8:
      return pick(random, [true, false, null, undefined]);
    case 9:
      return pick(random, ["", "a", "1", "grüß", "a\0b", "x".repeat(300)]);
    case 10:
      return pick<unknown>(random, [
        {},
        [],
        [1],
        () => 1,
        Symbol("s"),
        new Date(0),
      ]);
    default:
      return pick<unknown>(random, [
        new Uint8Array(3),
        { addressIn: () => 1 },
        Object(1),
        Object("s"),
        new Proxy({}, {}),
      ]);
  }
}

test(
  `${MUTANTS} lists of arguments give what was given, or one error`,
  C,
  async () => {
    const plugin = open(await library("calls.c"));
    const names = Object.keys(MODELS);
    const functions = names.map((name) =>
      plugin.lookup(name) as (...list: unknown[]) => unknown
    );
    const random = generator(3);
    let given = 0;
    for (let round = 0; round < MUTANTS; round++) {
      const index = random(names.length);
      const list = Array.from(
        { length: random(8) === 0 ? random(4) : 1 },
        () => anyValue(random),
      );
      const wanted = list.length === 1
        ? MODELS[names[index]!]!(list[0])
        : undefined;
      let result: unknown;
      try {
        result = functions[index]!(...list);
      } catch (error) {
        const isOurs = error instanceof TypeError ||
          error instanceof RangeError;
        if (isOurs && wanted === undefined) continue;
        throw new Error(`list ${round} of ${names[index]}`, { cause: error });
      }
      // The integers have no negative zero.
      const same = Object.is(result, wanted) ||
        result === wanted && wanted === 0;
      assert(same, `list ${round}: ${names[index]} gave ${String(result)}`);
      given++;
    }
    assertMixed(given, MUTANTS);
  },
);

// ------------------------------------------------------------------ Libraries

test(
  `open() refuses ${LIBRARIES} mutated libraries before they are loaded`,
  C,
  async () => {
    const path = await buildAfresh("calls.c");
    const original = readFileSync(path);
    const mutant = join(path, "..", "mutant.so");
    const manifest = readFileSync(`${path}.json`, "utf8");
    writeFileSync(
      `${mutant}.json`,
      manifest.replace('"calls.so"', '"mutant.so"'),
    );
    const codes = new Set<string>();
    const accepted = tryAll(LIBRARIES, 4, (random) => {
      const bytes = Buffer.from(original);
      const at = random(3) === 0 ? random(1024) : random(bytes.length);
      bytes[at]! ^= 1 << random(8);
      const cut = random(10) === 0 ? random(bytes.length) : bytes.length;
      writeFileSync(mutant, bytes.subarray(0, cut));
      try {
        open(mutant, { integrity: "sha256" });
      } catch (error) {
        if (error instanceof PluginError) codes.add(error.code);
        throw error;
      }
    });
    assertEquals(accepted, 0);
    assert(
      codes.has("wrong_library") && codes.has("not_a_library"),
      [...codes].join(),
    );
  },
);
