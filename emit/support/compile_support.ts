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
} from "../../ffi/support/support_version.ts";
import type { Target } from "../../ffi/manifest/manifest.ts";
import { exists, system } from "../../ffi/system/system.ts";
import { readAsset } from "../files/asset.ts";
import { EmitError } from "../error.ts";
import { writeFiles } from "../files/write_files.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import { cc } from "../toolchain/cc.ts";
import { osOf } from "../toolchain/compiler_target.ts";

/** Its sources, in the order that their digest is made in. */
export const SOURCES = [
  "addon.c",
  "arena.c",
  "arena.h",
  "at_work.c",
  "at_work.h",
  "call.c",
  "callback.c",
  "broker.c",
  "broker.h",
  "crash.h",
  "host.h",
  "isolate.c",
  "isolate.h",
  "ledger.c",
  "node_api.h",
  "output.c",
  "output.h",
  "owner.c",
  "pool.c",
  "program.c",
  "program.h",
  "quota.c",
  "quota.h",
  "registers.h",
  "remote_call.c",
  "report.c",
  "report.h",
  "runner/confine.c",
  "runner/confine.h",
  "runner/system_call_filter.c",
  "runner/landlock.c",
  "runner/reporter.c",
  "runner/reporter.h",
  "runner/runner.c",
  "runner_process.c",
  "slots.h",
  "support.h",
  "system_call_rules.h",
  "text.c",
  "variables.h",
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

/** The same for who builds plugins and so opens them: where it cannot be, all works but what is faster or only possible with it. */
export async function bringSupportIfAny(): Promise<void> {
  try {
    await bringSupport();
  } catch {
    // Whoever asks for what needs it is told so.
  }
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
  await withWorkspace(async ({ directory }) => {
    system.makeDirectories(join(directory, "runner"), 0o700);
    for (const name of SOURCES) {
      system.overwrite(join(directory, name), await source(name));
    }
    const runner = osOf(target) === "linux"
      ? await compileRunner(directory, target)
      : undefined;
    const library = join(directory, "library");
    await compile([
      ..."-std=c11 -O2 -fPIC -fvisibility=hidden -shared -pthread".split(" "),
      `-DPLUGIN_SUPPORT_VERSION="${SUPPORT_VERSION}"`,
      ...runner === undefined ? [] : [`-DPLUGIN_RUNNER="${runner}"`],
      ...linking(target),
      "-o",
      library,
      ...SOURCES.filter((name) => /^\w+\.c$/.test(name)).map((name) =>
        join(directory, name)
      ),
    ], target);
    system.makeDirectories(dirname(path), 0o700);
    writeFiles([{ path, data: system.read(library), executable: true }]);
  });
}

/** Compiles the program that isolated plugins run in; the library has it in it. */
async function compileRunner(
  directory: string,
  target: Target | undefined,
): Promise<string> {
  const runner = join(directory, "runner.bin");
  await compile([
    ..."-std=c11 -O2 -fPIE -pie -pthread -s -o".split(" "),
    runner,
    ...SOURCES.filter((name) => /^runner\/\w+\.c$/.test(name)).map((name) =>
      join(directory, name)
    ),
    join(directory, "call.c"),
    "-ldl",
  ], target);
  return runner;
}

async function compile(
  args: readonly string[],
  target: Target | undefined,
): Promise<void> {
  const { status, stderr } = await cc(args, target);
  if (status === 0) return;
  throw new EmitError(
    "compile_failed",
    `Cannot compile the support library: the compiler says\n${stderr.trim()}`,
  );
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
