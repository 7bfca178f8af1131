/**
 * Libraries that the tests compile, and what every description must be.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "@std/path";
import { type Image, readImage } from "../../../emit/image/image.ts";
import type { Description } from "../../../emit/describe/description.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const work = emptyDirectory();
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
    source.startsWith("/") ? source : fixture(source)
  );
  return sharedLibrary(output, [...flags, ...inputs], { compiler, cwd: work });
}

/** A path for a file that is gone when the tests are. */
export function temporary(name: string): string {
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
