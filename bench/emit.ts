/**
 * How long describing a library takes: `plugin emit` beside `abidw`, `pahole`
 * and `llvm-dwarfdump --debug-info`, each a whole process, in one run. Ours runs
 * as npm has it, in a directory of its own, and out of this checkout.
 *
 * `deno run -A bench/emit.ts [library…]`; without a library SQLite is fetched
 * through cargo and compiled, and C++ of 50 MB of debug information is made.
 * `PLUGIN_BENCH_UNITS` says of how many units (60).
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join, resolve } from "@std/path";
import { readImage } from "../emit/image/image.ts";
import { cxxLibrary, sqliteLibrary } from "./emit_libraries.ts";

const MAIN = fileURLToPath(new URL("../emit/main.ts", import.meta.url));
const NPM = fileURLToPath(new URL("../tools/npm.ts", import.meta.url));
const WORK = fileURLToPath(new URL("../build/bench/", import.meta.url));
const PACKAGE = mkdtempSync(join(tmpdir(), "plugin-bench-"));
process.on("exit", () => rmSync(PACKAGE, { recursive: true }));

/** Times each is run; the fastest counts, as the others met other work. */
const ROUNDS = 9;

/** Longer than this, and one round is enough. */
const SLOW = 5;

/** A program, and how it is asked about a library. */
interface Side {
  readonly name: string;
  readonly command: (library: string) => string[];
}

/** How this runtime runs a script. */
const RUN = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** Our command, run by this runtime. */
const plugin = (main: string, library: string): string[] => [
  process.execPath,
  ...RUN,
  main,
  "emit",
  library,
  "-o",
  `${WORK}manifest.json`,
];

const SIDES: readonly Side[] = [
  {
    name: "plugin emit",
    command: (library) => plugin(`${PACKAGE}/npm/emit/main.js`, library),
  },
  { name: "of a checkout", command: (library) => plugin(MAIN, library) },
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

/** What a command costs, its memory as GNU time says it; undefined where it fails. */
function measure(command: readonly string[]): Cost | undefined {
  const report = `${WORK}time`;
  writeFileSync(report, "");
  const start = performance.now();
  const { status } = spawnSync(
    "/usr/bin/time",
    ["-f", "%M", "-o", report, ...command],
    { stdio: "ignore", cwd: PACKAGE },
  );
  const seconds = (performance.now() - start) / 1000;
  const kilobytes = readFileSync(report, "utf8").trim().split("\n").at(-1);
  return status === 0
    ? { seconds, memory: Number(kilobytes) / 1024 }
    : undefined;
}

/** The best of several rounds, in which all take turns; no entry for what fails. */
function best(library: string): Map<Side, Cost> {
  const best = new Map<Side, Cost>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of SIDES) {
      const before = best.get(side);
      if (round > 0 && !(before && before.seconds < SLOW)) continue;
      const cost = measure(side.command(library));
      if (cost !== undefined && cost.seconds < (before?.seconds ?? Infinity)) {
        best.set(side, cost);
      }
    }
  }
  return best;
}

mkdirSync(WORK, { recursive: true });
execFileSync(process.execPath, [...RUN, NPM, `${PACKAGE}/npm`]);
const libraries = process.argv.length > 2
  ? process.argv.slice(2).map((path) => resolve(path))
  : [sqliteLibrary(WORK), cxxLibrary(WORK)];
for (const library of libraries) {
  const image = readImage(readFileSync(library), library);
  const size = (image.section(".debug_info")?.length ?? 0) / 1e6;
  console.log(
    `\n${library}: ${size.toFixed(1)} MB of .debug_info, ` +
      `${image.exports.length} exports`,
  );
  const costs = best(library);
  const own = costs.get(SIDES[0]!);
  for (const side of SIDES) {
    const name = `  ${side.name.padEnd(15)}`;
    const cost = costs.get(side);
    if (cost === undefined) {
      console.log(`${name} is not installed or failed`);
      continue;
    }
    const { seconds, memory } = cost;
    console.log(
      `${name}${seconds.toFixed(3).padStart(9)} s` +
        `${memory.toFixed(0).padStart(7)} MB of memory` +
        `${(size / seconds).toFixed(1).padStart(8)} MB/s` +
        (cost === own || own === undefined
          ? ""
          : `  ${(seconds / own.seconds).toFixed(2)} times ours`),
    );
  }
}
