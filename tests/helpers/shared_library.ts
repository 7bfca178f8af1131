/**
 * Shared libraries that a test compiles itself: nothing describes them yet, and
 * no command of ours has built them.
 *
 * @module
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "@std/path";
import { emptyDirectory } from "./directory.ts";
import { must } from "./succeed.ts";

/** How a library is compiled. */
export interface CompilerOptions {
  /** What compiles it, as `CC` has it: `zig cc`; `cc` by default. */
  readonly compiler?: string;
  /** The directory that the compiler runs in. */
  readonly cwd?: string;
}

/**
 * Compiles a shared library.
 *
 * @param path Where it is to lie.
 * @param args The sources, and arguments for the compiler.
 * @param options The compiler, and where it runs.
 * @returns Its path.
 */
export function sharedLibrary(
  path: string,
  args: readonly string[],
  { compiler = "cc", ...options }: CompilerOptions = {},
): string {
  const [tool = compiler, ...own] = compiler.split(" ");
  // Behind theirs, of which the first may be a word of the compiler's: zig, cc.
  must(tool, [...own, ...args, "-shared", "-fPIC", "-o", path], options);
  return path;
}

/**
 * Compiles a text to a shared library with debug information, to a place where
 * there may be one already.
 *
 * @param path Where it is to lie.
 * @param source The text, in C; in C++ where it is linked with that library.
 * @param flags Arguments for the compiler.
 * @returns Its path.
 */
export function compile(
  path: string,
  source: string,
  ...flags: string[]
): string {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true }); // what is loaded keeps its own
  const ending = flags.includes("-lstdc++") ? "cpp" : "c";
  const input = join(emptyDirectory(), `${basename(path, ".so")}.${ending}`);
  writeFileSync(input, source);
  return sharedLibrary(path, ["-g", input, ...flags]);
}

/** Flags for a library that needs another beside it. */
export function needs(directory: string, name: string): string[] {
  return [`-L${directory}`, `-l:${name}`, "-Wl,-rpath,$ORIGIN"];
}
