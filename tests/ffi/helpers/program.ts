/**
 * Programs in a process of their own, which can ask for a garbage collection.
 *
 * @module
 */

import { library } from "../../helpers/fixture.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { runProgram } from "../../helpers/program.ts";

/**
 * Runs a program on this runtime.
 *
 * @param body What it does; `plugin` is that of callbacks.c.
 * @param allow Permissions on Deno, for the path of the plugin.
 */
export async function run(
  body: string,
  allow: (path: string) => readonly string[] = () => ["-A"],
): Promise<Ran> {
  const path = await library("callbacks.c");
  return runScript(
    `const plugin = open(${JSON.stringify(path)});\n${body}`,
    allow(path),
  );
}

/** What a program said, and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs a program on this runtime.
 *
 * @param body What it does; `open` and `callback` are there.
 * @param allow Permissions on Deno.
 * @param v8 Flags of V8, where it is V8.
 */
export function runScript(
  body: string,
  allow: readonly string[] = ["-A"],
  v8: readonly string[] = [],
): Ran {
  const engine = ["--expose-gc", ...v8];
  const flags = RUNTIME === "Deno"
    ? [...allow, `--v8-flags=${engine.join(",")}`]
    : RUNTIME === "Node"
    ? engine
    : [];
  const { status, stdout, stderr } = runProgram(body, { flags });
  return { status, output: (stdout + stderr).trim() };
}
