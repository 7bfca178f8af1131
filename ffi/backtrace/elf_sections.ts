/**
 * The sections of an ELF file that say what its code is: whatever is damaged or
 * missing is not there.
 *
 * @module
 */

import { nodeModule } from "../system/node_system.ts";
import { system } from "../system/system.ts";
import { ByteReader } from "./byte_reader.ts";

const latin1 = new TextDecoder("latin1");

const PT_LOAD = 1;
const SHT_NOBITS = 8;
const SHN_XINDEX = 0xffff;
const SHF_COMPRESSED = 0x800;
const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;

const MAGIC = 0x464c457f;
/** Bytes of the file's header, and of a section's. */
const HEADER_SIZE = 64;
/** Most bytes of a file that is read. */
const MOST_FILE = 2 ** 30;
/** Most bytes that a section decompresses to. */
const MOST = 2 ** 28;
/** Most characters of a section's name. */
const MOST_NAME = 256;

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

/** A file, of which parts are read. */
interface ReadableFile {
  /** Bytes of it. */
  readonly size: number;
  /** Reads some of them, all of which lie in it. */
  read(offset: number, size: number): Uint8Array;
}

/** The sections of a file. */
export class ElfSections {
  readonly #source: ReadableFile;
  /** How much may still be read: no two sections of a file overlap, and what says so would take any memory. */
  #left: number;
  readonly #headers = new Map<string, Header>();
  readonly #read = new Map<string, Section | undefined>();
  readonly #segments: { offset: number; address: number; size: number }[] = [];

  /**
   * @param source An ELF file of 64 bits.
   * @throws {RangeError} Where its tables do not lie in it.
   */
  constructor(source: ReadableFile) {
    this.#source = source;
    this.#left = source.size;
    const head = this.#bytes(0, HEADER_SIZE);
    // The plugin says which file it was, and what is none may be of any size.
    if (head.u32() !== MAGIC) throw new RangeError("it is no ELF file");
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
    const table = this.#bytes(segments, segmentCount * segmentSize);
    for (let i = 0; i < segmentCount; i++) {
      table.at = i * segmentSize;
      const type = table.u32();
      table.skip(4);
      const [offset, address] = [table.u64(), table.u64()] as const;
      table.skip(8);
      const size = table.u64();
      if (type === PT_LOAD) this.#segments.push({ offset, address, size });
    }
    if (sections === 0) return;
    if (sectionSize < HEADER_SIZE) throw new RangeError("no size of headers");
    // Numbers that have no room in the file's header stand in the first section's.
    const first = headerAt(this.#bytes(sections, HEADER_SIZE));
    const count = sectionCount === 0 ? first.size : sectionCount;
    const rows = this.#bytes(sections, count * sectionSize);
    const headers: Header[] = [];
    for (let i = 0; i < count; i++) {
      rows.at = i * sectionSize;
      headers.push(headerAt(rows));
    }
    const texts = headers[names === SHN_XINDEX ? first.link : names];
    if (texts === undefined) return;
    // All of them at once: a decoder takes its time for each text.
    const all = latin1.decode(this.#section(texts).bytes);
    for (const header of headers) {
      const [name = ""] = all.slice(header.name, header.name + MOST_NAME)
        .split("\0", 1);
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

  #section({ offset, size, flags, address }: Header): Section {
    const bytes = this.#raw(offset, size);
    return {
      bytes: flags & SHF_COMPRESSED ? inflate(bytes) : bytes,
      address,
    };
  }

  #bytes(offset: number, size: number): ByteReader {
    return new ByteReader(this.#raw(offset, size));
  }

  #raw(offset: number, size: number): Uint8Array {
    if (offset + size > this.#source.size || size > this.#left) {
      throw new RangeError("the file ends too early");
    }
    this.#left -= size;
    return this.#source.read(offset, size);
  }
}

function headerAt(row: ByteReader): Header {
  return {
    name: row.u32(),
    type: row.u32(),
    flags: row.u64(),
    address: row.u64(),
    offset: row.u64(),
    size: row.u64(),
    link: row.u32(),
  };
}

function inflate(bytes: Uint8Array): Uint8Array {
  const header = new ByteReader(bytes);
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
 * The sections of a file. Only what is asked for is read: that of a library is a
 * tenth of it, and most of the time that a crash takes until it is told.
 *
 * @param path Its absolute path.
 * @returns Undefined where it may not be read, or is no ELF file.
 */
export function sectionsOf(path: string): ElfSections | undefined {
  try {
    if (!system.mayRead(path)) return undefined;
    // The system has files that never end, and others that wait for what is not there.
    const { isFile, size } = system.status(path);
    return isFile && size > 0 && size <= MOST_FILE
      ? new ElfSections({
        size,
        read: (from, count) => part(path, from, count),
      })
      : undefined;
  } catch {
    return undefined;
  }
}

/** A part of a file; throws a `RangeError` where it is shorter by now. */
function part(path: string, offset: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const file = system.open(path);
  try {
    for (let at = 0; at < size;) {
      const count = file.read(bytes.subarray(at), offset + at);
      if (count === 0) throw new RangeError("the file ends too early");
      at += count;
    }
  } finally {
    file.close();
  }
  return bytes;
}
