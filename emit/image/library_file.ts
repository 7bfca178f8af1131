/**
 * A library on the disk, with what is in it.
 *
 * @module
 */

import { readFile, system } from "../../ffi/system/system.ts";
import { formatOf, type Image, readImage } from "./image.ts";
import { MAX_SCRIPT } from "./linker_script.ts";

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
  formatOf(beginningOf(path), path);
  const bytes = readFile(path);
  return { bytes, image: readImage(bytes, path) };
}

/** What is no library need not be read whole: it may be of any size. */
function beginningOf(path: string): Uint8Array {
  const file = system.open(path);
  try {
    const bytes = new Uint8Array(MAX_SCRIPT);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}
