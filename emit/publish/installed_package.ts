/**
 * What an installed package that `plugin pack --npm` has made has for this machine.
 *
 * @module
 */

import { dirname } from "../../ffi/system/path.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { system, textAt } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { manifestsInIndex } from "./index_module.ts";

/** Such a package. */
export interface InstalledPackage {
  /** Paths of its manifests for this machine that are installed: one for each C library. */
  readonly manifests: readonly string[];
  /** The names of the packages for this machine. */
  readonly packages: readonly string[];
}

/**
 * Whether a module is that of such a package.
 *
 * @param path Path of the module.
 */
export function isPackageModule(path: string): boolean {
  return manifestsInIndex(textAt(path)) !== undefined;
}

/**
 * Looks what is installed of such a package.
 *
 * @param path Absolute path of its module.
 * @throws {EmitError} `mismatch` where it is for other machines.
 */
export function installedPackage(path: string): InstalledPackage {
  const manifests = manifestsInIndex(textAt(path)) ?? {};
  const machine = `${system.os}-${system.arch}`;
  const wanted = manifests[machine];
  if (wanted === undefined) {
    throw new EmitError(
      "mismatch",
      `Cannot bundle "${path}": it is for ${
        Object.keys(manifests).join(", ")
      }, and this machine is ${machine}`,
      { path },
    );
  }
  // Where packages are links, what they depend on lies beside what is linked.
  const { resolve } = nodeModule<typeof import("node:module")>("node:module")
    .createRequire(system.realPath(path));
  const found = wanted.flatMap((manifest) => {
    try {
      return [resolve(manifest)];
    } catch {
      return []; // not installed
    }
  });
  return { manifests: found, packages: wanted.map((path) => dirname(path)) };
}
