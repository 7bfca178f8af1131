/**
 * A library on the disk, with what is in it.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { type Image, readImage } from "./image.ts";

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
 */
export function readLibrary(path: string): LibraryFile {
  const bytes = system.read(path);
  return { bytes, image: readImage(bytes, path) };
}
