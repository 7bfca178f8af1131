/**
 * Sections that the linker compressed.
 *
 * @module
 */

import { nodeModule } from "../../ffi/system/node_system.ts";
import type { Budget } from "../bytes/budget.ts";
import { Cursor, type Section } from "../bytes/cursor.ts";
import { EmitError } from "../error.ts";

const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;

/**
 * Decompresses a section.
 *
 * @param section The section's bytes, header included.
 * @param header `elf` for the `Elf64_Chdr` of `SHF_COMPRESSED`, `gnu` for the
 * `"ZLIB"` and big-endian size of `.zdebug_` sections.
 * @param room What the sections of the file may decompress to.
 * @returns As many bytes as the header says.
 * @throws {EmitError} `bad_image` when it is not what its header says.
 */
export function inflateSection(
  section: Section,
  header: "elf" | "gnu",
  room: Budget,
): Uint8Array {
  const cursor = new Cursor(section);
  let type = ELFCOMPRESS_ZLIB;
  let size: number;
  if (header === "elf") {
    type = cursor.u32();
    cursor.skip(4);
    size = cursor.u64();
    cursor.skip(8);
  } else {
    cursor.skip(4);
    size = Number(section.view.getBigUint64(cursor.skip(8)));
  }
  const packed = cursor.bytes(cursor.end - cursor.at);
  // Deflate shrinks by up to 1032, Zstandard by more; what a compiler writes by
  // three to ten.
  if (!room.spend(size)) {
    throw section.error(
      0,
      `says that ${packed.length} bytes decompress to ${size}: more than ` +
        "those of any compiler",
    );
  }
  const bytes = decompress(section, type, packed, size);
  if (bytes.length !== size) {
    throw section.error(
      0,
      `decompresses to ${bytes.length} bytes, wanted ${size}`,
    );
  }
  // node:zlib gives a Buffer, which is not all that a plain array is.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function decompress(
  section: Section,
  type: number,
  packed: Uint8Array,
  size: number,
): Uint8Array {
  const { inflateSync, zstdDecompressSync } = nodeModule<
    typeof import("node:zlib")
  >("node:zlib");
  // A limit of no bytes is refused by node:zlib.
  const options = { maxOutputLength: Math.max(size, 1) };
  try {
    switch (type) {
      case ELFCOMPRESS_ZLIB:
        return inflateSync(packed, options);
      case ELFCOMPRESS_ZSTD:
        return zstdDecompressSync(packed, options);
    }
  } catch (cause) {
    throw new EmitError(
      section.code,
      `Cannot read ${JSON.stringify(section.path)}: ` +
        `${section.name} does not decompress`,
      { path: section.path, at: `${section.name}+0x0`, cause },
    );
  }
  throw section.error(
    0,
    `is compressed in way ${type}, wanted 1 (zlib) or 2 (zstd)`,
  );
}
