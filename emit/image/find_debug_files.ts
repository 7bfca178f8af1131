/**
 * Finds and opens the files that a library's debug information was put into.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import {
  isMissing,
  readFile,
  statusIfAny,
  whyUnread,
} from "../../ffi/system/system.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { memberOf } from "./archive.ts";
import { EmitError } from "../error.ts";
import { readImage } from "./image.ts";
import type { DebugPart, Image, ObjectFile } from "./library.ts";
import { readMachPart } from "./macho_library.ts";

const zlib = () => nodeModule<typeof import("node:zlib")>("node:zlib");

/** Where distributions put debug information. */
const SYSTEM = "/usr/lib/debug";

/**
 * Gives a library its debug information where that lies in other files.
 *
 * | file | of |
 * |---|---|
 * | `.build-id/ab/cdef.debug`, beside the library and in `/usr/lib/debug` | ELF with a build id |
 * | the file that `.gnu_debuglink` names, beside the library, in `.debug` there, in `/usr/lib/debug` | ELF |
 * | `x.dylib.dSYM` beside the library | Mach-O |
 * | the object files that the linker took | Mach-O |
 *
 * @param image The library; its `path` is where it lies.
 * @returns The same where it has its debug information itself. What is of
 * another build is not taken; `elsewhere` then says so.
 * @throws {EmitError} `bad_image` when such a file is not what it should be.
 */
export function withDebugFiles(image: Image): Image {
  if ((image.section(".debug_info")?.length ?? 0) > 0) return image;
  return image.format === "elf" ? ofElf(image) : ofMachO(image);
}

function ofElf(image: Image): Image {
  const { path, buildId, debugLink: link } = image;
  const directory = dirname(path);
  if (buildId !== undefined && buildId.length > 2) {
    const name = `${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    for (const root of [directory, SYSTEM]) {
      const found = join(root, ".build-id", name);
      const part = open(found, (bytes) => readImage(bytes, found));
      if (part?.buildId === buildId) return { ...image, parts: [part] };
    }
  }
  if (link === undefined || basename(link.name) !== link.name) return image;
  let why = `which is neither beside it nor in ${SYSTEM}`;
  for (
    const found of [
      join(directory, link.name),
      join(directory, ".debug", link.name),
      join(SYSTEM, directory, link.name),
    ]
  ) {
    if (found === path) continue;
    const bytes = open(found, (bytes) => bytes);
    if (bytes === undefined) continue;
    if (zlib().crc32(bytes) === link.crc) {
      return { ...image, parts: [readImage(bytes, found)] };
    }
    why = `but the one at ${JSON.stringify(found)} is of another build`;
  }
  return {
    ...image,
    elsewhere: `its debug information was moved to another file, ${
      JSON.stringify(link.name)
    }, ${why}: name its headers with --header`,
  };
}

function ofMachO(image: Image): Image {
  const { path, arch, buildId } = image;
  const inside = "Contents/Resources/DWARF";
  const found = join(`${path}.dSYM`, inside, basename(path));
  const dsym = open(found, (bytes) => readMachPart(bytes, found, arch));
  if (dsym !== undefined && dsym.buildId === buildId) {
    return { ...image, parts: [dsym] };
  }
  const exported = new Set(image.exports.map(({ name }) => name));
  const parts: DebugPart[] = [];
  let elsewhere = dsym === undefined
    ? undefined
    : `its debug information at ${
      JSON.stringify(found)
    } is of another build: run dsymutil`;
  for (const object of image.objects ?? []) {
    if (exported.isDisjointFrom(object.names)) continue;
    const part = openObject(object, arch);
    if (part !== undefined) parts.push(part);
    else {
      elsewhere = `its debug information is in object files of which ${
        JSON.stringify(object.path)
      } is gone or of another build: keep them, or run dsymutil`;
    }
  }
  // Functions lie in the library where they do not in its object files, so
  // they are joined by their names alone.
  const exports = image.exports.map((each) => ({ ...each, address: -1 }));
  return { ...image, exports, parts, ...(elsewhere && { elsewhere }) };
}

function openObject(
  { path, time }: ObjectFile,
  arch: string,
): DebugPart | undefined {
  const [, archive, member] = /^(.*)\((.*)\)$/s.exec(path) ?? [];
  const file = archive ?? path;
  const there = statusIfAny(file);
  if (there === undefined) return undefined;
  if (member === undefined && time > 0) {
    if (Math.floor(there.mtimeMs / 1000) !== time) return undefined;
  }
  return open(file, (bytes) => {
    const object = member === undefined ? bytes : memberOf(bytes, member, file);
    return object && readMachPart(object, path, arch);
  });
}

/** Reads a file, and gives undefined where there is none. */
function open<T>(
  path: string,
  read: (bytes: Uint8Array) => T,
): T | undefined {
  if (statusIfAny(path)?.isFile !== true) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFile(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new EmitError(
      "not_found",
      `Cannot read ${JSON.stringify(path)}: ${whyUnread(cause)}`,
      { path, cause },
    );
  }
  return read(bytes);
}
