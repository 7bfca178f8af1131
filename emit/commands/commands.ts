/**
 * The commands that there are.
 *
 * Only the one that is called is imported: to read the modules of all of them
 * takes as long as to describe a library.
 *
 * @module
 */

import type { Command } from "../arguments/command.ts";
import { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";

/** A command, as `plugin --help` lists it. */
interface ListedCommand {
  /** How it is called. */
  readonly usage: string;
  /** What it is for. */
  readonly purpose: string;
  /** Imports it. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

const ENTRIES = {
  build: {
    usage: "build <source>...",
    purpose: "compile a plugin, with its manifest",
    load: () => import("./build.ts"),
  },
  emit: {
    usage: "emit <library>",
    purpose: "describe a library that exists",
    load: () => import("./emit.ts"),
  },
  annotate: {
    usage: "annotate <library>",
    purpose: "propose what the binary does not say, to be read",
    load: () => import("./annotate.ts"),
  },
  import: {
    usage: "import <source>...",
    purpose: 'what import { add } from "./hello.c" takes',
    load: () => import("./import.ts"),
  },
  check: {
    usage: "check <library>",
    purpose: "is its manifest still right?",
    load: () => import("./check.ts"),
  },
  pack: {
    usage: "pack <library>...",
    purpose: "one directory of a plugin for several machines",
    load: () => import("./pack.ts"),
  },
  test: {
    usage: "test <source>...",
    purpose: "your tests, with a plugin that is watched",
    load: () => import("./test.ts"),
  },
  inspect: {
    usage: "inspect <library>",
    purpose: "what is in it, without loading it",
    load: () => import("./inspect.ts"),
  },
  types: {
    usage: "types <manifest>",
    purpose: "its TypeScript declarations",
    load: () => import("./types.ts"),
  },
  new: {
    usage: "new <language> <name>",
    purpose: "a project to begin with",
    load: () => import("./new.ts"),
  },
  keygen: {
    usage: "keygen",
    purpose: "a pair of keys to sign with",
    load: () => import("./keygen.ts"),
  },
  sign: {
    usage: "sign <manifest>",
    purpose: "sign a manifest, for open's trust",
    load: () => import("./sign.ts"),
  },
  revoke: {
    usage: "revoke <what>...",
    purpose: "take back keys, builds and releases",
    load: () => import("./revoke.ts"),
  },
  doctor: {
    usage: "doctor",
    purpose: "what this machine has for plugins, and what it lacks",
    load: () => import("./doctor.ts"),
  },
  support: {
    usage: "support",
    purpose: "the native code that all plugins share",
    load: () => import("./support.ts"),
  },
} satisfies Readonly<Record<string, ListedCommand>>;

/** The names of the commands. */
export const COMMANDS: readonly string[] = Object.keys(ENTRIES);

/**
 * Imports a command.
 *
 * @param name The command's name.
 * @returns The command.
 * @throws {EmitError} `usage` when there is no such command; names the nearest.
 */
export async function commandNamed(name: string): Promise<Command> {
  if (Object.hasOwn(ENTRIES, name)) {
    const { load }: ListedCommand = ENTRIES[name as keyof typeof ENTRIES];
    return (await load()).command;
  }
  throw new EmitError(
    "usage",
    name.startsWith("-")
      ? `The command comes before its options: it is one of ${
        COMMANDS.join(", ")
      }`
      : `There is no command "${name}"${didYouMean(name, COMMANDS)}`,
  );
}

/** What every help ends with. */
const CODES = `Exit codes:
  0  it is done
  1  it failed, or the manifest is stale (check)
  2  the arguments are wrong
  3  a tool that it needs is missing: a C compiler, go, cargo, zig, a newer Node
`;

/** What `plugin --help` says. */
export const HELP = `Makes native plugins for Deno, Bun and Node.

Usage:
${Object.values(ENTRIES).map(line).join("\n")}
${line({ usage: "<command> --help", purpose: "examples and options" })}
${line({ usage: "--version", purpose: "the version of this package" })}

Example:
  plugin build hello.c      writes hello.so, hello.so.json and hello.so.d.ts
  ...and in TypeScript:     open("./hello.so").lookup("F")()

${CODES}`;

function line(
  { usage, purpose }: Pick<ListedCommand, "usage" | "purpose">,
): string {
  return `  plugin ${usage.padEnd(21)} ${purpose}`;
}

/** What `plugin <command> --help` says. */
export function helpOn({ help }: Command): string {
  return `${help}\n${CODES}`;
}
