/**
 * From source to one directory with a library for each of several machines.
 *
 * @module
 */

import { isFile, statusAt, system } from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import type { CommandOutcome } from "../arguments/command.ts";
import { type BuildCommand, buildLibrary } from "./build_library.ts";
import {
  languageOf,
  libraryName,
  resolveSource,
  suffixOf,
} from "./languages.ts";
import { pack } from "./pack.ts";
import { makeRoom } from "../terminal/progress.ts";
import { withWorkspace } from "../toolchain/workspace.ts";

/**
 * Builds a plugin for several targets and lays them out.
 *
 * @param command What to build, and which directory to write, whose name the
 * libraries have; default: one beside the first input, of its name.
 * @param targets At least one.
 * @returns What the compilers said, and text for people or for programs.
 * @throws {EmitError} As `build` and {@linkcode pack} do.
 */
export async function buildPack(
  command: BuildCommand,
  targets: readonly Target[],
): Promise<CommandOutcome> {
  const output = command.output ?? directoryOf(command.inputs[0]!);
  assertDirectory(output, command.inputs);
  const inputs = command.inputs.map(resolveSource);
  const language = languageOf(inputs);
  for (const target of targets) await language.assertTarget?.(inputs, target);
  return await withWorkspace(async (work) => {
    const libraries: string[] = [];
    let warnings = "";
    for (const target of targets) {
      const name = command.output === undefined
        ? libraryName(command.inputs[0]!, target)
        : basename(absolutePath(output)) + suffixOf(target);
      const library = join(work.directory, target, name);
      system.makeDirectory(dirname(library));
      const start = Date.now();
      const report = await buildLibrary(
        { ...command, output: library },
        target,
      );
      warnings += report.warnings;
      libraries.push(library);
      tellOf(target, Date.now() - start, command.json);
    }
    const { json, verbose } = command;
    const text = pack({ libraries, output, json, verbose });
    return { warnings, text };
  });
}

/** Says at once that a machine is done, which takes minutes for some languages. */
function tellOf(target: Target, milliseconds: number, isQuiet: boolean): void {
  const seconds = Math.round(milliseconds / 1000);
  if (isQuiet || seconds < 1) return;
  makeRoom();
  system.stderr.write(`built   ${target} (${seconds} s)\n`);
}

/** Several libraries go into one directory; who names a file is told before anything is compiled. */
function assertDirectory(output: string, inputs: readonly string[]): void {
  const sources = inputs.map(resolveSource);
  const own = sources.map((path) => isFile(path) ? dirname(path) : path);
  if (own.includes(absolutePath(output))) {
    throw usage(
      `Cannot build for several targets into "${output}": it is the source's own directory, and with more than one --target a directory is written that has nothing else in it; -o ${
        join(output, "plugin")
      }/${basename(absolutePath(output))} would do`,
    );
  }
  const there = statusAt(absolutePath(output));
  const isLibrary = /\.(?:so|dylib)$/.test(output);
  if (there?.isDirectory || (there === undefined && !isLibrary)) return;
  throw usage(
    `Cannot build for several targets into "${output}": with more than one --target it is a directory, and ${
      there === undefined
        ? "this is the name of a library"
        : "there is a file of this name"
    }; -o ${basename(output).replace(/\.\w+$/, "")} would do`,
  );
}

function directoryOf(input: string): string {
  const name = libraryName(input).replace(/\.\w+$/, "");
  const path = join(dirname(absolutePath(input)), name);
  // A directory of sources is not what is written into.
  return path === absolutePath(input) ? join(path, "plugin") : path;
}
