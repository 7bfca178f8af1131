/**
 * What a command is: one record with its options, its help, and what it does.
 *
 * Each lies in `emit/commands/`, in a file of its name.
 *
 * @module
 */

import type { Arguments, Grammar } from "./arguments.ts";
import type { Options } from "./option_words.ts";
import { COMMON, type CommonName } from "./shared_options.ts";

/** What a command has to say when it is done. */
export interface CommandOutcome {
  /** The summary, for standard output. */
  readonly text: string;
  /** What a compiler said, for standard error. */
  readonly warnings?: string;
  /** Whether the answer is no: the exit code is 1. */
  readonly negative?: boolean;
}

/**
 * A command.
 *
 * @typeParam C What can be asked of it.
 * @typeParam N The names of its options.
 */
export interface Command<C = unknown, N extends string = string>
  extends Grammar {
  /** Its options. */
  readonly options: Options<N>;
  /** Its help: usage, examples, options. */
  readonly help: string;
  /**
   * Makes of arguments what is asked for. Pure: no files, no environment.
   *
   * @param given The arguments.
   * @throws {EmitError} `usage`: says what is wrong with them.
   */
  parse(given: Arguments<N>): C;
  /**
   * Does it.
   *
   * @param asked What is asked for.
   * @throws {EmitError} When it cannot; then no file was changed.
   * @throws {PluginError} `bad_manifest`.
   */
  run(asked: C): CommandOutcome | Promise<CommandOutcome>;
}

/**
 * Completes a command by the options that all have: `--help`, `--json` and
 * `--verbose`.
 *
 * @param command The rest of it.
 * @returns The whole command.
 */
export function defineCommand<C, N extends string>(
  command:
    & Omit<Command<C, N | CommonName>, "options" | "runsCompiler">
    & { readonly options: Options<N>; readonly runsCompiler?: true },
): Command<C, N | CommonName> {
  const { options, runsCompiler = false } = command;
  return {
    ...command,
    runsCompiler,
    options: { ...COMMON, ...options } as Options<N | CommonName>,
  };
}
