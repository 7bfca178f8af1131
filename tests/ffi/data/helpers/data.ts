/**
 * Random types of whole data, and values of them.
 *
 * @module
 */

import type { TypeDefinition } from "../../../../ffi/manifest/manifest.ts";
import type { Random } from "../../../helpers/random.ts";

/** A type with a value of it, as it comes out of a packet. */
export interface RandomData {
  readonly type: string;
  /** The types that its notation names. */
  readonly types: ReadonlyMap<string, TypeDefinition>;
  readonly value: unknown;
}

/** A type, and a way to make values of it. */
interface Made {
  readonly type: string;
  readonly value: () => unknown;
}

/** Makes a type and a value of it. */
export function randomData(random: Random): RandomData {
  const types = new Map<string, TypeDefinition>();
  const { type, value } = make(random, types, 4);
  return { type, types, value: value() };
}

const WORDS = ["", "a", "plugin", "ä", "€uro", "😀", "\0", "x".repeat(70)];

function make(
  random: Random,
  types: Map<string, TypeDefinition>,
  depth: number,
): Made {
  const inner = () => make(random, types, depth - 1);
  const some = <T>(one: () => T): T[] => Array.from({ length: random(4) }, one);
  const leaf = LEAVES[random(LEAVES.length)]!;
  if (depth === 0) return { type: leaf.type, value: () => leaf.value(random) };
  switch (random(9)) {
    case 0: {
      const of = inner();
      if (NUMBERS.has(of.type)) return list(of, NUMBERS.get(of.type)!, some);
      if (of.type === "u8") break;
      return { type: `[]${of.type}`, value: () => some(of.value) };
    }
    case 1: {
      const of = inner();
      if (of.type.startsWith("?") || of.type === "any") break;
      return {
        type: `?${of.type}`,
        value: () => random(2) === 0 ? null : of.value(),
      };
    }
    case 2: {
      const of = [inner(), inner()];
      return {
        type: `(${of.map(({ type }) => type).join(", ")})`,
        value: () => of.map(({ value }) => value()),
      };
    }
    case 3: {
      const of = inner();
      return {
        type: `map<i32, ${of.type}>`,
        value: () => new Map(some(() => [random(1000) - 500, of.value()])),
      };
    }
    case 4: {
      const members = Array.from({ length: random(4) }, inner);
      const name = `R${types.size}`;
      types.set(name, {
        kind: "record",
        members: members.map(({ type }, i) => ({ name: `m${i}`, type })),
      });
      return {
        type: name,
        value: () =>
          Object.fromEntries(members.map(({ value }, i) => [`m${i}`, value()])),
      };
    }
    case 5: {
      const cases = Array.from({ length: 1 + random(3) }, inner);
      const name = `V${types.size}`;
      types.set(name, {
        kind: "variant",
        cases: {
          ...Object.fromEntries(cases.map(({ type }, i) => [`C${i}`, type])),
          Nothing: "void",
        },
      });
      return {
        type: name,
        value() {
          const number = random(cases.length + 1);
          const one = cases[number];
          if (one === undefined) return { type: "Nothing" };
          const value = one.value();
          return types.get(one.type)?.kind === "record"
            ? { type: `C${number}`, ...value as object }
            : { type: `C${number}`, value };
        },
      };
    }
    case 6: {
      const of = inner();
      if (NUMBERS.has(of.type) || of.type === "u8") break;
      return {
        type: `[2]${of.type}`,
        value: () => [of.value(), of.value()],
      };
    }
  }
  return { type: leaf.type, value: () => leaf.value(random) };
}

/** Types of which a list is a typed array. */
const NUMBERS = new Map<string, { from(list: unknown[]): unknown }>([
  ["f64", Float64Array as never],
  ["i32", Int32Array as never],
  ["i64", BigInt64Array as never],
  ["isize", { from: (list) => BigInt64Array.from(list as number[], BigInt) }],
]);

function list(
  of: Made,
  array: { from(list: unknown[]): unknown },
  some: <T>(one: () => T) => T[],
): Made {
  return {
    type: `[]${of.type}`,
    value: () => array.from(some(of.value)),
  };
}

const LEAVES: readonly {
  type: string;
  value: (random: Random) => unknown;
}[] = [
  { type: "i32", value: (random) => random(2 ** 31) - 2 ** 30 },
  { type: "u8", value: (random) => random(256) },
  { type: "f64", value: (random) => [0, -0, NaN, 1 / 3, -Infinity][random(5)] },
  { type: "i64", value: (random) => BigInt(random(2 ** 31)) << 31n },
  { type: "isize", value: (random) => random(2 ** 31) * 2 ** 20 },
  { type: "bool", value: (random) => random(2) === 0 },
  { type: "string", value: (random) => WORDS[random(WORDS.length)] },
  { type: "bytes", value: (random) => new Uint8Array(random(5)).fill(7) },
  { type: "date", value: (random) => new Date(random(2 ** 31) * 1000 - 7) },
  { type: "duration", value: (random) => random(2 ** 31) / 1e6 },
  { type: "bigint", value: (random) => BigInt(random(2 ** 31)) ** 5n },
  {
    type: "complex",
    value: (random) => ({ re: random(9), im: -random(9) }),
  },
  {
    type: "any",
    value: (random) =>
      [null, true, 1, -0, "é", 2n ** 90n, [1, [2]], new Map([[1, 2]])][
        random(8)
      ],
  },
];
