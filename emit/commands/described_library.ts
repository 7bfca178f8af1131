/**
 * A library that exists, and how to describe it: the options that `plugin emit`
 * and `plugin check` share, and what they do.
 *
 * @module
 */

import { globToRegExp } from "@std/path/glob-to-regexp";
import { type Arguments, usage } from "../arguments/arguments.ts";
import { ANNOTATE, CXX, cxxOf } from "../arguments/shared_options.ts";
import type { Description } from "../describe/description.ts";
import { describe } from "../describe/describe.ts";
import { EmitError } from "../error.ts";
import { locate } from "../find/find_library.ts";
import { basename } from "../../ffi/system/path.ts";
import { readLibrary } from "../image/library_file.ts";
import { withDebugFiles } from "../image/find_debug_files.ts";
import type { Image } from "../image/image.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import type { HeaderRequest } from "../header/compile_header.ts";
import type { Wrapping } from "../header/header.ts";
import type { Workspace } from "../toolchain/workspace.ts";

/** The options. */
export const LIBRARY_OPTIONS = {
  ...ANNOTATE,
  ...CXX,
  constants: { type: "string" },
  define: { type: "string", short: "D" },
  exclude: { type: "string" },
  header: { type: "string" },
  include: { type: "string" },
  "include-directory": { type: "string", short: "I" },
  "pkg-config": { type: "string" },
  symbols: { type: "string" },
  with: { type: "string" },
} as const;

/** A library that exists, and how to describe it. */
export interface LibraryOptions {
  /** A path, or a name that the system's loader finds; `""` where only a package is named. */
  readonly library: string;
  /** The package that pkg-config knows it by. */
  readonly package?: string;
  /** Libraries that it needs whose symbols are described as its own. */
  readonly with: readonly string[];
  /** A file that says what the binary cannot. */
  readonly annotate?: string;
  /** Headers that declare what it exports. */
  readonly headers: readonly string[];
  /** Where to look for headers (`-I`). */
  readonly directories: readonly string[];
  /** Macros to define (`-D`). */
  readonly defines: readonly string[];
  /** Macros of the headers that are constants, as globs. */
  readonly constants: readonly string[];
  /** What is compiled that the headers alone have. */
  readonly wrapping?: Wrapping;
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

/** Whether headers are read. */
export function readsHeaders(
  { headers, package: name }: {
    readonly headers: readonly string[];
    readonly package?: string | undefined;
  },
): boolean {
  return headers.length > 0 || name !== undefined;
}

/** Reads {@linkcode LIBRARY_OPTIONS}. */
export function libraryOptionsOf(
  given: Arguments<keyof typeof LIBRARY_OPTIONS>,
): LibraryOptions {
  const headers = given.all("header");
  const constants = given.all("constants");
  const { "pkg-config": name } = given.one("pkg-config");
  if (constants.length > 0 && !readsHeaders({ headers, package: name })) {
    throw usage(
      `The option "--constants" reads headers: name them with --header`,
    );
  }
  return {
    library: name === undefined || given.positionals.length > 0
      ? given.only("library", "a library, or --pkg-config and a package")
      : "",
    ...name !== undefined && { package: name },
    with: given.all("with"),
    headers,
    directories: given.all("include-directory"),
    defines: given.all("define"),
    constants,
    symbols: given.all("symbols").flatMap((names) => names.split(",")),
    include: given.all("include"),
    exclude: given.all("exclude"),
    flags: given.flags,
    ...given.one("annotate"),
    ...cxxOf(given),
  };
}

/**
 * Describes a library as the command's options say.
 *
 * @param options The library's options.
 * @param image The library.
 * @param work The command's own directory.
 * @param typeNames Names of types that are described too.
 * @returns What it exports.
 * @throws {EmitError} As `describe` and `describeHeaders` do.
 */
export async function describeByOptions(
  options: LibraryOptions,
  image: Image,
  work: Workspace,
  typeNames: ReadonlySet<string>,
): Promise<Description> {
  const { headers, constants, cxx = false } = options;
  if (headers.length > 0) {
    const request = requestOf(options, image, work, typeNames);
    // Of all that reads headers nothing is imported for a library that has its
    // debug information.
    const { describeHeaders } = await import("../header/header.ts");
    return await describeHeaders(request, {
      constants,
      named: (described) => namesIn(options.annotate, described),
    }, options.wrapping);
  }
  const choice = choiceOf(options, image, typeNames);
  return describe(withDebugFiles(image), { ...choice, cxx });
}

/**
 * How the headers of a library are read.
 *
 * @param options The library's options.
 * @param image The library.
 * @param work The command's own directory.
 * @param typeNames Names of types that are described too.
 */
export function requestOf(
  options: LibraryOptions,
  image: Image,
  work: Workspace,
  typeNames: ReadonlySet<string>,
): HeaderRequest {
  const { headers, directories, defines, flags } = options;
  const whole = withOthers(image, options);
  return {
    image: whole,
    headers,
    directories,
    defines,
    flags,
    work: work.directory,
    ...choiceOf(options, whole, typeNames),
  };
}

/** What is described of a library. */
function choiceOf(
  options: LibraryOptions,
  image: Image,
  typeNames: ReadonlySet<string>,
): Pick<HeaderRequest, "only" | "isWanted"> & {
  typeNames: ReadonlySet<string>;
} {
  const isWanted = wanting(options);
  const only = isWanted && chosen(image, options, isWanted);
  return {
    typeNames,
    ...isWanted && { isWanted },
    ...only && { only },
  };
}

/**
 * The library as if it had the symbols of others that it needs: who asks the
 * loader for one is given that of those too.
 */
function withOthers(
  image: Image,
  { library, with: named }: LibraryOptions,
): Image {
  const exports = new Map(image.exports.map((each) => [each.name, each]));
  const { others = [] } = locate(library);
  for (const name of [...named, ...others]) {
    const other = readLibrary(locate(name).path).image;
    const soname = other.soname ?? basename(other.path);
    if (!image.needs.includes(soname)) {
      if (others.includes(name)) continue;
      throw new EmitError(
        "usage",
        `Cannot describe "${image.path}" with "${name}": it does not need "${soname}"`,
        { path: image.path },
      );
    }
    for (const each of other.exports) {
      if (!exports.has(each.name)) exports.set(each.name, each);
    }
  }
  return exports.size === image.exports.length
    ? image
    : { ...image, exports: [...exports.values()] };
}

/** The constants that an annotation file names. */
async function namesIn(
  annotate: string | undefined,
  description: Description,
): Promise<string[]> {
  if (annotate === undefined) return [];
  const { readAnnotationFile } = await import(
    "../annotate/parse_annotation_file.ts"
  );
  const { constantNames } = await import("../annotate/constant_names.ts");
  return constantNames(await readAnnotationFile(annotate), description);
}

/** Which names the command's options leave; undefined for all. */
function wanting(
  { symbols, include, exclude }: LibraryOptions,
): ((name: string) => boolean) | undefined {
  if (symbols.length + include.length + exclude.length === 0) return undefined;
  const isChosen = symbols.length + include.length === 0
    ? () => true
    : matcher(include, symbols);
  const isLeftOut = matcher(exclude, []);
  return (name) => isChosen(name) && !isLeftOut(name);
}

/** The names that the command's options leave of what a library exports. */
function chosen(
  image: Image,
  { symbols, include, exclude }: LibraryOptions,
  isWanted: (name: string) => boolean,
): Set<string> {
  const names = image.exports.map(({ name }) => name);
  const exported = new Set(names);
  for (const name of symbols) {
    if (exported.has(name)) continue;
    throw new EmitError(
      "nothing_exported",
      `Cannot describe "${name}": "${image.path}" does not export it` +
        didYouMean(name, names),
      { path: image.path },
    );
  }
  const left = names.filter(isWanted);
  if (left.length > 0) return new Set(left);
  throw new EmitError(
    "nothing_exported",
    `Cannot describe "${image.path}": no name of the ${names.length} that it ` +
      `exports is left by ${
        [...include, ...exclude].map((glob) => `"${glob}"`).join(", ")
      }`,
    { path: image.path },
  );
}

function matcher(
  globs: readonly string[],
  names: readonly string[],
): (name: string) => boolean {
  const exact = new Set(names);
  const patterns = globs.map((glob) => globToRegExp(glob));
  return (name) =>
    exact.has(name) || patterns.some((pattern) => pattern.test(name));
}
