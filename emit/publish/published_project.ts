/**
 * The project whose plugin is published: its name, and what packages have of it.
 *
 * @module
 */

import {
  exists,
  isDirectory,
  isFile,
  readFile,
  system,
  textAt,
} from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { join } from "../../ffi/system/path.ts";
import { EmitError } from "../error.ts";
import type { OutputFile as File } from "../files/write_files.ts";

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
  return [...namesIn(here), ...licencesIn(here)]
    .filter((path) => /^README\.md$/i.test(path) || isTerms(path))
    .filter((path) => isFile(join(here, path)))
    .map((path) => ({ path, data: readFile(join(here, path)) }));
}

function namesIn(directory: string): string[] {
  return system.list(directory).map(({ name }) => name).toSorted();
}

/** The texts of licences in a directory of their own, as REUSE has them. */
function licencesIn(here: string): string[] {
  const directory = join(here, LICENCES);
  return isDirectory(directory)
    ? namesIn(directory).map((name) => `${LICENCES}/${name}`)
    : [];
}

/** What REUSE calls that directory. */
const LICENCES = "LICENSES";

function isTerms(path: string): boolean {
  return TERMS.test(path) || path.startsWith(`${LICENCES}/`);
}

/** The terms of use alone. */
export function termsOfProject(): File[] {
  return filesOfProject().filter(({ path }) => isTerms(path));
}
