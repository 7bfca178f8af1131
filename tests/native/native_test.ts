import { test } from "../helpers/test.ts";
import { execFileSync, type StdioOptions } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { basename, join } from "@std/path";
import { system } from "../../ffi/system/system.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { needOnce, skip } from "../helpers/need.ts";
import { LIMIT } from "../helpers/wait.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../native/", import.meta.url));
function sourcesIn(directory: string): string[] {
  const path = join(SOURCES, directory);
  return readdirSync(path).filter((file) => file.endsWith(".c"))
    .map((file) => join(path, file));
}

const PROGRAMS = ["call", "pool", "callback", "quota"];
/** Those that start the runner, which must be there before. */
const STARTING = ["isolate"];

/** Each compiler as it is used, and one with the sanitizers: not every machine has clang's. */
const WAYS = [
  // Nobody looks again by himself within the time that a test has, and who has looked
  // takes his time before he sleeps.
  ["gcc", "-O2", "-DPLUGIN_LOOK_MS=600000", "-DPLUGIN_LINGER_NS=100000"],
  ["clang", "-O2"],
  ["gcc", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
  ["gcc", "-O1", "-fsanitize=thread"],
  // Where two processes share neither futexes nor memory without a name.
  ["gcc", "-O2", "-DPLUGIN_PIPES"],
] as const;

/** Rounds of nonsense in the memory that an isolated plugin shares with a host: all of them, under AddressSanitizer, in `deno task reach`. */
const PLUGIN_ROUNDS = process.env.PLUGIN_REACH === undefined ? "400" : "100000";
const MOST_MS = process.env.PLUGIN_REACH === undefined ? LIMIT : 3_600_000;

/** What is compiled differently for a runner, or for pipes; all else is once for each compiler. */
const ON_MACROS = /\bPLUGIN_(?:PIPES|RUNNER)\b|"(?:arena|host|isolate)\.h"/;

/** Where named memory lies on Linux. */
const SHARED = "/dev/shm";

const others = new Map<string, string[]>();

/** The objects of all else. */
function compileOthers(
  compiler: string,
  flags: readonly string[],
): readonly string[] {
  const plain = flags.filter((flag) => !flag.startsWith("-D"));
  const key = [compiler, ...plain].join(" ");
  const there = others.get(key);
  if (there !== undefined) return there;
  const cwd = emptyDirectory();
  const sources = sourcesIn("").filter((path) => !hangsOnMacros(path));
  execFileSync(compiler, [...ALWAYS, ...plain, "-c", ...sources], { cwd });
  const objects = sources.map((path) => join(cwd, basename(path, "c") + "o"));
  others.set(key, objects);
  return objects;
}

function hangsOnMacros(path: string): boolean {
  return ON_MACROS.test(readFileSync(path, "utf8"));
}

const ALWAYS = "-std=c11 -g -Wall -Wextra -Werror -pthread".split(" ");

for (const [compiler, ...flags] of WAYS) {
  const name = `${compiler} ${flags.join(" ")}`;
  test(
    `the support library does what it says, compiled by ${name}`,
    name.includes("-DPLUGIN_PIPES") && !system.isWritable(SHARED)
      ? skip(`needs a ${SHARED} to write to, where named memory lies`)
      : needOnce(compiler),
    () => {
      const cwd = emptyDirectory();
      const compile = (flags: readonly string[], ...args: string[]) =>
        execFileSync(compiler, [...ALWAYS, ...flags, ...args], { cwd });
      const macros = flags.filter((flag) => flag.startsWith("-D"));
      const runner = join(cwd, "runner");
      compile(
        ["-fPIE", "-pie", ...macros],
        ...["-o", runner, ...sourcesIn("runner")],
        ...[join(SOURCES, "call.c"), "-ldl"],
      );
      const own = sourcesIn("").filter(hangsOnMacros);
      compile([...flags, `-DPLUGIN_RUNNER="${runner}"`], "-c", ...own);
      const objects = [
        ...own.map((path) => basename(path, "c") + "o"),
        ...compileOthers(compiler, flags),
      ];
      // What macros change is in those that start the runner alone.
      const programs = macros.length > 0 ? [] : PROGRAMS;
      for (const program of [...programs, ...STARTING]) {
        const source = join(HERE, `${program}_program.c`);
        compile(flags, "-o", program, source, ...objects);
        const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
        execFileSync(join(cwd, program), {
          cwd,
          stdio,
          timeout: MOST_MS,
          env: name.includes("address")
            ? { ...process.env, PLUGIN_ROUNDS }
            : process.env,
        });
      }
    },
  );
}

test(
  "a report for which no process can be started leaves nothing behind",
  needOnce("gcc"),
  () => {
    const cwd = emptyDirectory();
    const source = join(HERE, "report_program.c");
    execFileSync("gcc", [
      ..."-std=c11 -Wall -Wextra -Werror -pthread".split(" "),
      ...[`-DPLUGIN_RUNNER="${source}"`, "-o", "program", source],
      ...sourcesIn(""),
    ], { cwd });
    execFileSync(join(cwd, "program"), { cwd });
  },
);

/** Versions of Landlock: none, the first ones, and the last before each new right; most for reach. */
const LANDLOCKS = process.env.PLUGIN_ROUNDS === undefined
  ? [0, 1]
  : [0, 1, 2, 3, 5, 6];

test(
  "what is confined on an older kernel is confined, or refused",
  needOnce("gcc"),
  () => {
    const cwd = emptyDirectory();
    const compile = (...args: string[]) =>
      execFileSync("gcc", [...ALWAYS, "-O2", ...args], { cwd });
    const own = sourcesIn("").filter((path) =>
      hangsOnMacros(path) && basename(path) !== "program.c"
    );
    compile("-c", ...own);
    const objects = [
      ...own.map((path) => basename(path, "c") + "o"),
      ...compileOthers("gcc", ["-O2"]),
    ];
    for (const version of LANDLOCKS) {
      const runner = join(cwd, `runner-${version}`);
      compile(
        ...["-fPIE", "-pie", `-DPLUGIN_LANDLOCK=${version}`],
        ...["-o", runner, ...sourcesIn("runner")],
        ...[join(SOURCES, "call.c"), "-ldl"],
      );
      const program = join(cwd, `program-${version}`);
      compile(
        ...[`-DPLUGIN_RUNNER="${runner}"`, "-o", program],
        ...[join(HERE, "confined_program.c"), join(SOURCES, "program.c")],
        ...objects,
      );
      const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
      execFileSync(program, [`${version}`], { cwd, stdio, timeout: LIMIT });
    }
  },
);
