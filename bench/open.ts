/**
 * What does opening cost? Beside Go's own `plugin`, a bare `dlopen`, and Deno's
 * with all symbols declared; and does it grow with the functions?
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import process from "node:process";
import { open } from "@native/plugin";
import { koffi } from "./peers.ts";
import { bindRaw } from "./raw.ts";
import { answer, question, report } from "./measure.ts";

const directory = process.argv[2]!; // what tools/bench.ts built

// ---------------------------------------------------------------- once opened

const path = `${directory}/f5.so`;
const plugin = open(path);
plugin.lookup("function_0");
const go = JSON.parse(
  execFileSync(`${directory}/go_host`, [`${directory}/go_plugin.so`], {
    encoding: "utf8",
  }),
);

const absolute = realpathSync(path);
question("cached open", { plugin: () => open(absolute) }, 1, {
  "Go's plugin": go.open,
});
question("cached open, by a relative path", { plugin: () => open(path) }, 1, {
  "Go's plugin": go.open,
});
question(
  "lookup of a bound symbol",
  {
    plugin: () => plugin.lookup("function_0"),
  },
  1,
  { "Go's plugin": go.lookup },
);

// ----------------------------------------------------------------------- cold

/** How many times each is opened, and for each there is a copy of the library. */
const COPIES = 31;
/** Openings before the ones that count: the engines compile what is called often. */
const WARM = 40;

const room = `${directory}/copies-${process.pid}`;
let copies = 0;

/** Copies a library and its manifest: the same one would be cached. */
function copy(library: string): string {
  const there = `${room}/${copies++}`;
  mkdirSync(there, { recursive: true });
  copyFileSync(`${directory}/${library}`, `${there}/${library}`);
  copyFileSync(`${directory}/${library}.json`, `${there}/${library}.json`);
  return `${there}/${library}`;
}

type Sides = Readonly<Record<string, (path: string) => unknown>>;

/** Answers what each side costs with a library that was not opened yet, in turns: the median. */
function cold(name: string, library: string, sides: Sides): void {
  const times = new Map<string, number[]>();
  for (let i = 0; i < COPIES + WARM; i++) {
    for (const [side, call] of Object.entries(sides)) {
      const path = copy(library);
      const start = performance.now();
      call(path);
      const time = (performance.now() - start) * 1e6;
      times.set(side, [...times.get(side) ?? [], time]);
    }
  }
  answer(
    `cold open, ${name}`,
    Object.fromEntries(
      [...times].map(([side, all]) => [side, median(all.slice(WARM))]),
    ),
  );
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

/** The least that anybody does who has a manifest: load the library, read the manifest. */
function bare(path: string): unknown {
  load(path);
  return read(path);
}

function load(path: string): void {
  if (!("Bun" in globalThis)) bindRaw(path, {});
  // Bun opens nothing for no symbols.
  else bindRaw(path, { function_0: { params: ["i32", "f64"], result: "i32" } });
}

// deno-lint-ignore no-explicit-any -- a manifest that is not checked
function read(path: string): any {
  return JSON.parse(readFileSync(`${path}.json`, "utf8"));
}

function declareAll(path: string): void {
  const signature = { params: ["i32", "f64"], result: "i32" };
  const { symbols } = read(path);
  bindRaw(
    path,
    Object.fromEntries(
      Object.keys(symbols).map((name) => [name, signature]),
    ),
  );
}

cold("280 functions, and the first call", "f280.so", {
  plugin: (path) => open(path).lookup("function_0")(1, 2),
  "the runtime's own": (path) => {
    const signature = { params: ["i32", "f64"], result: "i32" };
    return bindRaw(path, { function_0: signature }).function_0!(1, 2);
  },
  koffi: (path) =>
    koffi.load(path).func("function_0", "int", ["int", "double"])(1, 2),
});
// On its own: what it leaves to be collected is collected in the next side's time.
cold("280 functions, all of them declared", "f280.so", {
  plugin: open,
  "dlopen of all symbols": declareAll,
});
for (const count of [5, 280, 500, 5000]) {
  cold(`${count} functions`, `f${count}.so`, {
    plugin: open,
    "dlopen and JSON.parse": bare,
    "JSON.parse": read,
  });
}

rmSync(room, { recursive: true });
await report("open", "Opening");
