/**
 * Builds a plugin from C or C++.
 *
 * @module
 */

import { isFile, system, textAt } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { basename, dirname, extname, join } from "../../ffi/system/path.ts";
import { EmitError } from "../error.ts";
import {
  C,
  COMPILE,
  type Compiler,
  CXX,
  describingTypes,
  linking,
  runCompiler,
  SHARED,
} from "../toolchain/cc.ts";
import { dependenciesIn } from "../toolchain/depfile.ts";
import { withCallbackParams } from "../csource/callback_params.ts";
import { declarationsIn, docsOf, placesOf, withDocs } from "../csource/doc.ts";
import { type Head, heads } from "../csource/tokens.ts";
import type { DeclarationSite, Description } from "../describe/description.ts";
import { describe } from "../describe/describe.ts";
import { withDebugFiles } from "../image/find_debug_files.ts";
import { readLibrary } from "../image/library_file.ts";
import type { BuildRequest, Built } from "./source.ts";
import { undefinedSymbols } from "./undefined_symbols.ts";

/**
 * Compiles C and C++ files into one shared library with debug information.
 *
 * Undefined symbols fail here (`-z defs`) and not at the first call, which the
 * runtimes' lazy loading would make of them. The same source gives the same
 * bytes wherever it lies: the directories are mapped away.
 *
 * @param asked The files, and where to build.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without a compiler; `compile_failed` with the
 * compiler's own words.
 */
export async function buildC(asked: BuildRequest): Promise<Built> {
  const request = withSourcesOfFlags(asked);
  const { inputs, work, cxx = false, typeNames = new Set<string>() } = request;
  const path = join(work, request.name);
  const objects: string[] = [];
  const sources: string[] = [];
  let warnings = "";
  for (const [index, input] of inputs.entries()) {
    const object = join(work, `${index}.o`);
    warnings += await compile(request, input, object);
    objects.push(object);
    sources.push(...dependenciesIn(textAt(`${object}.d`)).map(absolutePath));
  }
  const linker = inputs.every((input) => compilerOf(input) === C) ? C : CXX;
  const link = async (objects: readonly string[]) => {
    const said = await run(request, linker, [
      ...SHARED,
      ...linking(request.name, request.target),
      "-o",
      path,
      ...objects,
      ...request.flags,
    ]);
    return { library: readLibrary(path), said };
  };
  const { library, said } = await link(objects);
  const described = describe(withDebugFiles(library.image), {
    cxx,
    typeNames,
  });
  return {
    path,
    library,
    description: withComments(described, inputs, sources),
    thunks: {
      kind: "linked",
      flags: request.flags.filter((flag) => !STANDARD_OF_CXX.test(flag)),
      relink: async (object) => (await link([...objects, object])).library,
    },
    sources: [...new Set([...inputs, ...sources])],
    warnings: warnings + said,
  };
}

/** What flags name of C and C++ is compiled as the other files are. */
function withSourcesOfFlags(request: BuildRequest): BuildRequest {
  const isSource = (flag: string, index: number) =>
    [".c", ...CXX_EXTENSIONS].includes(extname(flag)) && isFile(flag) &&
    request.flags[index - 1] !== "-include";
  const inputs = [
    ...request.inputs,
    ...request.flags.filter(isSource).map(absolutePath),
  ];
  const flags = request.flags.filter((flag, index) => !isSource(flag, index));
  return { ...request, inputs: [...new Set(inputs)], flags };
}

/** Thunks are C, and what C++ is asked for is none of it. */
const STANDARD_OF_CXX = /^-std=(?:c|gnu)\+\+/;

/** How the names of C++ files end. */
export const CXX_EXTENSIONS: readonly string[] = [".cc", ".cpp", ".cxx", ".C"];

function compilerOf(input: string): Compiler {
  return CXX_EXTENSIONS.includes(extname(input)) ? CXX : C;
}

/** Files and libraries that are only for the linker. */
const LINKED = /^(?:-l.+|[^-].*\.(?:[acoS]|so(?:\.\d+)*|dylib))$/;

async function compile(
  request: BuildRequest,
  input: string,
  object: string,
): Promise<string> {
  const flags = request.flags.filter((flag) => !LINKED.test(flag));
  return await run(request, compilerOf(input), [
    ...COMPILE,
    ...describingTypes(request.typeNames),
    "-c",
    "-MMD",
    "-MF",
    `${object}.d`,
    "-o",
    object,
    input,
    ...flags,
  ]);
}

/** Runs the compiler; returns what it says though it succeeds. */
async function run(
  { inputs, work, target }: BuildRequest,
  compiler: Compiler,
  args: readonly string[],
): Promise<string> {
  const directories = new Set([
    system.cwd(),
    work,
    ...inputs.map((input) => dirname(input)),
  ]);
  const { status, stderr } = await runCompiler(compiler, [
    "-O2",
    ...compiler.flags,
    ...[...directories].map((path) => `-ffile-prefix-map=${path}=.`),
    ...args,
  ], target);
  if (status === 0) return stderr;
  const names = inputs.map((path) => `"${basename(path)}"`).join(", ");
  throw new EmitError(
    "compile_failed",
    `Cannot compile ${names}: the ${compiler.language} compiler says\n${stderr.trimEnd()}${
      undefinedSymbols(stderr)
    }`,
    { path: inputs[0] },
  );
}

/**
 * With the comments of the files and of the headers that they include, the places
 * there, and what only they call the parameters of.
 *
 * @param description What is described.
 * @param inputs The files.
 * @param sources All that the compiler has read: where it found what is not
 * beside the file that includes it.
 */
function withComments(
  description: Description,
  inputs: readonly string[],
  sources: readonly string[],
): Description {
  const all = new Map<string, string>();
  const places = new Map<string, DeclarationSite>();
  const allHeads: Head[] = [];
  const waiting = [...inputs];
  const seen = new Set<string>();
  for (const path of waiting) {
    if (seen.has(path)) continue;
    seen.add(path);
    const source = textAt(path);
    const own = [...heads(source)];
    for (const head of own) allHeads.push(head);
    const declarations = declarationsIn(own);
    for (const [name, doc] of docsOf(declarations)) {
      if (!all.has(name)) all.set(name, doc);
    }
    for (const [name, place] of placesOf(declarations, path)) {
      if (!places.has(name)) places.set(name, place);
    }
    for (const [, mark, file] of source.matchAll(INCLUDE)) {
      const beside = join(dirname(path), file!);
      const found = mark === '"' && isFile(beside)
        ? beside
        : sources.find((one) => one.endsWith(`/${file}`));
      if (found === undefined) continue;
      if (mark === '"' || !OF_SYSTEM.test(found)) waiting.push(found);
    }
  }
  const documented = withDocs(description, all);
  return { ...withCallbackParams(documented, allHeads), places };
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]/gm;

/** Where headers of others lie, of which there may be hundreds. */
const OF_SYSTEM = /^\/(?:usr|opt|nix|Library|Applications)\//;
