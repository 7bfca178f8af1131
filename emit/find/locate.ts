/**
 * Finds a library by the name that programs are linked with: `libz.so.1`.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { statusIfAny, system } from "../../ffi/system/system.ts";
import { nodeModule } from "../../ffi/system/node.ts";
import { EmitError } from "../error.ts";
import { cached } from "./loader_cache.ts";

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
 * loader would: `LD_LIBRARY_PATH`, the loader's cache, the standard
 * directories.
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
        return findByName(basename(path)) === real(path);
      },
    };
  }
  const bare = basename(library) === library;
  const found = bare ? findByName(library) : undefined;
  if (found !== undefined) {
    const [at] = places(library);
    return { path: at ?? found, system: true };
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

function findByName(name: string): string | undefined {
  const [first] = places(name);
  return first === undefined ? undefined : real(first);
}

/** Every place where the loader would find `name`, the first one first. */
function places(name: string): string[] {
  const early = directoriesOf(system.env("LD_LIBRARY_PATH"));
  return [
    ...early.map((directory) => join(directory, name)),
    ...cached(name),
    ...DIRECTORIES.map((directory) => join(directory, name)),
  ].filter(isFile);
}

/** Ends the sentence with what may have been meant: `libz.so.1` for `z` and for `libz.so`. */
function alike(name: string): string {
  const stem = stemOf(name);
  const found = new Set(
    DIRECTORIES.flatMap(filesOf).filter((file) => {
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
  const { readdirSync } = nodeModule<typeof import("node:fs")>("node:fs");
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Where loaders look without a cache: musl's, and macOS's. */
const TRIPLET = system.arch === "arm64"
  ? "aarch64-linux-gnu"
  : "x86_64-linux-gnu";
const DIRECTORIES = [
  `/lib/${TRIPLET}`,
  `/usr/lib/${TRIPLET}`,
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/local/lib",
  "/usr/lib",
  ...(system.os === "darwin" ? ["/opt/homebrew/lib"] : []),
];

function directoriesOf(path: string | undefined): string[] {
  return (path ?? "").split(":").filter((directory) => directory !== "");
}

function isFile(path: string): boolean {
  return statusIfAny(path)?.isFile ?? false;
}

function real(path: string): string {
  return join(system.realPath(dirname(path)), basename(path));
}
