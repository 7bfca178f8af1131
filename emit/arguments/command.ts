/**
 * What the command line can ask for.
 *
 * @module
 */

import type { Target } from "../../ffi/manifest/manifest.ts";
import type { ThunkOptions } from "../thunk/plan.ts";

/** How much a command says. */
export interface Output {
  /** A summary for programs instead of the one for people. */
  readonly json: boolean;
  /** Every skipped symbol, however many there are. */
  readonly verbose: boolean;
}

/** What a person knows of a library. */
export interface Annotated {
  /** A file that says what the binary cannot. */
  readonly annotate?: string;
}

/** `plugin build`: compile, describe, write. */
export interface BuildCommand extends Output, Annotated {
  /** Tells the commands apart. */
  readonly command: "build";
  /** Source files, or one directory. */
  readonly inputs: readonly string[];
  /** The library to write. */
  readonly output?: string;
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
  /** Whether C++'s free functions are described too. */
  readonly cxx?: boolean;
  /** What was said of thunks, if anything was. */
  readonly thunks?: ThunkOptions;
  /** The machines to build for; this one where none is named. */
  readonly targets?: readonly Target[];
}

/** A library that exists, and how to describe it. */
export interface LibraryOrManifest extends Annotated {
  /** A path, or a name that the system's loader finds. */
  readonly library: string;
  /** Headers that declare what it exports. */
  readonly headers: readonly string[];
  /** Where to look for headers (`-I`). */
  readonly directories: readonly string[];
  /** Macros to define (`-D`). */
  readonly defines: readonly string[];
  /** Macros of the headers that are constants, as globs. */
  readonly constants: readonly string[];
  /** Exact names to describe; all when empty. */
  readonly symbols: readonly string[];
  /** Names to describe, as globs; all when empty. */
  readonly include: readonly string[];
  /** Names to leave out, as globs. */
  readonly exclude: readonly string[];
  /** Whether C++'s free functions are described too. */
  readonly cxx?: boolean;
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
}

/** `plugin emit`: describe a library that exists. */
export interface EmitCommand extends Output, LibraryOrManifest {
  /** Tells the commands apart. */
  readonly command: "emit";
  /** The manifest to write. */
  readonly output?: string;
  /** What is wanted of thunks; none are made without it. */
  readonly thunks?: ThunkOptions;
}

/** `plugin check`: whether a manifest is still that of its library. */
export interface CheckCommand extends Output, LibraryOrManifest {
  /** Tells the commands apart. */
  readonly command: "check";
  /** The manifest, where it is not beside the library. */
  readonly manifest?: string;
}

/** `plugin pack`: libraries for several targets become one directory. */
export interface PackCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "pack";
  /** Libraries with manifests beside them, or such manifests. */
  readonly libraries: readonly string[];
  /** The directory to write. */
  readonly output: string;
}

/** `plugin inspect`: what a library is, without loading it. */
export interface InspectCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "inspect";
  /** A library or a manifest. */
  readonly file: string;
}

/** `plugin types`: the declarations of a manifest. */
export interface TypesCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "types";
  /** A manifest, or the library beside it. */
  readonly file: string;
  /** The file to write; standard output without it. */
  readonly output?: string;
}

/** The languages that a project can be begun in. */
export const TEMPLATE_NAMES = ["c", "cpp", "go", "rust", "zig"] as const;

/** A language that a project can be begun in. */
export type TemplateName = typeof TEMPLATE_NAMES[number];

/** `plugin new`: a project to begin with. */
export interface NewCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "new";
  /** The language. */
  readonly template: TemplateName;
  /** The directory to make, whose last part is the project's name. */
  readonly directory: string;
  /** A checkout of this package to use instead of the published one. */
  readonly link?: string;
}

/** `plugin keygen`: a pair of keys. */
export interface KeygenCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "keygen";
  /** The files to write, without `.pem` and `.pub.pem`. */
  readonly output?: string;
}

/** `plugin sign`: a signature in a manifest. */
export interface SignCommand extends Output {
  /** Tells the commands apart. */
  readonly command: "sign";
  /** A manifest, or the library that it lies beside. */
  readonly file: string;
  /** The PEM file of the private key. */
  readonly key: string;
}

/** `plugin --help`, or that of one command. */
export interface HelpCommand {
  /** Tells the commands apart. */
  readonly command: "help";
  /** The command that it is about. */
  readonly topic?: CommandName;
}

/** `plugin --version`. */
export interface VersionCommand {
  /** Tells the commands apart. */
  readonly command: "version";
}

/** What was asked for. */
export type Command =
  | BuildCommand
  | EmitCommand
  | CheckCommand
  | PackCommand
  | InspectCommand
  | TypesCommand
  | NewCommand
  | KeygenCommand
  | SignCommand
  | HelpCommand
  | VersionCommand;

/** The commands that do something. */
export const COMMANDS = [
  "build",
  "emit",
  "check",
  "pack",
  "inspect",
  "types",
  "new",
  "keygen",
  "sign",
] as const;

/** The name of a command that does something. */
export type CommandName = typeof COMMANDS[number];
