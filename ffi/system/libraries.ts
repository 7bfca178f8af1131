/**
 * Where the system's loader finds a library by its bare name: the one answer
 * for what describes libraries and for what opens them.
 *
 * The order is that of glibc, `ld.so(8)`: the variable, the loader's cache, the
 * standard directories. Loaders without a cache have only the others; musl's are
 * those of a file, where there is one.
 *
 * @module
 */

import { join } from "./path.ts";
import { cached, LOADER_CACHE } from "./loader_cache.ts";
import { exists, isDirectory, isFile, system, textAt } from "./system.ts";

const isMac = system.os === "darwin";

/** The variable of the environment that comes before all. */
const VARIABLE = isMac ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";

const TRIPLET = system.arch === "arm64"
  ? "aarch64-linux-gnu"
  : "x86_64-linux-gnu";

/** The C and C++ libraries are made to live with the executable's symbols. */
export const SYSTEM_LIBRARIES =
  /^(?:lib(?:c|m|mvec|dl|rt|pthread|util|resolv|gcc_s|stdc\+\+|c\+\+|c\+\+abi|atomic)|ld-.*|libc\.musl-.*)\.so/;

/** The directories of glibc, with those of distributions, then musl's; or macOS's. */
const STANDARD = isMac ? ["/usr/local/lib", "/usr/lib", "/opt/homebrew/lib"] : [
  `/lib/${TRIPLET}`,
  `/usr/lib/${TRIPLET}`,
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/local/lib",
  "/usr/lib",
];

/** What musl's loader reads once, when it is first asked for a library by its name. */
const MUSL_PATH = `/etc/ld-musl-${
  system.arch === "arm64" ? "aarch64" : "x86_64"
}.path`;

/** The standard directories of this system's loader. A system of glibc may have musl beside it, but its cache too. */
function standard(): readonly string[] {
  if (isMac || exists(LOADER_CACHE)) return STANDARD;
  const own = directoriesIn(textAt(MUSL_PATH));
  return own.length === 0 ? STANDARD : own;
}

/** The directories in musl's file: each has a line, or colons between them. */
export function directoriesIn(text: string): string[] {
  return text.split(/[:\n]/).filter((path) => path !== "");
}

/**
 * The directories that are searched, the first one first.
 *
 * @returns Absolute paths, as a rule; the variable may have others.
 */
export function systemDirectories(): string[] {
  return [...namedDirectories(), ...standard()];
}

/**
 * All that is searched, as an error lists it.
 *
 * @returns The directories, with the loader's cache where there is one.
 */
export function systemPlaces(): string[] {
  const cache = exists(LOADER_CACHE) ? [LOADER_CACHE] : [];
  return [...namedDirectories(), ...cache, ...standard()];
}

/**
 * Every library of the system that has a name; the loader takes the first.
 *
 * @param name The name that programs are linked with: `"libz.so.1"`.
 * @returns Their paths; a place is looked at when it is asked for.
 */
export function* systemLibraries(name: string): Generator<string, void> {
  for (const directory of namedDirectories()) yield* fileIn(directory, name);
  for (const path of cached(name)) if (isFile(path)) yield path;
  for (const directory of standard()) yield* fileIn(directory, name);
}

/**
 * The library of the system that has a name.
 *
 * @param name As for {@linkcode systemLibraries}.
 * @returns Its path; undefined where there is none.
 */
export function systemLibrary(name: string): string | undefined {
  const [path] = systemLibraries(name);
  return path;
}

function fileIn(directory: string, name: string): string[] {
  const path = join(directory, name);
  return isFile(path) ? [path] : [];
}

/** Directories below one of libraries, in which the loader looks first for what is made for this processor. */
const FOR_PROCESSORS =
  /^(?:glibc-hwcaps|x86-64-v\d|tls|haswell|xeon_phi|avx512_1|x86_64|aarch64|atomics)$/;
/** How deep these lie in each other. */
const MAX_DEPTH = 4;

/**
 * A directory of libraries, and those below it in which the loader looks too.
 *
 * @param directory An absolute path; it need not exist.
 */
export function* withVariants(directory: string, depth = 0): Generator<string> {
  yield directory;
  if (depth === MAX_DEPTH || !isDirectory(directory)) return;
  for (const { name } of system.list(directory)) {
    if (!FOR_PROCESSORS.test(name)) continue;
    yield* withVariants(join(directory, name), depth + 1);
  }
}

/**
 * What stands for another text in a path, as glibc's loader takes it: it would
 * load another file. There is no way to write such a name otherwise.
 *
 * @param path What the loader is to be given.
 * @returns The first such word; undefined where there is none.
 */
export function wordReplacedIn(path: string): string | undefined {
  return isMac ? undefined : /\$\{?(?:ORIGIN|LIB|PLATFORM)\}?/.exec(path)?.[0];
}

/** What the variable names; nothing where it may not be asked for. */
function namedDirectories(): string[] {
  let list: string | undefined;
  try {
    list = system.env(VARIABLE);
  } catch {
    return [];
  }
  return pathsIn(list ?? "").filter((path) => path !== "");
}

/** What the variable lists, empty entries too: glibc takes `;` as it takes `:`. */
export function pathsIn(list: string): string[] {
  return list.split(isMac ? ":" : /[:;]/);
}
