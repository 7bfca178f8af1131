/**
 * Whether what a library needs can come from where anybody may have put it.
 *
 * @module
 */

import { basename, join } from "../system/path.ts";
import { quote } from "../error.ts";
import { intruderAt } from "../system/guarded_path.ts";
import { withVariants } from "../system/libraries.ts";
import { dynamicIn } from "./beside.ts";
import type { Dynamic } from "./elf.ts";
import type { CopiedFile, CopySet } from "./identity.ts";
import {
  climbOf,
  needsByName,
  needsByPath,
  placesOf,
  straighten,
  turnsOf,
} from "./search_path.ts";

/** Most directories up that the way from a library leads. */
const MAX_DEPTH = 64;
/** Most directories that are made because ways go through them. */
const MAX_TURNS = 256;
/** The system's administrator. */
const ROOT = 0;

/**
 * How libraries must lie that are loaded together, so that every way which
 * begins at one of them is there, and none leads out.
 *
 * @param path The path of the first.
 * @param bytes The first.
 * @param bundled The others, by their paths from its directory.
 * @returns How deep, at most 64 directories: more, {@linkcode wayOutOf} tells;
 * and the directories that ways go through before they lead up again.
 */
export function layoutOf(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): Required<Pick<CopySet, "depth" | "directories">> {
  const ways = waysOf(membersOf(path, bytes, bundled));
  return {
    depth: Math.min(MAX_DEPTH, deepest(ways)),
    directories: [...new Set(ways.flatMap(turnsOf))].slice(0, MAX_TURNS),
  };
}

/** The ways from the first one's directory to the others, and to where they look. */
function waysOf(members: readonly Member[]): (readonly string[])[] {
  return members.flatMap(({ directory, dynamic }) => [
    directory,
    ...(dynamic ? [...placesOf(dynamic), ...needsByPath(dynamic)] : [])
      .filter(({ kind }) => kind === "origin")
      .map(({ parts }) => [...directory, ...parts]),
  ]);
}

function deepest(ways: readonly (readonly string[])[]): number {
  return ways.reduce((most, way) => Math.max(most, climbOf(way)), 0);
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
        ? intruderBelow(text, needsByName(dynamic))
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
  const depth = deepest(waysOf(members));
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

/** Who else can change what the loader takes from a directory, the administrator's own or not. */
function intruderBelow(
  directory: string,
  needs: readonly string[],
): string | undefined {
  for (const place of withVariants(directory)) {
    for (const path of [place, ...needs.map((need) => join(place, need))]) {
      const intruder = intruderIn(path);
      if (intruder !== undefined) return intruder;
    }
  }
  return undefined;
}
