/**
 * The tables of an ELF file: its segments and sections.
 *
 * The names are those of the System V ABI and of `elf.h`.
 *
 * @module
 */

import { Cursor, Section } from "../bytes/cursor.ts";
import { sectionsByLoader } from "./elf_dynamic.ts";
import type { SectionHeader } from "./elf_section.ts";

const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
/** What the linker is given, and what it makes. */
export const ET_REL = 1;
const ET_DYN = 3;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const SHT_NULL = 0;
const SHT_NOBITS = 8;

/** Bytes of `Elf64_Phdr` and `Elf64_Shdr`. */
const SEGMENT_SIZE = 56;
const HEADER_SIZE = 64;

/** Most segments; linkers make about ten. */
const MAX_SEGMENTS = 1024;

/** How often the bytes of a file may be those of sections. */
const MAX_OVERLAP = 2;

/** One entry of the program header table. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  /** How much of the file it has. */
  readonly fileSize: number;
  /** How much memory it takes. */
  readonly size: number;
}

/** The tables of an ELF file. */
export class Elf {
  /** The whole file. */
  readonly file: Section;
  readonly arch: "x64" | "arm64";
  readonly segments: readonly Segment[];
  /** Its sections; where their headers were taken away, those that the loader knows of. */
  readonly headers: readonly SectionHeader[];
  /** Whether it has headers of sections. */
  readonly hasSections: boolean;

  /**
   * @param bytes The whole file.
   * @param path The file's name, for errors only.
   * @param wanted What kind of file it has to be.
   */
  constructor(
    bytes: Uint8Array,
    path: string,
    wanted: typeof ET_REL | typeof ET_DYN = ET_DYN,
  ) {
    this.file = new Section("file", bytes, path, "bad_image");
    const cursor = new Cursor(this.file, 4);
    const elfClass = cursor.u8();
    const data = cursor.u8();
    if (elfClass !== ELFCLASS64 || data !== ELFDATA2LSB) {
      throw this.file.error(
        4,
        "is a 32-bit or big-endian ELF file, wanted 64-bit little-endian",
      );
    }
    cursor.at = 16;
    const type = cursor.u16();
    if (type !== wanted) {
      throw this.file.error(
        16,
        `is ELF type ${type} (1 object file, 2 program, 4 core), wanted ` +
          (wanted === ET_DYN ? "3, a shared library" : "1"),
      );
    }
    this.arch = machine(this.file, cursor.u16());
    cursor.at = 32;
    const phoff = cursor.u64();
    const shoff = cursor.u64();
    cursor.skip(6);
    const phentsize = cursor.u16();
    const phnum = cursor.u16();
    const shentsize = cursor.u16();
    const shnum = cursor.u16();
    const shstrndx = cursor.u16();
    this.segments = this.#segments(phoff, phentsize, phnum);
    this.hasSections = shoff !== 0;
    this.headers = this.hasSections
      ? this.#headers(shoff, shentsize, shnum, shstrndx)
      : sectionsByLoader(bytes, path);
  }

  /** The first section of that name. */
  header(name: string): SectionHeader | undefined {
    return this.headers.find((header) => header.name === name);
  }

  /** The bytes of a section as they lie in the file, or undefined where it takes none. */
  bytes(header: SectionHeader | undefined): Section | undefined {
    if (header === undefined || header.type === SHT_NOBITS) return undefined;
    const { name, offset, size } = header;
    const bytes = new Cursor(this.file, offset).bytes(size);
    return new Section(
      name || "section",
      bytes,
      this.file.path,
      "bad_image",
      this.file.texts,
    );
  }

  #segments(offset: number, entrySize: number, count: number): Segment[] {
    if (count > MAX_SEGMENTS || (count > 0 && entrySize < SEGMENT_SIZE)) {
      throw this.file.error(
        54,
        `has ${count} segments of ${entrySize} bytes, wanted up to ` +
          `${MAX_SEGMENTS} of ${SEGMENT_SIZE}`,
      );
    }
    const segments: Segment[] = [];
    for (let index = 0; index < count; index++) {
      const cursor = new Cursor(this.file, offset + index * entrySize);
      const type = cursor.u32();
      const flags = cursor.u32();
      cursor.skip(8);
      const address = cursor.u64();
      cursor.skip(8);
      const fileSize = cursor.u64();
      segments.push({ type, flags, address, fileSize, size: cursor.u64() });
    }
    return segments;
  }

  #headers(
    offset: number,
    entrySize: number,
    count: number,
    namesIndex: number,
  ): SectionHeader[] {
    const read = (index: number) => {
      const cursor = new Cursor(this.file, offset + index * entrySize);
      const name = cursor.u32();
      const type = cursor.u32();
      const flags = cursor.u64();
      const address = cursor.u64();
      const at = cursor.u64();
      const size = cursor.u64();
      const link = cursor.u32();
      const info = cursor.u32();
      cursor.skip(8);
      return {
        index,
        nameAt: name,
        type,
        flags,
        address,
        offset: at,
        size,
        link,
        info,
        entrySize: cursor.u64(),
      };
    };
    if (entrySize < HEADER_SIZE) {
      throw this.file.error(
        58,
        `has section headers of ${entrySize} bytes, wanted ${HEADER_SIZE}`,
      );
    }
    // More sections than 16 bits count are counted in the first header.
    const first = read(0);
    if (count === 0) count = first.size;
    if (namesIndex === 0xffff) namesIndex = first.link;
    if (count > this.file.bytes.length / HEADER_SIZE || namesIndex >= count) {
      throw this.file.error(offset, `has ${count} sections: too many`);
    }
    const names = this.bytes({ ...read(namesIndex), name: ".shstrtab" });
    const headers: SectionHeader[] = [];
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const header = read(index);
      // No two lie in the same bytes, but for what hardly counts.
      if (header.type !== SHT_NULL && header.type !== SHT_NOBITS) {
        sum += header.size;
      }
      if (sum > MAX_OVERLAP * this.file.bytes.length) {
        throw this.file.error(
          offset + index * entrySize,
          "is of sections that have more bytes together than the file",
        );
      }
      const name = names === undefined
        ? ""
        : new Cursor(names, header.nameAt).string();
      headers.push({ ...header, name });
    }
    return headers;
  }
}

function machine(file: Section, machine: number): "x64" | "arm64" {
  switch (machine) {
    case EM_X86_64:
      return "x64";
    case EM_AARCH64:
      return "arm64";
    default:
      throw file.error(
        18,
        `is for ELF machine ${machine}, wanted 62 (x86-64) or 183 (arm64)`,
      );
  }
}
