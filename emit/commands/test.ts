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
import { mistakesIn, printMistake } from "../sanitize/report.ts";
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
  /** The tool. */
  readonly sanitizer: Sanitizer;
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
    flag: { type: "string" },
  },
  runsCompiler: true,
  parse(given): TestCommand {
    if (given.positionals.length === 0) {
      throw usage(`"plugin test" needs a source file or a directory`);
    }
    const { sanitize = "" } = given.one("sanitize");
    const sanitizer = SANITIZERS.find((name) => name === sanitize);
    if (sanitizer === undefined) {
      throw usage(
        `"plugin test" needs --sanitize with one of ${SANITIZERS.join(", ")}`,
      );
    }
    return {
      inputs: given.positionals,
      sanitizer,
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

Examples:
  plugin test plugin.c -o hello.so --sanitize address
  plugin test plugin.c -o hello.so --sanitize thread -- deno test -A host_test.ts
  plugin test plugin.c -o hello.so --sanitize undefined -- bun test
  plugin test plugin.c -o hello.so --sanitize valgrind -- node --test
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
      --flag <argument>    an argument for the compiler; may be repeated
      --json               print the mistakes for programs
  -v, --verbose            print all that the tool says
  -h, --help               print this

Without a command after "--" the tests are run by this runtime: deno test -A,
bun test or node --test. Linux.
`,
});

async function test(command: TestCommand): Promise<Outcome> {
  const inputs = command.inputs.map(resolveSource);
  assertCan(command.sanitizer, languageOf(inputs).name);
  return await withWorkspace(async (work) => {
    const how = await sanitized(command.sanitizer, work.directory);
    const { library, status } = await withBuilt(
      { ...command, inputs },
      how,
      () => runTests(command, how),
    );
    const mistakes = mistakesIn(
      readReports(work.directory),
      directoriesOf(inputs),
    );
    const text = command.json
      ? `${JSON.stringify({ library, status, mistakes }, null, 2)}\n`
      : [
        "", // A test that ended the runtime left its line open.
        ...mistakes.map((mistake) => printMistake(mistake, command.verbose)),
        summary(command.sanitizer, mistakes.length, status),
      ].join("\n");
    return { text, negative: mistakes.length > 0 || status !== 0 };
  });
}

/** Languages that a tool knows, where those are not all. */
const ONLY_C = "only C and C++ are compiled for it; valgrind takes any plugin";

function assertCan(sanitizer: Sanitizer, language: string): void {
  if (system.os !== "linux") {
    throw new EmitError("usage", "plugin test takes Linux");
  }
  if (sanitizer === "valgrind" || language === "C") return;
  const why = sanitizer === "thread" && language === "Go"
    ? `Go's race detector starts in no process of another program; "go test -race" tests the package by itself`
    : ONLY_C;
  throw new EmitError(
    "usage",
    `Cannot test ${language} with --sanitize ${sanitizer}: ${why}`,
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

function summary(
  sanitizer: Sanitizer,
  count: number,
  status: number,
): string {
  const mistakes = count === 0
    ? "no mistake"
    : count === 1
    ? "1 mistake"
    : `${count} mistakes`;
  const tests = status === 0
    ? "the tests passed"
    : `the tests ended with ${status}`;
  return `${sanitizer}: ${mistakes}; ${tests}\n`;
}
