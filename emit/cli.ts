/**
 * The command line, from arguments to exit code.
 *
 * @module
 */

import { escapeText, PluginError } from "../ffi/error.ts";
import { system, UnreadableError } from "../ffi/system/system.ts";
import { type Arguments, readArguments } from "./arguments/arguments.ts";
import type { CommandOutcome } from "./arguments/command.ts";
import type { CommonName } from "./arguments/shared_options.ts";
import { commandNamed, COMMANDS, HELP, helpOn } from "./commands/commands.ts";
import { EmitError, type ErrorData, isNotPermitted } from "./error.ts";
import { makeRoom, withProgress } from "./terminal/progress.ts";
import { VERSION } from "./publish/version.ts";

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
  let isForPrograms = false;
  try {
    const { text, warnings, negative } = await answer(argv, (given) => {
      isForPrograms = given.has("json");
    });
    if (warnings !== undefined) streams.err(escapeText(warnings));
    streams.out(escapeText(text));
    return negative ? 1 : 0;
  } catch (error) {
    if (isForPrograms) {
      const data = { error: dataOf(error) };
      streams.out(escapeText(`${JSON.stringify(data, null, 2)}\n`));
    }
    return failed(error, argv[0], streams);
  }
}

async function answer(
  argv: readonly string[],
  onRead: (given: Arguments<CommonName>) => void,
): Promise<CommandOutcome> {
  const [first, ...rest] = argv;
  switch (first) {
    case undefined:
    case "--help":
    case "-h":
      return { text: HELP };
    case "--version":
    case "-V":
      return { text: `${VERSION}\n` };
    case "help":
      return {
        text: rest[0] === undefined
          ? HELP
          : helpOn(await commandNamed(rest[0])),
      };
  }
  const command = await commandNamed(first);
  const given = readArguments(command, rest);
  onRead(given);
  if (given.has("help")) return { text: helpOn(command) };
  const asked = command.parse(given);
  const what = `plugin ${argv.join(" ")}`;
  return await withProgress(what, async () => await command.run(asked));
}

/** What went wrong, as `--json` says it on standard output; people are told on standard error. */
function dataOf(error: unknown): ErrorData {
  if (error instanceof EmitError || error instanceof PluginError) {
    const { name, code, message, path } = error;
    const at = error instanceof EmitError ? error.at : undefined;
    return { name, code, message, path, at };
  }
  return { message: unforeseen(error) };
}

function failed(
  error: unknown,
  first: string | undefined,
  streams: Streams,
): number {
  // Names that others have given are in it.
  const err = (text: string) => streams.err(escapeText(text));
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
          COMMANDS.includes(first ?? "") ? `${first} ` : ""
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
  const { message } = error;
  // It names the flag.
  if (isNotPermitted(error)) return `This is not permitted: ${message}`;
  const code = String((error as { code?: unknown }).code);
  // Deno's own errors have no `syscall`; a code with "_" is Node's own.
  // Deno's, for what it cannot even pass on.
  if (message.endsWith("is not valid UTF-8")) return message;
  if (error instanceof UnreadableError) return message;
  if (!/^E[A-Z0-9]+$/.test(code)) {
    return `This is a bug of the plugin command: ${message}`;
  }
  // Node's messages begin with the code.
  return `The system refused: ${
    message.startsWith(code) ? message : `${code}: ${message}`
  }`;
}
