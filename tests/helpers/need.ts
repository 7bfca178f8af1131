/**
 * Says what a test needs that the machine may not have, or the runtime cannot do.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import process from "node:process";

/** How to ask each tool whether it is there. */
const VERSION: Readonly<Record<string, readonly string[]>> = {
  abidw: ["--version"],
  cc: ["--version"],
  clang: ["--version"],
  gcc: ["--version"],
  go: ["version"],
  gofmt: ["gofmt", "-h"],
  readelf: ["--version"],
  openssl: ["version"],
  rust: ["cargo", "--version"],
  zig: [...wordsOf(process.env.ZIG, "zig"), "version"],
};

/** A command line that a variable names, as the build reads it. */
function wordsOf(value: string | undefined, otherwise: string): string[] {
  const words = (value ?? "").split(/\s+/).filter((word) => word !== "");
  return words.length > 0 ? words : [otherwise];
}

/** The program of each tool that was asked for; undefined where there is none. */
const found = new Map<string, string | undefined>();

/**
 * Options of a `node:test` test that needs these tools.
 *
 * @param tools Names of tools, as `PLUGIN_REQUIRE` lists them.
 * @returns `skip` names what is missing, or is false.
 * @throws {Error} When `PLUGIN_REQUIRE` says that the missing one must be there.
 */
export function need(...tools: string[]): { skip: string | false } {
  const missing = tools.filter((tool) => !has(tool));
  const required = (process.env.PLUGIN_REQUIRE ?? "").split(",");
  const broken = missing.filter((tool) => required.includes(tool));
  if (broken.length > 0) {
    throw new Error(
      `PLUGIN_REQUIRE asks for ${
        broken.join(", ")
      }, and this machine has not got it`,
    );
  }
  if (missing.length === 0) return { skip: false };
  return skip(`needs ${missing.join(", ")} on the PATH`);
}

/**
 * Options of a test that cannot run here.
 *
 * @param reason What is missing; the summary of all tests lists it, which no
 * runtime's own report does.
 */
export function skip(reason: string): { skip: string } {
  const list = process.env.PLUGIN_SKIPS;
  if (list !== undefined) appendFileSync(list, `${reason}\n`);
  return { skip: reason };
}

/** The runtime that this test runs on. */
export const RUNTIME = "Deno" in globalThis
  ? "Deno"
  : "Bun" in globalThis
  ? "Bun"
  : "Node";

/** What not every runtime does, and why it does not. */
const GAPS = {
  "any callback on other threads": {
    Bun:
      "Bun gives no results to other threads, and runs only threadsafe callbacks there",
    Node: "Node calls no JavaScript from other threads",
  },
  "callbacks on other threads": {
    Node: "Node calls no JavaScript from other threads",
  },
  "calls by address": {
    Node: "Node calls functions by their symbols, and not by addresses",
  },
  "permissions for one library": {
    Bun: "Bun has no permissions",
    Node: "Node permits all libraries or none",
  },
  "type checking": {
    Bun: "needs Deno to check types",
    Node: "needs Deno to check types",
  },
} satisfies Record<string, Partial<Record<typeof RUNTIME, string>>>;

/**
 * Options of a test of what not every runtime does.
 *
 * @param ability What it is.
 * @param tools What the test needs besides, as {@linkcode need} takes it.
 */
export function needRuntime(
  ability: keyof typeof GAPS,
  ...tools: string[]
): { skip: string | false } {
  const gaps: Partial<Record<typeof RUNTIME, string>> = GAPS[ability];
  const reason = gaps[RUNTIME];
  return reason === undefined ? need(...tools) : skip(reason);
}

/** Versions of LLVM whose tools Debian installs under names like `ld64.lld-14` alone. */
const LLVM = [14, 15, 16, 17, 18, 19, 20, 21];

/**
 * The program of a tool.
 *
 * @param tool Its name.
 * @returns That name, or the one with LLVM's version that is installed.
 */
export function program(tool: string): string {
  return found.get(tool) ?? tool;
}

/** What this Node is told is not for another one: npm's may be older. */
const WITHOUT_OPTIONS = { ...process.env, NODE_OPTIONS: "" };

function has(tool: string): boolean {
  if (found.has(tool)) return found.get(tool) !== undefined;
  const [first, ...rest] = VERSION[tool] ?? ["--version"];
  const names = /^(?:ld|llvm|dsym)/.test(tool)
    ? [tool, ...LLVM.map((version) => `${tool}-${version}`)]
    : [rest.length > 0 ? first! : tool];
  const args = rest.length > 0 ? rest : [first ?? "--version"];
  const there = names.find((name) =>
    spawnSync(name, args, { stdio: "ignore", env: WITHOUT_OPTIONS }).status ===
      0
  );
  found.set(tool, there);
  return there !== undefined;
}
