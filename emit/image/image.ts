/**
 * The one place that tells the formats of compiled libraries apart.
 *
 * @module
 */

import { readElf } from "./elf_library.ts";
import { EmitError } from "../error.ts";
import type { Image } from "./library.ts";
import { isLinkerScript } from "./linker_script.ts";
import { readMachO } from "./macho_library.ts";
import { type Format, formatBy, magicOf } from "./magic.ts";
import { thin } from "./universal.ts";

export type { DebugPart, Export, Image, NeededVersion } from "./library.ts";

/**
 * Reads a library.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns The image; sections are read when they are asked for.
 * @throws {EmitError} `bad_image` when the bytes are not a library that can be read.
 */
export function readImage(bytes: Uint8Array, path: string): Image {
  switch (formatOf(bytes, path)) {
    case "elf":
      return readElf(bytes, path);
    case "macho":
      return readMachO(bytes, path);
    case "universal":
      return readMachO(thin(bytes, path), path);
  }
}

/**
 * What a library is.
 *
 * @param bytes The file, or its beginning.
 * @param path The file's name, for errors only.
 * @throws {EmitError} `bad_image` when it begins like none that can be read.
 */
export function formatOf(bytes: Uint8Array, path: string): Format {
  const magic = magicOf(bytes);
  const format = formatBy(magic);
  if (format !== undefined) return format;
  switch (magic) {
    case "cefaedfe":
    case "feedfacf":
    case "feedface":
      throw unreadable(
        path,
        "it is a 32-bit or big-endian Mach-O file, wanted 64-bit little-endian",
      );
    case "213c6172":
      throw unreadable(path, "it is a static library, wanted a shared one");
    default:
      throw unreadable(
        path,
        bytes.length === 0
          ? "it is empty"
          : isLinkerScript(bytes)
          ? "it is a text for the linker (INPUT or GROUP), and names no " +
            "library that is there: name that file, as foo.so.6"
          : `it begins with ${magic}, wanted a shared library (7f454c46)`,
      );
  }
}

function unreadable(path: string, detail: string): EmitError {
  return new EmitError(
    "bad_image",
    `Cannot read ${JSON.stringify(path)}: ${detail}`,
    { path },
  );
}
