/**
 * Fixtures: sources in `tests/fixtures`, and the libraries that the real command makes of
 * them, once a run (`built_once.ts`).
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { basename, extname, join } from "@std/path";
import { buildLibrary } from "../../emit/commands/build_library.ts";
import { builtOnce } from "./built_once.ts";
import { emptyDirectory } from "./directory.ts";

export { emptyDirectory };

/** The path of a source in `tests/fixtures`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

const built = new Map<string, Promise<string>>();

/**
 * Builds a fixture.
 *
 * @param name A source in `tests/fixtures`.
 * @returns Path of the library; the manifest is beside it. The same for the
 * same name, in the same process.
 */
export function library(name: string): Promise<string> {
  return once(name, () => buildAfresh(name));
}

/**
 * Builds a fixture with its annotations, which lie beside it as `.json`.
 *
 * @param name A source in `tests/fixtures`.
 * @returns As {@linkcode library}.
 */
export function annotated(name: string): Promise<string> {
  return once(`annotated ${name}`, async () => {
    const file = fileOf(name);
    const directory = await builtOnce(
      toolsFor(name),
      ["annotated fixture", name],
      (directory) =>
        build(join(directory, file), name, {
          annotate: fixture(name.replace(/\.\w+$/, ".json")),
        }),
    );
    return join(directory, file);
  });
}

function once(key: string, make: () => Promise<string>): Promise<string> {
  let path = built.get(key);
  if (path === undefined) built.set(key, path = make());
  return path;
}

/** What the library of a source is called. */
function fileOf(name: string): string {
  return basename(name).replace(/\.\w+$/, ".so");
}

/**
 * What builds a source.
 *
 * @param name Its name: sources of Go lie in `go`, and crates have no ending.
 */
export function toolsFor(name: string): string[] {
  if (/(?:^|\/)go\//.test(name)) return ["go", "cc"];
  const tools = {
    ".c": [],
    ".go": ["go"],
    ".cpp": [process.env.CXX?.split(" ")[0] ?? "c++"],
    ".zig": ["zig"],
  };
  const own = tools[extname(name) as keyof typeof tools] ?? ["rust"];
  return [...own, "cc"];
}

/** Puts a fixture, built, into a directory of its own. */
export async function buildAfresh(
  name: string,
  ...flags: string[]
): Promise<string> {
  const file = fileOf(name);
  const directory = await builtOnce(
    toolsFor(name),
    ["fixture", name, ...flags],
    (directory) => buildTo(join(directory, file), name, ...flags),
  );
  return join(directory, file);
}

/** Gives Cargo a directory for all tests of this process: each crate is compiled once, and none within the checkout. */
export function useOwnCargoDirectory(): void {
  process.env.CARGO_TARGET_DIR ??= join(emptyDirectory(), "target");
}

/**
 * Builds a fixture to a place where there may be one already.
 *
 * @param output Path of the library.
 * @param name A source in `tests/fixtures`.
 * @param flags Arguments for the compiler.
 */
export async function buildTo(
  output: string,
  name: string,
  ...flags: string[]
): Promise<void> {
  await build(output, name, { flags });
}

async function build(
  output: string,
  name: string,
  own: { readonly flags?: string[]; readonly annotate?: string },
): Promise<void> {
  useOwnCargoDirectory();
  await buildLibrary({
    inputs: [fixture(name)],
    output,
    flags: [],
    json: false,
    verbose: false,
    ...own,
  });
}

/**
 * Makes a library one that Linux's loader refuses: the program header of its
 * dynamic section points nowhere.
 *
 * @param path The library, which becomes another file.
 * @returns Its bytes now.
 */
export function spoil(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const phoff = Number(bytes.readBigUInt64LE(32));
  for (let i = 0; i < bytes.readUInt16LE(56); i++) {
    const at = phoff + i * 56;
    if (bytes.readUInt32LE(at) === 2) bytes.writeUInt32LE(0, at);
  }
  rmSync(path);
  writeFileSync(path, bytes);
  return bytes;
}
