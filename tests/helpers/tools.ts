/**
 * The programs that tests may start, by the tools that tests ask for.
 *
 * Everything else is out of reach in a test: on a machine that has all of it,
 * a test that does not say what it starts fails as it would on one that has
 * none, and not only there.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync, symlinkSync } from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
import { emptyDirectory } from "./directory.ts";

/** A tool: how it is asked for its version, and what comes with it. */
interface Tool {
  /** The command that prints the version. */
  readonly version: readonly string[];
  /** The programs on the PATH that a test may start with it. */
  readonly programs: readonly string[];
  /** The tools that it does nothing without: Go's own C compiler is GCC. */
  readonly also?: readonly string[];
}

/** What each compiler starts by itself. */
const BINUTILS = ["as", "ld", "ld.bfd", "ld.gold"];

const NPM = ["npm", "npx", "node"];

const PYTHON = ["python3", "python", "pyenv"];

/** The tools that are more than one program of their own name that knows `--version`. */
const TOOLS: Readonly<Record<string, Tool>> = {
  cc: compiler("cc", "CC"),
  "c++": compiler("c++", "CXX"),
  gcc: compiler("gcc"),
  "g++": compiler("g++"),
  clang: compiler("clang"),
  "clang++": compiler("clang++"),
  go: { version: ["go", "version"], programs: ["go"], also: ["gcc"] },
  gofmt: { version: ["gofmt", "-h"], programs: ["gofmt"] },
  "llvm-cov": {
    version: ["llvm-cov", "--version"],
    programs: ["llvm-cov", "llvm-profdata"],
  },
  npm: { version: ["npm", "--version"], programs: NPM },
  openssl: { version: ["openssl", "version"], programs: ["openssl"] },
  python3: { version: ["python3", "--version"], programs: PYTHON },
  rust: {
    version: ["cargo", "--version"],
    programs: ["cargo", "rustc", "rustdoc"],
  },
  // Debian's is a script, which starts the other beside itself.
  valgrind: {
    version: ["valgrind", "--version"],
    programs: ["valgrind", "valgrind.bin"],
  },
  // Its package for Python has the program in it, and a script that starts it.
  zig: {
    version: [...wordsOf(process.env.ZIG, "zig"), "version"],
    programs: ["zig", ...PYTHON],
  },
};

/** A compiler, which the build lets a variable name. */
function compiler(name: string, variable?: string): Tool {
  const named = variable === undefined ? undefined : process.env[variable];
  const [own = name] = wordsOf(named, name);
  return {
    version: [name, "--version"],
    programs: [name, own, ...BINUTILS],
  };
}

/** A command line that a variable names, as the build reads it. */
function wordsOf(value: string | undefined, otherwise: string): string[] {
  const words = (value ?? "").split(/\s+/).filter((word) => word !== "");
  return words.length > 0 ? words : [otherwise];
}

/** Versions of LLVM whose tools Debian installs under names like `ld64.lld-14` alone. */
const LLVM = Array.from({ length: 17 }, (_, i) => 14 + i);

/**
 * The PATH of the machine, before any test. Runners evaluate this module for
 * each file of tests, in one process.
 */
const PATH = process.env.PLUGIN_TEST_PATH ??= process.env.PATH ?? "";

/** What this Node is told is not for another one: npm's may be older. */
const WITHOUT_OPTIONS = { ...process.env, NODE_OPTIONS: "" };

/** What the machine has of a tool. */
interface Found {
  /** The name that it goes by. */
  readonly program: string;
  /** Its version as it says it; empty where it does not. */
  readonly version: string;
}

/** Each tool that was asked for; undefined where there is none. */
const found = new Map<string, Found | undefined>();

/**
 * Looks for a tool on the machine.
 *
 * @param tool Its name.
 * @returns What there is of it, and undefined where there is nothing.
 */
export function find(tool: string): Found | undefined {
  if (found.has(tool)) return found.get(tool);
  const [first = tool, ...args] = TOOLS[tool]?.version ?? [tool, "--version"];
  const names = /^(?:ld|llvm|dsym)/.test(tool)
    ? [tool, ...LLVM.map((version) => `${tool}-${version}`)]
    : [first];
  let there: Found | undefined;
  for (const name of names) {
    const { status, stdout } = spawnSync(name, args, {
      encoding: "utf8",
      env: { ...WITHOUT_OPTIONS, PATH },
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (status !== 0) continue;
    const [version = ""] = /\d+(?:\.\d+)+/.exec(stdout) ?? [];
    there = { program: name, version };
    break;
  }
  found.set(tool, there);
  return there;
}

/**
 * The program of a tool.
 *
 * @param tool Its name.
 * @returns That name, or the one with LLVM's version that is installed.
 */
export function program(tool: string): string {
  return find(tool)?.program ?? tool;
}

/** What every system has, however bare, and no test needs to ask for. */
const EVERYWHERE =
  ("awk basename bash cat chmod chrt cmp cp cut date dd df diff dirname du echo " +
    "env expr false find getconf getent grep gzip gunzip head hostname id " +
    "ldconfig ldd ln ls mkdir mkfifo mktemp mv nice nproc od prlimit printf " +
    "pwd readlink realpath rm rmdir sed seq setsid sh sha256sum sleep sort " +
    "stat stty tail tar taskset tee test timeout touch tr true tty uname uniq " +
    "unshare wc which xargs yes arch codesign sw_vers xcrun xcode-select")
    .split(" ");

/** A directory for each set of programs. */
const directories = new Map<string, string>();

/** A directory with links to programs of the machine, where it has them. */
function linked(programs: readonly string[]): string {
  const key = programs.join(":");
  let directory = directories.get(key);
  if (directory === undefined) {
    directory = emptyDirectory();
    for (const name of new Set(programs.map((path) => basename(path)))) {
      const path = locate(name);
      if (path !== undefined) symlinkSync(path, join(directory, name));
    }
    directories.set(key, directory);
  }
  return directory;
}

/** Where a PATH, the machine's, has a program. */
function locate(name: string, path = PATH): string | undefined {
  return path.split(":").filter((directory) => directory.startsWith("/"))
    .map((directory) => join(directory, name)).find(isProgram);
}

/**
 * Sees to it that a test has asked for tools, where it may not come to start
 * them.
 *
 * @param tools Their names.
 * @throws {Error} When one is not on the PATH of the test.
 */
export function demand(tools: readonly string[]): void {
  for (const tool of tools) {
    if (locate(program(tool), process.env.PATH) !== undefined) continue;
    throw new Error(`A test that builds with ${tool} has to ask for it`);
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** This runtime, under the name that its own scripts call it by. */
function runtime(): string {
  const directory = emptyDirectory();
  const name = "Deno" in globalThis
    ? "deno"
    : "Bun" in globalThis
    ? "bun"
    : "node";
  symlinkSync(process.execPath, join(directory, name));
  return directory;
}

let own: string | undefined;

/**
 * The tools that are asked for when some are.
 *
 * @param tools Names of tools.
 * @returns They, and those that they do nothing without.
 */
export function withTheirs(tools: readonly string[]): string[] {
  return [
    ...new Set(tools.flatMap((tool) => [tool, ...TOOLS[tool]?.also ?? []])),
  ];
}

/**
 * The programs of a tool.
 *
 * @param tool Its name.
 * @returns What a test that asks for it may start for it, under all names; not
 * what other tools have too.
 */
export function programsOf(tool: string): string[] {
  const own = TOOLS[tool]?.programs ?? [tool];
  return [...own, ...LLVM.map((version) => `${tool}-${version}`)].filter(
    (name) =>
      !BINUTILS.includes(name) &&
      (tool === "python3" || !PYTHON.includes(name)),
  );
}

/**
 * The PATH of a test.
 *
 * @param tools The tools that it asked for.
 * @returns Directories with those tools, this runtime, and what every system
 * has.
 */
export function pathOf(tools: readonly string[]): string {
  const programs = tools.flatMap((tool) => [
    ...(TOOLS[tool]?.programs ?? [tool]),
    program(tool),
  ]);
  return [own ??= runtime(), linked(programs.toSorted()), linked(EVERYWHERE)]
    .join(":");
}
