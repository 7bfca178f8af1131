/**
 * The libraries that the loader maps with one, and where it looks for them.
 *
 * @module
 */

import { dirname, join } from "../system/path.ts";
import { type Dynamic, type ElfIdentity, readElf } from "./elf.ts";
import { withFile } from "./library_bytes.ts";
import { systemLibrary } from "../system/libraries.ts";
import { exists } from "../system/system.ts";

/** Most libraries that are looked into. */
const MAX_LIBRARIES = 1000;

/** A library, and where those that it needs are looked for. */
export interface Needing<T> {
  readonly path: string;
  readonly dynamic: Dynamic;
  /** Before those where the system keeps its libraries. */
  readonly directories: readonly string[];
  /** What it asks the loader for, and the file that this would find. */
  readonly found: ReadonlyMap<string, string | undefined>;
  /** What was read out of it. */
  readonly there: T;
}

/**
 * A library and those that it needs, the nearest first: the order in which
 * the loader looks for a symbol. What is not found is left out.
 *
 * @param path Absolute path of the library.
 * @param isLeftOut Names that are not followed.
 * @param read Reads from the file of each, while it is open.
 * @param find Where one is looked for.
 */
export function* withNeeds<T = void>(
  path: string,
  isLeftOut: (name: string) => boolean = () => false,
  read: (elf: ElfIdentity, path: string) => T = () => undefined as T,
  find = findNeed,
): Generator<Needing<T>> {
  const queue = [{ path, inherited: [] as readonly string[] }];
  const seen = new Set([path]);
  for (const { path, inherited } of queue) {
    const { there, dynamic } = inElf(path, (elf) => ({
      dynamic: elf.dynamic,
      there: read(elf, path),
    })) ?? {};
    if (dynamic === undefined) continue;
    const rpath = [...expand(dynamic.rpath, path), ...inherited];
    const directories = directoriesOf(dynamic, path, rpath);
    const asked = [...dynamic.needs, ...dynamic.filters]
      .filter((need) => !isLeftOut(need));
    const found = new Map(
      asked.map((need) => [need, find(need, path, directories)]),
    );
    yield { path, dynamic, directories, found, there: there! };
    for (const file of found.values()) {
      if (file === undefined || seen.has(file)) continue;
      if (seen.size > MAX_LIBRARIES) return;
      seen.add(file);
      queue.push({ path: file, inherited: rpath });
    }
  }
}

/** The file that the loader would find. */
function findNeed(
  need: string,
  path: string,
  directories: readonly string[],
): string | undefined {
  return findBrought(need, path, directories) ?? systemLibrary(need);
}

/** The same, undefined where the loader would look where the system keeps its libraries. */
export function findBrought(
  need: string,
  path: string,
  directories: readonly string[],
): string | undefined {
  if (need.includes("/")) return withOrigin(need, path);
  return directories.map((directory) => join(directory, need))
    .find((file) => exists(file));
}

/**
 * Reads from a library.
 *
 * @param path Absolute path.
 * @param read Reads from its file, while it is open.
 * @returns Undefined where it may not be read, or is none: there is nothing to say of it.
 */
export function inElf<T>(
  path: string,
  read: (elf: ElfIdentity) => T,
): T | undefined {
  try {
    return withFile(path, (source) => read(readElf(source)));
  } catch {
    return undefined;
  }
}

/** Where the loader looks first for what a library needs; a `runpath` makes it forget every `rpath`. */
function directoriesOf(
  { runpath }: Dynamic,
  path: string,
  rpath: readonly string[],
): readonly string[] {
  return runpath === undefined ? rpath : expand(runpath, path);
}

function expand(list: string | undefined, path: string): string[] {
  return (list ?? "").split(":").filter((directory) => directory !== "")
    .map((directory) => withOrigin(directory, path));
}

function withOrigin(text: string, path: string): string {
  return text.replace(/\$ORIGIN\b|\$\{ORIGIN\}/g, () => dirname(path));
}
