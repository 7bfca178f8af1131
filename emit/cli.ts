/**
 * The command line, from arguments to exit code.
 *
 * @module
 */

import process from "node:process";
import { parseCommand } from "./args.ts";
import type { Command } from "./command.ts";
import { build } from "./commands/build.ts";
import { emit } from "./commands/emit.ts";
import { HELP, TOPICS } from "./commands/help.ts";
import { printReport } from "./commands/report.ts";
import { EmitError } from "./error.ts";

/** Where the command line says what it has to say. */
export interface Streams {
  /** Takes the summary or the help. */
  readonly out: (text: string) => void;
  /** Takes errors and the compiler's warnings. */
  readonly err: (text: string) => void;
}

const PROCESS: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/**
 * Runs the `plugin` command.
 *
 * @param argv Arguments, without the runtime and the script.
 * @param streams Where to print; the process's own when left out.
 * @returns The exit code: 0 done, 1 failed, 2 the arguments are wrong.
 */
export async function main(
  argv: readonly string[],
  streams: Streams = PROCESS,
): Promise<number> {
  try {
    await perform(parseCommand(argv), streams);
    return 0;
  } catch (error) {
    if (!(error instanceof EmitError)) {
      streams.err(`error: ${unforeseen(error)}\n`);
      return 1;
    }
    const at = error.at === undefined ? "" : ` (at ${error.at})`;
    streams.err(`error: ${error.message}${at}\n`);
    if (error.code !== "usage") return 1;
    streams.err(`Try "plugin --help"\n`);
    return 2;
  }
}

async function perform(command: Command, { out, err }: Streams): Promise<void> {
  switch (command.command) {
    case "help":
      out(command.topic === undefined ? HELP : TOPICS[command.topic]);
      return;
    case "build": {
      const report = await build(command);
      err(report.warnings);
      out(printReport(report, command));
      return;
    }
    case "emit":
      out(printReport(await emit(command), command));
      return;
  }
}

/** A full disk and a missing permission are the system's; the rest is ours. */
function unforeseen(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "syscall" in error
    ? `The system refused: ${error.message}`
    : `This is a bug of the plugin command: ${error.message}`;
}
