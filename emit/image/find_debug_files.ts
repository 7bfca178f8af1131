/**
 * Finds and opens the files that a library's debug information was put into.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "../../ffi/system/path.ts";
import {
  isFile,
  isMissing,
  readFile,
  statusIfAny,
  system,
  whyUnread,
} from "../../ffi/system/system.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { type ArchiveMember, membersOf } from "./archive.ts";
import { EmitError } from "../error.ts";
import { readImage } from "./image.ts";
import type { DebugPart, Image, ObjectFile } from "./library.ts";
import { readMachPart } from "./macho_library.ts";
import { thin } from "./universal.ts";

const zlib = () => nodeModule<typeof import("node:zlib")>("node:zlib");

/** Where distributions put debug information. */
const SYSTEM = "/usr/lib/debug";

/**
 * Gives a library its debug information where that lies in other files.
 *
 * | file | of |
 * |---|---|
 * | `.build-id/ab/cdef.debug`, beside the library, in `/usr/lib/debug` and where `NIX_DEBUG_INFO_DIRS` says | ELF with a build id |
 * | `<build id>/debuginfo` in the cache of debuginfod, which gdb fills | ELF with a build id |
 * | the file that `.gnu_debuglink` names, beside the library, in `.debug` there, in `/usr/lib/debug` | ELF |
 * | `x.dylib.dSYM` beside the library, `X.framework.dSYM` beside its framework | Mach-O |
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
    const name = `.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
    for (
      const found of [
        join(directory, name),
        join(SYSTEM, name),
        ...ofNix().map((directory) => join(directory, name)),
        ...fetchedFor(buildId),
      ]
    ) {
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

/** Directories of debug information where there is no `/usr`: as on NixOS. */
function ofNix(): string[] {
  const all = system.permittedEnv("NIX_DEBUG_INFO_DIRS") ?? "";
  return all.split(":").filter((directory) => directory.startsWith("/"));
}

/**
 * Where debuginfod's client lays what it has fetched
 * (debuginfod_find_debuginfo(3)): a variable of no text is none.
 */
function fetchedFor(buildId: string): string[] {
  const own = system.permittedEnv("DEBUGINFOD_CACHE_PATH");
  const home = system.permittedEnv("HOME");
  const caches = system.permittedEnv("XDG_CACHE_HOME") ||
    (home && join(home, ".cache"));
  const places = own ? [own] : [
    // Its place of old, which it keeps to where that is there.
    home && join(home, ".debuginfod_client_cache"),
    caches && join(caches, "debuginfod_client"),
  ];
  return places.flatMap((cache) =>
    cache ? [join(cache, buildId, "debuginfo")] : []
  );
}

function ofMachO(image: Image): Image {
  const { path, arch, buildId } = image;
  const inside = "Contents/Resources/DWARF";
  // Of a framework it lies beside the whole: Codec.framework/Versions/A/Codec.
  const [framework] = /^.*\.framework(?=\/)/.exec(path) ?? [];
  const bundles = framework === undefined ? [path] : [path, framework];
  const places = bundles.map((one) =>
    join(`${one}.dSYM`, inside, basename(path))
  );
  const found = places.find((file) => isFile(file)) ?? places[0]!;
  const dsym = open(found, (bytes) => readMachPart(bytes, found, arch));
  if (dsym !== undefined && dsym.buildId === buildId) {
    return { ...image, parts: [dsym] };
  }
  const exported = new Set(image.exports.map(({ name }) => name));
  const parts: DebugPart[] = [];
  const files = new ObjectFiles(path, arch);
  let elsewhere = dsym === undefined
    ? undefined
    : `its debug information at ${
      JSON.stringify(found)
    } is of another build: run dsymutil`;
  for (const object of image.objects ?? []) {
    if (exported.isDisjointFrom(object.names)) continue;
    const opened = files.open(object);
    if (opened !== undefined) parts.push(...opened);
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

/** The object files that one library was linked from. */
class ObjectFiles {
  readonly #arch: string;
  /** When the library was last changed. */
  readonly #linked: number;
  /** The archives that were read, by their paths. */
  readonly #archives = new Map<string, ReadonlyMap<string, ArchiveMember[]>>();
  readonly #opened = new Set<string>();

  /**
   * @param library Where the library lies.
   * @param arch Its architecture.
   */
  constructor(library: string, arch: string) {
    this.#arch = arch;
    this.#linked = statusIfAny(library)?.mtimeMs ?? Infinity;
  }

  /**
   * Reads what the linker has taken.
   *
   * @param object What the library says of it.
   * @returns Several where an archive has them by one name, none where they were
   * read before; undefined where it is gone, or of another build.
   */
  open({ path, time }: ObjectFile): DebugPart[] | undefined {
    const key = `${time} ${path}`;
    if (this.#opened.has(key)) return [];
    this.#opened.add(key);
    const [, archive, name] = /^(.*)\((.*)\)$/s.exec(path) ?? [];
    if (archive === undefined || name === undefined || isFile(path)) {
      const part = this.#isOfThisBuild(path, time)
        ? open(path, (bytes) => this.#part(bytes, path))
        : undefined;
      return part && [part];
    }
    const found = this.#membersOf(archive)?.get(name)?.filter((member) =>
      member.bytes !== undefined && time > 0
        ? member.time === time
        : this.#isOfThisBuild(fileOf(member, archive), 0)
    );
    const parts = found?.map((member) =>
      member.bytes === undefined
        ? open(fileOf(member, archive), (bytes) => this.#part(bytes, path))
        : this.#part(member.bytes, path)
    ).filter((part) => part !== undefined);
    return parts?.length === 0 ? undefined : parts;
  }

  /** Whether a file is as it was linked; where the linker has left out the time, it is not newer than the library. */
  #isOfThisBuild(path: string, time: number): boolean {
    const changed = statusIfAny(path)?.mtimeMs ?? Infinity;
    return time > 0
      ? Math.floor(changed / 1000) === time
      : changed <= this.#linked;
  }

  /** An object file; undefined where it is for another machine. */
  #part(bytes: Uint8Array, path: string): DebugPart | undefined {
    const part = readMachPart(bytes, path, this.#arch);
    return part.arch === this.#arch ? part : undefined;
  }

  #membersOf(path: string): ReadonlyMap<string, ArchiveMember[]> | undefined {
    const known = this.#archives.get(path);
    if (known !== undefined) return known;
    // It may be for several machines, as a library may.
    const members = open(path, (bytes) =>
      Map.groupBy(
        membersOf(thin(bytes, path, this.#arch), path),
        ({ name }) => name,
      ));
    if (members !== undefined) this.#archives.set(path, members);
    return members;
  }
}

/** Where the bytes of a member lie. */
function fileOf({ name, bytes }: ArchiveMember, archive: string): string {
  return bytes === undefined ? resolve(dirname(archive), name) : archive;
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
