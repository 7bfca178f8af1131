/**
 * ELF: what a shared library is, needs and exports.
 *
 * @module
 */

import { buildIdIn, identityOf, nameAt } from "../../ffi/identity/elf.ts";
import { inflateSection } from "./compression.ts";
import { Budget } from "../bytes/budget.ts";
import { Cursor } from "../bytes/cursor.ts";
import { elfOf } from "./elf_dynamic.ts";
import { Elf } from "./elf_file.ts";
import { readExports, readNeededVersions } from "./elf_symbols.ts";
import type { DebugLink, Image } from "./library.ts";

const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;

const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;

/**
 * Reads an ELF shared library.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns What it is, needs and exports.
 * @throws {EmitError} `bad_image`: which part of the file is wrong.
 */
export function readElfLibrary(bytes: Uint8Array, path: string): Image {
  const elf = new Elf(bytes, path);
  const dynamic = elf.header(".dynamic")?.type;
  const { libc, buildId, needs, soname } =
    dynamic === undefined || dynamic === SHT_NOBITS
      ? unloaded(elf)
      : identified(elf, bytes, path);
  const versions = readNeededVersions(elf);
  return {
    format: "elf",
    path,
    os: "linux",
    arch: elf.arch,
    ...(libc === undefined ? {} : { libc }),
    ...(buildId === undefined ? {} : { buildId }),
    needs,
    ...(soname === undefined ? {} : { soname }),
    versions,
    exports: readExports(elf),
    section: sections(elf),
    isDebugFile: dynamic === SHT_NOBITS,
    get debugLink() {
      return readDebugLink(elf);
    },
  };
}

/** `.gnu_debuglink`: a name, padding up to a multiple of 4, a CRC-32. */
function readDebugLink(elf: Elf): DebugLink | undefined {
  const section = elf.bytes(elf.header(".gnu_debuglink"));
  if (section === undefined) return undefined;
  const cursor = new Cursor(section);
  const name = cursor.string();
  cursor.skip(-cursor.at & 3);
  return { name, crc: cursor.u32() };
}

/** What the loader goes by: what is written of a library is what is made sure of when it is opened. */
function identified(elf: Elf, bytes: Uint8Array, path: string) {
  const known = elfOf(bytes, path);
  const { source, dynamic } = known;
  const { libc, buildId, needs = [] } = identityOf(known);
  if (((dynamic?.tags.get(DT_FLAGS_1) ?? 0) & DF_1_PIE) !== 0) {
    throw elf.bytes(elf.header(".dynamic"))!.error(
      0,
      "says that it is a program",
    );
  }
  const soname = dynamic?.soname === undefined
    ? undefined
    : nameAt(source, dynamic.soname);
  return { libc, buildId, needs, soname };
}

/** What is said of a file with nothing for the loader: one of debug information. */
function unloaded(elf: Elf): ReturnType<typeof identified> {
  const notes = elf.headers.filter(({ type }) => type === SHT_NOTE)
    .map((header) => elf.bytes(header)?.bytes);
  const [buildId] = notes.flatMap((bytes) => {
    if (bytes === undefined) return [];
    const { buffer, byteOffset, length } = bytes;
    return buildIdIn(new DataView(buffer, byteOffset, length)) ?? [];
  });
  return { libc: undefined, buildId, needs: [], soname: undefined };
}

/** What a byte of a file may decompress to, and what a small file may. */
const MAX_RATIO = 32;
const MAX_SMALL = 64 * 2 ** 20;

/** Gives the debug sections, each decompressed once. */
function sections(elf: Elf): (name: string) => Uint8Array | undefined {
  const room = new Budget(MAX_SMALL + MAX_RATIO * elf.file.bytes.length);
  const known = new Map<string, Uint8Array | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, debugSection(elf, name, room));
    return known.get(name);
  };
}

/** A debug section under any of its three spellings: plain, SHF_COMPRESSED, `.zdebug_`. */
function debugSection(
  elf: Elf,
  name: string,
  room: Budget,
): Uint8Array | undefined {
  const header = elf.header(name);
  const section = elf.bytes(header);
  if (header !== undefined && section !== undefined) {
    return (header.flags & SHF_COMPRESSED) === 0
      ? section.bytes
      : inflateSection(section, "elf", room);
  }
  const old = elf.bytes(elf.header(name.replace(/^\.debug_/, ".zdebug_")));
  return old === undefined ? undefined : inflateSection(old, "gnu", room);
}
