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
import { join } from "../../../ffi/system/path.ts";
import type { Target } from "../../../ffi/manifest/manifest.ts";
import { withDocs } from "../../csource/doc.ts";
import { describe } from "../../describe/describe.ts";
import { EmitError } from "../../error.ts";
import { withDebugFiles } from "../../image/debug_files.ts";
import { type LibraryFile, readLibrary } from "../../image/library_file.ts";
import { type Ran, run } from "../../toolchain/run.ts";
import { spell } from "../../toolchain/target.ts";
import { C, commandOf, linking } from "../../toolchain/cc.ts";
import { docsOfItems, type Item } from "../items.ts";
import { describeApi } from "./api.ts";
import {
  artifactOf,
  buildLibraryOf,
  cargoFailed,
  isWorthWrapping,
  readApi,
  type RustSource,
} from "./cargo.ts";
import { type Crate, crateOf, itemsOf } from "./crate.ts";
import { CRATE, namedCrate } from "./named_crate.ts";
import type { Rustdoc } from "./rustdoc.ts";
import { compileWrapper, without } from "./wrapper.ts";
import type { BuildRequest, Built } from "../source.ts";
import type { Description } from "../../describe/description.ts";

/**
 * Compiles a crate into one shared library with debug information.
 *
 * @param request One directory with a `Cargo.toml`, or the name of a crate
 * behind {@linkcode CRATE}; `flags` are cargo's, such as `--features fast`.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without cargo, or with one that is too old for
 * a crate without symbols of C; `usage` for a workspace that leaves open which
 * crate; `compile_failed` with cargo's own words.
 */
export async function buildRust(request: BuildRequest): Promise<Built> {
  const input = request.inputs[0]!;
  if (input.startsWith(CRATE)) {
    const { name, directory } = namedCrate(input);
    const source = { input, directory, package: name };
    const api = await readApi(source, request, cargo);
    if (api.doc === undefined) throw api.why;
    return await buildWrapped(source, request, api.doc);
  }
  const crate = await crateOf(input, cargo);
  const source = { input, directory: crate.directory, crate };
  const api = await readApi(source, request, cargo);
  return api.doc === undefined || !isWorthWrapping(api.doc)
    ? await buildPlain(crate, request)
    : await buildWrapped(source, request, api.doc);
}

/** Builds a crate with all that it shows to Rust. */
async function buildWrapped(
  source: RustSource,
  request: BuildRequest,
  doc: Rustdoc,
): Promise<Built> {
  const { crate, directory } = source;
  const machine = await machineOf(request, directory);
  const own = rustcFlags(crate?.workspace ?? directory);
  const built = await buildLibraryOf(
    source,
    doc,
    [...machine.cargo, ...request.flags],
    own,
    cargo,
  );
  const path = join(request.work, request.name);
  const flags = [
    "-Copt-level=3",
    ...machine.rustc,
    ...machine.cargo,
    ...linkerFlags(request),
    // Of a crate that has no symbols of C, the types are known already.
    ...crate === undefined ? ["-Cstrip=debuginfo"] : own,
  ];
  const work = join(request.work, "wrapper");
  system.makeDirectory(work);
  const name = doc.index[doc.root]!.name!;
  const first = describeApi(doc, name, new Set());
  const { refused, warnings } = await compileWrapper(
    first,
    built,
    work,
    path,
    flags,
  );
  const library = readLibrary(path);
  const described = crate === undefined
    ? NO_SYMBOLS
    : symbolsOfC(library, crate);
  // The types of C keep their names.
  const taken = new Set(Object.keys(described.types));
  const api = taken.size === 0 ? first : describeApi(doc, name, taken);
  return {
    path,
    library,
    description: {
      ...merged(described, without(api, refused)),
      language: "Rust",
      compiler: await compilerOf(directory),
    },
    thunks: { kind: "companion" },
    warnings: built.warnings + warnings,
  };
}

const NO_SYMBOLS: Description = { types: {}, symbols: {}, skipped: {} };

/** What a crate exports for C, beside what it shows to Rust. */
function symbolsOfC(library: LibraryFile, crate: Crate): Description {
  const items = itemsOf(crate);
  return withDocs(
    withoutRustCalls(
      withoutWrappers(describe(withDebugFiles(library.image))),
      items,
    ),
    docsOfItems(items),
  );
}

/** What a wrapper adds to a library is no symbol of the crate. */
function withoutWrappers(description: Description): Description {
  const own = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([name]) => !name.startsWith("plugin_")),
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

async function compilerOf(directory: string): Promise<string> {
  const { stdout } = await run("rustc", ["--version"], { cwd: directory });
  return stdout.trim();
}

/** Builds a crate whose symbols are those of C that it exports itself. */
async function buildPlain(crate: Crate, request: BuildRequest): Promise<Built> {
  const directory = request.inputs[0]!;
  const machine = await machineOf(request, crate.directory);
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
    ...rustcFlags(crate.workspace),
    ...linkerFlags(request),
  ], crate.directory);
  const file = ran.status === 0
    ? artifactOf(ran.stdout, crate.root, [".so", ".dylib"])
    : undefined;
  if (file === undefined) throw cargoFailed(directory, ran);
  const path = join(request.work, request.name);
  system.write(path, system.read(file), 0o755);
  const items = itemsOf(crate);
  const library = readLibrary(path);
  const described = describe(withDebugFiles(library.image));
  return {
    path,
    library,
    description: withDocs(
      withoutRustCalls(described, items),
      docsOfItems(items),
    ),
    thunks: { kind: "companion" },
    warnings: ran.stderr,
  };
}

/**
 * What the one crate is compiled with, not its dependencies.
 *
 * LLVM makes functions with the same instructions one, and would keep the types
 * of one only. The directories are mapped away, so that the same source gives
 * the same bytes wherever it lies.
 */
function rustcFlags(workspace: string): string[] {
  const cargo = system.env("CARGO_HOME") ??
    join(nodeModule<typeof import("node:os")>("node:os").homedir(), ".cargo");
  return [
    "-Cdebuginfo=2",
    "-Cstrip=none",
    "-Cllvm-args=-mergefunc-use-aliases=false -mergefunc-preserve-debug-info",
    `--remap-path-prefix=${cargo}=/cargo`,
    `--remap-path-prefix=${workspace}=.`,
  ];
}

function linkerFlags({ name, target }: BuildRequest): string[] {
  return linking(name, target).map((argument) => `-Clink-arg=${argument}`);
}

/**
 * What another machine adds to the arguments of cargo and of rustc.
 *
 * rustc takes one program for its linker, so the C compiler for that machine
 * becomes a script.
 */
async function machineOf(
  { target, work }: BuildRequest,
  directory: string,
): Promise<{ cargo: readonly string[]; rustc: readonly string[] }> {
  if (target === undefined) return { cargo: [], rustc: [] };
  const { rust, os } = spell(target);
  await assertStandardLibrary(rust, target, directory);
  const command = await commandOf(C, target);
  const linker = join(work, "linker");
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  system.write(linker, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, 0o755);
  const isMusl = os === "linux" && rust.endsWith("musl");
  return {
    cargo: [`--target=${rust}`],
    rustc: [
      `-Clinker=${linker}`,
      ...(isMusl ? ["-Ctarget-feature=-crt-static"] : []), // else no library
    ],
  };
}

async function assertStandardLibrary(
  rust: string,
  target: Target,
  directory: string,
): Promise<void> {
  const asked = ["--print", "target-libdir", "--target", rust];
  const { stdout } = await run("rustc", asked, { cwd: directory });
  if (exists(stdout.trim())) return;
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
