/**
 * `plugin emit`: a manifest for a library that exists.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { system } from "../../ffi/system/system.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  ANNOTATE_HELP,
  CXX_HELP,
  OUTPUT,
  type Reporting,
  reportingOf,
  THUNKS,
  THUNKS_HELP,
  thunksOf,
} from "../arguments/shared_options.ts";
import type { ThunkOptions } from "../thunk/plan_thunks.ts";
import { assemble } from "../manifest/assemble.ts";
import { declarations, mapPath } from "./declarations.ts";
import {
  headersBeside,
  headersPath,
  withHeaders,
} from "../manifest/print_headers_file.ts";
import { fingerprint } from "../manifest/fingerprint.ts";
import type { Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { locate, type Located } from "../find/find_library.ts";
import { asksForThunks, typeNamesIn } from "../thunk/thunk_need.ts";
import { expectReading } from "../terminal/progress.ts";
import type { Description } from "../describe/description.ts";
import { targetBeside } from "../toolchain/compiler_target.ts";
import { writeFiles } from "../files/write_files.ts";
import { printManifest } from "../manifest/print_manifest.ts";
import { withPackage } from "./pkg_config_library.ts";
import type { OtherHeaders } from "../header/compilable_others.ts";
import { printReport, type Report } from "./print_result.ts";
import {
  describeByOptions,
  LIBRARY_OPTIONS,
  type LibraryOptions,
  libraryOptionsOf,
  readsHeaders,
  requestOf,
} from "./described_library.ts";
import {
  beside,
  companionName,
  thunksBeside,
  withoutThunks,
} from "./place_thunks.ts";
import { withWorkspace, type Workspace } from "../toolchain/workspace.ts";

/** What is asked of `plugin emit`. */
export interface EmitCommand extends Reporting, LibraryOptions {
  /** The manifest to write. */
  readonly output?: string;
  /** What is wanted of thunks; none are made without it. */
  readonly thunks?: ThunkOptions;
  /** Whether macros are listed, and nothing is written. */
  readonly isListing?: boolean;
}

/** `plugin emit`. */
export const command = defineCommand({
  name: "emit",
  options: {
    ...OUTPUT,
    ...LIBRARY_OPTIONS,
    ...THUNKS,
    macro: { type: "string" },
    macros: { type: "boolean" },
    thunks: { type: "boolean" },
  },
  runsCompiler: true,
  parse(given): EmitCommand {
    const macros = given.all("macro");
    const thunks = thunksOf(given, given.has("thunks") || macros.length > 0);
    const options = libraryOptionsOf(given);
    const isListing = given.has("macros");
    if ((isListing || macros.length > 0) && !readsHeaders(options)) {
      throw usage(
        `The option "--macro${
          isListing ? "s" : ""
        }" reads headers: name them with --header`,
      );
    }
    return {
      ...options,
      ...reportingOf(given),
      ...outputOf(given.one("output")),
      ...thunks,
      ...thunks.thunks && { wrapping: { macros } },
      ...isListing && { isListing },
    };
  },
  async run(asked: EmitCommand): Promise<CommandOutcome> {
    if (asked.isListing) return { text: await listMacros(asked) };
    return { text: printReport(await emit(asked), asked) };
  },
  help: `Describes a library that exists, without changing it.

Usage: plugin emit [library] [options] [-- <compiler arguments>]

Examples:
  plugin emit ./libfast.so                        from its own debug information
  plugin emit libz.so.1 --header zlib.h           from its header; the system finds the library
  plugin emit libz.so.1 --header zlib.h --include 'compress*' --include 'crc32*'
  plugin emit libgit2.so --header git2.h -I vendor/include -D GIT_DEPRECATE_HARD
  plugin emit --pkg-config gtk4                   pkg-config knows library, headers and flags
  plugin emit libz.so.1 --header zlib.h --constants 'Z_*'
  plugin emit libz.so.1 --header zlib.h --annotate zlib.notes.json
  plugin emit ./libgeo.so --thunks                structs by value, through a library beside it
  plugin emit libc.so.6 --header stdio.h --thunk 'printf (cstring, i32) => i32'
  plugin emit --pkg-config lua5.4 --macro 'lua_pop (*lua_State, i32) => void'

Options:
      --header <file>          a header that declares what it exports; may be repeated
  -I <directory>               where to look for headers; may be repeated
  -D <name[=value]>            a macro to define before the headers; may be repeated
      --pkg-config <package>   what pkg-config says of it: the library, unless it is named
                               too, its headers, unless --header names others, and the flags
      --with <library>         describe what this one exports as well, which the library
                               needs; may be repeated. Headers only
      --constants <glob>       only these of the headers' constants, in the manifest itself;
                               may be repeated. Without it all are in a second file
      --include <glob>         describe only these names; may be repeated
      --exclude <glob>         leave these names out; may be repeated
      --symbols <name,...>     describe exactly these names
${CXX_HELP}      --thunks                 compile what no runtime calls as it is, structs by value, inline
                               functions of the headers, and functions with a va_list:
                               <library>.thunks.so
      --macro '<name> <type>'  compile a macro with parameters as a function of this type;
                               may be repeated
      --macros                 write nothing, and list macros that are expressions, each at a
                               type that it can have, as --macro takes them
${ANNOTATE_HELP}${THUNKS_HELP}  -o, --output <file>          the manifest to write; default: <library>.json beside the
                               library, or here for a library of the system
      --json                   print a summary for programs
  -v, --verbose                print every skipped symbol
  -h, --help                   print this

With --header or thunks a C compiler is needed. With --header the library may be stripped.
`,
});

/**
 * Describes a library, and writes the manifest and its types.
 *
 * @param asked The library, how to read it, and where to write.
 * @returns What was written.
 * @throws {EmitError} When any step fails; then no file was changed.
 */
export async function emit(asked: EmitCommand): Promise<Report> {
  return await withWorkspace(async (work) => {
    const command = await withPackage(asked, work);
    const located = locate(command.library);
    const { bytes, image } = readLibrary(located.path);
    expectReading(bytes.length);
    const print = fingerprint(bytes);
    const name = basename(located.path);
    const described = await describeAnnotated(command, image, work);
    const thunks = command.thunks ??
      (asksForThunks(described) ? { signatures: [], errno: [] } : undefined);
    const { description, summary, companion } = thunks === undefined
      ? await withoutThunks(described, image)
      : await thunksBeside({
        image,
        description: described,
        name,
        options: thunks,
        work,
        target: targetBeside(image),
        flags: command.flags,
      });
    const path = placeOf(located, command.output);
    const headers = await headersBeside(path, description.defined);
    const manifest = assemble(
      image,
      await print,
      name,
      description,
      companion?.library,
      headers?.described,
    );
    const declared = path.replace(/(?:\.json)?$/, ".d.ts");
    const outputs = [
      ...declarations(
        declared,
        withHeaders(manifest, description.defined),
        described.places,
      ),
      ...beside(path, companion),
      ...headers === undefined ? [] : [headers],
      { path, data: printManifest(manifest) },
    ];
    writeFiles(outputs, [
      mapPath(declared),
      join(dirname(path), companionName(name)),
      headersPath(path),
    ]);
    return {
      written: outputs.map((output) => output.path).sort(),
      library: located.path,
      manifest,
      headers: description.defined,
      others: await othersOf(described, command, image, work),
      thunks: summary,
    };
  });
}

/** What declares more than the headers did as they were read, as far as it compiles with them. */
async function othersOf(
  described: Description,
  command: EmitCommand,
  image: Image,
  work: Workspace,
): Promise<OtherHeaders | undefined> {
  if (described.read === undefined) return undefined;
  const { compilableOthers } = await import("../header/compilable_others.ts");
  const request = requestOf(command, image, work, new Set());
  return await compilableOthers(described, request);
}

/**
 * Lists the macros of a library's headers that are expressions over their
 * parameters.
 *
 * @param asked The library, and how to read it.
 * @returns Text for people or for programs.
 * @throws {EmitError} As {@linkcode emit}.
 */
async function listMacros(asked: EmitCommand): Promise<string> {
  return await withWorkspace(async (work) => {
    const { wrapping: _, ...command } = await withPackage(asked, work);
    const { image } = readLibrary(locate(command.library).path);
    const none = new Set<string>();
    const description = await describeByOptions(command, image, work, none);
    const { macroTypes } = await import("../header/function_like_macros.ts");
    const types = await macroTypes(
      requestOf(command, image, work, none),
      description,
    );
    return asked.json
      ? `${JSON.stringify({ macros: types }, null, 2)}\n`
      : Object.entries(types).map(([name, type]) => `${name} ${type}\n`)
        .join("");
  });
}

async function describeAnnotated(
  command: EmitCommand,
  image: Image,
  work: Workspace,
): Promise<Description> {
  const description = await describeByOptions(
    command,
    image,
    work,
    typeNamesIn([
      ...command.thunks?.signatures ?? [],
      ...command.wrapping?.macros ?? [],
    ]),
  );
  if (command.annotate === undefined) return description;
  const { annotated } = await import("../annotate/merge.ts");
  return await annotated(description, command.annotate, image);
}

/** Where the manifest goes: whoever names the library would lose it. */
function outputOf(asked: { output?: string }): { output?: string } {
  const { output } = asked;
  if (output === undefined || output.endsWith(".json")) return asked;
  throw usage(
    `The option "--output" is the manifest to write, which ends in .json: wanted "${output}.json", got "${output}"`,
  );
}

// `open` looks beside the manifest first, so that is where it belongs, unless
// it is the system's directory: then the loader finds the library by its name.
function placeOf(located: Located, output: string | undefined): string {
  if (output !== undefined) return absolutePath(output);
  const name = `${basename(located.path)}.json`;
  const beside = dirname(located.path);
  return located.system || !system.isWritable(beside)
    ? absolutePath(name)
    : join(beside, name);
}
