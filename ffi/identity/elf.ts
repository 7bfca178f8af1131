/**
 * What an ELF file says of itself: its header, its program headers, and what
 * these lead to. Names and numbers are from the System V ABI, chapters 4 and 5.
 *
 * @module
 */

import { roundUp } from "../notation/sequence.ts";
import { PluginError, quote } from "../error.ts";
import {
  type ByteSource,
  type Identity,
  type Libc,
  notALibrary,
} from "./library_bytes.ts";

const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ET_DYN = 3;
const MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
/** What the loader makes read-only once it has written there. */
export const PT_GNU_RELRO = 0x6474e552;
/** Most bytes that notes or an interpreter's path are read of. */
const MAX_SEGMENT = 65_536;
/** Most bytes of a dynamic section. */
const MAX_DYNAMIC = 2 ** 22;

/** An ELF file: its program headers, and its dynamic section. */
export interface ElfIdentity {
  readonly source: ByteSource;
  readonly arch: string;
  readonly isShared: boolean;
  readonly segments: readonly Segment[];
  /** What the loader goes by; undefined where the file has none. */
  readonly dynamic?: Dynamic;
}

export interface Segment {
  readonly type: number;
  /** Where it is in the file. */
  readonly offset: number;
  /** Where the loader puts it. */
  readonly address: number;
  /** How many bytes of the file it has. */
  readonly size: number;
}

/**
 * Reads the headers.
 *
 * @param source A file that begins as an ELF file does.
 * @returns What the headers say.
 * @throws {PluginError} `not_a_library`, `wrong_target`.
 */
export function readElf(source: ByteSource): ElfIdentity {
  const { path, size } = source;
  const head = source.read(0, 64);
  if (head.getUint8(4) !== ELFCLASS64 || head.getUint8(5) !== ELFDATA2LSB) {
    throw new PluginError(
      "wrong_target",
      `Cannot open the plugin ${
        quote(path)
      }: it is a 32-bit or big-endian ELF file, wanted 64-bit little-endian`,
      { path },
    );
  }
  const machine = head.getUint16(18, true);
  const elf = {
    source,
    arch: MACHINES[machine] ?? `machine ${machine}`,
    isShared: head.getUint16(16, true) === ET_DYN,
    segments: readSegments(source, head),
  };
  for (const { offset, size: length } of elf.segments) {
    // Loaders do not look: touching such a page ends the process.
    if (offset + length > size) {
      throw notALibrary(
        path,
        `it has ${size} bytes, and a segment of it would reach to ${
          offset + length
        }; it is truncated`,
      );
    }
  }
  const dynamic = readDynamic(elf);
  return dynamic === undefined ? elf : { ...elf, dynamic };
}

function readSegments(source: ByteSource, head: DataView): Segment[] {
  const offset = u64(head, 32);
  const size = head.getUint16(54, true);
  const count = head.getUint16(56, true);
  if (size < 56 || offset + size * count > source.size) {
    throw notALibrary(source.path, "its program headers lie outside of it");
  }
  const table = source.read(offset, size * count);
  const segments: Segment[] = [];
  for (let at = 0; at + 56 <= table.byteLength; at += size) {
    segments.push({
      type: table.getUint32(at, true),
      offset: u64(table, at + 8),
      address: u64(table, at + 16),
      size: u64(table, at + 32),
    });
  }
  return segments;
}

/** What an ELF file says of itself, once its headers are read. */
export function identityOf(elf: ElfIdentity): Identity {
  const { source, arch, isShared, dynamic } = elf;
  const libc = libcOf(dynamic?.needs ?? [], interpreterOf(elf));
  const buildId = buildIdOf(elf);
  return {
    os: "linux",
    arch: [arch],
    isShared,
    size: source.size,
    ...(libc === undefined ? {} : { libc }),
    ...(buildId === undefined ? {} : { buildId }),
    ...(dynamic === undefined
      ? {}
      : { bindsNow: dynamic.bindsNow, needs: dynamic.needs }),
  };
}

/**
 * The C library, told by what is needed of it, or by the loader that is asked for.
 *
 * @param needs The libraries that the loader loads with it.
 * @param interpreter The loader, where it is a program.
 */
export function libcOf(
  needs: readonly string[],
  interpreter = "",
): Libc | undefined {
  if (needs.includes("libc.so.6") || interpreter.includes("/ld-linux")) {
    return "gnu";
  }
  if (interpreter.includes("/ld-musl")) return "musl";
  // Android's is called as musl's is, which has all of these in itself.
  if (needs.includes("libc.so")) {
    return needs.some((name) => BESIDE_BIONIC.test(name)) ? "bionic" : "musl";
  }
  return needs.some((name) => name.startsWith("libc.musl-"))
    ? "musl"
    : undefined;
}

const BESIDE_BIONIC = /^lib(?:dl|m|log|android|stdc\+\+|c\+\+_shared)\.so$/;

function interpreterOf({ source, segments }: ElfIdentity): string | undefined {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined || segment.size > MAX_SEGMENT) return undefined;
  return text(source.read(segment.offset, segment.size));
}

// ---------------------------------------------------------------------- notes

const NT_GNU_BUILD_ID = 3;
/** Most bytes of a build id that a manifest has. */
const MAX_BUILD_ID = 64;

function buildIdOf({ source, segments }: ElfIdentity): string | undefined {
  for (const { type, offset, size } of segments) {
    if (type !== PT_NOTE || size > MAX_SEGMENT) continue;
    const found = buildIdIn(source.read(offset, size));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The build id among notes: name size, descriptor size, type, then both, each padded to 4. */
export function buildIdIn(notes: DataView): string | undefined {
  let at = 0;
  while (at + 12 <= notes.byteLength) {
    const nameSize = notes.getUint32(at, true);
    const size = notes.getUint32(at + 4, true);
    const type = notes.getUint32(at + 8, true);
    const descriptor = at + 12 + roundUp(nameSize, 4);
    at = descriptor + roundUp(size, 4);
    // What would fill the last one up to 4 need not be there.
    if (descriptor + size > notes.byteLength) return undefined;
    const isGnu = nameSize === 4 &&
      notes.getUint32(descriptor - 4) === 0x474e5500; // "GNU\0"
    const isId = type === NT_GNU_BUILD_ID && size > 0 && size <= MAX_BUILD_ID;
    if (isGnu && isId) {
      const from = notes.byteOffset + descriptor;
      const bytes = new Uint8Array(notes.buffer, from, size);
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    }
  }
  return undefined;
}

// -------------------------------------------------------------------- dynamic

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_JMPREL = 23;
const DT_BIND_NOW = 24;
const DT_RUNPATH = 29;
const DT_FLAGS = 30;
const DF_BIND_NOW = 8;
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_NOW = 1;
const DT_VERDEF = 0x6ffffffc;
const DT_VERDEFNUM = 0x6ffffffd;
const DT_AUXILIARY = 0x7ffffffd;
const DT_FILTER = 0x7fffffff;

/** Bytes of a name that are read at once. */
const NAME = 256;
/** Most bytes of a name or of a list of directories. */
const MAX_NAME = 2 ** 20;
/** Most characters of all names of libraries together: they may lie over each other. */
const MAX_NAMES = 2 ** 22;

/** What the loader goes by. */
export interface Dynamic {
  /** Libraries that are loaded with it. */
  readonly needs: readonly string[];
  /** Libraries that are loaded with it too, and asked for symbols before it. */
  readonly filters: readonly string[];
  /** Offset in the file of the name that the loader knows it by, where it has one. */
  readonly soname?: number;
  /** Where those of this library and of the ones below it are looked for, unless there is a `runpath`. */
  readonly rpath?: string;
  /** Where those of this library alone are looked for. */
  readonly runpath?: string;
  /** Whether a function that nobody has is noticed when it is loaded, not when it is called. */
  readonly bindsNow: boolean;
  /** Offset in the file of the versions that it defines, and how many there are. */
  readonly versions?: { readonly offset: number; readonly count: number };
  /** Offset in the file of the names. */
  readonly names: number;
  /** Every entry that is there once, by its tag. */
  readonly tags: ReadonlyMap<number, number>;
}

/** Whether a segment is what the loader goes by. */
export function isDynamic({ type }: Pick<Segment, "type">): boolean {
  return type === PT_DYNAMIC;
}

function readDynamic(elf: Omit<ElfIdentity, "dynamic">): Dynamic | undefined {
  const { source, segments } = elf;
  const segment = segments.find(isDynamic);
  if (segment === undefined || segment.size > MAX_DYNAMIC) return undefined;
  const entries = source.read(segment.offset, segment.size);
  const needs: number[] = [];
  const filters: number[] = [];
  const tags = new Map<number, number>();
  for (let at = 0; at + 16 <= entries.byteLength; at += 16) {
    const tag = u64(entries, at);
    const value = u64(entries, at + 8);
    if (tag === DT_NULL) break;
    if (tag === DT_NEEDED) needs.push(value);
    else if (tag === DT_FILTER || tag === DT_AUXILIARY) filters.push(value);
    else tags.set(tag, value);
  }
  const names = offsetOf(segments, tags.get(DT_STRTAB));
  if (names === undefined) return undefined;
  let room = MAX_NAMES;
  const named = (at: number) => {
    const name = nameAt(source, names + at);
    room -= name.length;
    if (room >= 0) return name;
    throw notALibrary(
      source.path,
      "its dynamic section has names that repeat each other more often than any linker's",
    );
  };
  const soname = tags.get(DT_SONAME);
  const runpath = tags.get(DT_RUNPATH);
  const rpath = tags.get(DT_RPATH);
  const versions = offsetOf(segments, tags.get(DT_VERDEF));
  const count = tags.get(DT_VERDEFNUM) ?? 0;
  return {
    needs: needs.map(named),
    filters: filters.map(named),
    ...(soname === undefined ? {} : { soname: names + soname }),
    ...(rpath === undefined ? {} : { rpath: named(rpath) }),
    ...(runpath === undefined ? {} : { runpath: named(runpath) }),
    bindsNow: !tags.has(DT_JMPREL) || tags.has(DT_BIND_NOW) ||
      ((tags.get(DT_FLAGS) ?? 0) & DF_BIND_NOW) !== 0 ||
      ((tags.get(DT_FLAGS_1) ?? 0) & DF_1_NOW) !== 0,
    ...(versions === undefined
      ? {}
      : { versions: { offset: versions, count } }),
    names,
    tags,
  };
}

/** Where the byte that is loaded at an address lies in the file. */
export function offsetOf(
  segments: readonly Segment[],
  address: number | undefined,
): number | undefined {
  if (address === undefined) return undefined;
  const segment = segments.find((segment) =>
    segment.type === PT_LOAD && address >= segment.address &&
    address < segment.address + segment.size
  );
  return segment && segment.offset + address - segment.address;
}

/** The text at an offset of the file. */
export function nameAt(source: ByteSource, offset: number): string {
  for (let length = NAME;; length *= 8) {
    const bytes = source.read(offset, length);
    const isAll = bytes.byteLength < length || length >= MAX_NAME;
    const found = textIn(bytes);
    if (found !== undefined || isAll) return found ?? text(bytes);
  }
}

const decoder = new TextDecoder();

/** The text up to the first NUL. */
function text(view: DataView): string {
  return textIn(view) ?? decoder.decode(view);
}

/** The text up to the first NUL; undefined where there is none. */
function textIn(
  { buffer, byteOffset, byteLength }: DataView,
): string | undefined {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const end = bytes.indexOf(0);
  return end === -1 ? undefined : decoder.decode(bytes.subarray(0, end));
}

/** A 64-bit number; past 2 ** 53 inexact, and past the end of any file. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
