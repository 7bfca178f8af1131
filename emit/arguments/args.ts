/**
 * Reads the command line. Pure: no files, no environment.
 *
 * @module
 */

import type { Target } from "../../ffi/manifest/manifest.ts";
import {
  type Command,
  type CommandName,
  COMMANDS,
  type HelpCommand,
  type LibraryOrManifest,
  type NewCommand,
  type PackCommand,
  TEMPLATE_NAMES,
} from "./command.ts";
import { EmitError } from "../error.ts";
import { didYouMean } from "../nearest.ts";
import { OPTIONS } from "./options.ts";
import { cut } from "./option_words.ts";
import type { ThunkOptions } from "../thunk/plan.ts";
import { parseTarget } from "../toolchain/target.ts";

/**
 * Reads the arguments of the `plugin` command.
 *
 * @param argv Arguments, without the runtime and the script.
 * @returns What was asked for.
 * @throws {EmitError} `usage`: says what is wrong, and the nearest word.
 */
export function parseCommand(argv: readonly string[]): Command {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h") {
    return { command: "help" };
  }
  if (first === "--version" || first === "-V") return { command: "version" };
  if (first === "help") return helpOn(rest[0]);
  const name = commandName(first);
  const given = read(name, rest);
  if (given.options.has("help")) return helpOn(name);
  return commandOf(name, given);
}

function commandOf(name: CommandName, given: Arguments): Command {
  const { options, positionals, flags } = given;
  const output = {
    json: options.has("json"),
    verbose: options.has("verbose"),
  };
  switch (name) {
    case "build":
      if (positionals.length === 0) {
        throw usage(`"plugin build" needs a source file or a directory`);
      }
      return {
        command: name,
        inputs: positionals,
        flags,
        ...output,
        ...one(options, "output"),
        ...one(options, "annotate"),
        ...thunksOf(options),
        ...cxxOf(options),
        ...targetsOf(options),
      };
    case "emit":
      return {
        command: name,
        ...subject(name, given),
        ...output,
        ...one(options, "output"),
        ...thunksOf(options),
      };
    case "check":
      return {
        command: name,
        ...subject(name, given),
        ...output,
        ...one(options, "manifest"),
      };
    case "pack":
      return { command: name, ...pack(given), ...output };
    case "inspect":
      return {
        command: name,
        file: only(name, given, "a library or a manifest"),
        ...output,
      };
    case "types":
      return {
        command: name,
        file: only(name, given, "a manifest"),
        ...output,
        ...one(options, "output"),
      };
    case "new":
      return { command: name, ...project(given), ...output };
    case "keygen":
      return {
        command: name,
        ...nothing(given),
        ...one(options, "output"),
        ...output,
      };
    case "sign":
      return {
        command: name,
        file: only(name, given, "a manifest"),
        key: privateKey(options),
        ...output,
      };
  }
}

function subject(name: CommandName, given: Arguments): LibraryOrManifest {
  const { options, flags } = given;
  return {
    library: only(name, given, "a library"),
    headers: options.get("header") ?? [],
    directories: options.get("include-directory") ?? [],
    defines: options.get("define") ?? [],
    constants: constantsOf(options),
    symbols: (options.get("symbols") ?? []).flatMap((v) => v.split(",")),
    include: options.get("include") ?? [],
    exclude: options.get("exclude") ?? [],
    flags,
    ...one(options, "annotate"),
    ...cxxOf(options),
  };
}

function project(
  { options, positionals, flags }: Arguments,
): Pick<NewCommand, "template" | "directory" | "link"> {
  const [language, ...directories] = positionals;
  const known = TEMPLATE_NAMES.join(", ");
  if (language === undefined) {
    throw usage(`"plugin new" needs a language (${known}) and a name`);
  }
  const template = TEMPLATE_NAMES.find((template) => template === language);
  if (template === undefined) {
    throw usage(
      `There is no project in "${language}", only in ${known}` +
        didYouMean(language, TEMPLATE_NAMES),
    );
  }
  const rest = { options, positionals: directories, flags };
  const directory = only("new", rest, "a name");
  return { template, directory, ...one(options, "link") };
}

/** A command that is about no file. */
function nothing({ positionals, flags }: Arguments): Record<never, never> {
  const [extra] = [...positionals, ...flags];
  if (extra === undefined) return {};
  throw usage(`"plugin keygen" takes only options, and got "${extra}"`);
}

function privateKey(options: Arguments["options"]): string {
  const { key } = one(options, "key");
  if (key !== undefined) return key;
  throw usage(
    `"plugin sign" needs --key and the private key; "plugin keygen" makes one`,
  );
}

function constantsOf(options: Arguments["options"]): readonly string[] {
  const globs = options.get("constants") ?? [];
  if (globs.length > 0 && !options.has("header")) {
    throw usage(
      `The option "--constants" reads headers: name them with --header`,
    );
  }
  return globs;
}

/** The one file that a command is about. */
function only(
  name: CommandName,
  { positionals, flags }: Arguments,
  what: string,
): string {
  const [file, extra] = positionals;
  if (file === undefined) throw usage(`"plugin ${name}" needs ${what}`);
  if (extra !== undefined) {
    const one = what.replace(/^an? (\w+).*/, "one $1");
    throw usage(`"plugin ${name}" takes ${one}, and got "${extra}" too`);
  }
  if (flags.length > 0 && !("header" in OPTIONS[name])) {
    throw usage(`"plugin ${name}" runs no compiler, and got "-- ${flags[0]}"`);
  }
  return file;
}

/** Each of the three options asks for thunks. */
function thunksOf(
  options: Arguments["options"],
): { thunks?: ThunkOptions } {
  const signatures = options.get("thunk") ?? [];
  const errno = options.get("errno") ?? [];
  return signatures.length + errno.length === 0 && !options.has("thunks")
    ? {}
    : { thunks: { signatures, errno } };
}

function targetsOf(
  options: Arguments["options"],
): { targets?: readonly Target[] } {
  const names = options.get("target");
  return names === undefined
    ? {}
    : { targets: [...new Set(names.map(parseTarget))] };
}

function pack(
  { options, positionals, flags }: Arguments,
): Pick<PackCommand, "libraries" | "output"> {
  const { output } = one(options, "output");
  if (positionals.length === 0 || output === undefined) {
    throw usage(
      `"plugin pack" needs libraries, and a directory to write: -o hello`,
    );
  }
  if (flags.length > 0) {
    throw usage(`"plugin pack" runs no compiler, and got "-- ${flags[0]}"`);
  }
  return { libraries: positionals, output };
}

function cxxOf(options: Arguments["options"]): { cxx?: true } {
  return options.has("cxx") ? { cxx: true } : {};
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
      ? `The command comes before its options: it is one of ${
        COMMANDS.join(", ")
      }`
      : `There is no command "${name}"${didYouMean(name, COMMANDS)}`,
  );
}

interface Arguments {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  readonly flags: readonly string[];
}

function read(command: CommandName, argv: readonly string[]): Arguments {
  const known = OPTIONS[command];
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
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

function one<N extends "annotate" | "key" | "link" | "manifest" | "output">(
  options: Arguments["options"],
  name: N,
): { [name in N]?: string } {
  const values = options.get(name);
  if (values === undefined) return {};
  if (values.length > 1) throw usage(`The option "--${name}" is given twice`);
  return { [name]: values[0]! } as { [name in N]?: string };
}

function usage(message: string): EmitError {
  return new EmitError("usage", message);
}
