/**
 * Ten million objects of a plugin, made and let go of: with `using`, and without
 * it in a loop that waits a turn of the event loop after each thousand. A
 * program for each runtime, which ends with 1 when its memory grows.
 *
 * Arguments: the library, what makes an object ("Counter" with `new`, or the name
 * of a function), and how many.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";

/** Objects between two turns of the event loop. */
const EACH = 1000;
/** Megabytes that the second half of the objects may add to what the first has needed. */
const ALLOWED = 48;
/** How often it is said what memory is in use. */
const POINTS = 10;

const [path = "", name = "", many = "10000000"] = process.argv.slice(2);
// deno-lint-ignore no-explicit-any -- any library's
const made = (open(path).symbols as any)[name];
const isClass = /^\s*function Face/.test(String(made));
const make: () => Disposable = isClass ? () => new made(1) : () => made("a");

/** Made and given back at once, with no turn of the event loop between. */
function withUsing(): void {
  for (let i = 0; i < EACH; i++) {
    using _ = make();
  }
}

/** Made, and left to the collector. */
async function withoutUsing(): Promise<void> {
  for (let i = 0; i < EACH; i++) make();
  await new Promise((turned) => setTimeout(turned, 0));
}

let grown = false;
for (const work of [withUsing, withoutUsing]) {
  const rounds = Number(many) / EACH;
  const start = performance.now();
  let most = 0;
  let least = Infinity;
  const points: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const turn = work();
    if (turn !== undefined) await turn;
    const memory = process.memoryUsage.rss() / 2 ** 20;
    if (round < rounds / 2) most = Math.max(most, memory);
    // The last tenth, and the last one in any case.
    if (round >= Math.min(rounds * 0.9, rounds - 1)) {
      least = Math.min(least, memory);
    }
    if ((round + 1) % Math.ceil(rounds / POINTS) === 0) {
      points.push(memory.toFixed(0));
    }
  }
  const growth = least - most;
  grown ||= growth > ALLOWED;
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${name}, ${
      work === withUsing ? "with using" : "without using"
    }: ${many} in ${seconds.toFixed(1)} s, at most ${
      most.toFixed(0)
    } MB, then ${least.toFixed(0)} MB${
      growth > ALLOWED ? ": it grows" : ""
    } (on the way: ${points.join(", ")})`,
  );
}
process.exit(grown ? 1 : 0);
