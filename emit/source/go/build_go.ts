/**
 * Builds a plugin from a Go package, as `go build -buildmode=plugin` takes it.
 *
 * The package is never edited, and nothing is written beside it. `go list`
 * compiles it; a helper in Go (`./describe/`) lists what it exports; wrappers
 * that C can call (`./wrapper.ts`, `./support.go`) are laid over its
 * directory (`go/overlay_files.ts`); `go build -buildmode=c-shared` makes the library of
 * both.
 *
 * @module
 */

import { exists, system } from "../../../ffi/system/system.ts";
import { basename, extname, join } from "../../../ffi/system/path.ts";
import { readAsset } from "../../files/asset.ts";
import { EmitError } from "../../error.ts";
import { readLibrary } from "../../image/library_file.ts";
import { type Ran, run } from "../../toolchain/run.ts";
import { shellWord } from "../../toolchain/shell_word.ts";
import { descriptionOf } from "./describe_package.ts";
import { type Source, sourceOf } from "./source_package.ts";
import { type Overlay, writeOverlay } from "./overlay_files.ts";
import { withLinkerFlags } from "./linker_flags.ts";
import type { GoPackage } from "./package.ts";
import { type Toolchain, toolchain } from "./toolchain.ts";
import type { BuildRequest, Built } from "../source.ts";

/**
 * Builds a Go package and describes it.
 *
 * @param request `inputs` are the directory of a package, or `.go` files of
 * one directory of package `main`; `flags` are those of `go build`, such as
 * `-tags=fast`.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without Go or a C compiler, `not_found`,
 * `compile_failed` with the text of the Go compiler, `nothing_exported` when
 * nothing in the package can be called from outside.
 */
export async function buildGo(request: BuildRequest): Promise<Built> {
  const source = sourceOf(request.inputs, request.work);
  const go = await toolchain(
    source.directory,
    request.target,
    request.isCounted,
  );
  if (go.lacksModule && source.files[0] === ".") {
    throw new EmitError(
      "compile_failed",
      `Cannot build "${source.name}": it is in no Go module: ${
        makeModule(source)
      }`,
      { path: source.directory },
    );
  }
  if (source.fetch?.length) await fetchPackages(source, source.fetch, go);
  const flags = [...BUILD_FLAGS, ...request.flags];
  const listing = await list(source, go, flags);
  const found = {
    ...await describe(listing, source, request),
    pulls: listing.pulls,
  };
  refuseEmpty(source, found);
  const overlay = writeOverlay(
    source,
    listing.directory,
    found,
    await support(found, request),
    request.work,
  );
  const path = join(request.work, request.name);
  // What is listed is the package as it is written, without its counters.
  const counted = request.isCounted
    ? [...COUNTED, `-toolexec=${shellWord(coverOf(overlay, request.work))}`]
    : [];
  await link(source, go, overlay, [...flags, ...counted], path);
  return {
    path,
    library: readLibrary(path),
    description: descriptionOf(found, go.version),
    thunks: { kind: "wrapped" },
    sources: listing.sources,
    warnings: "",
  };
}

/**
 * What `go list` and `go build` are both told, so that the one finds in Go's
 * cache what the other compiled. Without paths and version control in it, the
 * library is the same wherever it is built.
 */
const BUILD_FLAGS = ["-buildmode=c-shared", "-trimpath", "-buildvcs=false"];

/** Of these counters alone a library can write what they have counted. */
const COUNTED = ["-cover", "-covermode=atomic"];

/** Writes what runs Go's tools: `cover` looks for the files of an overlay where they are not. */
function coverOf({ replace }: Overlay, work: string): string {
  const cases = Object.entries(replace).map(([path, file]) =>
    `${shellWord(path)}) argument=${shellWord(file)} ;;`
  );
  const script = `#!/bin/sh
case "$1" in */cover) ;; *) exec "$@" ;; esac
for argument do
  shift
  case "$argument" in
    ${cases.join("\n    ")}
  esac
  set -- "$@" "$argument"
done
exec "$@"
`;
  const path = join(work, "toolexec");
  system.write(path, script, 0o755);
  return path;
}

/** What `go list` printed, and the package that it ends with. */
interface Listing {
  readonly json: string;
  /** The package's directory, as `go` calls it. */
  readonly directory: string;
  /** The files of the user's own that it is made of. */
  readonly sources: readonly string[];
  /** Whether anything in it calls `iter.Pull`. */
  readonly pulls: boolean;
}

async function list(
  source: Source,
  go: Toolchain,
  flags: readonly string[],
): Promise<Listing> {
  const listed = await runGo(
    ["list", "-json", "-export", "-compiled", "-deps", ...flags],
    source.files,
    source,
    go,
  );
  // The objects follow each other, and the package follows its dependencies.
  const json = listed.stdout;
  const last = JSON.parse(json.slice(json.lastIndexOf("\n{") + 1));
  if (
    last.Name !== "main" && source.files[0] !== "." && !source.isOutside
  ) {
    const remedy = go.lacksModule
      ? makeModule(source)
      : "name the directory of the package";
    throw new EmitError(
      "compile_failed",
      `Cannot build "${source.name}": it is package ${last.Name}, and single files have to be of package main: ${remedy}`,
      { path: source.directory },
    );
  }
  const packages: Listed[] = JSON.parse(
    `[${json.replaceAll("\n}\n{", "\n},{")}]`,
  );
  return {
    json,
    directory: last.Dir,
    sources: sourcesIn(packages, source),
    pulls: packages.some((one) => pulls(one, source)),
  };
}

/** What makes the directory of a package a module, which an import of its files takes too. */
function makeModule({ directory }: Source): string {
  return `"go mod init ${
    basename(directory)
  }" in "${directory}" makes that one`;
}

/** Whether a package calls `iter.Pull`; the standard library keeps what it pulls within a call. */
function pulls(
  { ImportPath, Standard, Imports, Dir, GoFiles = [], CgoFiles = [] }: Listed,
  { files }: Source,
): boolean {
  if (ImportPath === "iter") return files.includes(ImportPath);
  return Standard !== true && Imports?.includes("iter") === true &&
    [...GoFiles, ...CgoFiles].some((file) =>
      /\bPull2?\b/.test(system.readText(join(Dir, file)))
    );
}

/** The files of packages that `go` has not fetched, and their modules. */
function sourcesIn(
  packages: readonly Listed[],
  { isOutside }: Source,
): string[] {
  if (isOutside) return [];
  const own = packages.filter((
    { Standard, Module: { Version, Replace } = {} },
  ) =>
    !Standard &&
    (Replace === undefined ? Version : Replace.Version) === undefined
  );
  const modules = own.flatMap(({ Module }) =>
    Module?.GoMod === undefined
      ? []
      : [Module.GoMod, Module.GoMod.replace(/\.mod$/, ".sum")].filter(exists)
  );
  const files = own.flatMap((one) => [
    join(one.Dir, "*.go"),
    ...KINDS.flatMap((kind) => one[kind] ?? []).map((file) =>
      join(one.Dir, file)
    ),
  ]);
  return [...new Set([...modules, ...files])];
}

/** What `go list` calls the files that a package is made of. */
const KINDS = [
  "GoFiles",
  "CgoFiles",
  "CFiles",
  "CXXFiles",
  "HFiles",
  "SFiles",
  "EmbedFiles",
] as const;

/** A package, as far as it is read here. */
interface Listed extends Partial<Record<typeof KINDS[number], string[]>> {
  readonly ImportPath: string;
  readonly Dir: string;
  readonly Standard?: boolean;
  readonly Imports?: string[];
  readonly Module?: {
    readonly Version?: string;
    readonly GoMod?: string;
    readonly Replace?: { readonly Version?: string };
  };
}

/** The Go files that all wrappers share, and those of what crosses whole where something does. */
async function support(
  { code, functions }: GoPackage,
  { isCounted }: BuildRequest,
): Promise<Record<string, string>> {
  const names = [
    "support",
    "callback_thread",
    ...code === "" ? [] : [
      "packet",
      "object",
      "any",
      "any_function",
      "typed_value",
      "error",
      "closure",
      "streams",
      "feed",
    ],
    ...functions.some(({ context }) => context) ? ["context"] : [],
    ...isCounted ? ["coverage", "coverage_end"] : [],
  ];
  const files: Record<string, string> = {};
  for (const name of names) files[name] = await asset(`./${name}.go`);
  return files;
}

/** Brings packages that are named by their paths, and what they need, into the module cache. */
async function fetchPackages(
  source: Source,
  names: readonly string[],
  go: Toolchain,
): Promise<void> {
  await runGo(["get"], names, source, go);
}

/** What stands before what is to be instantiated, among the helper's arguments. */
const INSTANTIATE = "--instantiate=";

/** Runs the helper, which asks nothing of the user's module. */
async function describe(
  listing: Listing,
  source: Source,
  { work, instantiate = [] }: BuildRequest,
): Promise<GoPackage> {
  const directory = join(work, "describe");
  system.makeDirectory(directory);
  const files = [
    "main.go",
    "types.go",
    "value.go",
    "enum.go",
    "struct.go",
    "call.go",
    "instance.go",
    "inference.go",
    "typed.go",
    "did_you_mean.go",
    "spell.go",
    "alias.go",
    "codec.go",
    "data.go",
    "iterator.go",
    "channel.go",
    "closure.go",
    "object.go",
    "nameless.go",
    "inout.go",
    "interface.go",
    "members.go",
    "nil.go",
    "constant.go",
  ];
  for (const file of files) {
    const text = await asset(`./describe/${file}`);
    system.overwrite(join(directory, file), text);
  }
  const args = [
    ...instantiate.map((name) => `${INSTANTIATE}${name}`),
    ...source.isOutside ? ["outside", ...source.files] : [],
  ];
  // Without paths in it, it is the same program in every directory, and is built once.
  const described = await run("go", ["run", "-trimpath", ...files, ...args], {
    cwd: directory,
    env: { GOFLAGS: "", GOWORK: "off", GOOS: "", GOARCH: "" },
    input: listing.json,
  });
  if (described.status !== 0) {
    throw new EmitError(
      "compile_failed",
      `Cannot list what a Go package exports: ${described.stderr.trim()}`,
      { path: listing.directory },
    );
  }
  return JSON.parse(described.stdout);
}

function refuseEmpty(source: Source, found: GoPackage): void {
  if (found.functions.length + found.variables.length > 0) return;
  const skipped = Object.entries(found.skipped);
  const reason = skipped.length === 0
    ? "it has no exported function or variable"
    : `nothing that it exports can cross, such as ${skipped[0]!.join(": ")}`;
  throw new EmitError(
    "nothing_exported",
    `Cannot build "${source.name}": ${reason}`,
    { path: source.directory },
  );
}

async function link(
  source: Source,
  go: Toolchain,
  overlay: Overlay,
  flags: readonly string[],
  library: string,
): Promise<void> {
  await runGo(
    [
      "build",
      ...withLinkerFlags(go.linkerFlags, go.flags, flags),
      ...overlay.file === undefined ? [] : ["-overlay", overlay.file],
      "-o",
      library,
    ],
    overlay.inputs,
    source,
    go,
  );
  const header = `${
    library.slice(0, library.length - extname(library).length)
  }.h`;
  if (exists(header)) system.remove(header);
}

/** What a linker's words about a framework come to. */
const NO_SDK =
  "\nGo links Apple's own libraries, which only macOS and its SDK have: build on a Mac, or name a compiler with that SDK in CC";

async function runGo(
  args: readonly string[],
  files: readonly string[],
  source: Source,
  { env }: Toolchain,
): Promise<Ran> {
  const ran = await run("go", [...args, ...files], {
    cwd: source.directory,
    env,
  });
  if (ran.status !== 0) {
    throw new EmitError(
      "compile_failed",
      `Cannot build "${source.name}": go ${
        args[0]
      } says\n${ran.stderr.trim()}` +
        (/framework "?CoreFoundation/.test(ran.stderr) ? NO_SDK : ""),
      { path: source.directory },
    );
  }
  return ran;
}

/** Reads a file beside this module. */
function asset(path: string): Promise<string> {
  return readAsset(new URL(path, import.meta.url));
}
