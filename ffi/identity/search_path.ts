/**
 * Where a library says that what it needs is looked for: the entries of its
 * RUNPATH and RPATH, and needs that are paths themselves. `ld.so(8)`.
 *
 * @module
 */

import type { Dynamic } from "./elf.ts";

/** A path of more parts leads nowhere: no system takes one of 4096 bytes. */
const MAX_PARTS = 2048;

/** What a library needs, and where that is looked for. */
export interface Search
  extends Pick<Dynamic, "needs" | "filters" | "rpath" | "runpath"> {
  /** Whether what it needs by a name must lie there: the system's directories are not searched. */
  readonly isClosed?: boolean;
}

/** One place. */
export interface SearchPlace {
  /** As the library has it. */
  readonly text: string;
  /**
   * `"origin"` is a way from where the library lies, `"absolute"` a path.
   * `"other"` begins at the working directory, or with what nobody knows.
   */
  readonly kind: "origin" | "absolute" | "other";
  /** The parts of the way, or of the path. */
  readonly parts: readonly string[];
}

/** The directories of a library's RPATH and RUNPATH. An empty one is the working directory. */
export function placesOf(
  { rpath, runpath }: {
    readonly rpath?: string | undefined;
    readonly runpath?: string | undefined;
  },
): SearchPlace[] {
  return [rpath, runpath].filter((list) => list !== undefined)
    .filter((list) => list !== "")
    .flatMap((list) => list.split(":").map(readPlace));
}

/** What a library needs by a path, not by a name. */
export function needsByPath({ needs, filters }: Search): SearchPlace[] {
  return [...needs, ...filters].filter((need) => /[/$]/.test(need))
    .map(readPlace);
}

/** What a library needs by a name. */
export function needsByName({ needs, filters }: Search): string[] {
  return [...needs, ...filters].filter((need) => !/[/$]/.test(need));
}

function readPlace(text: string): SearchPlace {
  // musl takes what is behind the end of a line for the next one.
  const [origin, rest = ""] =
    /^\$(?:ORIGIN|\{ORIGIN\})(\/[^\n]*)?$/.exec(text) ?? [];
  if (origin !== undefined) {
    return { text, kind: "origin", parts: partsOf(rest) };
  }
  const isAbsolute = /^\/[^$\n]*$/.test(text);
  return {
    text,
    kind: isAbsolute ? "absolute" : "other",
    parts: partsOf(text),
  };
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Whether a part stands for another text: `$LIB`, `$PLATFORM`. */
function isToken(part: string): boolean {
  return part.includes("$");
}

/**
 * How many directories a way leads up, at its highest point.
 *
 * @param parts The way's parts; what a token stands for counts as nothing.
 */
export function climbOf(parts: readonly string[]): number {
  let depth = 0;
  let climb = 0;
  for (const part of parts) {
    if (part === "..") climb = Math.max(climb, -(--depth));
    else if (!isToken(part)) depth++;
  }
  return climb;
}

/**
 * Where a way leads up again: directories that must be there, though nothing is
 * looked for in them.
 *
 * @param parts The way's parts.
 * @returns Each as a path from where the way begins; those behind a part that
 * stands for another text are left out.
 */
export function turnsOf(parts: readonly string[]): string[] {
  if (parts.length > MAX_PARTS) return [];
  const turns: string[] = [];
  const way: string[] = [];
  for (const part of parts) {
    if (isToken(part)) break;
    if (part !== "..") {
      way.push(part);
      continue;
    }
    if (way.length > 0 && way.at(-1) !== "..") {
      turns.push(way.join("/"));
      way.pop();
    } else way.push(part);
  }
  return turns;
}

/**
 * A way, with every `..` taken away that can be.
 *
 * @param parts The way's parts.
 * @returns Undefined where a part of it stands for another text.
 */
export function straighten(parts: readonly string[]): string[] | undefined {
  const way: string[] = [];
  for (const part of parts) {
    if (isToken(part)) return undefined;
    if (part === ".." && way.length > 0 && way.at(-1) !== "..") way.pop();
    else way.push(part);
  }
  return way;
}
