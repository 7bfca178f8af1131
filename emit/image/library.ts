/**
 * A compiled library as bytes: what it exports, what it needs, and the sections
 * that its debug information lies in. Nothing here opens a file.
 *
 * @module
 */

import type { Libc } from "../../ffi/identity/library_bytes.ts";

/** A name that a library gives to others. */
export interface Export {
  readonly name: string;
  /** Where it will lie, relative to where the library is loaded. */
  readonly address: number;
  /** Size in bytes; 0 where the library does not say. */
  readonly size: number;
  readonly kind: "function" | "variable" | "tls" | "ifunc";
  /** Whether a variable lies in memory that is not writable once it is relocated. */
  readonly readonly: boolean;
}

/** A symbol version that a library needs of another. */
export interface NeededVersion {
  /** The library: `"libc.so.6"`. */
  readonly library: string;
  /** The version: `"GLIBC_2.38"`. */
  readonly version: string;
}

/** A file that debug information lies in. */
export interface DebugPart {
  /** The file, for errors only. */
  readonly path: string;
  /** The bytes of a DWARF section by its ELF name, decompressed. */
  section(name: string): Uint8Array | undefined;
}

/** A file that debug information was moved to, as `objcopy --add-gnu-debuglink` says it. */
export interface DebugLink {
  /** File name, without a directory. */
  readonly name: string;
  /** CRC-32 of the file. */
  readonly crc: number;
}

/** An object file that macOS's linker left debug information in. */
export interface ObjectFile {
  /** As the linker was given it; a member of an archive is `lib.a(member.o)`. */
  readonly path: string;
  /** When it was last changed, in seconds; 0 where the linker was told to leave that out. */
  readonly time: number;
  /** Names of the functions and variables that are from it. */
  readonly names: ReadonlySet<string>;
}

/** What is known of a library without its debug information. */
export interface Image {
  readonly format: "elf" | "macho";
  /** The file it is from, for errors only. */
  readonly path: string;
  readonly os: "linux" | "darwin";
  readonly arch: "x64" | "arm64";
  /** The C library it needs, where it needs one; Android's is `bionic`. */
  readonly libc?: Libc;
  /** The linker's build id, in lower-case hexadecimal. */
  readonly buildId?: string;
  /** Libraries that the loader loads with it, in its order. */
  readonly needs: readonly string[];
  /** What the loader knows it by, where it says so: `"libz.so.1"`. */
  readonly soname?: string;
  /** Symbol versions that it needs of them. */
  readonly versions: readonly NeededVersion[];
  /** What it exports, sorted by name; one entry a name. */
  readonly exports: readonly Export[];
  /**
   * The bytes of a DWARF section by its ELF name, decompressed; or of another
   * by its own name.
   *
   * @param name `".debug_info"`.
   * @returns The bytes, or undefined where there is no such section.
   * @throws {EmitError} `bad_image` when it cannot be decompressed.
   */
  section(name: string): Uint8Array | undefined;
  /** The file that debug information was moved to, where the library names one. */
  readonly debugLink?: DebugLink | undefined;
  /** The files that macOS's linker left debug information in. */
  readonly objects?: readonly ObjectFile[];
  /** Other files with its debug information, once they have been opened. */
  readonly parts?: readonly DebugPart[];
  /** Whether it is what was taken from a library, and not the library. */
  readonly isDebugFile?: boolean;
  /** Where its debug information should be and is not, as a clause. */
  readonly elsewhere?: string;
}
