/**
 * Finds a library by the name that programs are linked with: `libz.so.1`.
 *
 * @module
 */

import { readFileSync, realpathSync, statSync } from "node:fs";
import process from "node:process";
import { basename, dirname, join, resolve } from "@std/path";
import { EmitError } from "./error.ts";
import { run } from "./run.ts";

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
export async function locate(library: string): Promise<Located> {
  const path = resolve(library);
  if (isFile(path)) {
    return { path, system: await findByName(basename(path)) === real(path) };
  }
  const bare = basename(library) === library;
  const found = bare ? await findByName(library) : undefined;
  if (found !== undefined) {
    const [at] = await places(library);
    return { path: at ?? found, system: true };
  }
  throw new EmitError(
    "not_found",
    `Cannot find the library "${library}": ` +
      (bare
        ? "it is not in this directory, and the system's loader does not find it"
        : "there is no such file"),
    { path },
  );
}

async function findByName(name: string): Promise<string | undefined> {
  const [first] = await places(name);
  return first === undefined ? undefined : real(first);
}

/** Every place where the loader would find `name`, the first one first. */
async function places(name: string): Promise<string[]> {
  const early = directoriesOf(process.env.LD_LIBRARY_PATH);
  return [
    ...early.map((directory) => join(directory, name)),
    ...await cached(name),
    ...DIRECTORIES.map((directory) => join(directory, name)),
  ].filter(isFile);
}

/** How the loader's cache names this machine. */
const CACHE_TAG = process.arch === "arm64" ? "AArch64" : "x86-64";

/** Where loaders look without a cache: musl's, and macOS's. */
const TRIPLET = process.arch === "arm64"
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
  ...(process.platform === "darwin" ? ["/opt/homebrew/lib"] : []),
];

/** Asks glibc's cache; where there is no `ldconfig`, there is no cache. */
async function cached(name: string): Promise<string[]> {
  if (!isMentioned(name)) return [];
  for (const program of ["ldconfig", "/sbin/ldconfig"]) {
    const ran = await run(program, ["-p"]).catch(() => undefined);
    if (ran?.status !== 0) continue;
    return ran.stdout.split("\n").flatMap((line) => {
      const [, soname, tags, path] =
        /^\s*(\S+) \(([^)]*)\) => (.+)$/.exec(line) ?? [];
      return soname === name && tags?.includes(CACHE_TAG) ? [path!] : [];
    });
  }
  return [];
}

/** Whether the cache has the name in it at all: asking `ldconfig` takes longer than all the rest. */
function isMentioned(name: string): boolean {
  try {
    return readFileSync("/etc/ld.so.cache").includes(`${name}\0`);
  } catch {
    return true; // it may lie elsewhere
  }
}

function directoriesOf(path: string | undefined): string[] {
  return (path ?? "").split(":").filter((directory) => directory !== "");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function real(path: string): string {
  return join(realpathSync(dirname(path)), basename(path));
}
