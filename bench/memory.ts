/**
 * How much memory do a plugin, a bound function and a callback take, beside the
 * runtime's own and koffi's? Each side is a process of its own, that counts what
 * it has more when it has made many of them.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import process from "node:process";
import { line, runtimeName } from "./measure.ts";

const [, script, directory, side, what] = process.argv; // from bench/open.ts
const LIBRARY = "f280.so";
const FUNCTIONS = 280;
const HANDLES = 4000;
/** Processes of each side: the least counts. */
const ROUNDS = 3;
const COPIES = 40;

/** What each side has, by what is counted. */
type Makes = Readonly<Record<string, () => number>>;

const paths = Array.from(
  { length: COPIES },
  (_, i) => () => `${realpathSync(copyOf(i))}/${LIBRARY}`,
);
const kept: unknown[] = [];

if (side === undefined) ask();
else console.log(bytesOf(await makesOf(side), what!));

/** Asks each side in processes of its own. */
function ask(): void {
  for (let i = 0; i < COPIES; i++) {
    mkdirSync(copyOf(i), { recursive: true });
    for (const file of [LIBRARY, `${LIBRARY}.json`]) {
      copyFileSync(`${directory}/${file}`, `${copyOf(i)}/${file}`);
    }
  }
  console.log(
    `\nMemory, ${runtimeName()}: bytes, the least of ${ROUNDS} processes`,
  );
  for (const name of ["a plugin", "a bound function", "a callback"]) {
    const sides = Object.fromEntries(
      ["plugin", "raw", "koffi"].map((side) => [side, leastOf(side, name)]),
    );
    console.log(line({ name, sides }));
  }
  rmSync(`${directory}/memory`, { recursive: true });
}

function copyOf(i: number): string {
  return `${directory}/memory/${i}`;
}

function leastOf(side: string, what: string): number {
  const args = [script!, directory!, side, what];
  const run = "Deno" in globalThis
    ? ["run", "-A", "--no-check", "--v8-flags=--expose-gc"]
    : "Bun" in globalThis
    ? ["run"]
    : [...process.execArgv, "--expose-gc"];
  const all = Array.from({ length: ROUNDS }, () =>
    Number(
      execFileSync(process.execPath, [...run, ...args], { encoding: "utf8" }),
    ));
  return Math.max(1, Math.min(...all));
}

/** Bytes of each of the things that were made. */
function bytesOf(makes: Makes, what: string): number {
  makes.warm!();
  const before = used();
  const count = makes[what]!();
  return (used() - before) / count;
}

/** What the process has, when all that nobody has was collected. */
function used(): number {
  const { gc, Bun } = globalThis as unknown as {
    gc?: () => void;
    Bun?: { gc(isNow: boolean): void };
  };
  for (let i = 0; i < 4; i++) gc?.() ?? Bun?.gc(true);
  return process.memoryUsage().rss;
}

async function makesOf(side: string): Promise<Makes> {
  switch (side) {
    case "plugin":
      return await ours();
    case "raw":
      return await raw();
    default:
      return await koffis();
  }
}

/** All but the first, which the engines have to compile for. */
function each(make: (path: string) => void): number {
  for (const path of paths.slice(1)) make(path());
  return COPIES - 1;
}

async function ours(): Promise<Makes> {
  const { callback, open } = await import("@native/plugin");
  const bind = (path: string) => {
    const plugin = open(path);
    for (let i = 0; i < FUNCTIONS; i++) plugin.lookup(`function_${i}`);
  };
  const make = () => callback("(i32, i32) => i32", (a, b) => (a + b) | 0);
  return {
    warm: () => (bind(paths[0]!()), kept.push(make())),
    "a plugin": () => each((path) => kept.push(open(path))),
    "a bound function": () => each(bind) * FUNCTIONS,
    "a callback": () => many(make),
  };
}

async function raw(): Promise<Makes> {
  const { bindRaw, rawCallback } = await import("./raw.ts");
  const signature = { params: ["i32", "f64"], result: "i32" };
  const all = Object.fromEntries(
    Array.from({ length: FUNCTIONS }, (_, i) => [`function_${i}`, signature]),
  );
  const bind = (path: string) => kept.push(bindRaw(path, all));
  const make = () =>
    rawCallback(
      { params: ["i32", "i32"], result: "i32" },
      (a: number, b: number) => (a + b) | 0,
    );
  return {
    warm: () => (bind(paths[0]!()), kept.push(make())),
    "a plugin": () =>
      each((path) => kept.push(bindRaw(path, { function_0: signature }))),
    "a bound function": () => each(bind) * FUNCTIONS,
    "a callback": () => many(make),
  };
}

async function koffis(): Promise<Makes> {
  const { koffi } = await import("./peers.ts");
  const type = koffi.pointer(koffi.proto("int32_t Next(int32_t, int32_t)"));
  const bind = (path: string) => {
    const library = koffi.load(path);
    for (let i = 0; i < FUNCTIONS; i++) {
      kept.push(library.func(`function_${i}`, "int", ["int", "double"]));
    }
  };
  const make = () =>
    koffi.register((a: number, b: number) => (a + b) | 0, type);
  return {
    warm: () => (bind(paths[0]!()), kept.push(make())),
    "a plugin": () => each((path) => kept.push(koffi.load(path))),
    "a bound function": () => each(bind) * FUNCTIONS,
    "a callback": () => many(make),
  };
}

function many(make: () => unknown): number {
  for (let i = 0; i < HANDLES; i++) kept.push(make());
  return HANDLES;
}
