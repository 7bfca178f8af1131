/**
 * The one place that tells the formats of compiled libraries apart.
 *
 * @module
 */

import { foreignFormat } from "../../ffi/identity/foreign_format.ts";
import { readElfLibrary } from "./elf_library.ts";
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
      return readElfLibrary(bytes, path);
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
  throw unreadable(path, detailOf(bytes, magic));
}

function detailOf(bytes: Uint8Array, magic: string): string {
  if (bytes.length === 0) return "it is empty";
  if (isLinkerScript(bytes)) {
    return "it is a text for the linker (INPUT or GROUP), and names no " +
      "library that is there: name that file, as foo.so.6";
  }
  const foreign = foreignFormat(bytes);
  const there = foreign === undefined
    ? `it begins with ${magic}`
    : `it is ${foreign}`;
  return `${there}, wanted a shared library (ELF or Mach-O, of 64 bits)`;
}

function unreadable(path: string, detail: string): EmitError {
  return new EmitError(
    "bad_image",
    `Cannot read ${JSON.stringify(path)}: ${detail}`,
    { path },
  );
}
