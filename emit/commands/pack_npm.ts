/**
 * `plugin pack --npm`: packages for a registry, one for each machine, and one
 * that depends on them.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { readFile, system } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import type { Reporting } from "../arguments/shared_options.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { printModule } from "../declaration/print_module.ts";
import { common, type Member } from "../manifest/target_compat.ts";
import { printIndex } from "../publish/index_module.ts";
import { platformOf } from "../publish/npm_platform.ts";
import {
  filesOfProject,
  type Project,
  type ReadProject,
  readProject,
} from "./published_project.ts";
import { printSbom } from "../publish/sbom.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { VERSION } from "../version.ts";
import { type OutputFile as File, writeFiles } from "../write_files.ts";
import { here } from "./print_result.ts";

/** A library for one target, and its files: paths below the target's name. */
export interface PackedLibrary extends Member {
  /** The manifest's path among the files. */
  readonly path: string;
  readonly files: readonly File[];
}

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
  const { project, shared } = own;
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
  if (json) {
    const written = files.map(({ path }) => path).sort();
    return `${JSON.stringify({ packages, written }, null, 2)}\n`;
  }
  return [
    ...packages.map((path) => `package ${here(path)}`),
    "",
    "To publish them, in this order:",
    ...packages.map((path) => `  npm publish --access public ${publish(path)}`),
    "",
  ].join("\n");
}

/** A directory as npm takes it: without the "./" it is the name of a repository. */
function publish(path: string): string {
  const way = here(path);
  return shellWord(way.startsWith("/") ? way : `./${way}`);
}

interface Read extends ReadProject {
  /** What all packages have. */
  readonly shared: Readonly<Record<string, unknown>>;
}

function read(): Read {
  const { project, all } = readProject(
    "npm",
    ["package.json"],
    /^(?:@[\w.~-]+\/)?[\w.~-]+$/,
    "npm init makes them",
  );
  const shared = Object.fromEntries(
    SHARED.flatMap((key) => key in all ? [[key, all[key]]] : []),
  );
  return { project, shared, all };
}

/** The package for one machine. */
function platformPackage(
  { target, manifest, files }: PackedLibrary,
  project: Project,
  shared: Read["shared"],
): { target: Target; files: File[] } {
  const name = `${project.name}-${target}`;
  const described = `${manifest.library.file}.json`;
  const own = files.map((file) => ({
    ...file,
    path: file.path.slice(target.length + 1),
  }));
  const description = {
    name,
    version: project.version,
    description: `The native library of ${project.name} for ${target}`,
    ...shared,
    ...platformOf(manifest.library),
    exports: { [`./${described}`]: `./${described}` },
    files: [...own.map(({ path }) => path), "sbom.cdx.json"],
  };
  return {
    target,
    files: [
      ...own,
      {
        path: "sbom.cdx.json",
        data: printSbom({ ...project, name }, manifest),
      },
      {
        path: "README.md",
        data:
          `# ${name}\n\nThe native library of ${project.name} for ${target}. It is found by that\npackage, and of no use without it.\n`,
      },
      {
        path: "package.json",
        data: `${JSON.stringify(description, null, 2)}\n`,
      },
    ],
  };
}

/** The package that the others belong to. */
function mainPackage(
  packed: readonly PackedLibrary[],
  { project, shared, all }: Read,
): File[] {
  const { name, version } = project;
  const manifest = common(packed);
  const { description, keywords } = all;
  const module = printIndex({
    name,
    manifests: manifestsOf(packed, name),
    exports: exportedNames(manifest).map(({ name }) => name),
  });
  const own = {
    name,
    version,
    ...description === undefined ? {} : { description },
    ...keywords === undefined ? {} : { keywords },
    ...shared,
    type: "module",
    exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
    files: ["index.js", "index.d.ts"],
    dependencies: { "@native/plugin": `^${VERSION}` },
    optionalDependencies: Object.fromEntries(
      packed.map(({ target }) => [`${name}-${target}`, version]),
    ),
  };
  return [
    ...filesOfProject().map((path) => ({
      path: path.slice(path.lastIndexOf("/") + 1),
      data: readFile(path),
    })),
    { path: "index.d.ts", data: printModule(manifest) },
    { path: "index.js", data: module },
    { path: "package.json", data: `${JSON.stringify(own, null, 2)}\n` },
  ];
}

/** By the machine, those for its C libraries. */
function manifestsOf(
  packed: readonly PackedLibrary[],
  name: string,
): Record<string, string[]> {
  const manifests: Record<string, string[]> = {};
  for (const { target, manifest: { library } } of packed) {
    (manifests[`${library.os}-${library.arch}`] ??= []).push(
      `${name}-${target}/${library.file}.json`,
    );
  }
  return manifests;
}
