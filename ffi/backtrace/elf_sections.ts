/**
 * The sections of an ELF file that say what its code is: whatever is damaged or
 * missing is not there.
 *
 * @module
 */

import { nodeModule } from "../system/node_system.ts";
import { system } from "../system/system.ts";
import { Bytes } from "./bytes.ts";

const PT_LOAD = 1;
const SHT_NOBITS = 8;
const SHN_XINDEX = 0xffff;
const SHF_COMPRESSED = 0x800;
const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;

/** Bytes of a section's header. */
const HEADER_SIZE = 64;
/** Most bytes of a file that is read. */
const MOST_FILE = 2 ** 30;
/** Most bytes that a section decompresses to. */
const MOST = 2 ** 28;

interface Header {
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** A section. */
export interface Section {
  readonly bytes: Uint8Array;
  /** Where the loader puts it, from where it puts the file. */
  readonly address: number;
}

/** The sections of a file. */
export class ElfSections {
  readonly #file: Uint8Array;
  readonly #headers = new Map<string, Header>();
  readonly #read = new Map<string, Section | undefined>();
  readonly #segments: { offset: number; address: number; size: number }[] = [];

  /**
   * @param file All of an ELF file of 64 bits.
   * @throws {RangeError} Where its tables do not lie in it.
   */
  constructor(file: Uint8Array) {
    this.#file = file;
    const head = this.#bytes(0, 64);
    head.at = 32;
    const segments = head.u64();
    const sections = head.u64();
    head.at = 54;
    const [segmentSize, segmentCount, sectionSize, sectionCount, names] = [
      head.u16(),
      head.u16(),
      head.u16(),
      head.u16(),
      head.u16(),
    ] as const;
    for (let i = 0; i < segmentCount; i++) {
      const entry = this.#bytes(segments + i * segmentSize, 56);
      const type = entry.u32();
      entry.skip(4);
      const [offset, address] = [entry.u64(), entry.u64()] as const;
      entry.skip(8);
      const size = entry.u64();
      if (type === PT_LOAD) this.#segments.push({ offset, address, size });
    }
    if (sections === 0) return;
    if (sectionSize < HEADER_SIZE) throw new RangeError("no size of headers");
    // Numbers that have no room in the file's header stand in the first section's.
    const first = this.#header(sections);
    const count = sectionCount === 0 ? first.size : sectionCount;
    const headers: Header[] = [];
    for (let i = 0; i < count; i++) {
      headers.push(this.#header(sections + i * sectionSize));
    }
    const texts = headers[names === SHN_XINDEX ? first.link : names];
    if (texts === undefined) return;
    const { bytes } = this.#section(texts);
    for (const header of headers) {
      const name = new Bytes(bytes, header.name).text();
      if (!this.#headers.has(name)) this.#headers.set(name, header);
    }
  }

  /** Where the loader puts what lies at an offset of the file. */
  addressOf(offset: number): number | undefined {
    const segment = this.#segments.find((segment) =>
      offset >= segment.offset && offset < segment.offset + segment.size
    );
    return segment && offset - segment.offset + segment.address;
  }

  /** A section, or undefined. */
  get(name: string): Section | undefined {
    if (!this.#read.has(name)) this.#read.set(name, this.#find(name));
    return this.#read.get(name);
  }

  #find(name: string): Section | undefined {
    const header = this.#headers.get(name);
    if (header === undefined || header.type === SHT_NOBITS) return undefined;
    try {
      return this.#section(header);
    } catch {
      return undefined;
    }
  }

  #header(offset: number): Header {
    const entry = this.#bytes(offset, HEADER_SIZE);
    return {
      name: entry.u32(),
      type: entry.u32(),
      flags: entry.u64(),
      address: entry.u64(),
      offset: entry.u64(),
      size: entry.u64(),
      link: entry.u32(),
    };
  }

  #section({ offset, size, flags, address }: Header): Section {
    const bytes = this.#raw(offset, size);
    return {
      bytes: flags & SHF_COMPRESSED ? inflate(bytes) : bytes,
      address,
    };
  }

  #bytes(offset: number, size: number): Bytes {
    return new Bytes(this.#raw(offset, size));
  }

  #raw(offset: number, size: number): Uint8Array {
    if (offset + size > this.#file.length) {
      throw new RangeError("the file ends too early");
    }
    return this.#file.subarray(offset, offset + size);
  }
}

function inflate(bytes: Uint8Array): Uint8Array {
  const header = new Bytes(bytes);
  const type = header.u32();
  header.skip(4);
  const size = header.u64();
  header.skip(8);
  if (size > MOST) throw new RangeError("a section is too large");
  const { inflateSync, zstdDecompressSync } = nodeModule<
    typeof import("node:zlib")
  >("node:zlib");
  const packed = bytes.subarray(header.at);
  const options = { maxOutputLength: Math.max(size, 1) };
  switch (type) {
    case ELFCOMPRESS_ZLIB:
      return inflateSync(packed, options);
    case ELFCOMPRESS_ZSTD:
      return zstdDecompressSync(packed, options);
    default:
      throw new RangeError("a section is compressed in an unknown way");
  }
}

/**
 * The sections of a file.
 *
 * @param path Its absolute path.
 * @returns Undefined where it may not be read, or is no ELF file.
 */
export function sectionsOf(path: string): ElfSections | undefined {
  try {
    if (!system.mayRead(path)) return undefined;
    // The system has files that never end, and others that wait for what is not there.
    const { isFile, size } = system.status(path);
    return isFile && size > 0 && size <= MOST_FILE && isElf(path)
      ? new ElfSections(system.read(path))
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a file begins as ELF files do: the plugin says which it was, and what is none may be of any size. */
function isElf(path: string): boolean {
  const file = system.open(path);
  try {
    const head = new Uint8Array(4);
    file.read(head, 0);
    return String.fromCharCode(...head) === "\x7fELF";
  } finally {
    file.close();
  }
}
