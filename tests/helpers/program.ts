/**
 * Programs in a process of their own, on the runtime that the tests run on.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { type Ran, run } from "../../emit/toolchain/run.ts";
import { emptyDirectory } from "./directory.ts";
import { RUNTIME } from "./need.ts";
import { LIMIT } from "./wait.ts";

/** The checkout that the tests are of. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The module that a program imports, as a literal. */
export const FACE = JSON.stringify(new URL("../../mod.ts", import.meta.url));

/** How a program is run. */
export interface RunOptions {
  /** Arguments of the runtime; without them Deno may do all. */
  readonly flags?: readonly string[];
  /** What the program is called with. */
  readonly args?: readonly string[];
  /** Variables of the environment, beside those that there are. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The command line that runs a program.
 *
 * @param program Its path.
 * @param options How.
 */
export function commandLine(
  program: string,
  { flags, args = [] }: RunOptions = {},
): string[] {
  const own = RUNTIME !== "Deno" ? flags ?? [] : [
    "run",
    "--no-prompt",
    "--no-check",
    `--config=${join(ROOT, "deno.json")}`,
    ...(flags ?? ["-A"]),
  ];
  return [process.execPath, ...own, program, ...args];
}

/**
 * Writes a program.
 *
 * @param text What it does; `open` and `callback` are there.
 * @returns Its path, in a directory of its own.
 */
export function writeProgram(text: string): string {
  const program = join(emptyDirectory(), "program.ts");
  writeFileSync(program, `import { callback, open } from ${FACE};\n${text}`);
  return program;
}

/**
 * Runs a program to its end.
 *
 * @param text What it does; `open` and `callback` are there.
 * @param options How.
 * @returns Its status, or the signal that ended it, and what it said.
 */
export function runProgram(
  text: string,
  options?: RunOptions,
): {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
} {
  const [runtime, ...args] = commandLine(writeProgram(text), options);
  return spawnSync(runtime!, args, {
    encoding: "utf8",
    timeout: LIMIT,
    env: { ...process.env, ...options?.env },
  });
}

/**
 * Runs the host of an example, or another program that lies on the disk.
 *
 * @param program Its path.
 * @param directory The directory to run it in.
 * @param args What it is called with.
 */
export function runHost(
  program: string,
  directory: string,
  ...args: string[]
): Promise<Ran> {
  const own = RUNTIME === "Deno" ? ["run", "-A"] : [];
  return run(process.execPath, [...own, program, ...args], { cwd: directory });
}
