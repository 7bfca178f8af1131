/**
 * Compiles the support library, for machines that have none yet.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join } from "../../ffi/system/path.ts";
import {
  SUPPORT_VERSION,
  supportCache,
  supportFile,
} from "../../ffi/support/version.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { exists, system } from "../../ffi/system/system.ts";
import { readAsset } from "../asset.ts";
import { EmitError } from "../error.ts";
import { writeFiles } from "../write_files.ts";
import { cc } from "../toolchain/cc.ts";
import { osOf } from "../toolchain/target.ts";

/** Its sources, in the order that their digest is made in. */
export const SOURCES = [
  "addon.c",
  "call.c",
  "callback.c",
  "node_api.h",
  "owner.c",
  "pool.c",
  "registers.h",
  "support.h",
  "text.c",
  "version.c",
] as const;

/** The directory of the sources: seen from this module, and from a part of the npm package's command. */
const PLACES = ["../../native/", "../../../native/", "../native/"];

/**
 * Where the library is kept for this user.
 *
 * @throws {EmitError} `not_found` when nothing says where a user's caches are.
 */
export function cachedSupport(): string {
  const { os, arch } = system;
  const directory = supportCache(os, (name) => system.env(name));
  if (directory === undefined) {
    throw new EmitError(
      "not_found",
      "Cannot keep the support library: neither XDG_CACHE_HOME nor HOME is set; name a file with --output",
    );
  }
  return join(directory, supportFile(os, arch));
}

/**
 * Compiles the library, if it is not there.
 *
 * @param path Where to; for this user, where it is left out.
 * @returns The path.
 * @throws {EmitError} `no_tool` without a compiler.
 */
export async function bringSupport(path = cachedSupport()): Promise<string> {
  if (!exists(path)) await compileSupport(path);
  return path;
}

/**
 * Compiles the library.
 *
 * @param path The library to write.
 * @param target The machine that it is for; this one where it is left out.
 * @throws {EmitError} `no_tool` without a compiler, `compile_failed` with its words.
 */
export async function compileSupport(
  path: string,
  target?: Target,
): Promise<void> {
  const directory = system.makeTemporaryDirectory("plugin-");
  try {
    for (const name of SOURCES) {
      system.overwrite(join(directory, name), await source(name));
    }
    const library = join(directory, "library");
    const { status, stderr } = await cc([
      ..."-std=c11 -O2 -fPIC -fvisibility=hidden -shared -pthread".split(" "),
      `-DPLUGIN_SUPPORT_VERSION="${SUPPORT_VERSION}"`,
      ...linking(target),
      "-o",
      library,
      ...SOURCES.filter((name) => name.endsWith(".c")).map((name) =>
        join(directory, name)
      ),
    ], target);
    if (status !== 0) {
      throw new EmitError(
        "compile_failed",
        `Cannot compile the support library: the compiler says\n${stderr.trim()}`,
      );
    }
    system.makeDirectories(dirname(path), 0o700);
    writeFiles([{ path, data: system.read(library), executable: true }]);
  } finally {
    system.removeDirectory(directory);
  }
}

/** Complete when it is loaded but for Node-API, and never unloaded: threads of it may be running. */
function linking(target: Target | undefined): string[] {
  return osOf(target) === "darwin"
    ? ["-Wl,-undefined,dynamic_lookup"]
    : ["-Wl,-z,now,-z,defs,-z,nodelete", "-s"];
}

/** The version that the sources should have. */
export async function versionOfSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of SOURCES) {
    hash.update(`${name}\n${await source(name)}`);
  }
  return hash.digest("hex").slice(0, SUPPORT_VERSION.length);
}

/** The text of a source. */
function source(name: string): Promise<string> {
  return readAsset(
    ...PLACES.map((place) => new URL(place + name, import.meta.url)),
  );
}
