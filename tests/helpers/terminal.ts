/**
 * Programs on a terminal of their own, which Python makes.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { type Ran, run } from "../../emit/toolchain/run.ts";
import { need, type Needs, skip } from "./need.ts";

/**
 * Options of a test that needs a terminal, and other tools.
 *
 * @param tools What it needs besides Python, as {@linkcode need} takes it.
 */
export function needTerminal(...tools: string[]): Needs {
  const needs = need(...tools, "python3");
  if (needs.skip !== false) return needs;
  const { status } = spawnSync("python3", ["-c", "import pty; pty.openpty()"], {
    env: { ...process.env, PATH: process.env.PLUGIN_TEST_PATH },
  });
  return status === 0
    ? needs
    : skip("needs terminals, and the system makes none: is /dev/pts mounted?");
}

/** Runs what it is given on a terminal, and ends as that does. */
const TERMINAL = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** Variables that turn colours on and off: where `CI` is set, Node has none. */
const COLOURS = [
  "CI",
  "NO_COLOR",
  "FORCE_COLOR",
  "CLICOLOR_FORCE",
  "NODE_DISABLE_COLORS",
];

/**
 * Runs a program on a terminal.
 *
 * @param line Its command line.
 * @param options Where it runs, and its variables: of those for colours it has
 * no others.
 * @returns Its status, and as `stdout` all that the terminal got.
 */
export function onTerminal(
  line: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  const none = COLOURS.flatMap((name) => ["-u", name]);
  const given = Object.entries({ TERM: "xterm-256color", ...env })
    .map(([name, value]) => `${name}=${value}`);
  return run(
    "env",
    [...none, ...given, "python3", "-c", TERMINAL, ...line],
    cwd === undefined ? {} : { cwd },
  );
}
