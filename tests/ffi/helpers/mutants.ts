/**
 * Inputs that are broken by chance, from fixed seeds, and what is wanted of who
 * reads them: one error of ours in good time, or what they say.
 *
 * @module
 */

import { PluginError } from "@native/plugin";
import { assert } from "@std/assert";
import process from "node:process";
import { generator, pick, type Random } from "../../helpers/random.ts";

/** How many of each are tried: `PLUGIN_MUTANTS` asks for more, and never for so few that chance decides. */
export const MUTANTS = Math.max(2000, Number(process.env.PLUGIN_MUTANTS ?? 0));

/** Longest that the process may work at one mutant, in microseconds. */
export const PATIENCE = 2_000_000;

/** Tries mutants; gives how many were accepted. */
export function tryAll(
  count: number,
  seed: number,
  attempt: (random: Random) => unknown,
): number {
  const random = generator(seed);
  let accepted = 0;
  for (let mutant = 0; mutant < count; mutant++) {
    const start = process.cpuUsage();
    try {
      attempt(random);
      accepted++;
    } catch (error) {
      if (!(error instanceof PluginError)) {
        throw new Error(`mutant ${mutant}`, { cause: error });
      }
    }
    const { user } = process.cpuUsage(start);
    assert(user < PATIENCE, `mutant ${mutant} took ${user} us`);
  }
  return accepted;
}

/** Either alone would mean that the mutations test nothing. */
export function assertMixed(accepted: number, count: number): void {
  assert(accepted > count / 200 && accepted < count, `${accepted} of ${count}`);
}

/** Changes a text at some places: takes away, doubles, replaces by one of `parts`. */
export function mutate(
  text: string,
  parts: readonly string[],
  random: Random,
): string {
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(text.length + 1);
    const end = Math.min(text.length, at + random(4));
    const [before, middle, after] = [
      text.slice(0, at),
      text.slice(at, end),
      text.slice(end),
    ];
    text = before +
      pick(random, [
        "",
        middle + middle,
        pick(random, parts),
        middle + pick(random, parts),
      ]) +
      after;
  }
  return text;
}

/** What is put into JSON. */
const VALUES = [
  ...['""', "null", "-1", "1e999", "[]", "{}", "true", '"i32"', '"\\ud800"'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"() => void"',
    '"x".y',
    "9007199254740993",
  ],
  ...['{"__proto__":{"polluted":1}}', "[".repeat(300), ",", ":", '"'],
  JSON.stringify("n".repeat(70_000)),
];

/** Puts another value in the place of one, or changes the text itself. */
export function changeJson(text: string, random: Random): string {
  if (random(3) === 0) return mutate(text, VALUES, random);
  const values = [...text.matchAll(/"[^"]*"|\d+/g)];
  const { index, 0: { length } } = pick(random, values);
  return text.slice(0, index) + pick(random, VALUES) +
    text.slice(index + length);
}
