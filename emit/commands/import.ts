/**
 * `plugin import`: what `import { add } from "./hello.c"` takes.
 *
 * @module
 */

import { basename, dirname, join, relative } from "../../ffi/system/path.ts";
import {
  exists,
  isFile,
  namesAt,
  system,
  textAt,
} from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import type { Manifest } from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { printModule } from "../declaration/print_module.ts";
import { EmitError } from "../error.ts";
import { readHeaders, withHeaders } from "../manifest/print_headers_file.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { withLock } from "../imported/lock.ts";
import {
  CACHE,
  freshIn,
  type ImportedPlugin,
  inputAt,
  readRecord,
  recordPath,
} from "../imported/record.ts";
import { declarationOf, isLibrary, isPlugin } from "../imported/source_file.ts";
import { VERSION } from "../publish/version.ts";
import { writeFiles } from "../files/write_files.ts";
import { buildLibrary } from "./build_library.ts";
import { libraryName, packageOf } from "./languages.ts";
import { namedBeside } from "./plugin_files.ts";
import { here } from "./print_result.ts";
import { resolveInput } from "./resolve_input.ts";
import { bringSupportIfAny } from "../support/compile_support.ts";

/** What is asked of `plugin import`. */
export interface ImportCommand extends Reporting {
  /** Sources, or libraries with manifests. */
  readonly files: readonly string[];
}

/** `plugin import`. */
export const command = defineCommand({
  name: "import",
  options: {},
  parse(given): ImportCommand {
    if (given.positionals.length === 0) {
      throw usage(`"plugin import" needs a source, or a library`);
    }
    return { files: given.positionals, ...reportingOf(given) };
  },
  async run(asked: ImportCommand): Promise<CommandOutcome> {
    let warnings = "";
    const libraries: string[] = [];
    for (const file of asked.files) {
      const built = await buildImport(absolutePath(file));
      warnings += built.warnings;
      libraries.push(built.library);
    }
    const declarations = asked.files.map((file) =>
      declarationOf(absolutePath(file))
    );
    const text = asked.json
      ? `${JSON.stringify({ libraries, declarations }, null, 2)}\n`
      : [
        ...libraries.map((path) => `library ${here(path)}`),
        ...declarations.map((path) => `types   ${here(path)}`),
        "",
      ].join("\n");
    return { text, warnings };
  },
  help: `Builds what an import takes, and writes its types beside it.

Usage: plugin import <source>...

Examples:
  plugin import hello.c          .plugin/, and hello.d.c.ts for TypeScript
  plugin import greet/greet.go   the package of a file
  plugin import libz.so          a library that has its manifest beside it
  ...and in TypeScript:          import { add } from "./hello.c"

A program that is run with @native/plugin/register does the same by itself, when
a source has changed. docs/import.md has more.

Options:
      --json   print a summary for programs
  -h, --help   print this
`,
});

/** How often what changes while it is compiled is compiled. */
const MOST_TRIES = 3;

/** Most plugins of one source that are kept. */
const KEPT = 8;

/** What an import takes. */
export interface BuiltImport {
  /** Absolute path of the library, which has its manifest beside it. */
  readonly library: string;
  /** The names that it exports. */
  readonly exports: readonly string[];
  /** Absolute paths of the files that it was made of. */
  readonly sources: readonly string[];
  /** What the compiler said. */
  readonly warnings: string;
}

/**
 * Builds what an import takes, unless it is there.
 *
 * @param file Absolute path of a source, or of a library with its manifest.
 * @returns The library, and what it is made of.
 * @throws {EmitError} As {@linkcode buildLibrary} does.
 */
export async function buildImport(file: string): Promise<BuiltImport> {
  if (!isPlugin(file)) {
    throw new EmitError(
      "usage",
      `Cannot import "${file}": wanted a .c, .cpp, .go, .rs or .zig file, or a library`,
      { path: file },
    );
  }
  const there = found(file);
  if (there !== undefined) return there;
  const record = recordPath(file);
  makePlace(file, dirname(record));
  return await withLock(`${record}.lock`, async () => {
    // Another process may have been faster.
    return found(file) ?? await build(file, record);
  });
}

/** Makes the directory of what imports build, which git does not see. */
function makePlace(file: string, directory: string): void {
  const cache = join(dirname(file), CACHE);
  try {
    system.makeDirectories(directory);
    const ignore = join(cache, ".gitignore");
    if (!exists(ignore)) system.write(ignore, "*\n", 0o644);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot write "${cache}", where what is built for the import of "${
        basename(file)
      }" has to lie: ${
        (cause as Error).message
      }; build it where that can be written, with: plugin import ${
        shellWord(basename(file))
      }`,
      { path: cache, cause },
    );
  }
}

function found(file: string): BuiltImport | undefined {
  const fresh = freshIn(file, readRecord(file));
  if (fresh === undefined || !exists(declarationOf(file))) return undefined;
  const { library, plugin: { exports, inputs } } = fresh;
  const directory = dirname(recordPath(file));
  const sources = Object.keys(inputs).map((path) => join(directory, path))
    .filter(isFile);
  return { library, exports, sources, warnings: "" };
}

/** A library, with what it was made of. */
interface Made {
  readonly library: string;
  readonly manifest: Manifest;
  readonly sources: readonly string[];
  readonly warnings: string;
}

async function build(file: string, record: string): Promise<BuiltImport> {
  const directory = dirname(record);
  const { library, manifest, sources, warnings } = isLibrary(file)
    ? describe(file)
    : await compile(file, directory);
  const inputs = [...new Set([file, ...sources])].sort();
  const recorded = (paths: readonly string[]) =>
    Object.fromEntries(
      paths.map((path) => [relative(directory, path), inputAt(path)]),
    );
  const plugin: ImportedPlugin = {
    library: relative(directory, library),
    exports: exportedNames(manifest).map(({ name }) => name),
    inputs: recorded(inputs),
    // A library that nobody builds is what it is made of.
    outputs: isLibrary(file) ? {} : recorded(filesIn(dirname(library))),
  };
  const before = readRecord(file).plugins.filter((other) =>
    other.library !== plugin.library
  );
  const all = { version: VERSION, plugins: [plugin, ...before.slice(0, KEPT)] };
  const types = declarationOf(file);
  const text = printModule(manifest);
  writeFiles([
    // An editor need not look at what has not changed.
    ...textAt(types) === text ? [] : [{ path: types, data: text }],
    { path: record, data: `${JSON.stringify(all, null, 2)}\n` },
  ]);
  for (const { library } of before.slice(KEPT)) {
    const kept = dirname(join(directory, library));
    // Nothing else is removed, whatever the record says.
    if (dirname(kept) === join(directory, basename(file))) {
      system.removeDirectory(kept);
    }
  }
  const { exports } = plugin;
  return { library, exports, sources: inputs.filter(isFile), warnings };
}

/** A library that nobody has to build. */
function describe(file: string): Made {
  const { library, manifest } = resolveInput(file);
  if (manifest === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot import "${file}": it has no manifest; write one with: plugin emit ${
        basename(file)
      }`,
      { path: file },
    );
  }
  return {
    library,
    manifest: withHeaders(
      manifest.manifest,
      readHeaders(manifest.path, manifest.manifest),
    ),
    sources: [
      manifest.path,
      ...namedBeside(manifest).map(({ path }) => path).filter(isFile),
    ],
    warnings: "",
  };
}

/** The files in a directory, by their names. */
function filesIn(directory: string): string[] {
  return namesAt(directory).sort().map((name) => join(directory, name));
}

/** A digest of all files in a directory: a library says less than its manifest. */
function digestOfFiles(directory: string): string {
  const digests = filesIn(directory).map((path) =>
    `${basename(path)} ${isFile(path) ? sha256(system.read(path)) : "?"}\n`
  );
  return sha256(new TextEncoder().encode(digests.join("")));
}

/** Builds a source into a directory that is named by what was built. */
async function compile(file: string, directory: string): Promise<Made> {
  // What a link leads to includes what lies beside itself.
  const input = packageOf(exists(file) ? system.realPath(file) : file);
  const place = join(directory, basename(file));
  const fresh = join(place, crypto.randomUUID());
  const name = libraryName(input);
  system.makeDirectories(fresh);
  try {
    for (let tries = 1;; tries++) {
      const start = Date.now();
      const report = await buildLibrary({
        inputs: [input],
        output: join(fresh, name),
        flags: [],
        json: false,
        verbose: false,
      });
      // What was saved while it compiled may be in it or not; a clock may be wrong.
      const isNewer = (path: string) => inputAt(path).mtimeMs >= start;
      if (tries < MOST_TRIES && report.sources.some(isNewer)) continue;
      const kept = join(place, digestOfFiles(fresh).slice(0, 16));
      if (exists(kept) && digestOfFiles(kept) !== digestOfFiles(fresh)) {
        system.removeDirectory(kept); // somebody has changed it
      }
      if (exists(kept)) system.removeDirectory(fresh);
      else system.rename(fresh, kept);
      await bringSupportIfAny();
      return { ...report, library: join(kept, name) };
    }
  } catch (error) {
    system.removeDirectory(fresh);
    throw error;
  }
}
