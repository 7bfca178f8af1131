/**
 * The languages that plugins are built from, and how a source tells its own.
 *
 * @module
 */

import { exists, statusAt, system } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { basename, dirname, extname, join } from "../../ffi/system/path.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import { C as C_COMPILER, commandOf } from "../toolchain/cc.ts";
import { osOf } from "../toolchain/compiler_target.ts";
import { buildC, CXX_EXTENSIONS } from "../source/build_c.ts";
import { buildGo } from "../source/go/build_go.ts";
import { assertRustTarget, buildRust } from "../source/rust/build_rust.ts";
import { GO_PACKAGE } from "../source/go/source_package.ts";
import { CRATE } from "../source/rust/named_crate.ts";
import type { BuildRequest, Built } from "../source/source.ts";
import { buildZig } from "../source/build_zig.ts";

/** A language that plugins are built from. */
export interface Language {
  /** What a person calls it. */
  readonly name: string;
  /** Builds a plugin. */
  readonly build: (request: BuildRequest) => Promise<Built>;
  /**
   * Makes sure that what a build for a machine needs is installed, before anything
   * is compiled.
   *
   * @throws {EmitError} `no_tool`: says what brings it.
   */
  readonly assertTarget?: (
    inputs: readonly string[],
    target: Target,
  ) => Promise<void>;
  /** Whether several files make one plugin. */
  readonly several: boolean;
  /** Whether it has functions and types that are built for types that are named. */
  readonly isGeneric?: boolean;
}

/** What links for a machine compiles C for it. */
async function assertLinker(
  _: readonly string[],
  target: Target,
): Promise<void> {
  await commandOf(C_COMPILER, target);
}

const C: Language = {
  name: "C",
  build: buildC,
  assertTarget: assertLinker,
  several: true,
};
const GO: Language = {
  name: "Go",
  build: buildGo,
  assertTarget: assertLinker,
  several: true,
  isGeneric: true,
};
const RUST: Language = {
  name: "Rust",
  build: buildRust,
  async assertTarget([input = ""], target) {
    await assertRustTarget(input, target);
    await commandOf(C_COMPILER, target);
  },
  several: false,
  isGeneric: true,
};
const ZIG: Language = { name: "Zig", build: buildZig, several: false };

/** By how the name of a file ends. */
const FILES: ReadonlyMap<string, Language> = new Map([
  [".c", C],
  ...CXX_EXTENSIONS.map((extension) => [extension, C] as const),
  [".go", GO],
  [".rs", RUST],
  [".zig", ZIG],
]);

/** By the file that a directory has. */
const DIRECTORIES: ReadonlyMap<string, Language> = new Map([
  ["go.mod", GO],
  ["Cargo.toml", RUST],
]);

/** By what stands before the name of a package that is no file here. */
const PACKAGES: ReadonlyMap<string, Language> = new Map([
  [GO_PACKAGE, GO],
  [CRATE, RUST],
]);

/** The language of a package that is named and not pointed at: `go:regexp`. */
function languageOfPackage(input: string): Language | undefined {
  for (const [mark, language] of PACKAGES) {
    if (input.startsWith(mark)) return language;
  }
  return undefined;
}

/**
 * What an input is: a package by its name, or a path, which becomes absolute.
 *
 * @param input As it was written.
 */
export function resolveSource(input: string): string {
  return languageOfPackage(input) === undefined ? absolutePath(input) : input;
}

/**
 * Where what is built goes that nobody has named, without its extension:
 * beside its source; of a package into the working directory.
 *
 * @param input As {@linkcode resolveSource} gives it.
 */
export function defaultPlace(input: string): string {
  if (languageOfPackage(input) === undefined) {
    // `plugin build .` leaves nothing outside of the directory it was called in.
    const beside = input === system.cwd() ? input : dirname(input);
    return join(beside, stemOf(basename(input)));
  }
  const [path = ""] = input.slice(input.indexOf(":") + 1).split("@");
  const parts = path.split("/");
  const last = /^v\d+$/.test(parts.at(-1)!) && parts.length > 1
    ? parts.at(-2)!
    : parts.at(-1)!;
  return absolutePath(last.replace(/\.v\d+$/, ""));
}

/** The nearest directory above a file that has another one in it. */
function ancestorWith(name: string, file: string): string | undefined {
  let directory = dirname(file);
  while (!exists(join(directory, name))) {
    const above = dirname(directory);
    if (above === directory) return undefined;
    directory = above;
  }
  return directory;
}

/**
 * What the import of a source builds: a file that belongs to a crate or to a Go
 * module stands for its package.
 *
 * @param file Absolute path of a source.
 * @returns What `plugin build` takes.
 */
export function packageOf(file: string): string {
  switch (extname(file)) {
    case ".rs":
      return ancestorWith("Cargo.toml", file) ?? file;
    case ".go":
      return ancestorWith("go.mod", file) === undefined ? file : dirname(file);
    default:
      return file;
  }
}

const SUPPORTED =
  "supported are .c, .cpp, .go, .rs and .zig files, a directory with go.mod, .go files or Cargo.toml, go:PACKAGE and crate:NAME";

/**
 * Finds the language of what is to be built.
 *
 * @param inputs Absolute paths; at least one.
 * @returns The one language of all of them; C++ counts as C, as both go into
 * one plugin.
 * @throws {EmitError} `usage`, `not_found`: says what is supported.
 */
export function languageOf(inputs: readonly string[]): Language {
  const languages = new Set<Language>();
  for (const input of inputs) languages.add(languageOfOne(input));
  const [language, other] = languages;
  if (other !== undefined) {
    throw new EmitError(
      "usage",
      `Cannot build ${
        language!.name
      } and ${other.name} into one plugin: build one for each`,
    );
  }
  if (inputs.length > 1) {
    if (!language!.several) {
      throw new EmitError(
        "usage",
        `Cannot build two ${language!.name} plugins at once`,
      );
    }
    const isOne = (input: string) =>
      FILES.has(extname(input)) || languageOfPackage(input) !== undefined;
    if (!inputs.every(isOne)) {
      throw new EmitError("usage", `Cannot build two directories at once`);
    }
  }
  return language!;
}

/**
 * The name of what is built, from that of its source.
 *
 * @param name Name of a file or of a directory.
 * @returns The same without the extension of a source.
 */
function stemOf(name: string): string {
  const extension = extname(name);
  return FILES.has(extension) ? name.slice(0, -extension.length) : name;
}

function languageOfOne(input: string): Language {
  const named = languageOfPackage(input);
  if (named !== undefined) return named;
  const there = statusAt(input);
  const refuse = (code: "usage" | "not_found", why: string) =>
    new EmitError(code, `Cannot build "${input}": ${why}`, { path: input });
  if (there === undefined) throw refuse("not_found", "there is no such file");
  if (there.isDirectory) {
    for (const [file, language] of DIRECTORIES) {
      if (exists(join(input, file))) return language;
    }
    // A package of a Go module, whose go.mod lies further up.
    const files = system.list(input).map(({ name }) => name);
    if (files.some((file) => extname(file) === ".go")) return GO;
    throw refuse(
      "usage",
      `the directory has neither Go files nor Cargo.toml: ${SUPPORTED}`,
    );
  }
  const extension = extname(input);
  const language = FILES.get(extension);
  if (language === undefined) {
    throw refuse(
      "usage",
      `the extension "${extension}" is not known: ${SUPPORTED}`,
    );
  }
  const directory = language === RUST
    ? ancestorWith("Cargo.toml", input)
    : undefined;
  if (directory === undefined) return language;
  throw refuse("usage", `it belongs to a crate: build "${directory}"`);
}

/**
 * The file name of what is built.
 *
 * @param input The first source.
 * @param target The machine to build for; this one where it is left out.
 */
export function libraryName(input: string, target?: Target): string {
  return basename(defaultPlace(resolveSource(input))) + suffixOf(target);
}

/** How the name of a library ends. */
export function suffixOf(target: Target | undefined): string {
  return osOf(target) === "darwin" ? ".dylib" : ".so";
}
