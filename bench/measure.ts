/**
 * Measures with mitata what was declared, prints one line a question (what
 * each side costs, and how many times the peer's cost ours is), and writes the
 * numbers down for the chart.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { measure } from "mitata";

/** What one side of a question does, once; a promise is waited for. */
export type Side = () => unknown;

/** One question and its answer. */
export interface Question {
  readonly name: string;
  /** For each side its nanoseconds, ours first. */
  readonly sides: Readonly<Record<string, number>>;
}

/** What a run on one runtime writes down. */
export interface Results {
  /** The file of the questions. */
  readonly bench: string;
  readonly title: string;
  /** The runtime with its version. */
  readonly runtime: string;
  readonly questions: readonly Question[];
}

interface Declared {
  readonly name: string;
  readonly sides: Readonly<Record<string, Side>>;
  readonly per: number;
  readonly best: Record<string, number>;
}

/** Rounds of all sides: one round alone would show the machine's moods. */
const ROUNDS = 7;
/** Time of one side in one round. */
const ROUND_NS = 60e6;
/** Time for the compilers, before a side is first measured. */
const WARM_NS = 100e6;

const declared: Declared[] = [];

/**
 * Declares one question: ours beside the peers. The first is the one that the
 * others are compared with.
 *
 * @param name The question.
 * @param sides What each side does.
 * @param per How many of the things that the question asks for one call does.
 * @param measured Peers that cannot run here: nanoseconds of each.
 */
export function question(
  name: string,
  sides: Readonly<Record<string, Side>>,
  per = 1,
  measured: Readonly<Record<string, number>> = {},
): void {
  const best = Object.fromEntries(
    Object.keys(sides).map((side) => [side, Infinity]),
  );
  declared.push({ name, sides, per, best: { ...best, ...measured } });
}

/** Gives the answer to a question that was measured in another way, in nanoseconds. */
export function answer(
  name: string,
  sides: Readonly<Record<string, number>>,
): void {
  declared.push({ name, sides: {}, per: 1, best: { ...sides } });
}

/**
 * Measures, prints, and writes to `build/bench/results`.
 *
 * @param bench The file of the questions.
 * @param title What they ask.
 */
export async function report(bench: string, title: string): Promise<void> {
  for (const { sides } of declared) {
    for (const side of Object.values(sides)) await warm(side);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of declared) await measureAll(each);
  }
  const runtime = runtimeName();
  const questions = declared.map(({ name, best }) => ({ name, sides: best }));
  console.log(
    `\n${title}, ${runtime}: ns, the best of ${ROUNDS} medians`,
  );
  for (const each of questions) console.log(line(each));
  const results: Results = { bench, title, runtime, questions };
  mkdirSync("build/bench/results", { recursive: true });
  writeFileSync(
    `build/bench/results/${bench}-${runtime.split(" ")[0]}.json`,
    JSON.stringify(results, undefined, 2) + "\n",
  );
}

async function warm(side: Side): Promise<void> {
  const end = performance.now() + WARM_NS / 1e6;
  do {
    for (let i = 0; i < 1000; i++) {
      const result = side();
      if (result instanceof Promise) await result;
      if (performance.now() > end && i > 10) break;
    }
  } while (performance.now() < end);
}

async function measureAll({ sides, per, best }: Declared): Promise<void> {
  for (const [side, call] of Object.entries(sides)) {
    const { p50 } = await measure(call, { min_cpu_time: ROUND_NS });
    best[side] = Math.min(best[side]!, p50 / per);
  }
}

/** The runtime with its version. */
export function runtimeName(): string {
  const { deno, bun, node } = process.versions;
  if (deno !== undefined) return `Deno ${deno}`;
  return bun === undefined ? `Node ${node}` : `Bun ${bun}`;
}

/** A line of one question: what each side costs, and how many times the peer's ours does. */
export function line({ name, sides }: Question): string {
  const [[own, time], ...others] = Object.entries(sides) as [
    [string, number],
    ...[string, number][],
  ];
  const peers = others.map(([peer, theirs]) =>
    `, ${peer} ${theirs.toFixed(1)} (${(time / theirs).toFixed(2)} times)`
  );
  return `  ${name.padEnd(28)} ${own} ${time.toFixed(1)}${peers.join("")}`;
}
