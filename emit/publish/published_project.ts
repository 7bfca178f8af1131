/**
 * The project whose plugin is published: its name, and what packages have of it.
 *
 * @module
 */

import {
  exists,
  isFile,
  readFile,
  system,
  textAt,
} from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { join } from "../../ffi/system/path.ts";
import { EmitError } from "../error.ts";
import type { OutputFile as File } from "../write_files.ts";

/** What packages take from the project. */
export interface Project {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The file of a project, and what is read of it. */
export interface ReadProject {
  readonly project: Project;
  /** The whole of the file. */
  readonly all: Readonly<Record<string, unknown>>;
}

/**
 * Reads a project's name and version.
 *
 * @param registry What is packed for, as errors call it.
 * @param files The files that may say them: the first that is there does.
 * @param pattern What a name looks like there.
 * @param remedy What to do where none does.
 * @throws {EmitError} `usage` without a name and a version.
 */
export function readProject(
  registry: string,
  files: readonly string[],
  pattern: RegExp,
  remedy: string,
): ReadProject {
  const paths = files.map(absolutePath);
  const path = paths.find(exists) ?? paths.at(-1)!;
  let all: Record<string, unknown> = {};
  try {
    all = JSON.parse(textAt(path) || "{}") ?? {};
  } catch {
    throw new EmitError(
      "usage",
      `Cannot pack for ${registry}: "${path}" is no JSON`,
    );
  }
  const { name, version, license } = all;
  if (
    typeof name !== "string" || !pattern.test(name) ||
    typeof version !== "string" || !/^\d+\.\d+\.\d+/.test(version)
  ) {
    throw new EmitError(
      "usage",
      `Cannot pack for ${registry}: wanted a "name" and a "version" in ${
        JSON.stringify(path)
      }: ${remedy}`,
    );
  }
  const project = {
    name,
    version,
    ...typeof license === "string" ? { license } : {},
  };
  return { project, all };
}

/** The terms of use, as projects call them: they belong to each package that somebody may be given alone. */
const TERMS = /^(?:LICEN[CS]E|COPYING|NOTICE|UNLICENSE)(?:[.-][\w.-]+)?$/i;

/** Files of the project that its package has too, at the paths that they have there. */
export function filesOfProject(): File[] {
  const here = absolutePath(".");
  return system.list(here).map(({ name }) => name).toSorted()
    .filter((path) => /^README\.md$/i.test(path) || TERMS.test(path))
    .filter((path) => isFile(join(here, path)))
    .map((path) => ({ path, data: readFile(join(here, path)) }));
}

/** The terms of use alone. */
export function termsOfProject(): File[] {
  return filesOfProject().filter(({ path }) => TERMS.test(path));
}
