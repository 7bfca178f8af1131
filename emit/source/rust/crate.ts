/**
 * Finds the crate that a directory holds, and its source.
 *
 * @module
 */

import { isFile, system, textAt } from "../../../ffi/system/system.ts";
import { basename, dirname, join } from "../../../ffi/system/path.ts";
import type { Target } from "../../../ffi/manifest/manifest.ts";
import { EmitError } from "../../error.ts";
import { dependenciesIn } from "../../toolchain/depfile.ts";
import { spell } from "../../toolchain/compiler_target.ts";
import type { Ran } from "../../toolchain/run.ts";
import { type Item, rustItems } from "../doc_comments.ts";

/** A crate with a library. */
export interface Crate {
  /** Its directory. */
  readonly directory: string;
  /** The directory of its workspace; its own where it is in none. */
  readonly workspace: string;
  /** The file that its library begins with. */
  readonly root: string;
  /** What its library is called in Rust. */
  readonly name: string;
  /** Where cargo builds. */
  readonly target: string;
}

/** What `cargo metadata` says of a package, as far as it is read. */
interface Package {
  readonly name: string;
  readonly manifest_path: string;
  readonly targets: readonly {
    readonly name: string;
    readonly kind: readonly string[];
    readonly src_path: string;
  }[];
}

/** The kinds of library that cargo can make a `cdylib` of. */
const LIBRARY = new Set(["lib", "rlib", "dylib", "cdylib", "staticlib"]);

/** Most files whose comments are read. */
const MAX_FILES = 2000;

/**
 * Finds the crate of a directory: its own, or the only one of its workspace
 * that has a library.
 *
 * @param directory A directory with a `Cargo.toml`.
 * @param cargo Runs cargo in a directory.
 * @returns The crate.
 * @throws {EmitError} `compile_failed` when cargo cannot read it; `usage` for a
 * workspace of several; `nothing_exported` for a crate without a library.
 */
export async function crateOf(
  directory: string,
  cargo: (args: readonly string[], cwd: string) => Promise<Ran>,
): Promise<Crate> {
  const refuse = (code: EmitError["code"], why: string) =>
    new EmitError(code, `Cannot build "${basename(directory)}": ${why}`, {
      path: directory,
    });
  const format = ["--no-deps", "--format-version=1", "--quiet"];
  const ran = await cargo(["metadata", ...format], directory);
  if (ran.status !== 0) {
    throw refuse("compile_failed", `cargo says\n${ran.stderr.trim()}`);
  }
  const metadata: {
    packages: Package[];
    workspace_root: string;
    target_directory: string;
  } = JSON.parse(ran.stdout);
  const manifest = join(system.realPath(directory), "Cargo.toml");
  const own = metadata.packages.filter(({ manifest_path }) =>
    manifest_path === manifest
  );
  const candidates = own.length > 0 ? own : metadata.packages;
  const crates = candidates.flatMap((one) => {
    const library = one.targets.find(({ kind }) =>
      kind.some((each) => LIBRARY.has(each))
    );
    return library === undefined ? [] : [{
      directory: directoryOf(one),
      root: library.src_path,
      name: inRust(library.name),
    }];
  });
  const [crate, other] = crates;
  if (crate === undefined) {
    throw refuse("nothing_exported", "it has no library: add src/lib.rs");
  }
  if (other !== undefined) {
    const names = candidates.map(({ name }) => name).sort().join(", ");
    throw refuse(
      "usage",
      `it is a workspace: name the directory of one of ${names}`,
    );
  }
  return {
    ...crate,
    workspace: metadata.workspace_root,
    target: metadata.target_directory,
  };
}

/** The name that Rust has for a package's. */
export function inRust(name: string): string {
  return name.replaceAll("-", "_");
}

function directoryOf({ manifest_path }: Package): string {
  return dirname(manifest_path);
}

/**
 * Lists the declarations of a crate.
 *
 * @param crate The crate.
 * @returns The declarations of all files beside and below the first one.
 */
export function itemsOf(crate: Crate): Item[] {
  const sources = sourcesBelow(dirname(crate.root)).sort();
  return sources.slice(0, MAX_FILES).flatMap((path) => rustItems(textAt(path)));
}

/** The sources in a directory; what cargo has built is none. */
function sourcesBelow(directory: string): string[] {
  return system.list(directory).flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return name === "target" ? [] : sourcesBelow(path);
    return name.endsWith(".rs") ? [path] : [];
  });
}

/**
 * The files that a crate was made of, which cargo lists when it has built it.
 *
 * @param crate The crate.
 * @param target The machine that it was built for; this one where it is left out.
 * @returns Those of crates at other paths too, and what says how they are built.
 */
export function sourcesOf(crate: Crate, target?: Target): string[] {
  const built = join(
    crate.target,
    target === undefined ? "." : spell(target).rust,
    "release",
    `lib${crate.name}.d`,
  );
  const sources = [crate.root, ...dependenciesIn(textAt(built))];
  return [
    join(crate.directory, "Cargo.toml"),
    ...WORKSPACE.map((name) => join(crate.workspace, name)).filter(isFile),
    ...sources.flatMap((source) => manifestsAbove(dirname(source))),
    ...sources,
  ];
}

/** What says in a workspace how its crates are built, and with which versions of others. */
const WORKSPACE: readonly string[] = [
  "Cargo.toml",
  "Cargo.lock",
  ".cargo/config.toml",
  "rust-toolchain.toml",
  "rust-toolchain",
];

/** The manifest of the crate that a directory is of. */
function manifestsAbove(directory: string): string[] {
  const manifest = join(directory, "Cargo.toml");
  if (isFile(manifest)) return [manifest];
  const above = dirname(directory);
  return above === directory ? [] : manifestsAbove(above);
}
