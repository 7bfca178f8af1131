/**
 * Libraries for machines that this is not, linked without their systems.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { must } from "../../helpers/succeed.ts";

/** A machine to compile for. */
export type Target = "darwin-x64" | "darwin-arm64" | "linux-arm64";

/** Clang's names of the machines. */
const TRIPLES: Readonly<Record<Target, string>> = {
  "darwin-x64": "x86_64-apple-macos11",
  "darwin-arm64": "arm64-apple-macos11",
  "linux-arm64": "aarch64-linux-gnu",
};

/** What the fixtures take of a system: one line. */
const HEADERS = { "sys/types.h": "typedef long ssize_t;\n" };

/**
 * Compiles a fixture for another machine.
 *
 * @param target The machine.
 * @param source Name of a file in `tests/fixtures/`, or a path.
 * @param flags Further arguments for clang.
 * @returns The path of the library; its object file lies beside it, as
 * `object.o`.
 */
export function crossCompile(
  target: Target,
  source: string,
  flags: readonly string[] = ["-g"],
): string {
  const directory = emptyDirectory();
  for (const [name, text] of Object.entries(HEADERS)) {
    const path = join(directory, "include", name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  }
  const object = join(directory, "object.o");
  must("clang", [
    `--target=${TRIPLES[target]}`,
    "-ffreestanding",
    `-I${join(directory, "include")}`,
    "-fPIC",
    ...flags,
    "-c",
    source.startsWith("/") ? source : fixture(source),
    "-o",
    object,
  ]);
  return link(target, directory, [object]);
}

/** Links objects or archives to a library in a directory. */
export function link(
  target: Target,
  directory: string,
  inputs: readonly string[],
): string {
  if (target === "linux-arm64") {
    const library = join(directory, "library.so");
    must("ld.lld", ["-shared", "--build-id", "-o", library, ...inputs]);
    return library;
  }
  const library = join(directory, "library.dylib");
  must("ld64.lld", [
    "-dylib",
    "-arch",
    target === "darwin-x64" ? "x86_64" : "arm64",
    ...["-platform_version", "macos", "11.0", "11.0"],
    ...["-undefined", "dynamic_lookup"],
    "-all_load",
    "-o",
    library,
    ...inputs,
  ]);
  return library;
}
