/**
 * The C and C++ compilers: the system's, and Zig's for other machines.
 *
 * @module
 */

import type { Target } from "../../ffi/manifest/manifest.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { installCommands } from "./install.ts";
import { type Ran, run } from "./run.ts";
import { osOf, spell, targetOfTriple } from "./compiler_target.ts";
import { findZig, INSTALL_ZIG, wordsOf } from "./tool.ts";

/** A compiler of the system, for one language. */
export interface Compiler {
  /** The language, as a person calls it. */
  readonly language: string;
  /** The environment variable that names another one. */
  readonly variable: string;
  /** What it is called on the PATH. */
  readonly program: string;
  /** What Zig calls its own. */
  readonly zig: string;
  /** What it is given besides what every compiler is. */
  readonly flags: readonly string[];
}

/** The C compiler. */
export const C: Compiler = {
  language: "C",
  variable: "CC",
  program: "cc",
  zig: "cc",
  flags: [],
};

/** The C++ compiler: what is inline is the plugin's own, and no symbol of it. */
export const CXX: Compiler = {
  language: "C++",
  variable: "CXX",
  program: "c++",
  zig: "c++",
  flags: ["-fvisibility-inlines-hidden"],
};

/**
 * Runs the C compiler: `$CC` when it is set, `cc` otherwise.
 *
 * @param args The compiler's arguments.
 * @param target The machine to compile for; its own where it is left out.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export function cc(args: readonly string[], target?: Target): Promise<Ran> {
  return runCompiler(C, args, target);
}

/**
 * Runs a compiler.
 *
 * @param compiler Which one.
 * @param args The compiler's arguments.
 * @param target The machine to compile for; its own where it is left out.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export async function runCompiler(
  compiler: Compiler,
  args: readonly string[],
  target?: Target,
): Promise<Ran> {
  const [program, ...first] = await commandOf(compiler, target);
  try {
    // Its errors are read, so they have to be in the language they are
    // expected in, and without its colours.
    return await run(program!, [...first, ...args], { env: { LC_ALL: "C" } });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    const { language, variable } = compiler;
    const why = wordsOf(variable).length > 0
      ? `$${variable} names "${program}", which is not there`
      : `there is no "${program}" on the PATH: install one with ` +
        installCommands(compiler.language === "C" ? "cc" : "c++");
    throw new EmitError("no_tool", `Cannot compile ${language}: ${why}`, {
      path: program,
      cause,
    });
  }
}

/**
 * The command line that compiles for a machine: the one that the compiler's
 * environment variable names, or the system's, where it says that it compiles
 * for that machine; else Zig's, which compiles for all of them.
 *
 * @param compiler Which compiler.
 * @param target The machine; whatever the system's compiles for without it.
 * @returns The program and its first arguments.
 * @throws {EmitError} `no_tool` when nothing compiles for that machine.
 */
export async function commandOf(
  compiler: Compiler,
  target?: Target,
): Promise<readonly string[]> {
  const { program, variable, language } = compiler;
  const words = wordsOf(variable);
  const own = words.length > 0 ? words : [program];
  if (target === undefined) return own;
  const means = await machineOf(own);
  if (means === target) return own;
  const zig = await findZig();
  if (zig !== undefined) {
    return [...zig, compiler.zig, "-target", spell(target).zig];
  }
  const is = means === undefined ? "is not there" : `compiles for ${means}`;
  throw new EmitError(
    "no_tool",
    `Cannot compile ${language} for ${target}: "${own.join(" ")}" ${is}, and ` +
      `there is no Zig, which compiles for all: ${INSTALL_ZIG}, or name a ` +
      `compiler for ${target} with ${variable}`,
    { path: program },
  );
}

/** What a compiler says of itself. */
interface Probe {
  /** Whether it is Clang, or Zig's. */
  readonly isClang: boolean;
  /** The machine that it compiles for; undefined where it is not there, or for one that is not known. */
  readonly machine: Target | undefined;
}

/** What was found out, by what is started. */
const probes = new Map<string, Promise<Probe>>();

/**
 * Whether the C compiler is Clang, or Zig's.
 *
 * @param target The machine that it is to compile for; its own where it is left out.
 */
export async function isClang(target?: Target): Promise<boolean> {
  return (await probe(await commandOf(C, target))).isClang;
}

/** The machine that a compiler compiles for. */
async function machineOf(
  command: readonly string[],
): Promise<Target | undefined> {
  return (await probe(command)).machine;
}

/** Asks a compiler once for both: starting one takes as long as a small compile. */
function probe([program, ...first]: readonly string[]): Promise<Probe> {
  const key = JSON.stringify([program, ...first, system.env("PATH")]);
  let found = probes.get(key);
  if (found === undefined) {
    // Asked for --version, Zig writes an object into the working directory.
    found = run(program!, [...first, "-v"], { env: { LC_ALL: "C" } }).then(
      ({ stdout, stderr }) => ({
        isClang: /clang version/.test(stderr),
        machine: targetOfTriple(
          /^Target: (.*)$/m.exec(stdout + stderr)?.[1] ?? "",
        ),
      }),
      () => ({ isClang: false, machine: undefined }),
    );
    probes.set(key, found);
  }
  return found;
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

/**
 * What makes the compiler describe types that nothing uses, where some are asked
 * for by name.
 *
 * @param typeNames The names.
 */
export function describingTypes(typeNames?: ReadonlySet<string>): string[] {
  return typeNames?.size ? ["-fno-eliminate-unused-debug-types"] : [];
}

/** What every compile that ends in a shared library needs. */
export const SHARED: readonly string[] = [...COMPILE, "-shared"];

/**
 * How shared libraries are linked: every symbol resolved when they are loaded,
 * none left out, to their own definitions first, with a build id.
 *
 * Without `-Bsymbolic` a plugin's call of its own function `index` would go to
 * the C library's, which every process has loaded before. Apple's linker does
 * all of it unasked, and would write the path of its output into the library.
 *
 * @param name The file name that the library will have.
 * @param target The machine that it is for; this one where it is left out.
 * @returns Arguments for a compiler that links.
 */
export function linking(name: string, target?: Target): string[] {
  return osOf(target) === "darwin" ? [`-Wl,-install_name,@rpath/${name}`] : [
    "-Wl,-z,now",
    "-Wl,-z,defs",
    "-Wl,-Bsymbolic",
    "-Wl,--build-id=sha1",
  ];
}
