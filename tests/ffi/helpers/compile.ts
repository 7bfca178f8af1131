/**
 * Libraries without a manifest, of a few lines of C or C++.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "@std/path";

/**
 * Compiles a shared library.
 *
 * @param directory Where it is to lie.
 * @param name Its file name: `libneed.so`.
 * @param text The source, in C; in C++ where it is linked with that library.
 * @param flags Arguments for the compiler.
 * @returns Its path.
 */
export function compile(
  directory: string,
  name: string,
  text: string,
  ...flags: string[]
): string {
  const ending = flags.includes("-lstdc++") ? "cpp" : "c";
  const source = join(directory, `${basename(name, ".so")}.${ending}`);
  const output = join(directory, name);
  writeFileSync(source, text);
  const { status, stderr } = spawnSync(
    "cc",
    ["-shared", "-fPIC", "-g", "-o", output, source, ...flags],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return output;
}

/** Flags for a library that needs another beside it. */
export function needs(directory: string, name: string): string[] {
  return [`-L${directory}`, `-l:${name}`, "-Wl,-rpath,$ORIGIN"];
}
