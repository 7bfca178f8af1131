/**
 * Libraries without debug information, and their headers.
 *
 * @module
 */

import { withVariable } from "../../helpers/variable.ts";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { plugin, readManifest } from "./cli.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

/** A library that was described by its header. */
export interface ByHeader {
  /** Path of the library; its manifest is beside it. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly stderr: string;
}

/**
 * Compiles a library, strips it, and describes it by a header.
 *
 * @param compiler Compiles it and reads the header.
 * @param source C of the library.
 * @param header C of the header, which the library does not include.
 * @param flags Further arguments of `plugin emit`.
 * @throws {Error} When the command fails: what it printed.
 */
export async function describeByHeader(
  compiler: string,
  source: string,
  header: string,
  flags: readonly string[] = [],
): Promise<ByHeader> {
  const directory = emptyDirectory();
  const path = join(directory, "library.so");
  writeFileSync(join(directory, "library.c"), source);
  writeFileSync(join(directory, "library.h"), header);
  const args = ["-w", "-O2", "-s", "library.c"];
  sharedLibrary(path, args, { compiler, cwd: directory });
  const ran = await withCompiler(compiler, () =>
    plugin(
      "emit",
      path,
      "--header",
      "library.h",
      "-I",
      directory,
      ...flags,
    ));
  if (ran.status !== 0) throw new Error(ran.stderr);
  return { path, manifest: readManifest(`${path}.json`), stderr: ran.stderr };
}

/** Calls `use` while the C compiler is another one. */
export function withCompiler<T>(compiler: string, use: () => T): T {
  return withVariable("CC", compiler, use);
}
