/**
 * Whether tests have opened the plugin: without that no tool saw anything.
 *
 * glibc's loader writes down what each process loads, whichever runtime it is and
 * whoever asks; musl's does not.
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import { isFile, system } from "../../ffi/system/system.ts";

/** The start of the names of what the loader writes, in the directory of reports. */
const LOADED = "loaded";

/**
 * The variables by which the loader says what it loads.
 *
 * @param directory Where it writes that.
 */
export function sayingLoaded(directory: string): Record<string, string> {
  return { LD_DEBUG: "files", LD_DEBUG_OUTPUT: `${directory}/${LOADED}` };
}

/**
 * Whether a library was loaded, or a copy of it.
 *
 * @param library Absolute path of the library, which still is there.
 * @param directory As {@linkcode sayingLoaded} had it.
 * @returns Undefined where the loader has said nothing.
 */
export function wasLoaded(
  library: string,
  directory: string,
): boolean | undefined {
  const texts = system.list(directory).map(({ name }) => name)
    .filter((name) => name.startsWith(LOADED))
    .map((name) => system.readText(`${directory}/${name}`));
  if (texts.length === 0) return undefined;
  const paths = texts.flatMap((text) =>
    Array.from(text.matchAll(/\bfile=(\/.*) \[/g), ([, path]) => path!)
  );
  return new Set(paths).values().some((path) =>
    basename(path) === basename(library) && isCopy(path, library)
  );
}

/** Whether a file is the same library; a private copy is gone once it is loaded. */
function isCopy(path: string, library: string): boolean {
  if (path === library || !isFile(path)) return true;
  const [one, other] = [system.read(path), system.read(library)];
  return one.length === other.length &&
    one.every((byte, index) => byte === other[index]);
}
