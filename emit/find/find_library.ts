/**
 * Finds a library by the name that programs are linked with: `libz.so.1`.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import {
  exists,
  isDirectory,
  isFile,
  namesAt,
  readFile,
  system,
} from "../../ffi/system/system.ts";
import {
  systemDirectories,
  systemLibrary,
} from "../../ffi/system/libraries.ts";
import {
  inputsOf,
  isLinkerScript,
  MAX_SCRIPT,
} from "../image/linker_script.ts";
import { EmitError } from "../error.ts";

/** A library that was found. */
export interface Located {
  /** Absolute path. */
  readonly path: string;
  /** Whether the system's loader finds it by its bare name. */
  readonly system: boolean;
  /** Where a text for the linker was found: what else it names. */
  readonly others?: readonly string[];
}

/**
 * Finds a library.
 *
 * A file at that path comes first. A bare name is then searched where the
 * loader would, and where `open` does. A text for the linker that is found is
 * followed to the libraries that it names.
 *
 * @param library A path or a bare file name.
 * @returns Where it is.
 * @throws {EmitError} `not_found`: names the places that were searched.
 */
export function locate(library: string): Located {
  const found = locateFile(library);
  const followed = follow(found.path);
  if (followed === undefined) return found;
  const [path, ...others] = followed;
  return { ...placed(path), others };
}

function locateFile(library: string): Located {
  const path = absolutePath(library);
  if (isFile(path)) return placed(path);
  const bare = basename(library) === library;
  const found = bare ? systemLibrary(library) : undefined;
  if (found !== undefined) {
    return { path: found, system: true };
  }
  throw new EmitError(
    "not_found",
    `Cannot find the library "${library}": ` +
      (isDirectory(path)
        ? "it is a directory"
        : exists(path)
        ? "it is not a file"
        : bare
        ? `it is not in this directory, and the system's loader does not find it${
          alike(library)
        }`
        : "there is no such file"),
    { path },
  );
}

function placed(path: string): Located {
  return {
    path,
    get system() {
      const found = systemLibrary(basename(path));
      return found !== undefined && real(found) === real(path);
    },
  };
}

/** Most texts for the linker that are read, as they may name each other. */
const MAX_SCRIPTS = 100;

/** The libraries that a text for the linker names, the first one first; undefined where it is none. */
function follow(
  path: string,
  seen = new Set<string>(),
): [first: string, ...others: string[]] | undefined {
  // Libraries are larger, and need not be read for this.
  if (system.status(path).size > MAX_SCRIPT) return undefined;
  const bytes = readFile(path, MAX_SCRIPT);
  if (!isLinkerScript(bytes)) return undefined;
  seen.add(path);
  const found: string[] = [];
  for (const input of new Set(inputsOf(bytes))) {
    const file = linkedBy(fileOf(input), dirname(path));
    // What names itself, by whatever way, names nothing.
    if (file === undefined || seen.has(file)) continue;
    const named = seen.size < MAX_SCRIPTS ? follow(file, seen) : undefined;
    found.push(...named ?? [file]);
  }
  const [first, ...others] = new Set(found);
  return first === undefined ? undefined : [first, ...others];
}

/** The file that an input is: `-lz`, `-l:libz.so.1`, or itself. */
function fileOf(input: string): string {
  if (input.startsWith("-l:")) return input.slice(3);
  return input.startsWith("-l") ? `lib${input.slice(2)}.so` : input;
}

/** What a linker takes for a name, or for a path. */
export function linkedBy(name: string, directory: string): string | undefined {
  if (name.startsWith("/")) return isFile(name) ? name : undefined;
  return [
    join(directory, name),
    ...systemDirectories().map((place) => join(place, name)),
  ].find((path) => isFile(path));
}

/** Most libraries that may have been meant. */
const MAX_ALIKE = 5;

/** Ends the sentence with what may have been meant: `libz.so.1` for `z` and for `libz.so`. */
function alike(name: string): string {
  const stem = stemOf(name);
  const found = new Set(
    systemDirectories().flatMap(namesAt).filter((file) => {
      const other = stemOf(file);
      return other !== file && other.startsWith(stem) &&
        /^[-\d.]*$/.test(other.slice(stem.length));
    }),
  );
  // "libc.so" may be a script for linkers, which programs do not name.
  const byPrograms = [...found].filter((file) => !file.endsWith(".so"));
  const all = (byPrograms.length > 0 ? byPrograms : [...found])
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  // "libz.so.1.2.13" is what "libz.so.1" leads to.
  const names = all.filter((name) =>
    !all.some((other) => name.startsWith(`${other}.`))
  ).slice(0, MAX_ALIKE).map((name) => `"${name}"`);
  return names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`;
}

/** What a library is called between `lib` and `.so`. */
function stemOf(name: string): string {
  return name.replace(/^lib/, "").replace(/\.(?:so|dylib)\b.*$/, "");
}

function real(path: string): string {
  return join(system.realPath(dirname(path)), basename(path));
}
