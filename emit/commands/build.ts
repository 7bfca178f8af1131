/**
 * `plugin build`: from source to a library with its manifest and its types.
 *
 * @module
 */

import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import { basename, dirname, extname, join, resolve } from "@std/path";
import type { BuildCommand } from "../command.ts";
import { assemble } from "../assemble.ts";
import { printDeclaration } from "../declaration.ts";
import { describe } from "../describe.ts";
import { EmitError } from "../error.ts";
import { readImage } from "../image.ts";
import { buildC, type BuildCRequest, type BuiltC } from "../source/c.ts";
import { withDocs } from "../source/doc.ts";
import { buildGo } from "../source/go.ts";
import type { Built } from "../source/source.ts";
import { printManifest, writeFiles } from "../write.ts";
import type { Report } from "./report.ts";
import {
  asItIs,
  beside,
  type Thunked,
  thunksBeside,
  thunksInside,
} from "./thunks.ts";
import { withWorkspace } from "./workspace.ts";

/** What a build did, and what the compiler said about it. */
export interface BuildReport extends Report {
  /** The compiler's warnings, as it words them. */
  readonly warnings: string;
}

/**
 * Builds a plugin and writes it, its manifest and its types.
 *
 * @param command What to build, and where to.
 * @returns What was written.
 * @throws {EmitError} When any step fails; then no file was changed.
 */
export async function build(command: BuildCommand): Promise<BuildReport> {
  const inputs = command.inputs.map((input) => resolve(input));
  const language = await languageOf(inputs);
  const path = outputOf(inputs, command.output);
  if (language === "go" && command.flags.length > 0) {
    throw new EmitError(
      "usage",
      `Cannot pass "${command.flags[0]}" on: only C takes arguments after "--"`,
    );
  }
  return await withWorkspace(async (work) => {
    const name = basename(path);
    const built = await compile(language, {
      inputs,
      work,
      name,
      flags: command.flags,
    });
    const { description, summary, companion } = await thunked(
      command,
      built,
      { work, name },
    );
    const bytes = await readFile(built.library);
    const image = readImage(bytes, built.library);
    const manifest = assemble(
      image,
      bytes,
      name,
      description,
      companion?.library,
    );
    const outputs = [
      { path: `${path}.d.ts`, data: printDeclaration(manifest) },
      ...beside(path, companion),
      { path, data: bytes, executable: true },
      { path: `${path}.json`, data: printManifest(manifest) },
    ];
    await writeFiles(outputs);
    return {
      written: outputs.map((output) => output.path).sort(),
      library: path,
      manifest,
      thunks: summary,
      warnings: built.warnings ?? "",
    };
  });
}

/** Describes what was built, and links the thunks into it that it needs. */
async function thunked(
  { flags, thunks }: BuildCommand,
  built: Built & Partial<BuiltC>,
  { work, name }: { work: string; name: string },
): Promise<Thunked> {
  const image = readImage(await readFile(built.library), built.library);
  if (built.description !== undefined) {
    if (thunks === undefined) return asItIs(built.description);
    throw new EmitError(
      "usage",
      `Cannot make thunks for Go: it makes all that it needs by itself`,
    );
  }
  const request = {
    image,
    description: withDocs(describe(image), built.docs ?? new Map()),
    options: thunks ?? { signatures: [], errno: [] },
    name,
    work,
  };
  return built.relink === undefined
    ? await thunksBeside(request)
    : await thunksInside(request, built.relink, flags);
}

type Language = "c" | "go";

function compile(
  language: Language,
  request: BuildCRequest,
): Promise<Built & Partial<BuiltC>> {
  switch (language) {
    case "c":
      return buildC(request);
    case "go":
      return buildGo(request);
  }
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  ".c": "c",
  ".go": "go",
};

/** Extensions of languages that are planned. */
const LATER: Readonly<Record<string, string>> = {
  ".cc": "C++",
  ".cpp": "C++",
  ".cxx": "C++",
  ".C": "C++",
  ".rs": "Rust",
  ".zig": "Zig",
};

const SUPPORTED =
  `supported are .c files, .go files and a directory with go.mod`;

async function languageOf(inputs: readonly string[]): Promise<Language> {
  const languages = new Set<Language>();
  for (const input of inputs) languages.add(await languageOfOne(input));
  const [language, other] = languages;
  if (other !== undefined) {
    throw new EmitError(
      "usage",
      `Cannot build C and Go into one plugin: build one for each`,
    );
  }
  if (language === "go" && inputs.length > 1 && !inputs.every(isGoFile)) {
    throw new EmitError("usage", `Cannot build two directories at once`);
  }
  return language!;
}

function isGoFile(path: string): boolean {
  return extname(path) === ".go";
}

async function languageOfOne(input: string): Promise<Language> {
  const there = await stat(input).catch(() => undefined);
  const refuse = (code: "usage" | "not_found", why: string) =>
    new EmitError(code, `Cannot build "${input}": ${why}`, { path: input });
  if (there === undefined) throw refuse("not_found", "there is no such file");
  if (there.isDirectory()) {
    const has = (file: string) => stat(join(input, file)).catch(() => null);
    if (await has("go.mod")) return "go";
    throw refuse(
      "usage",
      await has("Cargo.toml")
        ? `Rust is not there yet: ${SUPPORTED}`
        : `the directory has no go.mod: ${SUPPORTED}`,
    );
  }
  const extension = extname(input);
  const language = LANGUAGES[extension];
  if (language !== undefined) return language;
  const later = LATER[extension];
  throw refuse(
    "usage",
    later === undefined
      ? `the extension "${extension}" is not known: ${SUPPORTED}`
      : `${later} is not there yet: ${SUPPORTED}`,
  );
}

const SUFFIX = process.platform === "darwin" ? ".dylib" : ".so";

function outputOf(
  inputs: readonly string[],
  output: string | undefined,
): string {
  if (output === undefined) return defaultOutput(inputs[0]!);
  const path = resolve(output);
  if (inputs.includes(path)) {
    throw new EmitError(
      "usage",
      `Cannot write the library to "${output}": it is an input`,
      { path },
    );
  }
  return path;
}

function defaultOutput(input: string): string {
  const name = basename(input).replace(/\.(?:c|go)$/, "") + SUFFIX;
  // `plugin build .` leaves nothing outside of the directory it was called in.
  const directory = input === process.cwd() ? input : dirname(input);
  return join(directory, name);
}
