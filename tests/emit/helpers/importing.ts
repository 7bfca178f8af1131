/**
 * Programs that import plugins by their sources, as users run them.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { dirname, join } from "@std/path";
import { type Ran, run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { commandLine, ROOT } from "../../helpers/program.ts";

/** The module that makes imports of plugins work. */
export const REGISTER = join(ROOT, "emit/register.ts");

/** Writes files into a directory of their own. */
export function project(files: Readonly<Record<string, string>>): string {
  const directory = emptyDirectory();
  for (const [path, text] of Object.entries(files)) edit(directory, path, text);
  return directory;
}

/** Writes a file of a project. */
export function edit(directory: string, path: string, text: string): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * The command line of a program of a project, and how it is run.
 *
 * @param directory The project.
 * @param program Its file in there.
 * @param flags What Deno is permitted; all where it is left out.
 */
export function importing(
  directory: string,
  program: string,
  flags: readonly string[] = ["-A"],
): [line: string[], options: { cwd: string; env: { PATH: string } }] {
  const preload = {
    Deno: ["--preload", REGISTER, ...flags],
    Bun: ["--preload", REGISTER],
    Node: ["--import", pathToFileURL(REGISTER).href],
  }[RUNTIME];
  return [commandLine(program, { flags: preload }), {
    cwd: directory,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  }];
}

/** Runs a program of a project to its end; as {@linkcode importing} says. */
export async function runImporting(
  ...project: Parameters<typeof importing>
): Promise<Ran> {
  const [[runtime, ...args], options] = importing(...project);
  return await run(runtime!, args, options);
}
