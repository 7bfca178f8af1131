/**
 * `plugin test`: a program's own tests, with a plugin that is watched by a tool
 * which sees mistakes of native code.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { exists, isFile, statusAt, system } from "../../ffi/system/system.ts";
import { usage } from "../arguments/arguments.ts";
import { defineCommand, type Outcome } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { EmitError } from "../error.ts";
import { makeRoom } from "../progress.ts";
import {
  counted,
  type Coverage,
  coverageIn,
  printCoverage,
} from "../sanitize/coverage.ts";
import { type Mistake, mistakesIn, printMistake } from "../sanitize/report.ts";
import {
  readReports,
  type Sanitized,
  sanitized,
  type Sanitizer,
  SANITIZERS,
} from "../sanitize/sanitizer.ts";
import { ownRuntime } from "../toolchain/own_runtime.ts";
import { runShown } from "../toolchain/run.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import { type OutputFile, writeFiles } from "../write_files.ts";
import { buildLibrary, outputOf } from "./build_library.ts";
import { languageOf, resolveSource } from "./languages.ts";

/** What is asked of `plugin test`. */
export interface TestCommand extends Reporting {
  /** Source files, or one directory. */
  readonly inputs: readonly string[];
  /** The library that the tests open. */
  readonly output?: string;
  /** The tool that watches; what has run is counted without one. */
  readonly sanitizer?: Sanitizer;
  /** Arguments of the compiler. */
  readonly flags: readonly string[];
  /** The command that runs the tests; the runtime's own when empty. */
  readonly tests: readonly string[];
}

/** `plugin test`. */
export const command = defineCommand({
  name: "test",
  options: {
    ...OUTPUT,
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
      ...reportingOf(given),
    };
  },
  async run(asked: TestCommand): Promise<Outcome> {
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

The plugin is built for the tool, at the place where your tests open it; what
was there is put back afterwards. What the tool needs is loaded into the runtime
before it starts. Each mistake is printed once, with the line of the source; the
exit code is 1 when there is one, or a test fails.

Options:
  -o, --output <file>      the library that the tests open; default: as in plugin build
      --sanitize <tool>    address: memory that is not there (C, C++)
                           undefined: what C leaves undefined (C, C++)
                           thread: races of threads (C, C++)
                           valgrind: memory, in any language, 20 times slower
      --coverage           says which lines of C and C++ have run, by gcov (not on Bun)
      --flag <argument>    an argument for the compiler; may be repeated
      --json               print the mistakes for programs
  -v, --verbose            print all that the tool says
  -h, --help               print this

Without a command after "--" the tests are run by this runtime: deno test -A,
bun test or node --test. Linux.
`,
});

async function test(command: TestCommand): Promise<Outcome> {
  const { sanitizer, json } = command;
  const inputs = command.inputs.map(resolveSource);
  assertCan(sanitizer, languageOf(inputs).name);
  return await withWorkspace(async ({ directory }) => {
    const how = sanitizer === undefined
      ? await counted(directory)
      : await sanitized(sanitizer, directory);
    const { library, status } = await withBuilt(
      { ...command, inputs },
      how,
      () => runTests(command, how),
    );
    const sources = directoriesOf(inputs);
    const found = sanitizer === undefined
      ? { coverage: await coverageIn(directory, sources) }
      : { mistakes: mistakesIn(readReports(directory), sources) };
    const text = json
      ? `${JSON.stringify({ library, status, ...found }, null, 2)}\n`
      // A test that ended the runtime left its line open.
      : `\n${print(found, command)}${ending(status)}`;
    const isWrong = (found.mistakes?.length ?? 0) > 0;
    return { text, negative: isWrong || status !== 0 };
  });
}

/** What was found. */
interface Found {
  readonly mistakes?: readonly Mistake[];
  readonly coverage?: readonly Coverage[];
}

function print(
  { mistakes = [], coverage }: Found,
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
  return status === 0
    ? "the tests passed\n"
    : `the tests ended with ${status}\n`;
}

/** Languages that a tool knows, where those are not all. */
const ONLY_C = "only C and C++ are compiled for it; valgrind takes any plugin";

function assertCan(sanitizer: Sanitizer | undefined, language: string): void {
  if (system.os !== "linux") {
    throw new EmitError("usage", "plugin test takes Linux");
  }
  if (sanitizer === "valgrind" || language === "C") return;
  const why = sanitizer === "thread" && language === "Go"
    ? `Go's race detector starts in no process of another program; "go test -race" tests the package by itself`
    : ONLY_C;
  throw new EmitError(
    "usage",
    `Cannot test ${language} with ${
      sanitizer === undefined ? "--coverage" : `--sanitize ${sanitizer}`
    }: ${why}`,
  );
}

/** Calls `use` while the library is one for the tool. */
async function withBuilt(
  command: TestCommand,
  { flags }: Sanitized,
  use: () => Promise<number>,
): Promise<{ library: string; status: number }> {
  const path = outputOf(command.inputs, command.output, undefined);
  const before = filesOf(path);
  const { library, written } = await buildLibrary({
    ...command,
    flags: [...command.flags, ...flags],
  });
  try {
    return { library, status: await use() };
  } finally {
    const kept = new Set(before.map(({ path }) => path));
    for (const path of written) if (!kept.has(path)) system.remove(path);
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
function runTests(
  { tests, json }: TestCommand,
  { before, env }: Sanitized,
): Promise<number> {
  const own = tests.length > 0 ? tests : ownTests();
  const [program = "", ...args] = [...before, ...own];
  makeRoom();
  // The summary for programs is all that is on standard output.
  return runShown(program, args, { env, isQuiet: json });
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
