/**
 * Random types of Go, and random values of them: what JavaScript gives, Go
 * gives back, and it is the same.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needOnce } from "../../../helpers/need.ts";
import { generator, type Random } from "../../../helpers/random.ts";
import { test } from "../../../helpers/test.ts";
import { build, opened } from "../../helpers/go_open.ts";
import {
  assertGivenBack,
  byNumber,
  byText,
  WORDS,
} from "../../helpers/random_values.ts";

/** A type of Go, and how to make values of it as they come out. */
interface Made {
  readonly go: string;
  readonly value: () => unknown;
  /** The typed array of a list of it. */
  readonly array?: new (length: number) => { [index: number]: unknown };
  /** Whether a pointer to it is one to plain data. */
  readonly isNullable?: boolean;
}

/** Types that have no types in them. */
function leaves(random: Random): Made[] {
  const number = () => random(2 ** 31) - 2 ** 30;
  return [
    { go: "bool", value: () => random(2) === 0 },
    { go: "int8", value: () => random(256) - 128, array: Int8Array },
    { go: "int32", value: number, array: Int32Array },
    { go: "uint16", value: () => random(65536), array: Uint16Array },
    {
      go: "int64",
      value: () => BigInt(number()) << 31n,
      array: BigInt64Array as never,
    },
    {
      go: "int",
      value: () => number() * 2 ** 20,
      array: BigInt64Array as never,
    },
    {
      go: "float64",
      value: () => [0, -0, NaN, 1 / 3, -Infinity][random(5)],
      array: Float64Array,
    },
    { go: "float32", value: () => random(1000) / 8, array: Float32Array },
    { go: "string", value: () => WORDS[random(WORDS.length)] },
    { go: "Name", value: () => WORDS[random(WORDS.length)] },
    { go: "[]byte", value: () => new Uint8Array(random(5)).fill(7) },
    { go: "time.Time", value: () => new Date(number() * 1000 - 7) },
    { go: "time.Duration", value: () => number() / 8 },
    { go: "complex128", value: () => ({ re: number(), im: -0 }) },
    {
      go: "*big.Int",
      value: () => BigInt(number()) ** 5n,
    },
    {
      go: "any",
      value: () =>
        [null, true, 7, 0.5, "é", 2n ** 90n, [1, [2n ** 60n]], new Date(5)][
          random(8)
        ],
    },
  ];
}

class Types {
  readonly declarations: string[] = [];
  /** The structs among them. */
  readonly records: Made[] = [];
  readonly #random: Random;
  readonly #leaves: Made[];

  constructor(random: Random) {
    this.#random = random;
    this.#leaves = leaves(random);
  }

  make(depth: number): Made {
    const random = this.#random;
    const leaf = this.#leaves[random(this.#leaves.length)]!;
    if (depth === 0) return leaf;
    const of = this.make(depth - 1);
    const some = () => Array.from({ length: random(4) }, of.value);
    switch (random(6)) {
      case 0: {
        const { array } = of;
        return array === undefined
          ? { go: `[]${of.go}`, value: some }
          : { go: `[]${of.go}`, value: () => typed(array, some()) };
      }
      case 1:
        if (/^(\*|any$)/.test(of.go)) return of;
        return {
          go: `*${of.go}`,
          value: () => random(3) === 0 ? null : of.value(),
        };
      case 2:
        return {
          go: `map[int32]${of.go}`,
          value: () => byNumber(some()),
        };
      case 3:
        return {
          go: `map[string]${of.go}`,
          value: () => byText(some()),
        };
      case 4: {
        const members = [of, this.make(depth - 1), leaf];
        const name = `Record${this.declarations.length}`;
        this.declarations.push(
          `type ${name} struct {\n${
            members.map(({ go }, i) => `\tM${i} ${go}\n`).join("")
          }}\n`,
        );
        const record = {
          go: name,
          value: () =>
            Object.fromEntries(
              members.map(({ value }, i) => [`M${i}`, value()]),
            ),
        };
        this.records.push(record);
        return record;
      }
      default: {
        const { array } = of;
        const two = () => [of.value(), of.value()];
        return {
          go: `[2]${of.go}`,
          value: array === undefined ? two : () => typed(array, two()),
        };
      }
    }
  }
}

function typed(
  array: NonNullable<Made["array"]>,
  list: readonly unknown[],
): unknown {
  const made = new array(list.length);
  list.forEach((one, index) =>
    made[index] = typeof made[index] === "bigint" ? BigInt(one as number) : one
  );
  return made;
}

/** How many types are tried. */
const TYPES = 60;

test(
  "what Go is given, it gives back: random types, random values",
  { ...needOnce("go", "cc"), timeout: 300_000 },
  async () => {
    const types = new Types(generator(17));
    // What a pointer of its own points to is lent, and not given.
    const random = Array.from({ length: TYPES }, (_, i) => types.make(i % 4));
    // A struct crosses alone in another way than in a list.
    const structs = types.records.flatMap((one) => [
      one,
      { go: `[]${one.go}`, value: () => [one.value(), one.value()] },
    ]);
    const made = [...random, ...structs]
      .map(({ go, value }) =>
        /^\*(?!big)/.test(go)
          ? { go: `[]${go}`, value: () => [value()] }
          : { go, value }
      );
    const text = `package main

import "math/big"
import "time"

type Name string

var _ *big.Int
var _ time.Duration

${types.declarations.join("\n")}
${made.map(({ go }, i) => `func F${i}(v ${go}) ${go} { return v }`).join("\n")}
`;
    const directory = emptyDirectory();
    writeFileSync(join(directory, "go.mod"), "module random\n\ngo 1.18\n");
    writeFileSync(join(directory, "random.go"), text);
    const built = await build(directory);
    assertEquals(built.description.skipped, {});
    const plugin = opened(built);
    for (const [i, { go, value }] of made.entries()) {
      const f = plugin.lookup(`F${i}`) as unknown as (v: unknown) => unknown;
      const { type } = built.description.symbols[`F${i}`]!;
      assertGivenBack(f, value, `${go}: ${type}`);
    }
  },
);
