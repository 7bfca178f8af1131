/**
 * `plugin pack --npm`: packages for a registry, one for each machine, and one
 * that depends on them.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Reporting } from "../arguments/shared_options.ts";
import {
  mainPackage,
  type NpmProject,
  type PackedLibrary,
  platformPackage,
  type PublishConfig,
} from "../publish/npm_package.ts";
import { type ReadProject, readProject } from "../publish/published_project.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { type OutputFile as File, writeFiles } from "../files/write_files.ts";
import { here } from "./print_result.ts";

/** What all packages have of it, where it has that. */
const SHARED = ["license", "author", "repository", "homepage", "bugs"];

/**
 * Lays out the packages.
 *
 * @param packed A library for each target.
 * @param directory Where to: each package is a directory in it.
 * @param reporting For whom is printed.
 * @returns Text for people or for programs.
 * @throws {EmitError} `usage` without a package.json that names the package.
 */
export function packNpm(
  packed: readonly PackedLibrary[],
  directory: string,
  { json }: Reporting,
): string {
  const output = absolutePath(directory);
  const own = read();
  const { project, shared, publishConfig: { access, tag } } = own;
  const stem = project.name.split("/").at(-1)!;
  const platforms = packed.map((one) => platformPackage(one, project, shared));
  const files: File[] = [
    ...platforms.flatMap(({ target, files }) =>
      files.map((file) => ({
        ...file,
        path: join(`${stem}-${target}`, file.path),
      }))
    ),
    ...mainPackage(packed, own).map((file) => ({
      ...file,
      path: join(stem, file.path),
    })),
  ].map((file) => ({ ...file, path: join(output, file.path) }));
  for (const { path } of files) system.makeDirectories(dirname(path));
  writeFiles(files);
  const packages = [
    ...platforms.map(({ target }) => join(output, `${stem}-${target}`)),
    join(output, stem),
  ];
  const options = (access === undefined ? "--access public " : "") +
    (tag === undefined ? "" : `--tag ${shellWord(`${tag}`)} `);
  if (json) {
    const written = files.map(({ path }) => path).sort();
    return `${JSON.stringify({ packages, written }, null, 2)}\n`;
  }
  return [
    ...packages.map((path) => `package ${here(path)}`),
    "",
    "To publish them, in this order:",
    ...packages.map((path) => `  npm publish ${options}${publish(path)}`),
    "",
  ].join("\n");
}

/** A directory as npm takes it: without the "./" it is the name of a repository. */
function publish(path: string): string {
  const way = here(path);
  return shellWord(way.startsWith("/") ? way : `./${way}`);
}

function read(): NpmProject {
  const { project, all } = readProject(
    "npm",
    ["package.json"],
    /^(?:@[\w.~-]+\/)?[\w.~-]+$/,
    "npm init makes them",
  );
  const shared = Object.fromEntries(
    SHARED.flatMap((key) => key in all ? [[key, all[key]]] : []),
  );
  const publishConfig = publishConfigOf(project.version, all);
  return {
    project,
    shared: {
      ...shared,
      ...Object.keys(publishConfig).length > 0 && { publishConfig },
    },
    all,
    publishConfig,
  };
}

/**
 * How the packages are published, as the project's own would be: to its registry,
 * say. npm takes no pre-release without being told what else than "latest" it is.
 */
function publishConfigOf(
  version: string,
  { publishConfig }: ReadProject["all"],
): PublishConfig {
  return {
    .../^[^+]*-/.test(version) && { tag: "next" },
    ...typeof publishConfig === "object" && publishConfig,
  };
}
