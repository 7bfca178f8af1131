/**
 * ELF: what a shared library is, needs and exports.
 *
 * @module
 */

import { libcOf } from "../../ffi/identity/elf.ts";
import { inflateSection } from "./compression.ts";
import { Budget } from "../bytes/budget.ts";
import { Cursor } from "../bytes/cursor.ts";
import { Elf } from "./elf_file.ts";
import { readExports, readNeededVersions } from "./elf_symbols.ts";
import type { DebugLink, Image } from "./library.ts";

const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;

const DT_NEEDED = 1;
const DT_SONAME = 14;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;
const NT_GNU_BUILD_ID = 3;

/**
 * Reads an ELF shared library.
 *
 * @param bytes The whole file.
 * @param path The file's name, for errors only.
 * @returns What it is, needs and exports.
 * @throws {EmitError} `bad_image`: which part of the file is wrong.
 */
export function readElf(bytes: Uint8Array, path: string): Image {
  const elf = new Elf(bytes, path);
  const { needs, soname } = readDynamic(elf);
  const versions = readNeededVersions(elf);
  const libc = libcOf(needs);
  const buildId = readBuildId(elf);
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
    isDebugFile: elf.header(".dynamic")?.type === SHT_NOBITS,
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

/** The needed libraries, and its own name; refuses a program, which looks like a library but for one flag. */
function readDynamic(elf: Elf): { needs: string[]; soname?: string } {
  const header = elf.header(".dynamic");
  const dynamic = elf.bytes(header);
  if (header === undefined || dynamic === undefined) return { needs: [] };
  const strings = elf.bytes(elf.headers[header.link]);
  const needs: string[] = [];
  let soname: string | undefined;
  const cursor = new Cursor(dynamic);
  while (cursor.end - cursor.at >= 16) {
    const tag = cursor.u64();
    const value = cursor.u64();
    if (tag === 0) break;
    if (tag === DT_NEEDED && strings !== undefined) {
      needs.push(new Cursor(strings, value).string());
    }
    if (tag === DT_SONAME && strings !== undefined) {
      soname = new Cursor(strings, value).string();
    }
    if (tag === DT_FLAGS_1 && (value & DF_1_PIE) !== 0) {
      throw dynamic.error(cursor.at - 16, "says that it is a program");
    }
  }
  return { needs, ...(soname === undefined ? {} : { soname }) };
}

function readBuildId(elf: Elf): string | undefined {
  for (const header of elf.headers) {
    if (header.type !== SHT_NOTE) continue;
    const notes = elf.bytes(header);
    if (notes === undefined) continue;
    const cursor = new Cursor(notes);
    while (cursor.end - cursor.at >= 12) {
      const nameSize = cursor.u32();
      const size = cursor.u32();
      const type = cursor.u32();
      const name = cursor.bytes(nameSize);
      cursor.skip(Math.min(-nameSize & 3, cursor.end - cursor.at));
      const value = cursor.bytes(size);
      cursor.skip(Math.min(-size & 3, cursor.end - cursor.at));
      const gnu = nameSize === 4 && name[0] === 0x47 && name[1] === 0x4e &&
        name[2] === 0x55;
      if (gnu && type === NT_GNU_BUILD_ID && size > 0 && size <= 64) {
        return [...value].map((byte) => byte.toString(16).padStart(2, "0"))
          .join("");
      }
    }
  }
  return undefined;
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
