/**
 * What bundlers put into a program for an import: the files of a plugin that is
 * built of its source, or of an installed package that `plugin pack --npm` has made.
 *
 * @module
 */

import { statusAt } from "../../ffi/system/system.ts";
import { ownLibc } from "../../ffi/identity/executable.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { EmitError } from "../error.ts";
import { isPlugin } from "../imported/source_file.ts";
import { testedPlugin } from "../imported/tested.ts";
import {
  installedPackage,
  isPackageModule,
} from "../publish/installed_package.ts";
import { buildImport } from "./import.ts";
import { pluginFiles } from "./plugin_files.ts";
import {
  type FoundManifest,
  resolveInput,
  resolveManifest,
} from "./resolve_input.ts";

/** A plugin that is there, with all files of it. */
export interface BundledPlugin {
  readonly exports: readonly string[];
  /** What it was made of. */
  readonly sources: readonly string[];
  /** Absolute paths, the library first. */
  readonly files: readonly string[];
  /** The options of `open` that say where the others are. */
  readonly options: readonly string[];
}

/**
 * How the names of modules end that may be those of packages: `index.js`, which
 * `plugin pack --npm` writes.
 */
export const PACKAGE_MODULE = /[\\/]index\.js$/;

/**
 * Whether an import of a module is one of a plugin.
 *
 * @param file What a bundler calls the module.
 */
export function isBundled(file: string): boolean {
  return isPlugin(file)
    ? statusAt(file)?.isFile === true
    : PACKAGE_MODULE.test(file) && isPackageModule(file);
}

/**
 * What an import of a plugin takes.
 *
 * @param file Absolute path of a module that {@linkcode isBundled}.
 * @returns The plugin, built where it has a source.
 * @throws {EmitError} Where it cannot be built, is not installed, or brings
 * libraries along.
 */
export async function bundledPlugin(file: string): Promise<BundledPlugin> {
  if (isPlugin(file)) {
    const tested = testedPlugin(file); // where Vitest's runs in plugin test
    const { library, exports, sources } = tested === undefined
      ? await buildImport(file)
      : { ...tested, sources: tested.files };
    const { manifest } = resolveInput(library);
    return { exports, sources, ...filesOf(file, library, manifest!) };
  }
  const installed = installedPackage(file);
  const own = ownLibc() ?? "gnu";
  const found = installed.manifests.map((path) => resolveManifest(path))
    .find(({ manifest: { library: { libc = own } } }) => libc === own);
  if (found === undefined) {
    const { packages, manifests } = installed;
    throw new EmitError(
      "not_found",
      `Cannot bundle "${file}": of ${packages.join(" and ")} none ${
        manifests.length === packages.length
          ? `is for the C library of this process, ${own}; bundle it on a machine that it is for, or leave it external`
          : "is installed that is for this machine; install with optional dependencies: npm install --include=optional"
      }`,
      { path: file },
    );
  }
  const { library, manifest } = resolveInput(found.path);
  const exports = exportedNames(found.manifest).map(({ name }) => name);
  return {
    exports,
    sources: [file],
    ...filesOf(file, library, manifest!),
  };
}

function filesOf(
  file: string,
  library: string,
  manifest: FoundManifest,
): Pick<BundledPlugin, "files" | "options"> {
  const files = pluginFiles(library, manifest);
  const bundled = files.find(({ role }) => role === "bundled");
  if (bundled !== undefined) {
    throw new EmitError(
      "bad_image",
      `Cannot bundle "${file}": it needs "${bundled.file}" beside it by that name, and bundlers give files names of their own; link that into it, or lay both out with plugin pack and open them`,
      { path: file },
    );
  }
  return {
    files: files.map(({ path }) => path),
    options: files.slice(1).map(({ role }) => role),
  };
}
