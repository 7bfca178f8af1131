/**
 * What the environment and the system put in the place of what was signed:
 * `LD_LIBRARY_PATH`, and directories that may not be looked at.
 *
 * @module
 */

import { basename, join } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import type { Checked, CopiedFile } from "../identity/identity.ts";
import { isPermitted } from "../system/process_secret.ts";
import {
  pathsIn,
  systemDirectories,
  withVariants,
} from "../system/libraries.ts";
import { exists, statusIfAny, system } from "../system/system.ts";

/**
 * Makes sure once more that the environment puts nothing in the place of what was
 * signed: for what is loaded again, some time after it was made sure of.
 *
 * @param checked What is to be loaded.
 * @throws {PluginError} `unsigned_need`, `permission_denied`.
 */
export function assertEnvironment({ path, copy }: Checked): void {
  if (!copy?.isSigned) return;
  const why = permittedWay(path, () => environmentsWay(copy.bundled ?? []));
  if (why !== undefined) throw unsignedNeed(path, why);
}

/**
 * Asks for a way by which the loader could come by something else.
 *
 * @param path The plugin, for the error.
 * @param ask Says what the way is; undefined where there is none.
 * @throws {PluginError} `permission_denied`.
 */
export function permittedWay(
  path: string,
  ask: () => string | undefined,
): string | undefined {
  try {
    return ask();
  } catch (cause) {
    const { name, code } = cause as { name?: string; code?: string };
    const isDenied = name === "NotCapable" || code === "ERR_ACCESS_DENIED";
    if (!isDenied) throw cause;
    throw new PluginError(
      "permission_denied",
      `Cannot open the plugin ${
        quote(path)
      }: where it looks for libraries may not be looked at: ${
        (cause as Error).message
      }`,
      { path, cause },
    );
  }
}

/**
 * Makes sure that it may be looked at where the system has its libraries.
 *
 * @param path The plugin, for the error.
 * @throws {PluginError} `permission_denied`.
 */
export function assertMayLook(path: string): void {
  permittedWay(path, () => {
    for (const directory of systemDirectories()) statusIfAny(directory);
    return undefined;
  });
}

/** The error of what would be loaded with what was signed. */
export function unsignedNeed(path: string, why: string): PluginError {
  return new PluginError(
    "unsigned_need",
    `Cannot open the plugin ${
      quote(path)
    }: nobody has signed what would be loaded with it: ${why}`,
    { path },
  );
}

/** What the environment puts before all, and nobody meant to. */
export function environmentsWay(
  signed: readonly CopiedFile[],
): string | undefined {
  for (const directory of libraryPaths()) {
    if (!directory.startsWith("/")) {
      return `LD_LIBRARY_PATH has the entry ${
        quote(directory)
      }, which is taken from the working directory; write directories in full, and no colon at an end`;
    }
    if (directory.includes("$")) {
      return `LD_LIBRARY_PATH has the entry ${
        quote(directory)
      }, in which the loader puts something for the $; write it out`;
    }
    for (const { file } of signed) {
      const instead = withVariants(directory)
        .map((place) => join(place, basename(file))).find(exists);
      if (instead !== undefined) {
        return `LD_LIBRARY_PATH puts ${quote(instead)} in the place of ${
          quote(file)
        }, which was signed with it`;
      }
    }
  }
  return undefined;
}

const VARIABLE = "LD_LIBRARY_PATH";

/** What the variable lists: as the loader has read it when the process began, and as it is now. */
function libraryPaths(): Set<string> {
  const [, ...began] = begunWith().split(`\0${VARIABLE}=`);
  const lists = [
    ...began.map((rest) => rest.split("\0")[0]!),
    system.env(VARIABLE) ?? "",
  ];
  return new Set(
    lists.filter((list) => list !== "").flatMap(pathsIn),
  );
}

/** The environment that the process began with; empty where it may not be read. */
function begunWith(): string {
  if (!isPermitted()) return "";
  try {
    return `\0${system.readText("/proc/self/environ")}`;
  } catch {
    return "";
  }
}
