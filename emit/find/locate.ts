/**
 * Finds a library by the name that programs are linked with: `libz.so.1`.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { isFile, system } from "../../ffi/system/system.ts";
import {
  systemDirectories,
  systemLibrary,
} from "../../ffi/system/libraries.ts";
import { EmitError } from "../error.ts";

/** A library that was found. */
export interface Located {
  /** Absolute path. */
  readonly path: string;
  /** Whether the system's loader finds it by its bare name. */
  readonly system: boolean;
}

/**
 * Finds a library.
 *
 * A file at that path comes first. A bare name is then searched where the
 * loader would, and where `open` does.
 *
 * @param library A path or a bare file name.
 * @returns Where it is.
 * @throws {EmitError} `not_found`: names the places that were searched.
 */
export function locate(library: string): Located {
  const path = absolutePath(library);
  if (isFile(path)) {
    return {
      path,
      get system() {
        const found = systemLibrary(basename(path));
        return found !== undefined && real(found) === real(path);
      },
    };
  }
  const bare = basename(library) === library;
  const found = bare ? systemLibrary(library) : undefined;
  if (found !== undefined) {
    return { path: found, system: true };
  }
  throw new EmitError(
    "not_found",
    `Cannot find the library "${library}": ` +
      (bare
        ? `it is not in this directory, and the system's loader does not find it${
          alike(library)
        }`
        : "there is no such file"),
    { path },
  );
}

/** Ends the sentence with what may have been meant: `libz.so.1` for `z` and for `libz.so`. */
function alike(name: string): string {
  const stem = stemOf(name);
  const found = new Set(
    systemDirectories().flatMap(filesOf).filter((file) => {
      const other = stemOf(file);
      return other !== file && other.startsWith(stem) &&
        /^[-\d.]*$/.test(other.slice(stem.length));
    }),
  );
  // "libc.so" may be a script for linkers, which programs do not name.
  const byPrograms = [...found].filter((file) => !file.endsWith(".so"));
  const [first] = (byPrograms.length > 0 ? byPrograms : [...found])
    .sort((a, b) => a.length - b.length);
  return first === undefined ? "" : `; did you mean "${first}"?`;
}

/** What a library is called between `lib` and `.so`. */
function stemOf(name: string): string {
  return name.replace(/^lib/, "").replace(/\.(?:so|dylib)\b.*$/, "");
}

function filesOf(directory: string): string[] {
  try {
    return system.list(directory).map(({ name }) => name);
  } catch {
    return [];
  }
}

function real(path: string): string {
  return join(system.realPath(dirname(path)), basename(path));
}
