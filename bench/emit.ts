/**
 * How long describing a library takes: `plugin emit` beside `abidw`, `pahole`
 * and `llvm-dwarfdump --debug-info`, each a whole process, in one run.
 *
 * `deno run -A bench/emit.ts [library…]`; without a library SQLite is fetched
 * through cargo and compiled, and C++ of 50 MB of debug information is made.
 * `PLUGIN_BENCH_UNITS` says of how many units (60).
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readImage } from "../emit/image.ts";
import { cxxLibrary, sqliteLibrary } from "./emit_libraries.ts";

const MAIN = fileURLToPath(new URL("../emit/main.ts", import.meta.url));
const WORK = fileURLToPath(new URL("../build/bench/", import.meta.url));

/** Times each is run; the fastest counts, as the others met other work. */
const ROUNDS = 3;

/** Longer than this, and one round is enough. */
const SLOW = 20;

/** A program, and how it is asked about a library. */
interface Side {
  readonly name: string;
  readonly command: (library: string) => string[];
}

const SIDES: readonly Side[] = [
  {
    name: "plugin emit",
    command: (library) => [
      process.execPath,
      "run",
      ..."Deno" in globalThis ? ["-A"] : [],
      MAIN,
      "emit",
      library,
      "-o",
      `${WORK}manifest.json`,
    ],
  },
  { name: "abidw", command: (library) => ["abidw", library] },
  { name: "pahole", command: (library) => ["pahole", library] },
  {
    name: "llvm-dwarfdump",
    command: (library) => [
      existsSync("/usr/bin/llvm-dwarfdump")
        ? "llvm-dwarfdump"
        : "llvm-dwarfdump-14",
      "--debug-info",
      library,
    ],
  },
];

interface Cost {
  /** Of the whole process. */
  readonly seconds: number;
  /** Most memory, in megabytes. */
  readonly memory: number;
}

/** What GNU time says of a command; undefined where it fails. */
function measure(command: readonly string[]): Cost | undefined {
  const report = `${WORK}time`;
  writeFileSync(report, "");
  const { status } = spawnSync(
    "/usr/bin/time",
    ["-f", "%e %M", "-o", report, ...command],
    { stdio: "ignore" },
  );
  const last = readFileSync(report, "utf8").trim().split("\n").at(-1)!;
  const [seconds, memory] = last.split(" ").map(Number);
  return status === 0 && memory !== undefined
    ? { seconds: seconds!, memory: memory / 1024 }
    : undefined;
}

function best(command: readonly string[]): Cost | undefined {
  let best = measure(command);
  for (let round = 1; round < ROUNDS; round++) {
    if (best === undefined || best.seconds > SLOW) break;
    const next = measure(command);
    if (next !== undefined && next.seconds < best.seconds) best = next;
  }
  return best;
}

mkdirSync(WORK, { recursive: true });
const libraries = process.argv.length > 2
  ? process.argv.slice(2)
  : [sqliteLibrary(WORK), cxxLibrary(WORK)];
for (const library of libraries) {
  const image = readImage(readFileSync(library), library);
  const size = (image.section(".debug_info")?.length ?? 0) / 1e6;
  console.log(
    `\n${library}: ${size.toFixed(1)} MB of .debug_info, ` +
      `${image.exports.length} exports`,
  );
  let own: Cost | undefined;
  for (const { name, command } of SIDES) {
    const cost = best(command(library));
    if (cost === undefined) {
      console.log(`  ${name.padEnd(15)} is not installed or failed`);
      continue;
    }
    own ??= cost;
    console.log(
      `  ${name.padEnd(15)}${cost.seconds.toFixed(2).padStart(8)} s` +
        `${cost.memory.toFixed(0).padStart(7)} MB of memory` +
        `${(size / cost.seconds).toFixed(1).padStart(8)} MB/s` +
        (cost === own
          ? ""
          : `  ${(cost.seconds / own.seconds).toFixed(1)} times ours`),
    );
  }
}
