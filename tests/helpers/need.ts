/**
 * Says what a test needs that the machine may not have, or the runtime cannot do.
 *
 * @module
 */

import { appendFileSync } from "node:fs";
import process from "node:process";
import { find, program, withTheirs } from "./tools.ts";

export { program };

/** Options of a `node:test` test, and the tools that it may start. */
export interface Needs {
  /** What is missing, or false. */
  readonly skip: string | false;
  /** What {@linkcode test} of `test.ts` puts on the PATH. */
  readonly tools: readonly string[];
}

/**
 * Options of a test that needs these tools. They are what it can start: the
 * others are not on its PATH.
 *
 * @param wanted Names of tools, as `PLUGIN_REQUIRE` lists them, with the least
 * version where one matters: `go>=1.23`.
 * @returns `skip` names what is missing, or is false.
 * @throws {Error} When `PLUGIN_REQUIRE` says that the missing one must be there.
 */
export function need(...wanted: string[]): Needs {
  const required = (process.env.PLUGIN_REQUIRE ?? "").split(",")
    .map((tool) => tool.replace(/>=.*/, ""));
  const hidden = process.env.PLUGIN_HIDDEN;
  const least = new Map(wanted.map((each) => {
    const [tool = "", version] = each.split(">=");
    return [tool, version];
  }));
  const tools = withTheirs([...least.keys()]);
  if (hidden !== undefined && !tools.includes(hidden)) {
    return { skip: `it does not ask for ${hidden}`, tools };
  }
  const missing: string[] = [];
  const broken: string[] = [];
  for (const tool of tools) {
    const lack = lackOf(tool, least.get(tool));
    if (lack === undefined) continue;
    missing.push(lack);
    if (required.includes(tool)) broken.push(lack);
  }
  if (broken.length > 0) {
    throw new Error(
      `PLUGIN_REQUIRE asks for ${
        broken.join(", ")
      }, and this machine has not got it`,
    );
  }
  if (missing.length === 0) return { skip: false, tools };
  return { ...skip(`needs ${missing.join(", ")} on the PATH`), tools };
}

/** What the machine lacks of a tool; undefined when it has it. */
function lackOf(tool: string, least?: string): string | undefined {
  const there = find(tool);
  if (there === undefined) {
    return least === undefined ? tool : `${tool} ${least}`;
  }
  if (least === undefined || isAtLeast(there.version, least)) return undefined;
  return `${tool} ${least} (there is ${there.version || "an unknown one"})`;
}

/** Whether a version is another or a later one. */
function isAtLeast(version: string, least: string): boolean {
  const has = version.split(".").map(Number);
  for (const [index, wanted] of least.split(".").map(Number).entries()) {
    const part = has[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return version !== "";
}

/**
 * Options of a test that cannot run here.
 *
 * @param reason What is missing; the summary of all tests lists it, which no
 * runtime's own report does.
 */
export function skip(reason: string): { skip: string; tools: [] } {
  const list = process.env.PLUGIN_SKIPS;
  if (list !== undefined) appendFileSync(list, `${reason}\n`);
  return { skip: reason, tools: [] };
}

/** The runtime that this test runs on. */
export const RUNTIME = "Deno" in globalThis
  ? "Deno"
  : "Bun" in globalThis
  ? "Bun"
  : "Node";

/**
 * Options of a test in which other programs do all that counts, so that what
 * it shows on one runtime holds on each.
 *
 * @param tools What the test needs, as {@linkcode need} takes it.
 */
export function needOnce(...tools: string[]): Needs {
  return RUNTIME === "Deno"
    ? need(...tools)
    : skip("tried on Deno alone: the same programs do it for each runtime");
}

/**
 * Options of a test of which another one shows the mechanism on each runtime:
 * `deno task reach` runs it on all, every other run on Deno alone.
 *
 * @param tools What the test needs, as {@linkcode need} takes it.
 */
export function needBreadth(...tools: string[]): Needs {
  return RUNTIME === "Deno" || process.env.PLUGIN_REACH !== undefined
    ? need(...tools)
    : skip("tried on Deno alone: deno task reach tries it on each runtime");
}

/**
 * Options of a test that only `deno task reach` runs: another one shows the
 * mechanism on each runtime, in every run.
 *
 * @param tools What the test needs, as {@linkcode need} takes it.
 */
export function needReach(...tools: string[]): Needs {
  return process.env.PLUGIN_REACH !== undefined
    ? need(...tools)
    : skip("deno task reach tries it");
}

/** What not every runtime does, and why it does not. */
const GAPS = {
  "permissions for one library": {
    Bun: "Bun has no permissions",
    Node: "Node permits all libraries or none",
  },
  "import attributes": { Bun: "Bun tells plugins no attributes of imports" },
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
): Needs {
  const gaps: Partial<Record<typeof RUNTIME, string>> = GAPS[ability];
  const reason = gaps[RUNTIME];
  return reason === undefined ? need(...tools) : skip(reason);
}
