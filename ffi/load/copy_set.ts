/**
 * What goes into a private copy with a library: the libraries that it brings
 * along, in the places where `$ORIGIN` leads to them.
 *
 * @module
 */

import { basename, dirname, join } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { librariesBeside } from "../identity/beside.ts";
import { layoutOf, wayOutOf } from "../identity/confined.ts";
import {
  type Checked,
  type CopiedFile,
  type CopySet,
  readBundled,
} from "../identity/identity.ts";
import { ownLibc } from "../identity/executable.ts";
import type { BundledLibrary } from "../manifest/manifest.ts";
import { sha256 } from "../system/node_system.ts";
import { isPermitted } from "../system/process_secret.ts";
import { systemDirectories, withVariants } from "../system/libraries.ts";
import { exists, isMissing, system } from "../system/system.ts";

/**
 * Takes along what lies around the library, as the loader would find it there.
 *
 * @param checked The library.
 * @param copy What of it is copied.
 * @throws {PluginError} As {@linkcode librariesBeside}.
 */
export function withLibrariesBeside(
  checked: Checked,
  copy: CopySet,
): Checked {
  const { path } = checked;
  const bundled = librariesBeside(path, copy.bytes);
  const layout = layoutOf(path, copy.bytes, bundled);
  return { ...checked, copy: { ...copy, bundled, ...layout } };
}

/**
 * Takes along the libraries that were signed with one, and makes sure that the
 * loader takes these and, for all else, none that anybody may have put there.
 * What is in the process already, `loaded_images.ts` looks at.
 *
 * @param checked The library, its bytes compared with what was signed.
 * @param signed The libraries that it brings along.
 * @throws {PluginError} `unsigned_need`, `wrong_library`, `not_found`, `permission_denied`.
 */
export function withSignedLibraries(
  checked: Checked,
  signed: readonly BundledLibrary[] = [],
): Checked {
  const { path } = checked;
  const copy = checked.copy!;
  const bundled = signed.map((each): CopiedFile => ({
    file: each.file,
    bytes: readBundled(join(dirname(path), each.file), each),
    tag: tagOf(each),
  }));
  const set: CopySet = {
    bytes: copy.bytes,
    key: keyOf(copy.key, signed),
    isSigned: true,
    bundled,
    ...layoutOf(path, copy.bytes, bundled),
  };
  const why = permitted(
    path,
    () =>
      wayOutOf(path, copy.bytes, bundled, ownLibc() !== "musl") ??
        environmentsWay(bundled),
  );
  if (why !== undefined) throw unsignedNeed(path, why);
  return { ...checked, copy: set };
}

/**
 * Makes sure once more that the environment puts nothing in the place of what was
 * signed: for what is loaded again, some time after it was made sure of.
 *
 * @param checked What is to be loaded.
 * @throws {PluginError} `unsigned_need`, `permission_denied`.
 */
export function assertEnvironment({ path, copy }: Checked): void {
  if (!copy?.isSigned) return;
  const why = permitted(path, () => environmentsWay(copy.bundled ?? []));
  if (why !== undefined) throw unsignedNeed(path, why);
}

/** Asks for a way by which the loader could come by something else. */
function permitted(
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
  permitted(path, () => {
    for (const directory of systemDirectories()) {
      try {
        system.status(directory);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
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

// ----------------------------------------------------------------------- names

/** What tells the bytes and the name of a library from others, in the name of a copy. */
function tagOf({ file, sha256: digest }: BundledLibrary): string {
  return sha256(new TextEncoder().encode(`${basename(file)}\0${digest}`))
    .slice(0, 16);
}

/** What tells the copies of a library with these from others, and from those that nobody has signed. */
function keyOf(key: string, signed: readonly BundledLibrary[]): string {
  const all = signed.map(({ file, sha256 }) => `${file}\0${sha256}\n`).join("");
  return sha256(new TextEncoder().encode(`signed ${key}\n${all}`));
}

// -------------------------------------------------------------------- elsewhere

/** What the environment puts before all, and nobody meant to. */
function environmentsWay(
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
    lists.filter((list) => list !== "").flatMap((list) => list.split(/[:;]/)),
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
