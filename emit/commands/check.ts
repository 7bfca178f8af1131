/**
 * `plugin check`: whether a manifest is still that of its library.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { escapeControls } from "../../ffi/error.ts";
import { EmitError } from "../error.ts";
import type { BundledLibrary, Manifest } from "../../ffi/manifest/manifest.ts";
import { exists, readFile, system } from "../../ffi/system/system.ts";
import type { Image } from "../image/image.ts";
import { type LibraryFile, readLibrary } from "../image/library_file.ts";
import { expectReading } from "../terminal/progress.ts";
import type { Description } from "../describe/description.ts";
import {
  annotated,
  keepAnnotations,
  withoutAnnotations,
} from "../annotate/merge.ts";
import {
  digestDifferences,
  type ManifestDifference,
  manifestDifferences,
} from "../manifest/manifest_diff.ts";
import { readHeaders, withHeaders } from "../manifest/print_headers_file.ts";
import { typeNamesIn } from "../thunk/thunk_need.ts";
import {
  describeByOptions,
  LIBRARY_OPTIONS,
  type LibraryOptions,
  libraryOptionsOf,
} from "./described_library.ts";
import { withPackage } from "./pkg_config_library.ts";
import { namedBeside } from "./plugin_files.ts";
import { type FoundManifest, resolveInput } from "./resolve_input.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import type { Wrapping } from "../header/header.ts";

/** Most differences that are printed without `--verbose`. */
const MAX_DIFFERENCES = 20;

/** What is asked of `plugin check`. */
export interface CheckCommand extends Reporting, LibraryOptions {
  /** The manifest, where it is not beside the library. */
  readonly manifest?: string;
}

/** `plugin check`. */
export const command = defineCommand({
  name: "check",
  options: { ...LIBRARY_OPTIONS, manifest: { type: "string" } },
  runsCompiler: true,
  parse(given): CheckCommand {
    return {
      ...libraryOptionsOf(given),
      ...reportingOf(given),
      ...given.one("manifest"),
    };
  },
  async run(asked: CheckCommand): Promise<CommandOutcome> {
    const { fresh, text } = await check(asked);
    return { text, negative: !fresh };
  },
  help: `Says whether a manifest is still that of its library.

Usage: plugin check <library> [options] [-- <compiler arguments>]

Examples:
  plugin check ./hello.so                        what plugin build made, in CI
  plugin check ./libfast.so --manifest fast.json
  plugin check libz.so.1 --header zlib.h         with the options that emit was given
  plugin check ./hello.so --json                 the differences, for programs

Compared are the file (build id, size, digest), its symbols and types, and the
library of its thunks. Where the types can be read anew, from debug information
or from --header, so they are; otherwise only that each symbol is still exported.
"-" is what the manifest says, "+" what the library says.

Options:
      --manifest <file>      the manifest; default: beside the library, or here
      --header, -I, -D, --include, --exclude, --symbols, --annotate,
      --constants, --cxx,
      --pkg-config, --with   as in plugin emit
      --json                 print the differences for programs
  -v, --verbose              print all differences, not only the first 20
  -h, --help                 print this
`,
});

/** What a check found. */
export interface CheckReport {
  /** Whether the manifest is right. */
  readonly fresh: boolean;
  /** Text for people or for programs. */
  readonly text: string;
}

/**
 * Compares a manifest with its library.
 *
 * @param asked The library, how to read it, and the manifest.
 * @returns What was found.
 * @throws {EmitError} `not_found` also where there is no manifest; what
 * `describe` throws where the library can be described, but not read.
 * @throws {PluginError} `bad_manifest`.
 */
export async function check(asked: CheckCommand): Promise<CheckReport> {
  const command = await withWorkspace((work) => withPackage(asked, work));
  const { library, manifest } = resolveInput(
    command.library,
    command.manifest,
  );
  if (manifest === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot check "${library}": there is no manifest beside it and none ` +
        `here: name it with --manifest, or write it with plugin emit`,
      { path: library },
    );
  }
  const there = onDisk(library);
  const now = await reannotated(
    command,
    manifest.manifest,
    await describeAnew(command, manifest, there),
    there.image,
  );
  const thunks = thunksOf(manifest);
  const changed = headersDifferences(manifest);
  const headers = changed.length > 0
    ? undefined
    : readHeaders(manifest.path, manifest.manifest);
  const different = [
    ...manifestDifferences(
      withHeaders(manifest.manifest, now?.defined && headers),
      there,
      thunks,
      changed.length > 0 ? now : now && withHeaders(now, now.defined),
    ),
    ...changed,
    ...signatureDifferences(manifest, there, thunks),
  ];
  const fresh = different.length === 0;
  return {
    fresh,
    text: command.json
      ? forPrograms(library, manifest, different)
      : forPeople(manifest, different, command.verbose, now !== undefined),
  };
}

/** Languages whose manifests are made from the library alone. */
const READ_BACK: ReadonlySet<string> = new Set(["C", "C++"]);

/** The library's own word for what it exports, where it has one. */
async function describeAnew(
  command: CheckCommand,
  { manifest }: FoundManifest,
  { image }: LibraryFile,
): Promise<Description | undefined> {
  const { language = "C" } = manifest.library;
  const byHeader = command.headers.length > 0;
  if (!byHeader && !READ_BACK.has(language)) return undefined;
  try {
    const signatures = Object.values(manifest.symbols).flatMap((symbol) =>
      symbol.kind === "function"
        ? (symbol.calls ?? []).map(({ type }) => type)
        : []
    );
    const wrapping = byHeader ? wrappingOf(manifest) : undefined;
    const names = typeNamesIn([...signatures, ...wrapping?.macros ?? []]);
    const options = { ...command, ...wrapping && { wrapping } };
    return await withWorkspace((work) =>
      describeByOptions(options, image, work, names)
    );
  } catch (error) {
    const silent = error instanceof EmitError &&
      error.code === "no_debug_info" && !byHeader;
    if (silent) return undefined;
    throw error;
  }
}

/** What a manifest has of the headers alone, to be compiled once more. */
function wrappingOf({ symbols }: Manifest): Wrapping | undefined {
  const wrapped = Object.entries(symbols).flatMap(([name, symbol]) =>
    symbol.kind === "function" && symbol.wrapped !== undefined
      ? [{ name, type: symbol.type, kind: symbol.wrapped }]
      : []
  );
  if (wrapped.length === 0) return undefined;
  return {
    macros: wrapped.filter(({ kind }) => kind === "macro")
      .map(({ name, type }) => `${name} ${type}`),
  };
}

/**
 * What the annotation file says of what the library exports. Without a file
 * the manifest's own annotations stand: nothing says them anew.
 */
async function reannotated(
  { annotate }: CheckCommand,
  manifest: Manifest,
  now: Description | undefined,
  image: Image,
): Promise<Description | undefined> {
  if (annotate === undefined) return now && keepAnnotations(now, manifest);
  return await annotated(now ?? withoutAnnotations(manifest), annotate, image);
}

function thunksOf(found: FoundManifest): LibraryFile | undefined {
  const thunks = namedBeside(found).find(({ role }) => role === "thunks");
  if (thunks === undefined) return undefined;
  try {
    return onDisk(thunks.path);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

function onDisk(path: string): LibraryFile {
  const library = readLibrary(path);
  expectReading(library.bytes.length);
  return library;
}

/** What became of the file of what the headers define besides. */
function headersDifferences(found: FoundManifest): ManifestDifference[] {
  const beside = namedBeside(found).find(({ role }) => role === "headers");
  if (beside === undefined) return [];
  const { path, file } = beside;
  return exists(path)
    ? digestDifferences("headers", found.manifest.headers!, {
      bytes: readFile(path),
    })
    : [{ about: "headers.file", was: file }];
}

/** What would keep `open` from trusting it. */
function signatureDifferences(
  { manifest, signed }: FoundManifest,
  library: LibraryFile,
  thunks: LibraryFile | undefined,
): ManifestDifference[] {
  if (signed === undefined) return [];
  const change = {
    about: "signature",
    was: signed.key,
    is: "the manifest was changed after that key signed it",
  };
  return [
    ...(signed.fits ? [] : [change]),
    ...digestDifferences("library", manifest.library, library),
    ...(manifest.thunks && thunks
      ? digestDifferences("thunks", manifest.thunks, thunks)
      : []),
    ...(manifest.bundled ?? []).flatMap((each) =>
      bundledDifferences(each, library.image.path)
    ),
  ];
}

/** What became of a library that was signed with another. */
function bundledDifferences(
  described: BundledLibrary,
  library: string,
): ManifestDifference[] {
  const about = `bundled ${described.file}`;
  const path = join(dirname(system.realPath(library)), described.file);
  return exists(path)
    ? digestDifferences(about, described, { bytes: readFile(path) })
    : [{ about, was: described.sha256 }];
}

function forPrograms(
  library: string,
  { path: manifest, signed }: FoundManifest,
  differences: readonly ManifestDifference[],
): string {
  const fresh = differences.length === 0;
  return `${
    JSON.stringify(
      { library, manifest, fresh, ...(signed && { signed }), differences },
      null,
      2,
    )
  }\n`;
}

function forPeople(
  { path: manifest, signed }: FoundManifest,
  differences: readonly ManifestDifference[],
  verbose: boolean,
  described: boolean,
): string {
  const basis = described
    ? ""
    : " (types not compared: the library alone does not say them)";
  const by = signed === undefined ? "" : `signed by the key ${signed.key}\n`;
  if (differences.length === 0) return `${manifest} is right${basis}\n${by}`;
  const shown = verbose ? differences : differences.slice(0, MAX_DIFFERENCES);
  const rest = differences.length - shown.length;
  return [
    `${manifest} is stale${basis}`,
    ...shown.flatMap(({ about, was, is }) => [
      ...(was === undefined ? [] : [`- ${about}: ${was}`]),
      ...(is === undefined ? [] : [`+ ${about}: ${is}`]),
    ]),
    ...(rest > 0 ? [`... and ${rest} more: --verbose prints them`] : []),
    "",
  ].map(escapeControls).join("\n");
}
