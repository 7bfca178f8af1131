/**
 * What the tools report: found in their texts, each mistake once.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { isFile, system } from "../../ffi/system/system.ts";

/** A line of source that a stack goes through. */
interface StackLine {
  readonly function: string;
  /** As the report names it. */
  readonly file: string;
  readonly line: number;
  /** Where the file is. */
  readonly path: string;
}

/** A mistake. */
export interface Mistake {
  /** What it is, without addresses. */
  readonly title: string;
  /** Where it happened: the innermost line of the plugin's own. */
  readonly place: StackLine;
  /** How often it was reported. */
  readonly count: number;
  /** The first report, as the tool writes it. */
  readonly text: string;
}

/**
 * A line of a stack, as each tool writes it: its function and then the file, both of
 * which may have blanks in them, as in "mean(int, int)".
 */
const FRAMES: readonly RegExp[] = [
  // ASan, UBSan: "#0 0x7f in too_far plugin.c:14", with a column where clang compiled.
  // TSan: "#0 run race.c:3 (race.so+0x11a9)".
  /#\d+ (?:0x[0-9a-f]+ in )?(?<place>\S[^\n:]*(?:::[^\n:]+)* [^\n:]+):(?<line>\d+)/g,
  // valgrind: "at 0x4E: too_far (plugin.c:14)".
  /(?:at|by) 0x[0-9A-F]+: (?<place>\S.*? \([^\n:]+):(?<line>\d+)\)/g,
  // Go's, in two lines: "main.Count.func1()", "/home/me/racy.go:12 +0x30".
  /^ +(?<place>\S.*?\(\)\n +[^\n:]+):(?<line>\d+) \+0x/gm,
  // UBSan's first line: "plugin.c:3:10: runtime error: …".
  /^(?<place>[^\n:]+):(?<line>\d+):\d+: runtime error/gm,
];

/** What says what it is. */
const TITLES: readonly RegExp[] = [
  /ERROR: AddressSanitizer: ([\w-]+)/,
  /WARNING: ThreadSanitizer: ([^(\n]+)/,
  /WARNING: (DATA RACE)/,
  /runtime error: ([^\n]+)/,
  // LeakSanitizer has one heading for all: each leak is a part of its own.
  /^((?:Direct|Indirect) leak of [^\n]+?) allocated from/,
];

/**
 * Finds the mistakes that reports tell of.
 *
 * @param texts What the tool has written.
 * @param directories Where the plugin's sources are.
 * @returns Those of the plugin's own; runtimes have some that are theirs.
 */
export function mistakesIn(
  texts: readonly string[],
  directories: readonly string[],
): Mistake[] {
  const found = new Map<string, Mistake>();
  for (const text of texts.flatMap(split)) {
    const place = placeIn(text, directories);
    if (place === undefined) continue;
    const title = titleOf(text);
    const key = `${title} ${place.file}:${place.line}`;
    const before = found.get(key);
    found.set(
      key,
      before === undefined
        ? { title, place, count: 1, text }
        : { ...before, count: before.count + 1 },
    );
  }
  return [...found.values()];
}

/** The reports of one text. */
function split(text: string): string[] {
  const plain = text.replaceAll(/^==\d+== ?/gm, "");
  const isValgrind = plain.includes("Memcheck");
  // What valgrind says of itself, as of large mappings, stands between mistakes.
  const parts = isValgrind
    ? plain.split(/\n\n|\n(?=\S[^\n]*\n {3}at 0x)/)
    : plain.split(
      /^={10,}$|(?=^[^\n:]+:\d+:\d+: runtime error)|(?=^(?:Direct|Indirect) leak of )/m,
    );
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function titleOf(text: string): string {
  for (const pattern of TITLES) {
    const [, title] = pattern.exec(text) ?? [];
    if (title === "DATA RACE") return "data race"; // as Go shouts it
    if (title !== undefined) return title.trim();
  }
  return text.split("\n")[0]!.trim();
}

function placeIn(
  text: string,
  directories: readonly string[],
): StackLine | undefined {
  for (const pattern of FRAMES) {
    for (const { groups } of text.matchAll(pattern)) {
      const { place = "", line } = groups!;
      const found = functionAndFile(place, directories);
      if (found !== undefined) return { ...found, line: Number(line) };
    }
  }
  return undefined;
}

/** Takes a function and a file apart: what is behind one of the blanks is a source. */
function functionAndFile(
  place: string,
  directories: readonly string[],
): Omit<StackLine, "line"> | undefined {
  for (const { 0: between, index } of place.matchAll(/^|(?:\(\)\n)? +\(?/g)) {
    const file = place.slice(index + between.length);
    const path = pathOf(file, directories);
    if (path !== undefined) {
      return { function: place.slice(0, index), file, path };
    }
  }
  return undefined;
}

/** Where a source of the plugin is; undefined where it is none. */
export function pathOf(
  file: string,
  directories: readonly string[],
): string | undefined {
  if (file.startsWith("/")) {
    return directories.some((directory) => file.startsWith(`${directory}/`))
      ? file
      : undefined;
  }
  return directories.map((directory) => join(directory, file)).find(isFile);
}

/**
 * Writes a mistake, with the line of the source.
 *
 * @param mistake The mistake.
 * @param whole Whether all that the tool says is shown.
 */
export function printMistake(
  { title, place, count, text }: Mistake,
  whole: boolean,
): string {
  const { file, line, path } = place;
  const name = place.function === "" ? "" : ` in ${place.function}`;
  const times = count === 1 ? "" : ` (${count} times)`;
  const source = system.readText(path).split("\n")[line - 1] ?? "";
  const stack = whole ? text : shortened(text);
  return [
    `${file.replace(/^\.\//, "")}:${line}${name}: ${title}${times}`,
    `  ${line} | ${source}`,
    ...stack.split("\n").map((line) => `  ${line}`.trimEnd()),
    "",
  ].join("\n");
}

/** Without what says where the shadow of memory is, and what the engine called. */
function shortened(text: string): string {
  const [before = ""] = text.split(/^(?:SUMMARY|Shadow bytes|HEAP SUMMARY)/m);
  const lines = before.trimEnd().split("\n");
  return lines.filter((line) =>
    !/^\s*#\d+ |^\s+(?:at|by) 0x/.test(line) ||
    /:\d+|\(in .*\.so/.test(line) && !/\(\/.*(?:deno|bun|node)\+0x/.test(line)
  ).join("\n");
}
