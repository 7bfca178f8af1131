/**
 * A library on the disk, with what is in it.
 *
 * @module
 */

import { readFile } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { formatOf, type Image, readImage } from "./image.ts";
import { MAX_SCRIPT } from "./linker_script.ts";
import { beginningOf } from "./magic.ts";

/** A library that was read. */
export interface LibraryFile {
  /** All of its bytes. */
  readonly bytes: Uint8Array;
  /** What they say without its debug information. */
  readonly image: Image;
}

/**
 * Reads a library.
 *
 * @param path The library's path.
 * @returns Its bytes, and what they say.
 * @throws {EmitError} `bad_image` when it is none.
 * @throws {UnreadableError} When it is larger than what is read.
 */
export function readLibrary(path: string): LibraryFile {
  // What is no library need not be read whole: it may be of any size.
  formatOf(beginningOf(path, MAX_SCRIPT), path);
  const bytes = readFile(path);
  const image = readImage(bytes, path);
  if (!image.isDebugFile) return { bytes, image };
  throw new EmitError(
    "bad_image",
    `Cannot read ${JSON.stringify(path)}: it is the debug information of a ` +
      "library, wanted the library that it was taken from, which finds it",
    { path },
  );
}
