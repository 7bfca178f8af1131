/**
 * Libraries that the tests compile, and what every description must be.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { type Image, readImage } from "../../emit/image.ts";
import type { Description } from "../../emit/source/source.ts";
import { type Manifest, parseManifest } from "../../ffi/manifest.ts";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "plugin-emit-"));
const clean = () => rmSync(work, { recursive: true, force: true });
// Deno's tests end without an exit event. Bun runs several files with this one
// module, and `after` once the first of them is through.
after(clean);
process.on("exit", clean);
let count = 0;

/**
 * Compiles fixtures to a library.
 *
 * @param compiler `gcc` or `clang`.
 * @param sources Names of files in `tests/fixtures/`, or paths.
 * @param flags What to add to `-fPIC -shared`.
 * @returns The path of the library.
 */
export function compile(
  compiler: string,
  sources: readonly string[],
  flags: readonly string[] = ["-g"],
): string {
  const output = temporary(`${count++}.so`);
  const inputs = sources.map((source) =>
    source.startsWith("/") ? source : join(fixtures, source)
  );
  const args = [...flags, "-fPIC", "-shared", ...inputs, "-o", output];
  const { status, stderr } = spawnSync(compiler, args, {
    cwd: work,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${compiler} ${args.join(" ")}: ${stderr}`);
  }
  return output;
}

/** A path for a file that is gone when the tests are. */
export function temporary(name: string): string {
  mkdirSync(work, { recursive: true });
  return join(work, name);
}

/** Reads a library under the name that all errors then say. */
export function imageOf(path: string): Image {
  return readImage(new Uint8Array(readFileSync(path)), "library.so");
}

/**
 * Puts a description into a manifest and reads it back as the load side does.
 *
 * @returns The manifest.
 * @throws {PluginError} When the load side would refuse it.
 */
export function assertManifest(description: Description): Manifest {
  const { types, symbols, skipped } = description;
  const library = {
    file: "library.so",
    os: "linux",
    arch: "x64",
    sha256: "00",
    size: 1,
    needs: [],
  };
  return parseManifest(
    JSON.stringify({ manifest: 1, library, types, symbols, skipped }),
    "library.so.json",
  );
}
