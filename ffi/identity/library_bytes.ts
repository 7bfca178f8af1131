/**
 * The bytes of a library, in a file of which only what is asked for is read, or
 * in memory; and what they say of it.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { LibraryInfo } from "../manifest/manifest.ts";
import { type OpenFile, type Status, system } from "../system/system.ts";

/** Where the bytes of a library come from. */
export interface Source {
  /** The file, for errors. */
  readonly path: string;
  /** How many bytes there are. */
  readonly size: number;
  /** Some of them; fewer where the file ends. */
  read(offset: number, length: number): DataView;
}

/** What a file says of itself. */
export interface Identity {
  readonly os: LibraryInfo["os"];
  /** Architectures in it; more than one in a fat Mach-O file. */
  readonly arch: readonly string[];
  /** Whether it is a library, and not a program or an object file. */
  readonly isShared: boolean;
  /** The C library that it needs, where it needs one that is known. */
  readonly libc?: LibraryInfo["libc"];
  /** Libraries that the loader loads with it; undefined where that is not read. */
  readonly needs?: readonly string[];
  readonly buildId?: string;
  /** Whether the loader finds all that it needs before any of it runs; undefined where the format does not say. */
  readonly bindsNow?: boolean;
  /** Whether no other file's symbols can take the place of any in it; undefined where the format does not say. */
  readonly isSelfContained?: boolean;
  readonly size: number;
}

/** Bytes that are read at once from the start: the headers, and in small libraries most of what is asked for. */
const HEAD = 4096;

/**
 * Reads from a file.
 *
 * @param path Absolute path.
 * @param use Reads from it; it is closed afterwards.
 * @returns What `use` returns.
 * @throws {PluginError} `permission_denied`, `not_a_library` for what is no file.
 */
export function withFile<T>(path: string, use: (source: Source) => T): T {
  let status: Status;
  let file: OpenFile;
  try {
    status = system.status(path);
    // To open a pipe would wait for its other end.
    if (!status.isFile) throw notALibrary(path, "it is not a file");
    file = system.open(path);
  } catch (cause) {
    throw cause instanceof PluginError ? cause : unreadable(path, cause);
  }
  try {
    const at = (offset: number, length: number): DataView => {
      const bytes = new Uint8Array(length);
      const count = length === 0 || offset >= status.size
        ? 0
        : file.read(bytes, offset);
      return new DataView(bytes.buffer, 0, count);
    };
    const head = at(0, HEAD);
    return use({
      path,
      size: status.size,
      read: (offset, length) =>
        offset + length <= head.byteLength
          ? new DataView(head.buffer, offset, length)
          : at(offset, length),
    });
  } finally {
    file.close();
  }
}

/**
 * Reads from memory.
 *
 * @param path Where the bytes were read, for errors.
 * @param bytes All of them.
 * @returns A source of the bytes.
 */
export function sourceOf(path: string, bytes: Uint8Array): Source {
  return {
    path,
    size: bytes.length,
    read(offset, length) {
      const from = Math.min(offset, bytes.length);
      const to = Math.min(offset + length, bytes.length);
      return new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
    },
  };
}

/** A file that cannot be opened. */
export function unreadable(path: string, cause: unknown): PluginError {
  if ((cause as { code?: unknown }).code === "EISDIR") {
    return notALibrary(path, "it is not a file");
  }
  return new PluginError(
    "permission_denied",
    `Cannot read the plugin ${quote(path)}: permission denied`,
    { path, cause },
  );
}

/** A file that the system's loader could not take. */
export function notALibrary(path: string, detail: string): PluginError {
  return new PluginError(
    "not_a_library",
    `Cannot open ${quote(path)}: it is not a shared library: ${detail}`,
    { path },
  );
}
