/**
 * Builds a plugin from a Rust crate, whatever kinds of library it says it is.
 *
 * `Cargo.toml` is never edited, and nothing is written but what cargo itself
 * writes: its `target` directory, so that the next build is an incremental
 * one, and `Cargo.lock` where there is none.
 *
 * @module
 */

import { exists, system } from "../../../ffi/system/system.ts";
import { nodeModule } from "../../../ffi/system/node_system.ts";
import { dirname, join } from "../../../ffi/system/path.ts";
import type { Target } from "../../../ffi/manifest/manifest.ts";
import { withDocs } from "../../csource/doc.ts";
import { describe } from "../../describe/describe.ts";
import { EmitError } from "../../error.ts";
import { withDebugFiles } from "../../image/find_debug_files.ts";
import { type LibraryFile, readLibrary } from "../../image/library_file.ts";
import { type Ran, run } from "../../toolchain/run.ts";
import { shellWord } from "../../toolchain/shell_word.ts";
import { spell } from "../../toolchain/compiler_target.ts";
import { C, commandOf, linking } from "../../toolchain/cc.ts";
import { docsOfItems, type Item } from "../doc_comments.ts";
import { type Api, describeApi } from "./api.ts";
import {
  artifactOf,
  builtCrate,
  cargoFailed,
  compileLibrary,
  featuresIn,
  isOf,
  nameOf,
  type ReadApi,
  readApi,
  type RustSource,
} from "./cargo.ts";
import { type Crate, crateOf, itemsOf, sourcesOf } from "./crate.ts";
import { CRATE_LIST, listCrates } from "./crate_list.ts";
import { CRATE, namedCrate } from "./named_crate.ts";
import { recording } from "./recorded.ts";
import type { Rustdoc } from "./rustdoc.ts";
import { singleFileCrate } from "./single_file.ts";
import { compileWrapper, without } from "./wrapper_library.ts";
import { beginStep } from "../../terminal/progress.ts";
import type { BuildRequest, Built } from "../source.ts";
import type { Description } from "../../describe/description.ts";

/**
 * Compiles a crate into one shared library with debug information.
 *
 * @param request One directory with a `Cargo.toml`, a file that belongs to no
 * crate, or the name of a crate behind {@linkcode CRATE}; `flags` are cargo's, such as `--features fast`.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without cargo, or with one that is too old for
 * a crate without symbols of C; `usage` for a workspace that leaves open which
 * crate; `compile_failed` with cargo's own words.
 */
export async function buildRust(request: BuildRequest): Promise<Built> {
  const input = request.inputs[0]!;
  if (input.startsWith(CRATE)) {
    const { name, directory } = namedCrate(input);
    const crate = await crateOf(directory, cargo);
    const source = { input, crate, package: name };
    const compiled = await compiledBy(
      source,
      request,
      recording(crate.target, cargoHome()),
    );
    beginStep("reading its API", request.target);
    const read = await readApi(source, request, cargo, compiled.ran.stdout);
    if (read.doc === undefined) throw read.why;
    const api = apiOf(read.doc, request);
    return await buildWrapped(source, request, read, api, compiled);
  }
  const isFile = input.endsWith(".rs");
  const directory = isFile ? singleFileCrate(input, request.work) : input;
  const crate = await crateOf(directory, cargo);
  const source = { input, crate };
  beginStep("reading its API", request.target);
  const read = await readApi(source, request, cargo);
  const api = read.doc && apiOf(read.doc, request);
  const built = read.doc !== undefined && api?.isForRust
    ? await buildWrapped(
      source,
      request,
      read,
      api,
      await compiledBy(source, request),
    )
    : await buildPlain(crate, request);
  return isFile ? { ...built, sources: [input] } : built;
}

/** The API of a crate, whose types have the names that they like. */
function apiOf(
  doc: Rustdoc,
  { instantiate }: BuildRequest,
  taken: ReadonlySet<string> = new Set(),
): Api {
  return describeApi(doc, nameOf(doc), taken, instantiate);
}

/** A crate that cargo has compiled as Rust's own libraries are. */
interface Compiled {
  /** What it was compiled for. */
  readonly machine: Machine;
  /** What cargo said. */
  readonly ran: Ran;
}

async function compiledBy(
  source: RustSource,
  request: BuildRequest,
  env: Readonly<Record<string, string>> = {},
): Promise<Compiled> {
  const machine = await machineOf(request, source.crate);
  beginStep("compiling it", request.target);
  const ran = await compileLibrary(
    source,
    [...machine.cargo, ...request.flags],
    rustcFlags(source.crate, request),
    cargo,
    env,
  );
  return { machine, ran };
}

/** Builds a crate with all that it shows to Rust. */
async function buildWrapped(
  source: RustSource,
  request: BuildRequest,
  read: ReadApi,
  first: Api,
  { machine, ran }: Compiled,
): Promise<Built> {
  const { crate } = source;
  const isNamed = source.package !== undefined;
  const own = rustcFlags(crate, request);
  const built = builtCrate(source, read, ran);
  const crates = await cratesOf(source, request, machine.target);
  const path = join(request.work, request.name);
  const flags = [
    `-Copt-level=${built.optimized}`,
    // What its units call of each other is short, or not for each call.
    "-Clto=off",
    ...machine.target,
    ...machine.rustc,
    ...linkerFlags(request),
    ...crates.flags,
    // Of a crate that has no symbols of C, the types are known already; those of
    // others are told by the crate itself, not by its wrapper.
    ...isNamed ? ["-Cstrip=debuginfo"] : [...own, "-Cdebuginfo=1"],
  ];
  const work = join(request.work, "wrapper");
  system.makeDirectory(work);
  beginStep("compiling its wrapper", request.target);
  const { refused, warnings } = await compileWrapper(
    first,
    built,
    work,
    path,
    flags,
  );
  const library = readLibrary(path);
  const described = isNamed
    ? NO_SYMBOLS
    : withoutWrappers(symbolsOfC(library, crate));
  // The types of C keep their names.
  const taken = new Set(Object.keys(described.types));
  const api = taken.size === 0 ? first : apiOf(read.doc, request, taken);
  return {
    path,
    library,
    description: {
      ...merged(described, without(api, refused)),
      language: "Rust",
      compiler: await compilerOf(crate),
    },
    thunks: { kind: "companion" },
    sources: isNamed ? [] : sourcesOf(crate, request.target),
    warnings: ran.stderr + crates.warnings + warnings,
  };
}

const NO_SYMBOLS: Description = { types: {}, symbols: {}, skipped: {} };

/** What a crate exports for C. */
function symbolsOfC(library: LibraryFile, crate: Crate): Description {
  const items = itemsOf(crate);
  const described = describe(withDebugFiles(library.image));
  // Some linkers for macOS show all that there is.
  const { [CRATE_LIST]: _, ...skipped } = described.skipped;
  const own = { ...described, skipped };
  return withDocs(withoutRustCalls(own, items), docsOfItems(items));
}

/** The symbols that wrappers add: their own names, and no others that begin so. */
const WRAPPERS = /^plugin_(?:thunk_\w+|free|release|released)$/;

/** What a wrapper adds to a library is no symbol of the crate. */
function withoutWrappers(description: Description): Description {
  const own = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([name]) => !WRAPPERS.test(name)),
    );
  const symbols = own(description.symbols);
  return Object.keys(symbols).length === 0
    ? NO_SYMBOLS
    : { ...description, symbols, skipped: own(description.skipped) };
}

function merged(described: Description, api: Description): Description {
  return {
    types: { ...described.types, ...api.types },
    constants: { ...described.constants, ...api.constants },
    symbols: { ...described.symbols, ...api.symbols },
    skipped: { ...described.skipped, ...api.skipped },
  };
}

async function compilerOf({ directory }: Crate): Promise<string> {
  const { stdout } = await run("rustc", ["--version"], { cwd: directory });
  return stdout.trim();
}

/** Builds a crate whose symbols are those of C that it exports itself. */
async function buildPlain(crate: Crate, request: BuildRequest): Promise<Built> {
  const directory = request.inputs[0]!;
  const machine = await machineOf(request, crate);
  const source = { input: directory, crate };
  const crates = await cratesOf(source, request, machine.target);
  const ran = await cargo([
    "rustc",
    "--quiet",
    "--release",
    "--lib",
    "--crate-type=cdylib",
    "--message-format=json-render-diagnostics",
    ...machine.cargo,
    ...request.flags,
    "--",
    ...machine.rustc,
    ...rustcFlags(crate, request),
    ...linkerFlags(request),
    ...crates.flags,
  ], crate.directory);
  const file = ran.status === 0
    ? artifactOf(ran.stdout, isOf(crate), [".so", ".dylib"])
    : undefined;
  if (file === undefined) throw cargoFailed(directory, ran);
  const path = join(request.work, request.name);
  system.write(path, system.read(file), 0o755);
  const library = readLibrary(path);
  return {
    path,
    library,
    description: symbolsOfC(library, crate),
    thunks: { kind: "companion" },
    sources: sourcesOf(crate, request.target),
    warnings: ran.stderr + crates.warnings,
  };
}

/** The list of the crates that a library is made of, which is linked into it. */
function cratesOf(
  { crate: { directory }, package: name }: RustSource,
  { work, flags, target }: BuildRequest,
  machine: Machine["target"],
): Promise<{ flags: readonly string[]; warnings: string }> {
  const tree = [
    ...machine,
    ...name === undefined ? [] : [`--package=${name}`],
    ...featuresIn(flags),
  ];
  const isMacho = (target ?? system.os).startsWith("darwin");
  return listCrates(
    { work, tree, isNamed: name !== undefined, machine, isMacho },
    (args) => cargo(args, directory),
    (args) => run("rustc", args, { cwd: directory }),
  );
}

/**
 * What the one crate is compiled with, not its dependencies.
 *
 * LLVM makes functions with the same instructions one, and would keep the types
 * of one only. The directories are mapped away, so that the same source gives
 * the same bytes wherever it lies.
 */
function rustcFlags(
  { workspace }: Crate,
  { isCounted }: BuildRequest,
): string[] {
  return [
    "-Cdebuginfo=2",
    "-Cstrip=none",
    "-Cllvm-args=-mergefunc-use-aliases=false -mergefunc-preserve-debug-info",
    `--remap-path-prefix=${cargoHome()}=/cargo`,
    `--remap-path-prefix=${workspace}=.`,
    ...isCounted ? COUNTED : [],
  ];
}

/** Where cargo keeps what it has fetched, and how it is set up. */
function cargoHome(): string {
  return system.env("CARGO_HOME") ??
    join(nodeModule<typeof import("node:os")>("node:os").homedir(), ".cargo");
}

/** Counts lie in their file while they are made, however a runtime ends. */
const COUNTED = [
  "-Cinstrument-coverage",
  "-Cllvm-args=-runtime-counter-relocation",
];

function linkerFlags({ name, target }: BuildRequest): string[] {
  return linking(name, target).map((argument) => `-Clink-arg=${argument}`);
}

/** What another machine adds to arguments. */
interface Machine {
  /** To cargo's. */
  readonly cargo: readonly string[];
  /** To rustc's, where no cargo adds it: which machine it is. */
  readonly target: readonly string[];
  /** To rustc's. */
  readonly rustc: readonly string[];
}

/**
 * What another machine adds to the arguments of cargo and of rustc.
 *
 * rustc takes one program for its linker, so the C compiler for that machine
 * becomes a script. cargo takes it too, for crates that say they are libraries
 * of C; it lies where cargo builds, which compiles all again for a linker of
 * another name.
 */
async function machineOf(
  { target, work }: BuildRequest,
  { target: built }: Crate,
): Promise<Machine> {
  if (target === undefined) return { cargo: [], target: [], rustc: [] };
  const { rust, os } = spell(target);
  const command = await commandOf(C, target);
  const linker = join(built, `plugin-linker-${rust}`);
  const words = command.map(shellWord).join(" ");
  const script = `#!/bin/sh\nexec ${words} "$@"\n`;
  system.makeDirectories(built);
  if (!exists(linker) || system.readText(linker) !== script) {
    const made = join(work, "linker");
    system.write(made, script, 0o755);
    system.rename(made, linker);
  }
  const isMusl = os === "linux" && rust.endsWith("musl");
  const own = [`--target=${rust}`];
  const quoted = JSON.stringify(linker);
  return {
    cargo: [...own, `--config=target.${rust}.linker=${quoted}`],
    target: own,
    rustc: [
      `-Clinker=${linker}`,
      ...(isMusl ? ["-Ctarget-feature=-crt-static"] : []), // else no library
    ],
  };
}

/**
 * Makes sure that the standard library for a machine is installed.
 *
 * @param input As {@linkcode buildRust} takes it.
 * @param target The machine.
 * @throws {EmitError} `no_tool`, where it is not: says what installs it.
 */
export async function assertRustTarget(
  input: string,
  target: Target,
): Promise<void> {
  const directory = input.startsWith(CRATE)
    ? namedCrate(input).directory
    : input.endsWith(".rs")
    ? dirname(input)
    : input;
  const { rust } = spell(target);
  const asked = ["--print", "target-libdir", "--target", rust];
  const ran = await run("rustc", asked, { cwd: directory })
    .catch(() => undefined); // the build says how Rust is installed
  if (ran === undefined || exists(ran.stdout.trim())) return;
  throw new EmitError(
    "no_tool",
    `Cannot compile Rust for ${target}: its standard library for ${rust} is ` +
      `not installed: "rustup target add ${rust}" installs it`,
    { path: directory },
  );
}

/** Runs cargo in a directory, whose toolchain and configuration then count. */
async function cargo(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  try {
    return await run("cargo", args, { cwd, env });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    throw new EmitError(
      "no_tool",
      `Cannot compile Rust: there is no "cargo" on the PATH: install it from ` +
        `https://rustup.rs, or with "apt install cargo" (Debian, Ubuntu)`,
      { path: "cargo", cause },
    );
  }
}

/** Debug information does not say how a function is called; the source does. */
function withoutRustCalls(
  description: Description,
  items: readonly Item[],
): Description {
  const symbols = { ...description.symbols };
  const skipped = { ...description.skipped };
  for (const { name, isRustCall } of items) {
    if (!isRustCall || !Object.hasOwn(symbols, name)) continue;
    delete symbols[name];
    skipped[name] = 'it is called as only Rust calls: declare it extern "C"';
  }
  return { ...description, symbols, skipped };
}
