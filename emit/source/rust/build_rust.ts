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
import { basename, extname, join } from "../../../ffi/system/path.ts";
import type { Target } from "../../../ffi/manifest/manifest.ts";
import { withDocs } from "../../csource/doc.ts";
import { describe } from "../../describe/describe.ts";
import { EmitError } from "../../error.ts";
import { withDebugFiles } from "../../image/debug_files.ts";
import { readLibrary } from "../../image/library_file.ts";
import { type Ran, run } from "../../toolchain/run.ts";
import { spell } from "../../toolchain/target.ts";
import { C, commandOf, linking } from "../../toolchain/cc.ts";
import { docsOfItems, type Item } from "../items.ts";
import { type Crate, crateOf, itemsOf } from "./crate.ts";
import type { BuildRequest, Built } from "../source.ts";
import type { Description } from "../../describe/description.ts";

/**
 * Compiles a crate into one shared library with debug information.
 *
 * @param request One directory with a `Cargo.toml`; `flags` are cargo's, such
 * as `--features fast`.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without cargo; `usage` for a workspace that
 * leaves open which crate; `compile_failed` with cargo's own words.
 */
export async function buildRust(request: BuildRequest): Promise<Built> {
  const directory = request.inputs[0]!;
  const crate = await crateOf(directory, cargo);
  const machine = await machineOf(request, crate);
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
  ], crate.directory);
  const file = ran.status === 0 ? libraryOf(ran.stdout, crate) : undefined;
  if (file === undefined) {
    throw new EmitError(
      "compile_failed",
      `Cannot build "${basename(directory)}": cargo says\n${ran.stderr.trim()}`,
      { path: directory },
    );
  }
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
function rustcFlags(crate: Crate, { name, target }: BuildRequest): string[] {
  const cargo = system.env("CARGO_HOME") ??
    join(nodeModule<typeof import("node:os")>("node:os").homedir(), ".cargo");
  return [
    "-Cdebuginfo=2",
    "-Cstrip=none",
    "-Cllvm-args=-mergefunc-use-aliases=false -mergefunc-preserve-debug-info",
    `--remap-path-prefix=${cargo}=/cargo`,
    `--remap-path-prefix=${crate.workspace}=.`,
    ...linking(name, target).map((argument) => `-Clink-arg=${argument}`),
  ];
}

/**
 * What another machine adds to the arguments of cargo and of rustc.
 *
 * rustc takes one program for its linker, so the C compiler for that machine
 * becomes a script.
 */
async function machineOf(
  { target, work }: BuildRequest,
  crate: Crate,
): Promise<{ cargo: readonly string[]; rustc: readonly string[] }> {
  if (target === undefined) return { cargo: [], rustc: [] };
  const { rust, os } = spell(target);
  await assertStandardLibrary(rust, target, crate);
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
  { directory }: Crate,
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
async function cargo(args: readonly string[], cwd: string): Promise<Ran> {
  try {
    return await run("cargo", args, { cwd });
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

/** The file that cargo says it made of the crate's library. */
function libraryOf(messages: string, crate: Crate): string | undefined {
  for (const line of messages.split("\n").reverse()) {
    if (!line.startsWith("{")) continue;
    const { reason, target, filenames } = JSON.parse(line);
    if (reason !== "compiler-artifact" || target.src_path !== crate.root) {
      continue;
    }
    const files: string[] = filenames;
    return files.find((file) => [".so", ".dylib"].includes(extname(file)));
  }
  return undefined;
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
