/**
 * What do the checks cost where an engine can compile a function into the loop
 * that calls it? A loop of its own for each side, beside raw.
 *
 * ```sh
 * deno run -A bench/loops.ts build/bench/call.so # the library of bench/call.c
 * ```
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { bindRaw } from "./raw.ts";

const CALLS = 200_000;
const ROUNDS = 60;

const path = process.argv[2]!;
const plugin = open(path);
const raw = bindRaw(path, {
  not: { params: ["bool"], result: "bool" },
  add_i32: { params: ["i32", "i32"], result: "i32" },
  add_f64: { params: ["f64", "f64"], result: "f64" },
  add_i64: { params: ["i64", "i64"], result: "i64" },
});

compare("bool (bool)", "x = f(x)", false, {
  plugin: plugin.lookup("not", "(bool) => bool"),
  raw: raw.not!,
});
compare("i32 (i32, i32)", "x = f(x, i) | 0", 0, {
  plugin: plugin.lookup("add_i32", "(i32, i32) => i32"),
  raw: raw.add_i32!,
});
compare("f64 (f64, f64)", "x = f(x, i)", 0.5, {
  plugin: plugin.lookup("add_f64", "(f64, f64) => f64"),
  raw: raw.add_f64!,
});
compare("i64 (i64, i64)", "x = f(x, 3n)", 0n, {
  plugin: plugin.lookup("add_i64", "(i64, i64) => i64"),
  raw: raw.add_i64!,
});

/**
 * Prints the least that a call takes, in nanoseconds.
 *
 * @param step What the loop does; each result is the next call's argument.
 */
function compare(
  name: string,
  step: string,
  start: unknown,
  sides: Readonly<Record<string, (...args: never[]) => unknown>>,
): void {
  const loops = Object.entries(sides).map(([side, f]) => ({
    side,
    f,
    loop: new Function(
      "f",
      "x",
      `for (let i = 0; i < ${CALLS}; i++) ${step};\nreturn x; // ${side}`,
    ),
    best: Infinity,
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of loops) {
      const begun = performance.now();
      each.loop(each.f, start);
      const took = (performance.now() - begun) * 1e6 / CALLS;
      each.best = Math.min(each.best, took);
    }
  }
  const times = loops.map(({ side, best }) => `${side} ${best.toFixed(1)}`);
  console.log(`${name}: ${times.join(", ")} ns`);
}
