/**
 * What is in each package that npm gets: one for each machine, and the one that
 * depends on them.
 *
 * @module
 */

import type { Manifest, Target } from "../../ffi/manifest/manifest.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { printModule } from "../declaration/print_module.ts";
import { common, type TargetLibrary } from "../manifest/target_compat.ts";
import { readImage } from "../image/image.ts";
import { VERSION } from "./version.ts";
import type { OutputFile as File } from "../files/write_files.ts";
import { printIndex } from "./index_module.ts";
import { modulesIn } from "./go_modules.ts";
import { platformOf } from "./npm_platform.ts";
import type { LibraryPart } from "./part.ts";
import {
  filesOfProject,
  type Project,
  type ReadProject,
  termsOfProject,
} from "./published_project.ts";
import { cratesIn } from "./rust_crates.ts";
import { printSbom } from "./sbom.ts";

/** A library for one target, and its files: paths below the target's name. */
export interface PackedLibrary extends TargetLibrary {
  /** The manifest's path among the files. */
  readonly path: string;
  readonly files: readonly File[];
}

/** The project, as npm has it. */
export interface NpmProject extends ReadProject {
  /** What all packages have. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** How all packages are published. */
  readonly publishConfig: PublishConfig;
}

/** What of npm's options `package.json` says, as far as it is read here. */
export interface PublishConfig {
  readonly access?: string;
  readonly tag?: string;
}

/** What TypeScript reads of `import library from "…/hello.so" with { type: "file" }`. */
const EMBEDDED: File = {
  path: "path.d.mts",
  data: "declare const path: string;\nexport default path;\n",
};

/** The package for one machine. */
export function platformPackage(
  { target, manifest, files }: PackedLibrary,
  project: Project,
  shared: NpmProject["shared"],
): { target: Target; files: File[] } {
  const name = `${project.name}-${target}`;
  // npm takes a LICENSE by itself, and no NOTICE.
  const terms = termsOfProject();
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
    // All of them: a program that is one file embeds the library too.
    exports: {
      ...Object.fromEntries(
        own.map(({ path }) => [
          `./${path}`,
          { types: `./${EMBEDDED.path}`, default: `./${path}` },
        ]),
      ),
      "./package.json": "./package.json",
    },
    files: [
      ...own.map(({ path }) => path),
      EMBEDDED.path,
      "sbom.cdx.json",
      ...terms.map(({ path }) => path),
    ],
  };
  return {
    target,
    files: [
      ...own,
      EMBEDDED,
      ...terms,
      {
        path: "sbom.cdx.json",
        data: printSbom({ ...project, name }, manifest, partsOf(own, manifest)),
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

/** What the library among the files says it is made of. */
function partsOf(files: readonly File[], { library }: Manifest): LibraryPart[] {
  const { data } = files.find(({ path }) => path === library.file)!;
  const image = readImage(data as Uint8Array, library.file);
  return [...cratesIn(image), ...modulesIn(image)];
}

/** The package that the others belong to. */
export function mainPackage(
  packed: readonly PackedLibrary[],
  { project, shared, all }: NpmProject,
): File[] {
  const { name, version } = project;
  const manifest = common(packed);
  const { description, keywords } = all;
  const module = printIndex({
    name,
    version,
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
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      "./package.json": "./package.json",
    },
    files: [
      "index.js",
      "index.d.ts",
      ...termsOfProject().map(({ path }) => path),
    ],
    dependencies: { "@native/plugin": `^${VERSION}` },
    optionalDependencies: Object.fromEntries(
      packed.map(({ target }) => [`${name}-${target}`, version]),
    ),
  };
  return [
    ...filesOfProject(),
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
