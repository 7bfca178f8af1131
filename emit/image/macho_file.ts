/**
 * The tables of a Mach-O file: its segments, sections and load commands.
 *
 * The names are those of `mach-o/loader.h`.
 *
 * @module
 */

import { Cursor, Section } from "../bytes/cursor.ts";

const CPU_TYPE_X86_64 = 0x01000007;
const CPU_TYPE_ARM64 = 0x0100000c;

const LC_SYMTAB = 0x2;
const LC_LOAD_DYLIB = 0xc;
const LC_LOAD_WEAK_DYLIB = 0x80000018;
const LC_SEGMENT_64 = 0x19;
const LC_UUID = 0x1b;
const LC_REEXPORT_DYLIB = 0x8000001f;
const LC_LAZY_LOAD_DYLIB = 0x20;
const LC_DYLD_INFO = 0x22;
const LC_DYLD_INFO_ONLY = 0x80000022;
const LC_LOAD_UPWARD_DYLIB = 0x80000023;
const LC_BUILD_VERSION = 0x32;
const LC_DYLD_EXPORTS_TRIE = 0x80000033;
const LC_DYLD_CHAINED_FIXUPS = 0x80000034;

const PLATFORM_MACOS = 1;

/** `MAX_SECT`: symbols have one byte for the number of a section. */
const MAX_SECTIONS = 255;

export const MH_OBJECT = 1;
export const MH_DYLIB = 6;
export const MH_BUNDLE = 8;
export const MH_DSYM = 10;

/** A part of the address space. */
export interface MachSegment {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** What its memory may be used for at first. */
  readonly protection: number;
  readonly flags: number;
}

/** A part of a segment. */
export interface MachSection {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  /** Where an object file says what the linker is to fill into it. */
  readonly relocations: Extent;
  readonly flags: number;
}

/** A run of bytes of the file. */
export interface Extent {
  readonly offset: number;
  readonly size: number;
}

/** The table of symbols: where it is, how many there are, and where their names are. */
export interface SymbolTable {
  readonly offset: number;
  readonly count: number;
  readonly strings: Extent;
}

/** The tables of a Mach-O file. */
export class MachO {
  /** The whole file, or its part for one architecture. */
  readonly file: Section;
  readonly arch: "x64" | "arm64";
  readonly type: number;
  readonly segments: MachSegment[] = [];
  /** In the order by which symbols refer to them, from 1. */
  readonly sections: MachSection[] = [];
  readonly needs: string[] = [];
  uuid: string | undefined;
  trie: Extent | undefined;
  /** How the loader is to fix the file's pointers, where they are chained. */
  fixups: Extent | undefined;
  symbols: SymbolTable | undefined;

  /**
   * @param bytes A thin file.
   * @param path The file's name, for errors only.
   * @param types `MH_` numbers of the types of file that are wanted.
   * @throws {EmitError} `bad_image`: what is there instead.
   */
  constructor(bytes: Uint8Array, path: string, types: readonly number[]) {
    this.file = new Section("file", bytes, path, "bad_image");
    const cursor = new Cursor(this.file, 4);
    this.arch = machine(this.file, cursor.u32());
    cursor.skip(4);
    this.type = cursor.u32();
    if (!types.includes(this.type)) {
      throw this.file.error(
        12,
        `is Mach-O type ${this.type} (1 object file, 2 program, 10 dSYM), ` +
          `wanted ${types.join(" or ")}`,
      );
    }
    const count = cursor.u32();
    cursor.skip(12);
    for (let index = 0; index < count; index++) {
      const start = cursor.at;
      const command = cursor.u32();
      const size = cursor.u32();
      if (size < 8) {
        throw this.file.error(start, `is a command of ${size} bytes`);
      }
      cursor.skip(size - 8);
      this.#read(command, new Cursor(this.file, start + 8, cursor.at), start);
    }
  }

  /** The bytes of an extent. */
  bytes(name: string, { offset, size }: Extent): Section {
    const bytes = new Cursor(this.file, offset).bytes(size);
    const { path, texts } = this.file;
    return new Section(name, bytes, path, "bad_image", texts);
  }

  #read(command: number, cursor: Cursor, start: number): void {
    switch (command) {
      case LC_SEGMENT_64:
        return this.#segment(cursor);
      case LC_SYMTAB:
        this.symbols = {
          offset: cursor.u32(),
          count: cursor.u32(),
          strings: extent(cursor),
        };
        return;
      case LC_UUID:
        this.uuid = [...cursor.bytes(16)].map((byte) =>
          byte.toString(16).padStart(2, "0")
        ).join("");
        return;
      case LC_LOAD_DYLIB:
      case LC_LOAD_WEAK_DYLIB:
      case LC_REEXPORT_DYLIB:
      case LC_LAZY_LOAD_DYLIB:
      case LC_LOAD_UPWARD_DYLIB:
        // The name's offset is counted from the start of the command.
        cursor.at = start + cursor.u32();
        this.needs.push(new Cursor(this.file, cursor.at, cursor.end).string());
        return;
      case LC_DYLD_INFO:
      case LC_DYLD_INFO_ONLY:
        cursor.skip(32);
        this.trie ??= extent(cursor);
        return;
      case LC_DYLD_EXPORTS_TRIE:
        this.trie = extent(cursor);
        return;
      case LC_DYLD_CHAINED_FIXUPS:
        this.fixups = extent(cursor);
        return;
      case LC_BUILD_VERSION: {
        const platform = cursor.u32();
        if (platform === PLATFORM_MACOS) return;
        throw this.file.error(
          start,
          `says that it is for Apple's platform ${platform}, wanted 1 (macOS)`,
        );
      }
    }
  }

  #segment(cursor: Cursor): void {
    const name = fixedString(cursor);
    const address = cursor.u64();
    const size = cursor.u64();
    cursor.skip(20);
    const protection = cursor.u32();
    const count = cursor.u32();
    const flags = cursor.u32();
    this.segments.push({ name, address, size, protection, flags });
    if (this.segments.length > MAX_SECTIONS) {
      throw cursor.error(`is of a segment past the ${MAX_SECTIONS}th`);
    }
    for (let index = 0; index < count; index++) {
      const name = fixedString(cursor);
      cursor.skip(16);
      const address = cursor.u64();
      const size = cursor.u64();
      const offset = cursor.u32();
      cursor.skip(4);
      // `reloff`, and `nreloc` entries of 8 bytes.
      const relocations = { offset: cursor.u32(), size: cursor.u32() * 8 };
      const flags = cursor.u32();
      cursor.skip(12);
      if (this.sections.length === MAX_SECTIONS) {
        throw cursor.error(`is of a section past the ${MAX_SECTIONS}th`);
      }
      this.sections.push({ name, address, size, offset, relocations, flags });
    }
  }
}

function extent(cursor: Cursor): Extent {
  return { offset: cursor.u32(), size: cursor.u32() };
}

/** A name of at most 16 bytes: it need not end with a NUL. */
function fixedString(cursor: Cursor): string {
  const bytes = cursor.bytes(16);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? 16 : end));
}

function machine(file: Section, type: number): "x64" | "arm64" {
  switch (type) {
    case CPU_TYPE_X86_64:
      return "x64";
    case CPU_TYPE_ARM64:
      return "arm64";
    default:
      throw file.error(
        4,
        `is for CPU type 0x${type.toString(16)}, ` +
          "wanted 0x1000007 (x86-64) or 0x100000c (arm64)",
      );
  }
}
