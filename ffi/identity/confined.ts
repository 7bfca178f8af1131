/**
 * Whether what a library needs can come from where anybody may have put it.
 *
 * @module
 */

import { basename, dirname } from "@std/path";
import { quote } from "../error.ts";
import { intruderAt } from "../system/guarded_path.ts";
import { dynamicIn } from "./beside.ts";
import type { CopiedFile } from "./identity.ts";
import { climbOf, needsByPath, placesOf, straighten } from "./search_path.ts";

/** Most directories up that the way from a library leads. */
const MAX_DEPTH = 64;
/** The system's administrator. */
const ROOT = 0;

/** What is loaded together, and from where more may come. */
export interface Confinement {
  /** How many directories up a way leads at most that begins at one of the libraries. */
  readonly depth: number;
  /** The first way out: what asks for what; undefined where there is none. */
  readonly wayOut: string | undefined;
}

/**
 * Follows the ways that lead out of libraries that are loaded together.
 *
 * @param path The path of the first.
 * @param bytes The first.
 * @param bundled The others, by their paths from its directory.
 * @param expandsNeeds Whether the loader knows `$ORIGIN` in a need: musl does not.
 * @returns How deep they must lie so that no way from them leads out, and
 * whether one leads elsewhere.
 */
export function confine(
  path: string,
  bytes: Uint8Array,
  bundled: readonly CopiedFile[],
  expandsNeeds = true,
): Confinement {
  const files = new Set([
    basename(path),
    ...bundled.map(({ file }) => file),
  ]);
  let depth = 0;
  let wayOut: string | undefined;
  for (const each of [{ file: basename(path), bytes }, ...bundled]) {
    const directory = each.file.split("/").slice(0, -1);
    depth = Math.max(depth, climbOf(directory));
    const dynamic = dynamicIn(each.file, each.bytes);
    if (dynamic === undefined) continue;
    const who = each.file === basename(path)
      ? "it"
      : `its library ${quote(each.file)}`;
    for (const { text, kind, parts } of placesOf(dynamic)) {
      if (kind === "origin") {
        depth = Math.max(depth, climbOf([...directory, ...parts]));
        continue;
      }
      const why = kind === "absolute"
        ? intruderIn(text)
        : "that is taken from the working directory, whoever's that is";
      if (why === undefined) continue;
      wayOut ??= `${who} looks for libraries in ${quote(text)}: ${why}`;
    }
    for (const { text, kind, parts } of needsByPath(dynamic)) {
      const way = kind === "origin" && expandsNeeds
        ? straighten([...directory, ...parts])?.join("/")
        : undefined;
      if (way !== undefined && files.has(way)) {
        depth = Math.max(depth, climbOf([...directory, ...parts]));
        continue;
      }
      const why = kind === "absolute"
        ? intruderIn(dirname(text))
        : kind === "origin"
        ? "that is not among the libraries that were signed with it"
        : "that is taken from the working directory, whoever's that is";
      if (why === undefined) continue;
      wayOut ??= `${who} needs ${quote(text)}: ${why}`;
    }
  }
  if (depth > MAX_DEPTH) {
    wayOut ??= `it looks for libraries ${depth} directories up`;
  }
  return { depth: Math.min(depth, MAX_DEPTH), wayOut };
}

function intruderIn(directory: string): string | undefined {
  return intruderAt(directory, { owners: [ROOT], mayBeShared: false });
}
