/**
 * Reads the command line. Pure: no files, no environment.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { EmitError } from "./error.ts";
import { didYouMean } from "./nearest.ts";

/** How much a command says. */
export interface Output {
  /** A summary for programs instead of the one for people. */
  readonly json: boolean;
  /** Every skipped symbol, however many there are. */
  readonly verbose: boolean;
}

/** `plugin build`: compile, describe, write. */
export interface BuildCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "build";
  /** Source files, or one directory. */
  readonly inputs: readonly string[];
  /** The library to write. */
  readonly output?: string;
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
}

/** `plugin emit`: describe a library that exists. */
export interface EmitCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "emit";
  /** A path, or a name that the system's loader finds. */
  readonly library: string;
  /** Headers that declare what it exports. */
  readonly headers: readonly string[];
  /** Where to look for headers (`-I`). */
  readonly directories: readonly string[];
  /** Macros to define (`-D`). */
  readonly defines: readonly string[];
  /** Exact names to describe; all when empty. */
  readonly symbols: readonly string[];
  /** Names to describe, as globs; all when empty. */
  readonly include: readonly string[];
  /** Names to leave out, as globs. */
  readonly exclude: readonly string[];
  /** The manifest to write. */
  readonly output?: string;
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
}

/** `plugin --help`, or that of one command. */
export interface HelpCommand {
  /** Tells the commands apart. */
  readonly command: "help";
  /** The command that it is about. */
  readonly topic?: CommandName;
}

/** What was asked for. */
export type Command = BuildCommand | EmitCommand | HelpCommand;

/** The commands that do something. */
export const COMMANDS = ["build", "emit"] as const;

/** The name of a command that does something. */
export type CommandName = typeof COMMANDS[number];

/** An option: whether it takes a value, and its letter. */
interface Option {
  readonly type: "boolean" | "string";
  readonly short?: string;
}

const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  output: { type: "string", short: "o" },
  verbose: { type: "boolean", short: "v" },
} as const;

const OPTIONS: Readonly<Record<CommandName, Record<string, Option>>> = {
  build: COMMON,
  emit: {
    ...COMMON,
    define: { type: "string", short: "D" },
    exclude: { type: "string" },
    header: { type: "string" },
    include: { type: "string" },
    "include-directory": { type: "string", short: "I" },
    symbols: { type: "string" },
  },
};

/**
 * Reads the arguments of the `plugin` command.
 *
 * @param argv Arguments, without the runtime and the script.
 * @returns What was asked for.
 * @throws {EmitError} `usage`: says what is wrong, and the nearest word.
 */
export function parseCommand(argv: readonly string[]): Command {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h") {
    return { command: "help" };
  }
  if (name === "help") return helpOn(rest[0]);
  const { options, positionals, flags } = read(commandName(name), rest);
  if (options.has("help")) return helpOn(name);
  const shared = {
    json: options.has("json"),
    verbose: options.has("verbose"),
    flags,
    ...one(options, "output"),
  };
  switch (commandName(name)) {
    case "build":
      if (positionals.length === 0) {
        throw usage(`"plugin build" needs a source file or a directory`);
      }
      return { command: "build", inputs: positionals, ...shared };
    case "emit": {
      const [library, extra] = positionals;
      if (library === undefined) throw usage(`"plugin emit" needs a library`);
      if (extra !== undefined) {
        throw usage(`"plugin emit" takes one library, and got "${extra}" too`);
      }
      return {
        command: "emit",
        library,
        headers: options.get("header") ?? [],
        directories: options.get("include-directory") ?? [],
        defines: options.get("define") ?? [],
        symbols: (options.get("symbols") ?? []).flatMap((v) => v.split(",")),
        include: options.get("include") ?? [],
        exclude: options.get("exclude") ?? [],
        ...shared,
      };
    }
  }
}

function helpOn(topic: string | undefined): HelpCommand {
  return topic === undefined
    ? { command: "help" }
    : { command: "help", topic: commandName(topic) };
}

function commandName(name: string): CommandName {
  const found = COMMANDS.find((command) => command === name);
  if (found !== undefined) return found;
  throw usage(
    name.startsWith("-")
      ? `The command comes before its options: ${COMMANDS.join(" or ")}`
      : `There is no command "${name}"${didYouMean(name, COMMANDS)}`,
  );
}

interface Arguments {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly flags: readonly string[];
}

// The runtimes word the errors of a strict parseArgs each in their own way, so
// it only cuts the arguments into tokens here.
function read(command: CommandName, argv: readonly string[]): Arguments {
  const known = OPTIONS[command];
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const { tokens } = parseArgs({
    args: [...own],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) {
      const words = Object.keys(known).map((word) => `--${word}`);
      throw usage(
        `"plugin ${command}" has no option "${rawName}"` +
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
  return { options, positionals, flags: end < 0 ? [] : argv.slice(end + 1) };
}

function one(
  options: Arguments["options"],
  name: "output",
): { output?: string } {
  const values = options.get(name);
  if (values === undefined) return {};
  if (values.length > 1) throw usage(`The option "--${name}" is given twice`);
  return { output: values[0]! };
}

function usage(message: string): EmitError {
  return new EmitError("usage", message);
}
