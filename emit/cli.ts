/**
 * The command line, from arguments to exit code.
 *
 * @module
 */

import { parseCommand } from "./arguments/args.ts";
import { type Command, COMMANDS } from "./arguments/command.ts";
import { PluginError } from "../ffi/error.ts";
import { system } from "../ffi/system/system.ts";
import { HELP, TOPICS } from "./commands/help.ts";
import { printReport } from "./commands/report.ts";
import { EmitError } from "./error.ts";
import { makeRoom, withProgress } from "./progress.ts";
import { VERSION } from "./version.ts";

/** Where the command line says what it has to say. */
export interface Streams {
  /** Takes the summary or the help. */
  readonly out: (text: string) => void;
  /** Takes errors and the compiler's warnings. */
  readonly err: (text: string) => void;
}

const PROCESS: Streams = {
  out(text) {
    makeRoom();
    system.stdout.write(text);
  },
  err(text) {
    makeRoom();
    system.stderr.write(text);
  },
};

/**
 * Runs the `plugin` command.
 *
 * @param argv Arguments, without the runtime and the script.
 * @param streams Where to print; the process's own when left out.
 * @returns The exit code: 0 done, 1 failed or stale, 2 the arguments are
 * wrong, 3 a tool is missing.
 */
export async function main(
  argv: readonly string[],
  streams: Streams = PROCESS,
): Promise<number> {
  try {
    const command = parseCommand(argv);
    const what = `plugin ${argv.join(" ")}`;
    return await withProgress(what, () => perform(command, streams));
  } catch (error) {
    return failed(error, argv[0], streams);
  }
}

// Each command is imported when it is called: reading the modules of all of them
// takes as long as describing a library.
async function perform(
  command: Command,
  { out, err }: Streams,
): Promise<number> {
  switch (command.command) {
    case "help":
      out(command.topic === undefined ? HELP : TOPICS[command.topic]);
      return 0;
    case "version":
      out(`${VERSION}\n`);
      return 0;
    case "build": {
      const { targets = [] } = command;
      if (targets.length > 1) {
        const { buildPack } = await import("./commands/pack.ts");
        const { warnings, text } = await buildPack(command, targets);
        err(warnings);
        out(text);
        return 0;
      }
      const { build } = await import("./commands/build.ts");
      const report = await build(command, targets[0]);
      err(report.warnings);
      out(printReport(report, command));
      return 0;
    }
    case "emit": {
      const { emit } = await import("./commands/emit.ts");
      out(printReport(await emit(command), command));
      return 0;
    }
    case "check": {
      const { check } = await import("./commands/check.ts");
      const { fresh, text } = await check(command);
      out(text);
      return fresh ? 0 : 1;
    }
    case "pack": {
      const { pack } = await import("./commands/pack.ts");
      out(await pack(command));
      return 0;
    }
    case "inspect": {
      const { inspect } = await import("./commands/inspect.ts");
      out(await inspect(command));
      return 0;
    }
    case "types": {
      const { types } = await import("./commands/types.ts");
      out(await types(command));
      return 0;
    }
    case "new": {
      const { newProject } = await import("./commands/new.ts");
      out(await newProject(command));
      return 0;
    }
    case "keygen": {
      const { keygen } = await import("./commands/keygen.ts");
      out(keygen(command));
      return 0;
    }
    case "sign": {
      const { sign } = await import("./commands/sign.ts");
      out(await sign(command));
      return 0;
    }
  }
}

function failed(
  error: unknown,
  first: string | undefined,
  { err }: Streams,
): number {
  // A manifest is read as the load side reads it, with its errors.
  if (error instanceof PluginError) {
    err(`error: ${error.message}\n`);
    return 1;
  }
  if (!(error instanceof EmitError)) {
    err(`error: ${unforeseen(error)}\n`);
    return 1;
  }
  const at = error.at === undefined ? "" : ` (at ${error.at})`;
  err(`error: ${error.message}${at}\n`);
  switch (error.code) {
    case "usage":
      err(
        `Try "plugin ${
          COMMANDS.some((name) => name === first) ? `${first} ` : ""
        }--help"\n`,
      );
      return 2;
    case "no_tool":
      return 3;
    default:
      return 1;
  }
}

/** A full disk and a missing permission are the system's; the rest is ours. */
function unforeseen(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "syscall" in error
    ? `The system refused: ${error.message}`
    : `This is a bug of the plugin command: ${error.message}`;
}
