/**
 * Whether what a library needs can come from where anybody may have put it.
 *
 * @module
 */

import { basename, join } from "../system/path.ts";
import { quote } from "../error.ts";
import { intruderAt } from "../system/guarded_path.ts";
import { withVariants } from "../system/libraries.ts";
import { statusAt, system } from "../system/system.ts";
import { searchIn } from "./bundled_libraries.ts";
import type { CopiedFile, CopySet } from "./identity.ts";
import {
  climbOf,
  needsByName,
  needsByPath,
  placesOf,
  type Search,
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
function waysOf(members: readonly LoadedTogether[]): (readonly string[])[] {
  return members.flatMap(({ directory, search }) => [
    directory,
    ...(search ? [...placesOf(search), ...needsByPath(search)] : [])
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
 * @param path The path of the first, and so on as for {@linkcode layoutOf}.
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
  const names = namesOf(members);
  for (const { file, directory, search } of members) {
    if (search === undefined) continue;
    const who = file === basename(path) ? "it" : `its library ${quote(file)}`;
    for (const { text, kind } of placesOf(search)) {
      const why = kind === "absolute"
        ? intruderBelow(text)
        : kind === "other"
        ? startOf(text)
        : undefined;
      if (why === undefined) continue;
      return `${who} looks for libraries in ${quote(text)}: ${why}`;
    }
    for (const { text, kind, parts } of needsByPath(search)) {
      const way = straighten([...directory, ...parts])?.join("/") ?? "";
      const isMember = kind === "origin" && expandsNeeds && files.has(way);
      const why = isMember
        ? undefined
        : kind === "absolute"
        ? intruderIn(text)
        : kind === "origin"
        ? NOT_SIGNED
        : startOf(text);
      if (why !== undefined) return `${who} needs ${quote(text)}: ${why}`;
    }
    const lost = search.isClosed
      ? needsByName(search).find((need) => !names.has(need))
      : undefined;
    if (lost !== undefined) {
      return `${who} needs ${quote(lost)} by @rpath: ${NOT_SIGNED}`;
    }
  }
  const depth = deepest(waysOf(members));
  return depth > MAX_DEPTH
    ? `it looks for libraries ${depth} directories up`
    : undefined;
}

/** What the libraries can be found by, in any of the places where one of them looks. */
function namesOf(members: readonly LoadedTogether[]): Set<string> {
  const places = new Set(
    members.flatMap(({ directory, search }) =>
      (search ? placesOf(search) : []).filter(({ kind }) => kind === "origin")
        .map(({ parts }) => straighten([...directory, ...parts])?.join("/"))
    ),
  );
  return new Set(
    members.filter(({ directory }) => places.has(directory.join("/")))
      .map(({ file }) => basename(file)),
  );
}

const NOT_SIGNED = "that is not among the libraries that were signed with it";

/** Where a way begins that begins neither at the library nor at the root. */
function startOf(text: string): string {
  return text.startsWith("@")
    ? "that is taken from wherever the program lies, or what it is told"
    : "that is taken from the working directory, whoever's that is";
}

/** A library of those that are loaded together. */
interface LoadedTogether {
  /** Its path from the directory of the first. */
  readonly file: string;
  /** The parts of the way to it. */
  readonly directory: readonly string[];
  readonly search: Search | undefined;
}

function membersOf(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
): LoadedTogether[] {
  return [{ file: basename(path), bytes }, ...bundled].map((
    { file, bytes },
  ) => ({
    file,
    directory: file.split("/").slice(0, -1),
    search: searchIn(file, bytes),
  }));
}

function intruderIn(path: string): string | undefined {
  return intruderAt(path, { owners: [ROOT], mayBeShared: false });
}

/**
 * Who else can change what the loader takes from a directory, the administrator's
 * own or not. That may be any file of it: an RPATH is followed for what the
 * system's libraries need as well, and for what they ask for as they run.
 */
function intruderBelow(directory: string): string | undefined {
  for (const place of withVariants(directory)) {
    for (const path of [place, ...filesIn(place)]) {
      const intruder = intruderIn(path);
      if (intruder !== undefined) return intruder;
    }
  }
  return undefined;
}

/** All that a need by a name can be: a directory is none. */
function filesIn(directory: string): string[] {
  if (!statusAt(directory)?.isDirectory) return [];
  return system.list(directory).filter(({ isDirectory }) => !isDirectory)
    .map(({ name }) => join(directory, name));
}
