/**
 * Programs on a terminal of their own, which Python makes.
 *
 * @module
 */

import { type Ran, run } from "../../emit/toolchain/run.ts";

/** Runs what it is given on a terminal, and ends as that does. */
const TERMINAL = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** Variables that turn colours on and off. */
const COLOURS = [
  "NO_COLOR",
  "FORCE_COLOR",
  "CLICOLOR_FORCE",
  "NODE_DISABLE_COLORS",
];

/**
 * Runs a program on a terminal; the test needs python3.
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
