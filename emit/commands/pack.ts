/**
 * `plugin pack`: libraries for several targets become one directory, out of
 * which `open` takes the one for its machine.
 *
 * @module
 */

import {
  isDirectory,
  isMissing,
  readFile,
  system,
} from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import {
  type Manifest,
  PACK_INDEX,
  PACK_VERSION,
  type PackIndex,
  targetOf,
} from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { printDeclaration } from "../declaration/print_declaration.ts";
import { escapeControls } from "../../ffi/error.ts";
import { EmitError } from "../error.ts";
import { readImage } from "../image/image.ts";
import {
  adviceOn,
  common,
  disagreements,
  printDisagreements,
} from "../manifest/target_compat.ts";
import { readHeaders } from "../manifest/print_headers_file.ts";
import { isDescribedBy } from "../manifest/manifest_diff.ts";
import { type OutputFile as File, writeFiles } from "../files/write_files.ts";
import { readDirectory } from "./pack_directory.ts";
import { type PluginFile, pluginFiles } from "./plugin_files.ts";
import type { PackedLibrary } from "../publish/npm_package.ts";
import { resolveInput } from "./resolve_input.ts";
import { here } from "./print_result.ts";

/** The declarations of all targets, in the directory. */
const DECLARATION = "plugin.d.ts";

/** What is asked of `plugin pack`. */
export interface PackCommand extends Reporting {
  /** Libraries with manifests beside them, such manifests, or directories of them. */
  readonly libraries: readonly string[];
  /** The directory to write. */
  readonly output: string;
  /** Whether it has packages for npm, one for each target. */
  readonly npm?: boolean;
  /** Where the files lie that a package for JSR fetches, when one is made. */
  readonly jsr?: string;
}

/** `plugin pack`. */
export const command = defineCommand({
  name: "pack",
  options: { ...OUTPUT, npm: { type: "boolean" }, jsr: { type: "string" } },
  parse(given): PackCommand {
    const { positionals: libraries } = given;
    const npm = given.has("npm");
    const { jsr } = given.one("jsr");
    if (npm && jsr !== undefined) {
      throw usage(`"plugin pack" takes --npm or --jsr: call it once for each`);
    }
    const own = npm ? "npm" : jsr === undefined ? undefined : "jsr";
    const { output = own } = given.one("output");
    if (libraries.length === 0 || output === undefined) {
      throw usage(
        `"plugin pack" needs libraries, and a directory to write: -o hello`,
      );
    }
    return {
      libraries,
      output,
      npm,
      ...given.one("jsr"),
      ...reportingOf(given),
    };
  },
  async run(asked: PackCommand): Promise<CommandOutcome> {
    const { npm, jsr, output } = asked;
    if (!npm && jsr === undefined) return { text: pack(asked) };
    const packed = readPacked(asked.libraries);
    if (jsr === undefined) {
      const { packNpm } = await import("./pack_npm.ts");
      return { text: packNpm(packed, output, asked) };
    }
    const { packJsr } = await import("./pack_jsr.ts");
    const { targets } = indexOf(packed);
    return { text: packJsr(packed, targets, output, jsr, asked) };
  },
  help: `Makes one directory of a plugin that was built for several machines.

Usage: plugin pack <library>... -o <directory>

Examples:
  plugin pack build/*/hello.so build/*/hello.dylib -o hello
  plugin build hello.c --target linux-x64 --target darwin-arm64    both in one go
  ...and in TypeScript:     open(new URL("./hello/", import.meta.url))
  plugin pack build/*/hello.so --npm       npm/: packages to publish
  plugin pack hello --npm                  the same, of a directory with all of them
  plugin pack build/*/hello.so --jsr https://example.com/hello/0.1.0
                                           jsr/: a package, and the files that
                                           it fetches from there, once

Each library has its manifest beside it. Libraries whose symbols or types are not
the same are refused, with a table of what differs.

Options:
  -o, --output <directory>   the directory to write
      --npm                  a package for each machine, and one that depends on
                             them; its name and version are in ./package.json
      --jsr <url>            a package without libraries, which fetches them from
                             that directory and compares their digests; its name
                             and version are in ./jsr.json, deno.json or
                             package.json
      --json                 print a summary for programs
  -h, --help                 print this
`,
});

/**
 * Lays out libraries for several targets.
 *
 * @param command The libraries, and the directory to write.
 * @returns Text for people or for programs.
 * @throws {EmitError} `not_found` without a manifest; `bad_image` where that is
 * of another build; `usage` for two libraries of one target; `mismatch` where
 * their public types differ. Then nothing was written.
 */
export function pack(command: PackCommand): string {
  const packed = readPacked(command.libraries);
  const output = absolutePath(command.output);
  const index = indexOf(packed);
  const files: File[] = [
    ...packed.flatMap(({ files }) => files),
    { path: DECLARATION, data: printDeclaration(common(packed)) },
    { path: PACK_INDEX, data: `${JSON.stringify(index, null, 2)}\n` },
  ].map((file) => ({ ...file, path: join(output, file.path) }));
  for (const { path } of files) system.makeDirectories(dirname(path));
  writeFiles(files);
  return print(command, files, index);
}

/** Reads libraries, which are one plugin; by their targets. */
function readPacked(libraries: readonly string[]): PackedLibrary[] {
  const all: PackedLibrary[] = [];
  for (const library of libraries.flatMap(librariesIn)) all.push(read(library));
  const packed = oneEach(all).sort((a, b) => a.target < b.target ? -1 : 1);
  assertAlike(packed);
  return packed;
}

/** What is named: a library, or those of a directory that was packed before. */
function librariesIn(path: string): readonly string[] {
  const directory = absolutePath(path);
  return isDirectory(directory)
    ? readDirectory(directory, "pack").manifests.map((file) =>
      join(directory, file)
    )
    : [path];
}

function read(file: string): PackedLibrary {
  const { library, manifest: found } = resolveInput(file);
  if (found === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot pack "${file}": it has no manifest; write one with plugin emit`,
      { path: library },
    );
  }
  const { manifest } = found;
  const target = targetOf(manifest.library);
  const path = join(target, `${manifest.library.file}.json`);
  const files = pluginFiles(library, found).map((file): File => {
    switch (file.role) {
      case "library":
        return copyOf(file.path, manifest.library, library);
      case "thunks":
        return copyOf(file.path, manifest.thunks!, library);
      case "headers":
        return { path: file.file, data: readOrTell(file.path, library) };
      case "bundled":
        return broughtAlong(file, library);
      case "manifest":
        return { path: basename(path), data: readFile(file.path) };
    }
  });
  return {
    target,
    manifest,
    headers: readHeaders(found.path, manifest),
    path,
    files: files.map((file) => ({ ...file, path: join(target, file.path) })),
  };
}

/** A library that it brings along. */
function broughtAlong(
  { file, bytes }: Extract<PluginFile, { role: "bundled" }>,
  library: string,
): File {
  if (!file.startsWith("../")) {
    return { path: file, data: bytes, executable: true };
  }
  throw new EmitError(
    "bad_image",
    `Cannot pack "${library}": it needs "${file}", which lies outside of its directory, and a pack has one directory for each target; link it with -Wl,-rpath,$ORIGIN and put that beside it`,
    { path: library },
  );
}

function readOrTell(path: string, library: string): Uint8Array {
  try {
    return readFile(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw notThere(library, path, cause);
  }
}

/** A library's bytes, if they are those that its manifest describes. */
function copyOf(
  path: string,
  described:
    & Pick<Manifest["library"], "file" | "buildId" | "sha256" | "size">
    & Partial<Pick<Manifest["library"], "os" | "arch">>,
  library: string,
): File {
  const data = readOrTell(path, library);
  if (!isDescribedBy(described, readImage(data, path), data)) {
    throw new EmitError(
      "bad_image",
      `Cannot pack "${library}": "${path}" is of another build than its ` +
        `manifest describes: build it again`,
      { path },
    );
  }
  return { path: described.file, data, executable: true };
}

function notThere(library: string, path: string, cause?: unknown): EmitError {
  return new EmitError(
    "not_found",
    `Cannot pack "${library}": there is no "${path}"`,
    { path, cause },
  );
}

/**
 * One library for each target: of those that need no C library one is enough,
 * for whichever they were built.
 */
function oneEach(packed: readonly PackedLibrary[]): PackedLibrary[] {
  return packed.filter(({ target, manifest: { library } }, index) => {
    const before = packed.slice(0, index).find((each) => each.target === target)
      ?.manifest.library;
    if (before === undefined) return true;
    if (library.libc === undefined && library.file === before.file) {
      return false;
    }
    throw new EmitError(
      "usage",
      `Cannot pack two libraries for ${target}: "${before.file}" and "${library.file}"`,
    );
  });
}

function assertAlike(packed: readonly PackedLibrary[]): void {
  const different = disagreements(packed);
  if (different.length === 0) return;
  throw new EmitError(
    "mismatch",
    `Cannot pack "${
      packed[0]!.manifest.library.file
    }": what it exports is not the same for all targets:\n${
      [printDisagreements(different), ...adviceOn(different)].join("\n")
    }`,
  );
}

/** A library that needs no C library serves the targets of both. */
function indexOf(packed: readonly PackedLibrary[]): PackIndex {
  const targets: Record<string, string> = {};
  for (const { target, manifest, path } of packed) {
    targets[target] = path;
    const { os, arch, libc } = manifest.library;
    if (os !== "linux" || libc !== undefined) continue;
    targets[targetOf({ os, arch, libc: "musl" })] = path;
  }
  for (const { target, path } of packed) targets[target] = path;
  const sorted = Object.keys(targets).sort().map((key) => [key, targets[key]]);
  return { plugin: PACK_VERSION, targets: Object.fromEntries(sorted) };
}

function print(
  { output, json }: PackCommand,
  files: readonly File[],
  { targets }: PackIndex,
): string {
  if (json) {
    const written = files.map(({ path }) => path).sort();
    return `${JSON.stringify({ written, targets }, null, 2)}\n`;
  }
  const width = Math.max(...Object.keys(targets).map(({ length }) => length));
  return [
    ...Object.entries(targets).map(([target, path]) =>
      `target  ${target.padEnd(width)}  ${
        here(join(absolutePath(output), path))
      }`
    ),
    `wrote   ${here(absolutePath(join(output, PACK_INDEX)))}`,
    `wrote   ${here(absolutePath(join(output, DECLARATION)))}`,
    "",
  ].map(escapeControls).join("\n");
}
