/**
 * The system's C and C++ compilers.
 *
 * @module
 */

import process from "node:process";
import { EmitError } from "../error.ts";
import { type Ran, run } from "../run.ts";

/** A compiler of the system, for one language. */
export interface Compiler {
  /** The language, as a person calls it. */
  readonly language: string;
  /** The environment variable that names another one. */
  readonly variable: string;
  /** What it is called on the PATH. */
  readonly program: string;
  /** What it is given besides what every compiler is. */
  readonly flags: readonly string[];
}

/** The C compiler. */
export const C: Compiler = {
  language: "C",
  variable: "CC",
  program: "cc",
  flags: [],
};

/** The C++ compiler: what is inline is the plugin's own, and no symbol of it. */
export const CXX: Compiler = {
  language: "C++",
  variable: "CXX",
  program: "c++",
  flags: ["-fvisibility-inlines-hidden"],
};

/**
 * Runs the C compiler: `$CC` when it is set, `cc` otherwise.
 *
 * @param args Its arguments.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export function cc(args: readonly string[]): Promise<Ran> {
  return runCompiler(C, args);
}

/**
 * Runs a compiler: the one that its environment variable names, when it is set.
 *
 * @param compiler Which one.
 * @param args Its arguments.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export async function runCompiler(
  compiler: Compiler,
  args: readonly string[],
): Promise<Ran> {
  const { language, variable } = compiler;
  // $CC is a command line by custom: "ccache gcc -m64".
  const words = (process.env[variable] ?? "").split(/\s+/)
    .filter((word) => word !== "");
  const [program = compiler.program, ...first] = words;
  try {
    // Its errors are read, so they have to be in the language they are
    // expected in, and without its colours.
    return await run(program, [...first, ...args], { env: { LC_ALL: "C" } });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    const why = words.length > 0
      ? `$${variable} names "${program}", which is not there`
      : `there is no "${program}" on the PATH: install one with ` +
        install(compiler);
    throw new EmitError("no_tool", `Cannot compile ${language}: ${why}`, {
      path: program,
      cause,
    });
  }
}

function install({ language }: Compiler): string {
  if (process.platform === "darwin") return `"xcode-select --install"`;
  return language === "C"
    ? `"apt install gcc libc6-dev" (Debian, Ubuntu), ` +
      `"apk add gcc musl-dev" (Alpine) or "dnf install gcc" (Fedora)`
    : `"apt install g++" (Debian, Ubuntu), "apk add g++" (Alpine) or ` +
      `"dnf install gcc-c++" (Fedora)`;
}

/**
 * What every compile needs.
 *
 * `-gno-record-gcc-switches` keeps the command line, and so this machine's
 * paths, out of the debug information.
 */
export const COMPILE: readonly string[] = [
  "-g",
  "-gno-record-gcc-switches",
  "-fPIC",
];

/** What every compile that ends in a shared library needs. */
export const SHARED: readonly string[] = [...COMPILE, "-shared"];

/**
 * How shared libraries are linked: every symbol resolved when they are loaded,
 * none left out, to their own definitions first, with a build id.
 *
 * Without `-Bsymbolic` a plugin's call of its own function `index` would go to
 * the C library's, which every process has loaded before.
 */
export const LINK: readonly string[] = process.platform === "darwin" ? [] : [
  "-Wl,-z,now",
  "-Wl,-z,defs",
  "-Wl,-Bsymbolic",
  "-Wl,--build-id=sha1",
];
