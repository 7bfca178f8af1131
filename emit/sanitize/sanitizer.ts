/**
 * Tools that see mistakes of native code while it runs, inside of runtimes that
 * were built without them.
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { C as C_COMPILER, commandOf, isClang } from "../toolchain/cc.ts";
import { installCommand } from "../toolchain/install.ts";
import { run } from "../toolchain/run.ts";

/** The tools. */
export const SANITIZERS = [
  "address",
  "undefined",
  "thread",
  "valgrind",
] as const;

/** One of them. */
export type Sanitizer = typeof SANITIZERS[number];

/** How a plugin is built for a tool, and how what opens it is run. */
export interface Sanitized {
  /** What the compiler is given. */
  readonly flags: readonly string[];
  /** What stands before the command that opens the plugin. */
  readonly before: readonly string[];
  /** Variables that the command needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** What all are compiled with: a stack is found by the frame pointers. */
const FRAMES = "-fno-omit-frame-pointer";

interface Runtime {
  /** What `-print-file-name` finds: gcc's library, and clang's. */
  readonly libraries: readonly [gcc: string, clang: string];
  readonly variable: string;
  /** Its options: each is there for a reason. */
  readonly options: readonly string[];
}

const RUNTIMES: Readonly<Record<Exclude<Sanitizer, "valgrind">, Runtime>> = {
  address: {
    libraries: ["libasan.so", "libclang_rt.asan.so"],
    variable: "ASAN_OPTIONS",
    // What the runtimes hold at their end is no leak of a plugin, and their
    // engines make something of a fault.
    options: ["detect_leaks=0", "handle_segv=0", "halt_on_error=1"],
  },
  undefined: {
    libraries: ["libubsan.so", "libclang_rt.ubsan_standalone.so"],
    variable: "UBSAN_OPTIONS",
    options: ["print_stacktrace=1"],
  },
  thread: {
    libraries: ["libtsan.so", "libclang_rt.tsan.so"],
    variable: "TSAN_OPTIONS",
    // The engines' own threads are not instrumented, and would be reported.
    options: ["ignore_noninstrumented_modules=1", "report_bugs=1"],
  },
};

/** The start of the names of reports, in the directory of reports. */
const REPORT = "report";

/** What valgrind is given: engines write code and run it. */
const VALGRIND = [
  "--trace-children=yes",
  "--smc-check=all-non-file",
  "--num-callers=24",
  "--error-limit=no",
  // Engines have threads that wait by asking again and again.
  "--fair-sched=yes",
];

/**
 * Finds out how a plugin is built and run for a tool.
 *
 * @param sanitizer The tool.
 * @param reports The directory that its reports go to.
 * @throws {EmitError} `no_tool` where it is not there: says what brings it.
 */
export async function sanitized(
  sanitizer: Sanitizer,
  reports: string,
): Promise<Sanitized> {
  const log = `${reports}/${REPORT}`;
  if (sanitizer === "valgrind") {
    await run("valgrind", ["--version"]).catch((cause) => {
      throw new EmitError(
        "no_tool",
        `There is no "valgrind" on the PATH: ${installCommand("valgrind")}`,
        { path: "valgrind", cause },
      );
    });
    const before = ["valgrind", ...VALGRIND, `--log-file=${log}.%p`];
    return { flags: [], before, env: {} };
  }
  const { libraries, variable, options } = RUNTIMES[sanitizer];
  const path = await compilerRuntime(`-fsanitize=${sanitizer}`, libraries);
  // What the user says comes last, and counts.
  const own = system.env(variable);
  return {
    flags: [
      `-fsanitize=${sanitizer}`,
      FRAMES,
      ...await isClang() ? ["-shared-libsan"] : [],
    ],
    before: [],
    env: {
      LD_PRELOAD: [path, system.env("LD_PRELOAD")].filter(Boolean).join(":"),
      [variable]: [...options, `log_path=${log}`, own].filter(Boolean).join(
        ":",
      ),
    },
  };
}

/**
 * How a plugin in Go is built and run for Go's own race detector, which is in
 * the library. Files have their whole names in its reports.
 *
 * @param reports The directory that its reports go to.
 */
export function racing(reports: string): Sanitized {
  const options = [`log_path=${reports}/${REPORT}`, system.env("GORACE")];
  return {
    flags: ["-race", "-trimpath=false"],
    before: [],
    env: { GORACE: options.filter(Boolean).join(" ") },
  };
}

/**
 * Finds a library of the C compiler's own.
 *
 * @param flag The option that takes it.
 * @param names What it may be called; clang's may have the architecture in it.
 * @throws {EmitError} `no_tool` where there is none.
 */
export async function compilerRuntime(
  flag: string,
  names: readonly string[],
): Promise<string> {
  const [program = "cc", ...first] = await commandOf(C_COMPILER);
  const arch = system.arch === "arm64" ? "aarch64" : "x86_64";
  const all = names.flatMap((name) => [
    name,
    name.replace(/(?=\.\w+$)/, `-${arch}`),
  ]);
  for (const name of all) {
    const ran = await run(program, [...first, `-print-file-name=${name}`]);
    const path = ran.stdout.trim();
    // What it does not find it says as it was asked.
    if (ran.status === 0 && path.startsWith("/")) {
      return system.realPath(path);
    }
  }
  throw new EmitError(
    "no_tool",
    `"${basename(program)}" has no library for ${flag}: it takes gcc, or ` +
      `clang with its compiler-rt (CC names another compiler)`,
    { path: program },
  );
}

/** What the reports in a directory say, in the order of their names. */
export function readReports(directory: string): string[] {
  return system.list(directory).map(({ name }) => name)
    .filter((name) => name.startsWith(REPORT)).sort()
    .map((name) => system.readText(`${directory}/${name}`));
}
