/**
 * From source to a library with its manifest and its types, for one machine.
 *
 * @module
 */

import { isDirectory, system } from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import type { Reporting } from "../arguments/shared_options.ts";
import { withDirectives } from "./build_directive.ts";
import { typeNamesIn } from "../thunk/thunk_need.ts";
import type { ThunkOptions } from "../thunk/plan_thunks.ts";
import { annotated } from "../annotate/merge.ts";
import { SHIPPED } from "../annotate/shipped.ts";
import { assemble } from "../manifest/assemble.ts";
import { declarations, mapPath } from "./declarations.ts";
import { headersPath } from "../manifest/print_headers_file.ts";
import { fingerprint } from "../manifest/fingerprint.ts";
import { EmitError } from "../error.ts";
import {
  defaultPlace,
  languageOf,
  libraryName,
  resolveSource,
  suffixOf,
} from "./languages.ts";
import type { Built } from "../source/source.ts";
import { assertPlace, writeFiles } from "../files/write_files.ts";
import { printManifest } from "../manifest/print_manifest.ts";
import type { Report } from "./print_result.ts";
import {
  asItIs,
  beside,
  companionName,
  type Thunked,
  thunksBeside,
  thunksInside,
} from "./place_thunks.ts";
import { beginStep } from "../terminal/progress.ts";
import { filesInFlags } from "../toolchain/files_in_flags.ts";
import { withWorkspace, type Workspace } from "../toolchain/workspace.ts";

/** What is asked of `plugin build`. */
export interface BuildCommand extends Reporting {
  /** Source files, or one directory. */
  readonly inputs: readonly string[];
  /** The library to write. */
  readonly output?: string;
  /** A file that says what the binary cannot. */
  readonly annotate?: string;
  /** What followed `--`: the compiler's. */
  readonly flags: readonly string[];
  /** Whether C++'s free functions are described too. */
  readonly cxx?: boolean;
  /** Whether Go and Rust count the lines that run. */
  readonly isCounted?: boolean;
  /** What is generic, with the types that it is built for. */
  readonly instantiate?: readonly string[];
  /** What was said of thunks, if anything was. */
  readonly thunks?: ThunkOptions;
  /** The machines to build for; this one where none is named. */
  readonly targets?: readonly Target[];
}

/** What a build did, and what the compiler said about it. */
export interface BuildReport extends Report {
  /** The compiler's warnings, as it words them. */
  readonly warnings: string;
  /** The files that it was made of: those of its language's builder, and those that flags name. */
  readonly sources: readonly string[];
}

/**
 * Builds a plugin and writes it, its manifest and its types.
 *
 * @param command What to build, and where to.
 * @param target The machine to build for; this one where it is left out.
 * @returns What was written.
 * @throws {EmitError} When any step fails; then no file was changed.
 */
export async function buildLibrary(
  command: BuildCommand,
  target?: Target,
): Promise<BuildReport> {
  const inputs = command.inputs.map(resolveSource);
  const language = languageOf(inputs);
  command = withDirectives(command, inputs);
  if (command.instantiate !== undefined && !language.isGeneric) {
    throw new EmitError(
      "usage",
      `Cannot instantiate anything of ${language.name}: --instantiate is for Go and Rust`,
    );
  }
  const path = outputOf(inputs, command.output, target);
  assertPlace(path);
  if (target !== undefined) await language.assertTarget?.(inputs, target);
  return await withWorkspace(async (work) => {
    const name = basename(path);
    beginStep("compiling", target);
    const built = await language.build({
      inputs,
      work: work.directory,
      name,
      flags: command.flags,
      target,
      ...(command.cxx && { cxx: true }),
      ...(command.isCounted && { isCounted: true }),
      ...(command.instantiate && { instantiate: command.instantiate }),
      typeNames: typeNamesIn(command.thunks?.signatures ?? []),
    });
    if (built.thunks.kind === "wrapped" && command.thunks !== undefined) {
      throw new EmitError(
        "usage",
        `Cannot make thunks for ${language.name}: it makes all that it needs by itself`,
      );
    }
    beginStep("making thunks and the manifest", target);
    const { description, summary, companion, relinked } = await thunked(
      command,
      built,
      { work, name, target },
    );
    const { bytes, image } = relinked ?? built.library;
    const manifest = assemble(
      image,
      await fingerprint(bytes),
      name,
      description,
      companion?.library,
    );
    const outputs = [
      ...declarations(`${path}.d.ts`, manifest, built.description.places),
      ...beside(path, companion),
      { path, data: bytes, executable: true },
      { path: `${path}.json`, data: printManifest(manifest) },
    ];
    system.makeDirectories(dirname(path));
    writeFiles(outputs, [
      mapPath(`${path}.d.ts`),
      join(dirname(path), companionName(name)),
      headersPath(`${path}.json`),
    ]);
    return {
      written: outputs.map((output) => output.path).sort(),
      library: path,
      manifest,
      thunks: summary,
      warnings: built.warnings,
      sources: [...new Set([...built.sources, ...namedBy(command)])],
    };
  });
}

/** The files that a build is made of besides its sources. */
function namedBy({ annotate, flags }: BuildCommand): string[] {
  return [
    ...annotate === undefined || SHIPPED.includes(annotate)
      ? []
      : [absolutePath(annotate)],
    ...filesInFlags(flags),
  ];
}

/** Makes the thunks that what was built needs, where its language has them. */
async function thunked(
  { thunks: options, annotate, flags }: BuildCommand,
  { library: { image }, description: read, thunks }: Built,
  place: { work: Workspace; name: string; target: Target | undefined },
): Promise<Thunked> {
  const description = await annotated(read, annotate, image);
  const request = {
    image,
    description,
    options: options ?? { signatures: [], errno: [] },
    flags,
    ...place,
  };
  switch (thunks.kind) {
    case "wrapped":
      return asItIs(description);
    case "companion":
      return await thunksBeside(request);
    case "linked":
      return await thunksInside(request, thunks);
  }
}

/**
 * Where the library is written.
 *
 * @param inputs As they were resolved.
 * @param output What was asked for.
 * @throws {EmitError} `usage` when that is an input or a directory, or would be
 * opened as a manifest.
 */
export function outputOf(
  inputs: readonly string[],
  output: string | undefined,
  target: Target | undefined,
): string {
  if (output === undefined) return defaultOutput(inputs[0]!, target);
  const path = absolutePath(output);
  if (inputs.includes(path)) {
    throw new EmitError(
      "usage",
      `Cannot write the library to "${output}": it is an input`,
      { path },
    );
  }
  if (path.endsWith(".json")) {
    throw new EmitError(
      "usage",
      `Cannot write the library to "${output}": what ends in .json is opened as a manifest; the library's is written beside it`,
      { path },
    );
  }
  if (isDirectory(path)) {
    const inside = join(output, target ?? ".", libraryName(inputs[0]!, target));
    throw new EmitError(
      "usage",
      `Cannot write "${output}": it is a directory, which only several --target write into; -o ${inside} would do`,
      { path },
    );
  }
  return path;
}

/**
 * Where a library goes that nobody has named: beside its source, and below the
 * name of the target where one was named, as libraries of several have the same
 * file name.
 */
function defaultOutput(input: string, target: Target | undefined): string {
  const place = defaultPlace(input);
  return join(
    dirname(place),
    target ?? ".",
    basename(place) + suffixOf(target),
  );
}
