/**
 * `plugin test`: a program's own tests, with a plugin that is watched by a tool
 * which sees mistakes of native code.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { exists, isFile, statusAt, system } from "../../ffi/system/system.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  ANNOTATE,
  ANNOTATE_HELP,
  CXX,
  CXX_HELP,
  cxxOf,
  OUTPUT,
  reportingOf,
  THUNKS,
  THUNKS_HELP,
  thunksOf,
} from "../arguments/shared_options.ts";
import { EmitError } from "../error.ts";
import { makeRoom } from "../terminal/progress.ts";
import {
  canCount,
  counted,
  type Coverage,
  coverageOf,
  printCoverage,
} from "../sanitize/coverage.ts";
import {
  type Mistake,
  mistakesIn,
  printMistake,
} from "../sanitize/sanitizer_reports.ts";
import {
  racing,
  readReports,
  type Sanitized,
  sanitized,
  type Sanitizer,
  SANITIZERS,
} from "../sanitize/sanitizer.ts";
import { sayingLoaded, wasLoaded } from "../sanitize/loaded.ts";
import { ownRuntime } from "../toolchain/own_runtime.ts";
import { BY_SIGNAL, runShown } from "../toolchain/run.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import { type OutputFile, writeFiles } from "../files/write_files.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { isPlugin } from "../imported/source_file.ts";
import { tellOfTested } from "../imported/tested.ts";
import {
  type BuildCommand,
  buildLibrary,
  type BuildReport,
  outputOf,
} from "./build_library.ts";
import { languageOf, packageOf, resolveSource } from "./languages.ts";
import { here } from "./print_result.ts";

/** What is asked of `plugin test`: what is built, as by `plugin build`, and how it is watched. */
export interface TestCommand extends BuildCommand {
  /** The tool that watches; what has run is counted without one. */
  readonly sanitizer?: Sanitizer;
  /** The command that runs the tests; the runtime's own when empty. */
  readonly tests: readonly string[];
}

/** `plugin test`. */
export const command = defineCommand({
  name: "test",
  options: {
    ...OUTPUT,
    ...ANNOTATE,
    ...THUNKS,
    ...CXX,
    instantiate: { type: "string" },
    sanitize: { type: "string" },
    coverage: { type: "boolean" },
    flag: { type: "string" },
  },
  runsCompiler: true,
  parse(given): TestCommand {
    if (given.positionals.length === 0) {
      throw usage(`"plugin test" needs a source file or a directory`);
    }
    const { sanitize } = given.one("sanitize");
    const sanitizer = SANITIZERS.find((name) => name === sanitize);
    const isCounted = given.has("coverage");
    const instantiate = given.all("instantiate");
    if (isCounted ? sanitize !== undefined : sanitizer === undefined) {
      throw usage(
        `"plugin test" needs --coverage, or --sanitize with one of ${
          SANITIZERS.join(", ")
        }`,
      );
    }
    return {
      inputs: given.positionals,
      ...(sanitizer !== undefined && { sanitizer }),
      flags: given.all("flag"),
      tests: given.flags,
      ...given.one("output"),
      ...given.one("annotate"),
      ...thunksOf(given),
      ...cxxOf(given),
      ...(instantiate.length > 0 && { instantiate }),
      ...reportingOf(given),
    };
  },
  async run(asked: TestCommand): Promise<CommandOutcome> {
    return await test(asked);
  },
  help:
    `Runs your tests with a plugin in which mistakes are seen where they happen.

Usage: plugin test <input>... --sanitize <tool> [options] [-- <test command>]
       plugin test <input>... --coverage [options] [-- <test command>]

Examples:
  plugin test plugin.c -o hello.so --sanitize address
  plugin test plugin.c -o hello.so --sanitize thread -- deno test -A host_test.ts
  plugin test plugin.c -o hello.so --sanitize undefined -- bun test
  plugin test plugin.c -o hello.so --sanitize valgrind -- node --test
  plugin test plugin.c -o hello.so --coverage -- deno test -A
  plugin test ./crate -o hello.so --sanitize valgrind
  plugin test . -o hello.so --coverage

The plugin is built for the tool, at the place where your tests open it; what
was there is put back afterwards. Tests that import its source take that too.
What the tool needs is loaded into the runtime before it starts. Each mistake is
printed once, with the line of the source; the exit code is 1 when there is one,
or a test fails.

Options:
  -o, --output <file>          the library that the tests open; default: as in plugin build
      --sanitize <tool>        address: memory that is not there (C, C++)
                               undefined: what C leaves undefined (C, C++)
                               thread: races of threads (C, C++), of goroutines (Go)
                               valgrind: memory, in any language, 20 times slower
      --coverage               says which lines have run (C, C++, Go, Rust)
      --flag <argument>        an argument for the compiler; may be repeated
      --instantiate <name>     types for what is generic, as in plugin build
${ANNOTATE_HELP}${THUNKS_HELP}${CXX_HELP}      --json                   print the mistakes for programs
  -v, --verbose                print all that the tool says
  -h, --help                   print this

Without a command after "--" the tests are run by this runtime: deno test -A,
bun test or node --test. Linux.
`,
});

async function test(command: TestCommand): Promise<CommandOutcome> {
  const { sanitizer, json } = command;
  const inputs = command.inputs.map(resolveSource);
  const language = languageOf(inputs).name;
  assertCan(sanitizer, language, inputs);
  return await withWorkspace(async ({ directory }) => {
    const sources = directoriesOf(inputs);
    const { library, status, ...found } = sanitizer === undefined
      ? await count({ ...command, inputs }, language, directory, sources)
      : await watch(
        { ...command, inputs },
        sanitizer === "thread" && language === "Go"
          ? racing(directory)
          : await sanitized(sanitizer, directory),
        directory,
        sources,
      );
    const text = json
      ? `${JSON.stringify({ library, status, ...found }, null, 2)}\n`
      // A test that ended the runtime left its line open.
      : `\n${print(found, command)}${ending(status)}`;
    const isWrong = (found.mistakes?.length ?? 0) > 0;
    return { text, negative: isWrong || status !== 0 };
  });
}

/** What was found. */
interface TestRun {
  readonly library: string;
  /** How the tests ended. */
  readonly status: number;
  readonly mistakes?: readonly Mistake[];
  readonly coverage?: readonly Coverage[];
}

/** Runs the tests with a plugin that a tool watches. */
async function watch(
  command: TestCommand,
  how: Sanitized,
  directory: string,
  sources: readonly string[],
): Promise<TestRun> {
  const build = { ...command, flags: [...command.flags, ...how.flags] };
  return await withBuilt(build, async (built) => {
    const { library } = built;
    const { status, isOpened } = await runTests(command, how, built, directory);
    const mistakes = mistakesIn(readReports(directory), sources);
    if (isOpened === false && mistakes.length === 0) {
      throw notOpened(`for --sanitize ${command.sanitizer}`, built, status);
    }
    return { library, status, mistakes };
  });
}

/** Runs the tests with a plugin that counts its lines. */
async function count(
  command: TestCommand,
  language: string,
  directory: string,
  sources: readonly string[],
): Promise<TestRun> {
  const how = await counted(language, directory);
  const flags = [...command.flags, ...how.flags];
  const build = { ...command, flags, isCounted: true };
  return await withBuilt(build, async (built) => {
    const { library } = built;
    const { status, isOpened } = await runTests(command, how, built, directory);
    if (isOpened === false) throw notOpened("to be counted", built, status);
    const coverage = coverageOf(await how.read(library, sources));
    return { library, status, coverage };
  });
}

/** What is said where nothing was watched. */
function notOpened(
  purpose: string,
  { library }: BuildReport,
  status: number,
): EmitError {
  return new EmitError(
    "not_found",
    `No test opened "${here(library)}", which was built ${purpose}; ${
      ending(status).trim()
    }: have them open it there (-o says where), or import its source with @native/plugin/register`,
    { path: library },
  );
}

function print(
  { mistakes = [], coverage }: Omit<TestRun, "library" | "status">,
  { sanitizer, verbose }: TestCommand,
): string {
  if (coverage !== undefined) return coverage.map(printCoverage).join("");
  const { length } = mistakes;
  const count = length === 0
    ? "no mistake"
    : length === 1
    ? "1 mistake"
    : `${length} mistakes`;
  return [
    ...mistakes.map((mistake) => printMistake(mistake, verbose)),
    `${sanitizer}: ${count}; `,
  ].join("\n");
}

function ending(status: number): string {
  if (status === 0) return "the tests passed\n";
  return status === BY_SIGNAL
    ? "a signal ended the tests\n"
    : `the tests ended with ${status}\n`;
}

/** Languages that a tool knows, where those are not all. */
const ONLY_C = "only C and C++ are compiled for it; valgrind takes any plugin";
const COUNTED = "lines of C, C++, Go and Rust are counted";

function assertCan(
  sanitizer: Sanitizer | undefined,
  language: string,
  inputs: readonly string[],
): void {
  if (system.os !== "linux") {
    throw new EmitError("usage", "plugin test takes Linux");
  }
  const refuse = (what: string, why: string) =>
    new EmitError("usage", `Cannot test ${what}: ${why}`);
  if (sanitizer === "valgrind" || sanitizer && language === "C") return;
  const isRacing = sanitizer === "thread" && language === "Go";
  if (sanitizer !== undefined && !isRacing) {
    throw refuse(`${language} with --sanitize ${sanitizer}`, ONLY_C);
  }
  if (!isRacing && !canCount(language)) {
    throw refuse(`${language} with --coverage`, COUNTED);
  }
  const named = inputs.find((input) => !input.startsWith("/"));
  if (named === undefined) return;
  throw refuse(
    `"${named}" with ${isRacing ? "--sanitize thread" : "--coverage"}`,
    isRacing
      ? "it tells of races in a package that lies here"
      : "it counts the lines of a package that lies here",
  );
}

/** Calls `use` while the library is one for the tool. */
async function withBuilt<T>(
  command: BuildCommand,
  use: (built: BuildReport) => Promise<T>,
): Promise<T> {
  const path = outputOf(command.inputs, command.output, undefined);
  const before = filesOf(path);
  const built = await buildLibrary(command);
  try {
    return await use(built);
  } finally {
    const kept = new Set(before.map(({ path }) => path));
    for (const path of built.written) if (!kept.has(path)) system.remove(path);
    writeFiles(before);
  }
}

/** A library and what belongs to it, as far as it is there; the manifest last. */
function filesOf(library: string): OutputFile[] {
  const directory = dirname(library);
  if (!exists(directory)) return [];
  return system.list(directory).map(({ name }) => join(directory, name))
    .filter((path) => path.startsWith(library) && isFile(path)).sort()
    .map((path) => ({
      path,
      data: system.read(path),
      executable: path.endsWith(".so"),
    }));
}

/** What runs tests, on each runtime. */
const TESTS = { deno: ["test", "-A"], bun: ["test"], node: ["--test"] };

function ownTests(): string[] {
  const { tool, program } = ownRuntime();
  return [program, ...TESTS[tool]];
}

/** Runs the tests; what they print is shown as it comes. */
async function runTests(
  { inputs, tests, json }: TestCommand,
  { before, env }: Sanitized,
  { library, manifest, sources }: BuildReport,
  directory: string,
): Promise<{ status: number; isOpened: boolean | undefined }> {
  const own = tests.length > 0 ? tests : ownTests();
  const [program = "", ...args] = [...before, ...own];
  const tested = tellOfTested({
    files: importedOf(inputs, sources),
    library,
    exports: exportedNames(manifest).map(({ name }) => name),
  }, join(directory, "tested.json"));
  makeRoom();
  const status = await runShown(program, args, {
    env: { ...env, ...tested, ...sayingLoaded(directory) },
    // The summary for programs is all that is on standard output.
    isQuiet: json,
  });
  return { status, isOpened: wasLoaded(library, directory) };
}

/** The sources whose import is what is built of the inputs. */
function importedOf(
  inputs: readonly string[],
  sources: readonly string[],
): string[] {
  const packages = inputs.map((input) =>
    isFile(input) ? packageOf(input) : input
  );
  return sources.filter((file) =>
    isPlugin(file) && isFile(file) && packages.includes(packageOf(file))
  ).map((file) => system.realPath(file));
}

/** Where sources lie. */
function directoriesOf(inputs: readonly string[]): string[] {
  return [
    ...new Set([
      ...inputs.map((input) =>
        statusAt(input)?.isDirectory ? input : dirname(input)
      ),
      system.cwd(),
    ]),
  ];
}
