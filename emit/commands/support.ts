/**
 * `plugin support`: the support library.
 *
 * @module
 */

import { absolutePath } from "../../ffi/system/absolute.ts";
import { defineCommand, type Outcome } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import {
  bringSupport,
  cachedSupport,
  compileSupport,
} from "../support/support.ts";

/** What is asked of `plugin support`. */
export interface SupportCommand extends Reporting {
  /** The library to write; without it, the one that is kept for this user. */
  readonly output?: string;
}

/** `plugin support`. */
export const command = defineCommand({
  name: "support",
  options: OUTPUT,
  parse(given): SupportCommand {
    given.onlyOptions();
    return { ...given.one("output"), ...reportingOf(given) };
  },
  async run(asked: SupportCommand): Promise<Outcome> {
    return { text: await support(asked) };
  },
  help: `Brings the support library: native code of ours, one for all plugins.

Usage: plugin support [options]

Examples:
  plugin support               compiles it and keeps it for this user
  plugin support -o support.so writes it there: PLUGIN_SUPPORT names it

With it, calls on other threads are faster, and run side by side; functions of
JavaScript can be called by any thread; Node calls function pointers, and calls
functions faster. "plugin build" brings it as well. PLUGIN_SUPPORT=off leaves it
aside.

Options:
  -o, --output <file>  the library to write
      --json           print a summary for programs
  -h, --help           print this
`,
});

/**
 * Brings the library.
 *
 * @param command Where to.
 * @returns What to print.
 * @throws {EmitError} `no_tool` without a compiler.
 */
export async function support(
  { output, json }: SupportCommand,
): Promise<string> {
  const path = output === undefined ? cachedSupport() : absolutePath(output);
  if (output === undefined) await bringSupport(path);
  else await compileSupport(path);
  return json
    ? `${JSON.stringify({ library: path }, null, 2)}\n`
    : `support ${path}\n`;
}
