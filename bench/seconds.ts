/**
 * Times what takes long: each side once a round, in turn, and prints one line
 * a question as `report.ts` does.
 *
 * @module
 */

import process from "node:process";

/** Rounds of every side, after one that counts for nothing. */
const ROUNDS = 5;

/** One side: does its work, and gives the seconds that it took. */
export type Side = () => number;

/** The seconds that a call takes. */
export function timed(call: () => unknown): Side {
  return () => {
    const start = performance.now();
    call();
    return (performance.now() - start) / 1000;
  };
}

/** Prints what the lines after it are about. */
export function title(text: string): void {
  const runtime = "Deno" in globalThis
    ? `Deno ${Deno.version.deno}`
    : `Bun ${process.versions.bun}`;
  console.log(`\n${text}, ${runtime}: seconds, the best of ${ROUNDS}`);
}

/** Runs all sides and prints their line. The first is the one that the others are compared with. */
export function seconds(
  name: string,
  sides: Readonly<Record<string, Side>>,
): void {
  const best = new Map<string, number>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [side, run] of Object.entries(sides)) {
      const time = run();
      if (round === 0) continue;
      best.set(side, Math.min(best.get(side) ?? Infinity, time));
    }
  }
  const [[own, time], ...others] = [...best] as [
    [string, number],
    ...[string, number][],
  ];
  const peers = others.map(([peer, theirs]) =>
    `${peer} ${theirs.toFixed(4)} (${(time / theirs).toFixed(2)} times)`
  );
  console.log(
    `  ${name.padEnd(18)} ${own} ${time.toFixed(4)}, ${peers.join(", ")}`,
  );
}
