/**
 * From source to one directory with a library for each of several machines.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import type { Outcome } from "../arguments/command.ts";
import { type BuildCommand, buildLibrary } from "./build_library.ts";
import { libraryName } from "./languages.ts";
import { pack } from "./pack.ts";
import { withWorkspace } from "../toolchain/workspace.ts";

/**
 * Builds a plugin for several targets and lays them out.
 *
 * @param command What to build, and which directory to write; default: one
 * beside the first input, of its name.
 * @param targets At least one.
 * @returns What the compilers said, and text for people or for programs.
 * @throws {EmitError} As `build` and {@linkcode pack} do.
 */
export async function buildPack(
  command: BuildCommand,
  targets: readonly Target[],
): Promise<Outcome> {
  return await withWorkspace(async (work) => {
    const libraries: string[] = [];
    let warnings = "";
    for (const target of targets) {
      const name = libraryName(command.inputs[0]!, target);
      const output = join(work.directory, target, name);
      system.makeDirectory(dirname(output));
      const report = await buildLibrary({ ...command, output }, target);
      warnings += report.warnings;
      libraries.push(output);
    }
    const { json, verbose } = command;
    const output = command.output ?? directoryOf(command.inputs[0]!);
    const text = pack({ libraries, output, json, verbose });
    return { warnings, text };
  });
}

function directoryOf(input: string): string {
  const name = libraryName(input).replace(/\.\w+$/, "");
  const path = join(dirname(absolutePath(input)), name);
  // A directory of sources is not what is written into.
  return path === absolutePath(input) ? join(path, "plugin") : path;
}
