/**
 * Builds a plugin from a Zig file, with the comments above its declarations.
 *
 * Zig leaves parameters that a function does not use out of the debug
 * information of an optimized build. So the file is compiled twice: once for
 * speed, and once for the types alone.
 *
 * @module
 */

import { exists, system, textAt } from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { withDocs } from "../csource/doc.ts";
import { describe } from "../describe/describe.ts";
import { EmitError } from "../error.ts";
import { withDebugFiles } from "../image/find_debug_files.ts";
import { type Image, readImage } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { type MachPart, readMachPart } from "../image/macho_library.ts";
import { type Ran, run } from "../toolchain/run.ts";
import { osOf, spell } from "../toolchain/compiler_target.ts";
import { docsOfItems, zigItems } from "./doc_comments.ts";
import type { BuildRequest, Built } from "./source.ts";
import type { Description } from "../describe/description.ts";
import { completePrototypes } from "./zig_prototypes.ts";
import { findZig, INSTALL_ZIG, wordsOf } from "../toolchain/tool.ts";

/**
 * Compiles a Zig file into a shared library.
 *
 * The library is stripped: what its debug information says would be wrong, and
 * it would hold the path of its source, which Zig cannot map away.
 *
 * @param request One file; `flags` are those of `zig build-lib`, such as `-lc`.
 * @returns The library, and what it exports.
 * @throws {EmitError} `no_tool` without Zig; `compile_failed` with its own words.
 */
export async function buildZig(request: BuildRequest): Promise<Built> {
  const input = request.inputs[0]!;
  const path = join(request.work, request.name);
  const typed = join(request.work, "typed");
  const { flags, target } = request;
  const shared = sharedBy(request);
  const [warnings] = await Promise.all([
    zig(request, path, [...shared, ...fast(target), ...flags]), // the last -O counts
    buildTyped(request, typed),
  ]);
  const source = system.readText(input);
  const library = readLibrary(path);
  return {
    path,
    library,
    description: withDocs(
      describedBy(library.image, typed),
      docsOfItems(zigItems(source)),
    ),
    thunks: { kind: "companion" },
    sources: sourcesOf(input),
    warnings,
  };
}

/** Compiles for the types alone, with what Zig leaves out of them. */
async function buildTyped(request: BuildRequest, path: string): Promise<void> {
  const { flags, target } = request;
  // macOS's libraries leave debug information in objects, which Zig deletes.
  const typed = isMac(target)
    ? ["build-obj", ...flags, ...TYPED]
    : [...sharedBy(request), ...flags, ...TYPED, ...UNLOADED];
  const [given, whole] = [`${path}.ll`, `${path}.whole.ll`];
  await zig(request, undefined, [...typed, `-femit-llvm-ir=${given}`]);
  system.write(whole, completePrototypes(system.readText(given)), 0o600);
  await zig({ ...request, inputs: [whole] }, path, typed);
}

/** A file, and those that it names, and they: a guess that costs a build too few. */
function sourcesOf(input: string): string[] {
  const sources = new Set([input]);
  for (const path of sources) {
    for (const [, file] of textAt(path).matchAll(NAMED)) {
      const named = join(dirname(path), file!);
      if (exists(named)) sources.add(named);
    }
  }
  return [...sources];
}

/** A file that a source names. */
const NAMED = /@(?:import|embedFile|cInclude)\(\s*"([^"\n]+)"\s*\)/g;

function isMac(target: Target | undefined): boolean {
  return osOf(target) === "darwin";
}

/** How a library is asked for, and the name that it calls itself. */
function sharedBy({ name, target }: BuildRequest): string[] {
  const own = isMac(target)
    ? ["-install_name", `@rpath/${name}`]
    : [`-fsoname=${name}`];
  return ["build-lib", "-dynamic", ...own];
}

function fast(target: Target | undefined): string[] {
  const linked = isMac(target)
    ? []
    : ["-z", "now", "-z", "defs", "--build-id=sha1"];
  return ["-OReleaseFast", "-fstrip", ...linked];
}

/** LLVM writes debug information that is read here; Zig's own backend does not. */
const TYPED: readonly string[] = ["-ODebug", "-fno-strip", "-fllvm"];

/** Nobody loads this library, so that its runtime libraries need no compiling. */
const UNLOADED: readonly string[] = ["-fno-compiler-rt", "-fno-ubsan-rt"];

/** What is in the library as the other file has it. */
function describedBy(image: Image, typed: string): Description {
  const only = new Set(image.exports.map(({ name }) => name));
  if (only.size === 0) return { types: {}, symbols: {}, skipped: {} };
  const bytes = system.read(typed);
  const described = image.format === "macho"
    ? withPart(image, readMachPart(bytes, typed, image.arch))
    : withDebugFiles(readImage(bytes, typed));
  return describe(described, { only });
}

/** A library with the debug information of an object, where its symbols lie elsewhere. */
function withPart(library: Image, object: MachPart): Image {
  const places = new Map(
    object.exports.map(({ name, address }) => [name, address]),
  );
  const exports = library.exports.map((each) => ({
    ...each,
    address: places.get(each.name) ?? -1,
  }));
  return { ...library, exports, parts: [object] };
}

/** Compiles; returns what Zig says though it succeeds. */
async function zig(
  { inputs, work, target }: BuildRequest,
  output: string | undefined,
  args: readonly string[],
): Promise<string> {
  const input = inputs[0]!;
  const ran = await runZig([
    ...args,
    "-fPIC",
    output === undefined ? "-fno-emit-bin" : `-femit-bin=${output}`,
    ...(target === undefined ? [] : ["-target", spell(target).zig]),
    "--cache-dir",
    join(work, "cache"),
    input,
  ], work);
  if (ran.status === 0) return ran.stderr;
  throw new EmitError(
    "compile_failed",
    `Cannot compile "${basename(input)}": zig says\n${ran.stderr.trimEnd()}`,
    { path: input },
  );
}

async function runZig(args: readonly string[], cwd: string): Promise<Ran> {
  const [program, ...first] = await findZig() ?? ["zig"];
  try {
    return await run(program!, [...first, ...args], { cwd });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    throw new EmitError(
      "no_tool",
      wordsOf("ZIG").length > 0
        ? `Cannot compile Zig: $ZIG names "${program}", which is not there`
        : `Cannot compile Zig: there is no "zig" on the PATH: ${INSTALL_ZIG}`,
      { path: program, cause },
    );
  }
}
