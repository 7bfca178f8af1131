/**
 * Runs what was declared with mitata, and prints one line a question: what
 * each side costs, and how many times the peer's cost ours is.
 *
 * @module
 */

import process from "node:process";
import { bench, group, run } from "mitata";

/** Declares one question: ours beside the peers. The first is the one that the others are compared with. */
export function question(
  name: string,
  sides: Readonly<Record<string, () => unknown>>,
): void {
  group(name, () => {
    for (const [side, call] of Object.entries(sides)) {
      // mitata decides by the first calls whether it times one call or many;
      // those must not be the ones that compile.
      for (let i = 0; i < 100_000; i++) call();
      bench(side, call);
    }
  });
}

interface Trial {
  readonly group: number;
  readonly alias: string;
  readonly runs: readonly { readonly stats?: { readonly p50: number } }[];
}

/** Rounds of all questions: one round alone would show the machine's moods. */
const ROUNDS = 5;

/** Runs all questions and prints the table. */
export async function report(title: string): Promise<void> {
  const names: string[] = [];
  /** For each question the sides, with the best of the rounds' medians. */
  const best: Map<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { benchmarks, layout } = await run({
      format: "quiet",
    }) as unknown as {
      benchmarks: readonly Trial[];
      layout: readonly { readonly name: string | null }[];
    };
    for (const { group, alias, runs } of benchmarks) {
      names[group] = layout[group]?.name ?? "";
      const sides = best[group] ??= new Map();
      const median = runs[0]?.stats?.p50 ?? NaN;
      sides.set(alias, Math.min(sides.get(alias) ?? Infinity, median));
    }
  }
  const runtime = "Deno" in globalThis
    ? `Deno ${Deno.version.deno}`
    : `Bun ${process.versions.bun}`;
  console.log(
    `\n${title}, ${runtime}: ns a call, the best of ${ROUNDS} medians`,
  );
  best.forEach((sides, group) => console.log(line(names[group]!, sides)));
}

function line(name: string, sides: ReadonlyMap<string, number>): string {
  const [[own, time], ...others] = [...sides] as [
    [string, number],
    ...[string, number][],
  ];
  const peers = others.map(([peer, theirs]) =>
    `${peer} ${theirs.toFixed(1)} (${(time / theirs).toFixed(2)} times)`
  );
  return `  ${name.padEnd(18)} ${own} ${time.toFixed(1)}, ${peers.join(", ")}`;
}
