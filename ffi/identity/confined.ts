/**
 * Whether what a library needs can come from where anybody may have put it.
 *
 * @module
 */

import { basename, join } from "../system/path.ts";
import { quote } from "../error.ts";
import { intruderAt } from "../system/guarded_path.ts";
import { statusAt, system } from "../system/system.ts";
import { dynamicIn } from "./beside.ts";
import type { Dynamic } from "./elf.ts";
import type { CopiedFile } from "./identity.ts";
import { climbOf, needsByPath, placesOf, straighten } from "./search_path.ts";

/** Most directories up that the way from a library leads. */
const MAX_DEPTH = 64;
/** The system's administrator. */
const ROOT = 0;

/**
 * How deep libraries must lie that are loaded together, so that no way which
 * begins at one of them leads out.
 *
 * @param path The path of the first.
 * @param bytes The first.
 * @param bundled The others, by their paths from its directory.
 * @returns How many directories, at most 64: more, {@linkcode wayOutOf} tells.
 */
export function depthOf(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): number {
  return Math.min(MAX_DEPTH, deepest(path, bytes, bundled));
}

function deepest(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): number {
  const ways = membersOf(path, bytes, bundled).flatMap(
    ({ directory, dynamic }) => [
      directory,
      ...(dynamic ? [...placesOf(dynamic), ...needsByPath(dynamic)] : [])
        .filter(({ kind }) => kind === "origin")
        .map(({ parts }) => [...directory, ...parts]),
    ],
  );
  return Math.max(...ways.map(climbOf));
}

/**
 * The first way by which libraries that are loaded together lead to where
 * somebody else may have put another.
 *
 * @param path The path of the first, and so on as for {@linkcode depthOf}.
 * @param bytes The first.
 * @param bundled The others.
 * @param expandsNeeds Whether the loader knows `$ORIGIN` in a need: musl does not.
 * @returns What asks for what, and why that is not to be relied on; undefined
 * where there is none.
 */
export function wayOutOf(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
  expandsNeeds = true,
): string | undefined {
  const members = membersOf(path, bytes, bundled);
  const files = new Set(members.map(({ file }) => file));
  for (const { file, directory, dynamic } of members) {
    if (dynamic === undefined) continue;
    const who = file === basename(path) ? "it" : `its library ${quote(file)}`;
    for (const { text, kind } of placesOf(dynamic)) {
      const why = kind === "absolute"
        ? intruderIn(text) ?? intruderBelow(text, dynamic.needs)
        : kind === "other"
        ? FROM_ANYWHERE
        : undefined;
      if (why === undefined) continue;
      return `${who} looks for libraries in ${quote(text)}: ${why}`;
    }
    for (const { text, kind, parts } of needsByPath(dynamic)) {
      const way = straighten([...directory, ...parts])?.join("/") ?? "";
      const isMember = kind === "origin" && expandsNeeds && files.has(way);
      const why = isMember
        ? undefined
        : kind === "absolute"
        ? intruderIn(text)
        : kind === "origin"
        ? "that is not among the libraries that were signed with it"
        : FROM_ANYWHERE;
      if (why !== undefined) return `${who} needs ${quote(text)}: ${why}`;
    }
  }
  const depth = deepest(path, bytes, bundled);
  return depth > MAX_DEPTH
    ? `it looks for libraries ${depth} directories up`
    : undefined;
}

const FROM_ANYWHERE =
  "that is taken from the working directory, whoever's that is";

/** A library of those that are loaded together. */
interface Member {
  /** Its path from the directory of the first. */
  readonly file: string;
  /** The parts of the way to it. */
  readonly directory: readonly string[];
  readonly dynamic: Dynamic | undefined;
}

function membersOf(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): Member[] {
  return [{ file: basename(path), bytes }, ...bundled].map((
    { file, bytes },
  ) => ({
    file,
    directory: file.split("/").slice(0, -1),
    dynamic: dynamicIn(file, bytes),
  }));
}

function intruderIn(path: string): string | undefined {
  return intruderAt(path, { owners: [ROOT], mayBeShared: false });
}

/** Where the loader looks first in a directory of libraries, for what is made for this processor. */
const FOR_PROCESSORS = "glibc-hwcaps";

/** Who else can change what the loader takes from a directory that is the administrator's own. */
function intruderBelow(
  directory: string,
  needs: readonly string[],
): string | undefined {
  const own = join(directory, FOR_PROCESSORS);
  const below = statusAt(own)?.isDirectory
    ? system.list(own).map(({ name }) => join(own, name))
    : [];
  for (const place of [directory, ...below]) {
    if (place !== directory) {
      const intruder = intruderIn(place);
      if (intruder !== undefined) return intruder;
    }
    for (const need of needs) {
      const path = join(place, need);
      const intruder = statusAt(path) === undefined
        ? undefined
        : intruderIn(path);
      if (intruder !== undefined) return intruder;
    }
  }
  return undefined;
}
