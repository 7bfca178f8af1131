/**
 * Compiles thunks: to an object for the library itself, or to a library beside
 * one that exists.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { join } from "../../ffi/system/path.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import { cc, linking } from "../toolchain/cc.ts";
import { osOf } from "../toolchain/compiler_target.ts";

const FLAGS: readonly string[] = ["-O2", "-fPIC", "-fno-ident"];

/** Arguments that say for which machine to compile, and so how values are passed. */
const MACHINE = /^(?:-m|--?target=|--sysroot=|--gcc-toolchain=)/;

/** Those whose value is the argument behind them. */
const MACHINE_OF = new Set(["-isysroot", "-target", "--sysroot", "-arch"]);

/** Arguments that harden what is compiled and linked. */
const HARDENING =
  /^(?:-f(?:no-)?(?:stack-protector|stack-clash-protection|cf-protection|zero-call-used-regs)|-m(?:branch-protection|shstk)|-Wl,-z,)/;

/**
 * Compiles thunks to an object, to be linked into the library.
 *
 * @param source The C file, as text.
 * @param work An empty directory.
 * @param flags What the library's own sources are compiled with.
 * @param target The machine that the library is for; this one where it is left out.
 * @returns Path of the object.
 * @throws {EmitError} `no_tool` without a compiler; `compile_failed` when it
 * lays a type out otherwise than the library's own compiler did.
 */
export async function compileThunks(
  source: string,
  work: string,
  flags: readonly string[] = [],
  target?: Target,
): Promise<string> {
  const object = join(work, "thunks.o");
  const own = flags.filter((flag, index) =>
    MACHINE.test(flag) || MACHINE_OF.has(flag) ||
    MACHINE_OF.has(flags[index - 1] ?? "") ||
    HARDENING.test(flag) && !flag.startsWith("-Wl,")
  );
  await compile(source, work, ["-c", ...own, "-o", object], target);
  return object;
}

/**
 * Compiles thunks to a library of their own, which needs nothing of the library
 * whose functions it calls.
 *
 * @param source The C file, as text.
 * @param work An empty directory.
 * @param name The file name that it will have.
 * @param target The machine that it is for; this one where it is left out.
 * @param objects Objects that go into it as well.
 * @param flags What the user gives the compiler; what hardens is taken.
 * @returns Path of the library.
 * @throws {EmitError} As {@linkcode compileThunks}.
 */
export async function linkCompanion(
  source: string,
  work: string,
  name: string,
  target?: Target,
  objects: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<string> {
  const library = join(work, name);
  const link = [
    "-shared",
    ...linking(name, target),
    "-o",
    library,
    ...flags.filter((flag) => HARDENING.test(flag)),
    ...objects,
    // What they use of the library is written into it when it is loaded.
    ...objects.length > 0 && osOf(target) !== "darwin"
      ? ["-Wl,--as-needed", "-lm", "-Wl,-z,norelro"]
      : [],
  ];
  await compile(source, work, link, target);
  return library;
}

async function compile(
  source: string,
  work: string,
  args: readonly string[],
  target?: Target,
): Promise<void> {
  const path = join(work, "thunks.c");
  system.overwrite(path, source);
  const { status, stderr } = await cc(
    [...FLAGS, ...args, path],
    target,
  );
  if (status === 0) return;
  throw new EmitError(
    "compile_failed",
    `Cannot compile the thunks: the C compiler says\n${stderr.trimEnd()}`,
  );
}
