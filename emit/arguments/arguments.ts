/**
 * Reads the arguments of a command. Pure: no files, no environment.
 *
 * @module
 */

import { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { cut, type Options } from "./option_words.ts";

/** What has to be known of a command, to read its arguments. */
export interface Grammar {
  /** Its name: `"emit"`. */
  readonly name: string;
  /** What errors call it; `"plugin emit"` when it is left out. */
  readonly calledAs?: string;
  /** Its options. */
  readonly options: Options;
  /** Whether it runs a compiler, which what follows `--` is for. */
  readonly runsCompiler: boolean;
}

/**
 * What was written after the name of a command.
 *
 * @typeParam N The names of the command's options.
 */
export class Arguments<N extends string = string> {
  /** What is no option. */
  readonly positionals: readonly string[];
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
  readonly #calledAs: string;
  readonly #options: ReadonlyMap<string, readonly string[]>;

  /**
   * @param calledAs What errors call the command.
   * @param options The values of each option that was given.
   * @param positionals What is no option.
   * @param flags What followed `--`.
   */
  constructor(
    calledAs: string,
    options: ReadonlyMap<string, readonly string[]>,
    positionals: readonly string[],
    flags: readonly string[],
  ) {
    this.#calledAs = calledAs;
    this.#options = options;
    this.positionals = positionals;
    this.flags = flags;
  }

  /** Whether an option was given. */
  has(name: N): boolean {
    return this.#options.has(name);
  }

  /** The values of an option that may be repeated. */
  all(name: N): readonly string[] {
    return this.#options.get(name) ?? [];
  }

  /**
   * The value of an option that may not be repeated.
   *
   * @param name The option's name.
   * @returns An object with that property; an empty one where it was not given.
   * @throws {EmitError} `usage` when it is given twice.
   */
  one<M extends N>(name: M): { [name in M]?: string } {
    const [value, second] = this.all(name);
    if (second !== undefined) {
      throw usage(
        `The option "--${name}" is given twice: "${value}" and "${second}"`,
      );
    }
    return (value === undefined ? {} : { [name]: value }) as {
      [name in M]?: string;
    };
  }

  /**
   * Makes sure that there is no argument but options.
   *
   * @throws {EmitError} `usage` when there is one.
   */
  onlyOptions(): void {
    const [extra] = this.positionals;
    if (extra === undefined) return;
    throw usage(
      `"${this.#calledAs}" takes only options, and got "${extra}"`,
    );
  }

  /**
   * The one argument that is no option.
   *
   * @param kind What the argument is: `"library"`.
   * @param wanted All that the argument may be, where that is more.
   * @throws {EmitError} `usage` when there is none, or another one.
   */
  only(kind: string, wanted?: string): string {
    return onlyOne(this.#calledAs, this.positionals, kind, wanted);
  }
}

/**
 * The one of several arguments that there may be.
 *
 * @param calledAs What errors call the command.
 * @param positionals The arguments.
 * @param kind What the argument is: `"library"`.
 * @param wanted All that the argument may be, where that is more.
 * @throws {EmitError} `usage` when there is none, or another one.
 */
export function onlyOne(
  calledAs: string,
  positionals: readonly string[],
  kind: string,
  wanted = `a ${kind}`,
): string {
  const [file, extra] = positionals;
  if (file === undefined) throw usage(`"${calledAs}" needs ${wanted}`);
  if (extra === undefined) return file;
  throw usage(`"${calledAs}" takes one ${kind}, and got "${extra}" too`);
}

/**
 * Reads the arguments of a command.
 *
 * @param command The command.
 * @param argv What was written after its name.
 * @returns The arguments; what the command makes of them is its own.
 * @throws {EmitError} `usage`: says which option there is not, and the nearest.
 */
export function readArguments(
  {
    name: command,
    calledAs = `plugin ${command}`,
    options: known,
    runsCompiler,
  }: Grammar,
  argv: readonly string[],
): Arguments {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const flags = end < 0 ? [] : argv.slice(end + 1);
  const options = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const word of cut(own, known)) {
    if (typeof word === "string") {
      positionals.push(word);
      continue;
    }
    const { name, rawName, value } = word;
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) {
      const words = Object.keys(known).map((word) => `--${word}`);
      throw usage(
        `"${calledAs}" has no option "${rawName}"` +
          didYouMean(rawName, words),
      );
    }
    if (option.type === "string" && (value === undefined || value === "")) {
      throw usage(`The option "${rawName}" needs a value`);
    }
    if (option.type === "boolean" && value !== undefined) {
      throw usage(`The option "${rawName}" takes no value, and got "${value}"`);
    }
    options.set(name, [...(options.get(name) ?? []), value ?? ""]);
  }
  if (flags.length > 0 && !runsCompiler) {
    throw usage(
      `"${calledAs}" runs no compiler, and got "-- ${flags[0]}"`,
    );
  }
  return new Arguments(calledAs, options, positionals, flags);
}

/**
 * An error about the arguments.
 *
 * @param message What is wrong with the arguments.
 * @returns The error.
 */
export function usage(message: string): EmitError {
  return new EmitError("usage", message);
}
