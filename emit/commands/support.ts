/**
 * `plugin support`: the support library.
 *
 * @module
 */

import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { parseTarget } from "../toolchain/compiler_target.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import {
  bringSupport,
  cachedSupport,
  compileSupport,
} from "../support/compile_support.ts";

/** What is asked of `plugin support`. */
export interface SupportCommand extends Reporting {
  /** The library to write; without it, the one that is kept for this user. */
  readonly output?: string;
  /** The machine that it is for; this one without it. */
  readonly target?: Target;
}

/** `plugin support`. */
export const command = defineCommand({
  name: "support",
  options: { ...OUTPUT, target: { type: "string" } },
  parse(given): SupportCommand {
    given.onlyOptions();
    const output = given.one("output");
    const { target } = given.one("target");
    if (target === undefined) return { ...output, ...reportingOf(given) };
    if (output.output === undefined) {
      throw usage(
        `"plugin support --target" needs a file to write: -o support.so`,
      );
    }
    return { ...output, target: parseTarget(target), ...reportingOf(given) };
  },
  async run(asked: SupportCommand): Promise<CommandOutcome> {
    return { text: await support(asked) };
  },
  help: `Brings the support library: native code of ours, one for all plugins.

Usage: plugin support [options]

Examples:
  plugin support               compiles it and keeps it for this user
  plugin support -o support.so writes it there: PLUGIN_SUPPORT names it
  plugin support --target linux-arm64 -o support.so

With it, calls on other threads are faster, and run side by side; functions of
JavaScript can be called by any thread; Node calls function pointers, and calls
functions faster. "plugin build" brings it as well. PLUGIN_SUPPORT=off leaves it
aside.

Options:
  -o, --output <file>  the library to write
      --target <name>  the machine that it is for, with Zig where cc cannot
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
  { output, target, json }: SupportCommand,
): Promise<string> {
  const path = output === undefined ? cachedSupport() : absolutePath(output);
  if (output === undefined) await bringSupport(path);
  else await compileSupport(path, target);
  return json
    ? `${JSON.stringify({ library: path }, null, 2)}\n`
    : `support ${path}\n`;
}
