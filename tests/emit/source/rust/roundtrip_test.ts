/**
 * Random types of Rust, and random values of them: what JavaScript gives, Rust
 * gives back, and it is the same.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { open } from "../../../../mod.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needOnce } from "../../../helpers/need.ts";
import { generator, type Random } from "../../../helpers/random.ts";
import { succeed } from "../../../helpers/succeed.ts";
import { test } from "../../../helpers/test.ts";
import { plugin, readManifest } from "../../helpers/cli.ts";
import {
  assertGivenBack,
  byNumber,
  byText,
  WORDS,
} from "../../helpers/random_values.ts";

// Compiled four times as fast; nothing here is about speed.
process.env.CARGO_PROFILE_RELEASE_OPT_LEVEL = "0";

/** A type of Rust, and how to make values of it as they come out. */
interface Made {
  readonly rust: string;
  readonly value: () => unknown;
  /** The typed array of a list of it. */
  readonly array?: { from(list: readonly never[]): unknown };
}

/** Types that have no types in them. */
function leaves(random: Random): Made[] {
  const number = () => random(2 ** 31) - 2 ** 30;
  return [
    { rust: "bool", value: () => random(2) === 0 },
    { rust: "i8", value: () => random(256) - 128, array: Int8Array },
    { rust: "i32", value: number, array: Int32Array },
    { rust: "u16", value: () => random(65536), array: Uint16Array },
    {
      rust: "i64",
      value: () => BigInt(number()) << 31n,
      array: BigInt64Array,
    },
    { rust: "i128", value: () => BigInt(number()) ** 4n * -1n },
    {
      rust: "f64",
      value: () => [0, -0, NaN, 1 / 3, -Infinity][random(5)],
      array: Float64Array,
    },
    { rust: "f32", value: () => random(1000) / 8, array: Float32Array },
    { rust: "String", value: () => WORDS[random(WORDS.length)] },
    { rust: "char", value: () => ["a", "ß", "😀", "\0"][random(4)] },
    { rust: "Vec<u8>", value: () => new Uint8Array(random(5)).fill(7) },
    { rust: "Duration", value: () => random(2 ** 31) / 8 },
    { rust: "SystemTime", value: () => new Date(number() * 1000 - 7) },
  ];
}

class Types {
  readonly declarations: string[] = [];
  /** The structs and enums among them. */
  readonly named: Made[] = [];
  readonly #records = new Set<Made>();
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
    const list = (values: unknown[]) =>
      of.array === undefined ? values : of.array.from(values as never[]);
    switch (random(8)) {
      case 0:
        return { rust: `Vec<${of.rust}>`, value: () => list(some()) };
      case 1:
        if (of.rust.startsWith("Option")) return of;
        return {
          rust: `Option<${of.rust}>`,
          value: () => random(3) === 0 ? null : of.value(),
        };
      case 2:
        return {
          rust: `BTreeMap<i32, ${of.rust}>`,
          value: () => byNumber(some()),
        };
      case 3:
        return {
          rust: `HashMap<String, ${of.rust}>`,
          value: () => byText(some()),
        };
      case 4:
        return {
          rust: `(${of.rust}, ${leaf.rust})`,
          value: () => [of.value(), leaf.value()],
        };
      case 5:
        return this.#record([of, this.make(depth - 1), leaf]);
      case 6:
        return this.#variant(of, leaf);
      default:
        return {
          rust: `[${of.rust}; 2]`,
          value: () => list([of.value(), of.value()]),
        };
    }
  }

  #record(members: readonly Made[]): Made {
    const name = this.#declare((name) =>
      `pub struct ${name} {\n${
        members.map(({ rust }, i) => `    pub m${i}: ${rust},\n`).join("")
      }}`
    );
    const value = () =>
      Object.fromEntries(members.map(({ value }, i) => [`m${i}`, value()]));
    const made = this.#keep({ rust: name, value });
    this.#records.add(made);
    return made;
  }

  #variant(one: Made, other: Made): Made {
    const name = this.#declare((name) =>
      `pub enum ${name} {\n    None,\n    One(${one.rust}),\n` +
      `    Both { one: ${one.rust}, other: ${other.rust} },\n}`
    );
    const value = () =>
      [
        () => ({ type: "None" }),
        // The members of a record stand beside `type`.
        () =>
          this.#records.has(one)
            ? { type: "One", ...one.value() as object }
            : { type: "One", value: one.value() },
        () => ({ type: "Both", one: one.value(), other: other.value() }),
      ][this.#random(3)]!();
    return this.#keep({ rust: name, value });
  }

  #declare(text: (name: string) => string): string {
    const name = `Named${this.declarations.length}`;
    this.declarations.push(
      `#[derive(Clone, Debug, PartialEq)]\n${text(name)}\n`,
    );
    return name;
  }

  #keep(made: Made): Made {
    this.named.push(made);
    return made;
  }
}

/** How many types are tried. */
const TYPES = 40;

test(
  "what Rust is given, it gives back: random types, random values",
  { ...needOnce("rust>=1.88", "cc"), timeout: 600_000 },
  async () => {
    const types = new Types(generator(20));
    const random = Array.from({ length: TYPES }, (_, i) => types.make(i % 4));
    // What has a name crosses alone in another way than in a list.
    const named = types.named.flatMap((one) => [
      one,
      { rust: `Vec<${one.rust}>`, value: () => [one.value(), one.value()] },
    ]);
    const made = [...random, ...named];
    const text = `use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime};

${types.declarations.join("\n")}
${
      made.map(({ rust }, i) => `pub fn f${i}(v: ${rust}) -> ${rust} { v }`)
        .join("\n")
    }

/// Names all that a program of these types could have no use for.
pub fn unused(_: BTreeMap<i32, bool>, _: HashMap<i32, bool>, _: Duration, _: SystemTime) {}
`;
    const directory = emptyDirectory();
    mkdirSync(join(directory, "src"));
    writeFileSync(
      join(directory, "Cargo.toml"),
      '[package]\nname = "random"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n',
    );
    writeFileSync(join(directory, "src/lib.rs"), text);
    const path = join(directory, "random.so");
    await succeed(plugin("build", directory, "-o", path));
    const { skipped, symbols } = readManifest(`${path}.json`);
    assertEquals(skipped ?? {}, {});
    // deno-lint-ignore no-explicit-any -- random ones
    const functions = open(path).symbols as any;
    for (const [i, { rust, value }] of made.entries()) {
      const name = `f${i}`;
      assertGivenBack(
        functions[name],
        value,
        `${rust}: ${symbols[name]?.type}`,
      );
    }
  },
);
