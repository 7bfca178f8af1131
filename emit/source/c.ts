/**
 * Builds a plugin from C.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import process from "node:process";
import { basename, dirname, join } from "@std/path";
import { EmitError } from "../error.ts";
import { cc, SHARED } from "./cc.ts";
import { docsOf } from "./doc.ts";
import type { BuildRequest, Built } from "./source.ts";

/** A build from C that was asked for. */
export interface BuildCRequest extends BuildRequest {
  /** Further arguments for the compiler: `-lm`, `-O3`, `-Iinclude`. */
  readonly flags: readonly string[];
}

/** A library that was built from C. */
export interface BuiltC extends Built {
  /** What the compiler said though it succeeded. */
  readonly warnings: string;
  /** Comments above the declarations, by name. */
  readonly docs: ReadonlyMap<string, string>;
}

/**
 * Compiles C files into one shared library with debug information.
 *
 * Undefined symbols fail here (`-z defs`) and not at the first call, which the
 * runtimes' lazy loading would make of them. The same source gives the same
 * bytes wherever it lies: the directories are mapped away.
 *
 * @param request The files, and where to build.
 * @returns The library, and what the source says about it.
 * @throws {EmitError} `no_tool` without a compiler; `compile_failed` with the
 * compiler's own words.
 */
export async function buildC(request: BuildCRequest): Promise<BuiltC> {
  const { inputs, work, name, flags } = request;
  const library = join(work, name);
  const directories = new Set([
    process.cwd(),
    work,
    ...inputs.map((input) => dirname(input)),
  ]);
  const { status, stderr } = await cc([
    ...SHARED,
    "-O2",
    ...LINK,
    ...(process.platform === "darwin"
      ? [`-Wl,-install_name,@rpath/${name}`] // else it is the path of `work`
      : []),
    ...[...directories].map((path) => `-ffile-prefix-map=${path}=.`),
    "-o",
    library,
    ...inputs,
    ...flags,
  ]);
  if (status !== 0) {
    throw new EmitError(
      "compile_failed",
      `Cannot compile ${
        inputs.map((path) => `"${basename(path)}"`)
          .join(", ")
      }: the C compiler says\n${stderr.trimEnd()}`,
      { path: inputs[0] },
    );
  }
  return { library, warnings: stderr, docs: await docs(inputs) };
}

const LINK: readonly string[] = process.platform === "darwin"
  ? []
  : ["-Wl,-z,now", "-Wl,-z,defs", "-Wl,--build-id=sha1"];

/** Comments of the files and of the headers beside them that they include. */
async function docs(inputs: readonly string[]): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  const waiting = [...inputs];
  const seen = new Set<string>();
  for (const path of waiting) {
    if (seen.has(path)) continue;
    seen.add(path);
    const source = await readFile(path, "utf8").catch(() => "");
    for (const [name, doc] of docsOf(source)) {
      if (!all.has(name)) all.set(name, doc);
    }
    for (const [, file] of source.matchAll(INCLUDE)) {
      waiting.push(join(dirname(path), file!));
    }
  }
  return all;
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm;
