/**
 * Whether code can be loaded from where a file lies.
 *
 * @module
 */

import { system } from "./system.ts";
import { isPermitted } from "./process_secret.ts";

/** What is mounted where: the fifth word is the place, the sixth the options. */
const MOUNTS = "/proc/self/mountinfo";
/** glibc's words, when a file's code cannot be mapped, and those of the system that musl repeats. */
const WORDS = /failed to map segment|Operation not permitted|Permission denied/;

/**
 * Whether the loader was refused because of the place.
 *
 * @param directory An absolute path.
 * @param words What the loader says.
 */
export function refusesCode(directory: string, words: string): boolean {
  if (!WORDS.test(words)) return false;
  const options = optionsAt(directory);
  return options === undefined
    ? words.includes("failed to map segment")
    : options.includes("noexec");
}

/** Whether what is mounted at a directory says that no code is loaded from it; undefined where it cannot be told. */
export function isNoexec(directory: string): boolean | undefined {
  return optionsAt(directory)?.includes("noexec");
}

/** The options of what is mounted at a directory; undefined where it cannot be told. */
function optionsAt(directory: string): string[] | undefined {
  if (!isPermitted()) return undefined;
  let text: string;
  try {
    text = system.readText(MOUNTS);
  } catch {
    return undefined;
  }
  let longest = "";
  let options: string[] | undefined;
  for (const line of text.split("\n")) {
    const words = line.split(" ");
    const place = unescape(words[4] ?? "");
    const isAbove = place === "/" || directory === place ||
      directory.startsWith(`${place}/`);
    if (place === "" || !isAbove || place.length < longest.length) continue;
    longest = place;
    options = words[5]?.split(",");
  }
  return options;
}

/** A place as it is; spaces and the like are written as octal numbers. */
function unescape(place: string): string {
  return place.replace(
    /\\([0-7]{3})/g,
    (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
