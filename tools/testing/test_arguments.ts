/**
 * What the words after `tools/test.ts` ask for.
 *
 * @module
 */

import type { Runtime } from "../runtimes.ts";

/** What is said when help is asked for. */
export const HELP = `Runs the tests on Deno, Bun and Node.

Usage: deno task test [options] [files or directories]

  --deno, --bun, --node  only on these runtimes
  --shuffle[=SEED]       the tests of each file in another order
  --help                 this text`;

/** What is asked for. */
export interface Command {
  /** Files and directories; all tests when empty. */
  readonly paths: readonly string[];
  /** The runtimes; all when empty. */
  readonly on: readonly Runtime["name"][];
  /** What the order of the tests is drawn by; undefined for their own order. */
  readonly seed: number | undefined;
}

const RUNTIMES: Readonly<Record<string, Runtime["name"]>> = {
  "--deno": "Deno",
  "--bun": "Bun",
  "--node": "Node",
};

/**
 * Reads the words.
 *
 * @param words Those after the command.
 * @returns What they ask for, `"help"`, or a sentence about what is wrong.
 */
export function commandOf(words: readonly string[]): Command | string {
  const paths: string[] = [];
  const on: Runtime["name"][] = [];
  let seed: number | undefined;
  for (const word of words) {
    const shuffle = /^--shuffle(?:=(\d{1,9}))?$/.exec(word);
    if (word === "--help") return "help";
    if (!word.startsWith("-")) paths.push(word);
    else if (Object.hasOwn(RUNTIMES, word)) on.push(RUNTIMES[word]!);
    else if (shuffle !== null) {
      seed = Number(shuffle[1] ?? Math.trunc(Math.random() * 1e9));
    } else return `There is no option ${JSON.stringify(word)}; see --help`;
  }
  return { paths, on, seed };
}
