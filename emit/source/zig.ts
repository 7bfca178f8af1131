/**
 * Builds a plugin from a Zig file.
 *
 * Zig leaves parameters that a function does not use out of the debug
 * information of an optimized build. So the file is compiled twice: once for
 * speed, and once for the types alone.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import process from "node:process";
import { basename, join } from "@std/path";
import { describe } from "../describe.ts";
import { EmitError } from "../error.ts";
import { withDebugFiles } from "../debug_files.ts";
import { readImage } from "../image.ts";
import { type Ran, run } from "../run.ts";
import { docsOfItems, zigItems } from "./items.ts";
import type { BuildRequest, Built, Description } from "./source.ts";

/**
 * Compiles a Zig file into a shared library.
 *
 * The library is stripped: what its debug information says would be wrong, and
 * it would hold the path of its source, which Zig cannot map away.
 *
 * @param request One file; `flags` are those of `zig build-lib`, such as `-lc`.
 * @returns The library, what it exports, and what the source says about it.
 * @throws {EmitError} `no_tool` without Zig; `compile_failed` with its own words.
 */
export async function buildZig(request: BuildRequest): Promise<Built> {
  const input = request.inputs[0]!;
  const library = join(request.work, request.name);
  const typed = join(request.work, `typed-${request.name}`);
  const [warnings] = await Promise.all([
    zig(request, library, FAST),
    zig(request, typed, TYPED),
  ]);
  const source = await readFile(input, "utf8");
  return {
    library,
    draft: await draftOf(library, typed),
    docs: docsOfItems(zigItems(source)),
    warnings,
  };
}

const FAST: readonly string[] = [
  "-OReleaseFast",
  "-fstrip",
  ...(process.platform === "darwin"
    ? []
    : ["-z", "now", "-z", "defs", "--build-id=sha1"]),
];

/**
 * LLVM writes debug information that is read here; Zig's own backend does not.
 * Nobody loads this one, so that its runtime libraries need no compiling.
 */
const TYPED: readonly string[] = [
  "-ODebug",
  "-fno-strip",
  "-fllvm",
  "-fno-compiler-rt",
  "-fno-ubsan-rt",
];

/** What is in one library as the other has it. */
async function draftOf(library: string, typed: string): Promise<Description> {
  const image = readImage(await readFile(library), library);
  const only = new Set(image.exports.map(({ name }) => name));
  if (only.size === 0) return { types: {}, symbols: {}, skipped: {} };
  const described = readImage(await readFile(typed), typed);
  return describe(await withDebugFiles(described), { only });
}

/** Compiles; returns what Zig says though it succeeds. */
async function zig(
  { inputs, work, name, flags }: BuildRequest,
  library: string,
  mode: readonly string[],
): Promise<string> {
  const input = inputs[0]!;
  const ran = await runZig([
    "build-lib",
    "-dynamic",
    "-fPIC",
    ...mode,
    `-femit-bin=${library}`,
    ...(process.platform === "darwin"
      ? [`-install_name=@rpath/${name}`]
      : [`-fsoname=${name}`]),
    "--cache-dir",
    join(work, "cache"),
    ...flags,
    input,
  ], work);
  if (ran.status === 0) return ran.stderr;
  throw new EmitError(
    "compile_failed",
    `Cannot compile "${basename(input)}": zig says\n${ran.stderr.trimEnd()}`,
    { path: input },
  );
}

/** Runs `$ZIG`, or `zig`. */
async function runZig(args: readonly string[], cwd: string): Promise<Ran> {
  const words = (process.env.ZIG ?? "").split(/\s+/).filter((w) => w !== "");
  const [program = "zig", ...first] = words;
  try {
    return await run(program, [...first, ...args], { cwd });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    throw new EmitError(
      "no_tool",
      words.length > 0
        ? `Cannot compile Zig: $ZIG names "${program}", which is not there`
        : `Cannot compile Zig: there is no "zig" on the PATH: install it from ` +
          `https://ziglang.org, or with "pip install ziglang" and ` +
          `ZIG="python3 -m ziglang"`,
      { path: program, cause },
    );
  }
}
