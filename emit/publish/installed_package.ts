/**
 * What an installed package that `plugin pack --npm` has made has for this machine.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { system, textAt } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { readIndex } from "./index_module.ts";

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
  return readIndex(textAt(path)) !== undefined;
}

/**
 * Looks what is installed of such a package.
 *
 * @param path Absolute path of its module.
 * @throws {EmitError} `mismatch` where it is for other machines, or what is
 * installed for this one is of another version.
 */
export function installedPackage(path: string): InstalledPackage {
  const { manifests = {}, version } = readIndex(textAt(path)) ?? {};
  const refuse = (why: string) =>
    new EmitError("mismatch", `Cannot bundle "${path}": ${why}`, { path });
  const machine = `${system.os}-${system.arch}`;
  const wanted = manifests[machine];
  if (wanted === undefined) {
    const all = Object.keys(manifests).join(", ");
    throw refuse(`it is for ${all}, and this machine is ${machine}`);
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
  const all = found.map((manifest) => ({
    manifest,
    own: JSON.parse(textAt(join(dirname(manifest), "package.json"))),
  }));
  const same = all.filter(({ own }) => own.version === version);
  if (same.length === 0 && all.length > 0) {
    const others = all.map(({ own }) => `${own.name} of ${own.version}`);
    throw refuse(
      `it is of version ${version}, and ${
        others.join(" and ")
      }: install them anew, in one version`,
    );
  }
  return {
    manifests: same.map(({ manifest }) => manifest),
    packages: wanted.map((path) => dirname(path)),
  };
}
