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
export interface ByteSource {
  /** The file, for errors. */
  readonly path: string;
  /** How many bytes there are. */
  readonly size: number;
  /** What the system said of the file before anything of it was read; undefined for what lies in memory. */
  readonly status?: Status;
  /** Some of them; fewer where the file ends. */
  read(offset: number, length: number): DataView;
}

/** A C library; no runtime here has Android's, Bionic. */
export type Libc = NonNullable<LibraryInfo["libc"]> | "bionic";

/** What a file says of itself. */
export interface Identity {
  readonly os: LibraryInfo["os"];
  /** Architectures in it; more than one in a fat Mach-O file. */
  readonly arch: readonly string[];
  /** Whether it is a library, and not a program or an object file. */
  readonly isShared: boolean;
  /** The C library that it needs, where it needs one that is known. */
  readonly libc?: Libc;
  /** Libraries that the loader loads with it; undefined where that is not read. */
  readonly needs?: readonly string[];
  readonly buildId?: string;
  /** Whether the loader finds all that it needs before any of it runs; undefined where the format does not say. */
  readonly bindsNow?: boolean;
  /** Whether no other file's symbols can take the place of any in it; undefined where the format does not say. */
  readonly isSelfContained?: boolean;
  readonly size: number;
  /** As of its {@linkcode ByteSource}. */
  readonly status?: Status;
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
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
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
      status,
      read: (offset, length) =>
        offset + length <= head.byteLength
          ? new DataView(head.buffer, offset, length)
          : at(offset, length),
    });
  } finally {
    file.close();
  }
}

/** Most bytes that are asked for at once: no system gives more than 2 GB. */
const PIECE = 2 ** 30;

/**
 * Reads a file.
 *
 * @param path Absolute path.
 * @returns All of its bytes.
 * @throws {PluginError} As {@linkcode withFile}.
 */
export function readWhole(path: string): Uint8Array;
/**
 * Reads a file of a size that is known. No more of it is read, whatever becomes
 * of it meanwhile, and nothing where it has another: it may have more than there
 * is memory.
 *
 * @param path Absolute path.
 * @param wanted Bytes.
 * @returns Its bytes; where there are more or less of them, how many.
 * @throws {PluginError} As {@linkcode withFile}.
 */
export function readWhole(path: string, wanted: number): Uint8Array | number;
export function readWhole(path: string, wanted?: number): Uint8Array | number {
  return withFile(path, ({ size, read }) => {
    if (size !== (wanted ?? size)) return size;
    const pieces: Uint8Array[] = [];
    let at = 0;
    while (at < size) {
      const piece = read(at, Math.min(size - at, PIECE));
      const { buffer, byteOffset, byteLength } = piece;
      if (byteLength === 0) break; // it was cut off meanwhile
      pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
      at += byteLength;
    }
    return at === (wanted ?? at) ? joined(pieces, at) : at;
  });
}

/** Pieces as one, of so many bytes. */
export function joined(
  pieces: readonly Uint8Array[],
  size: number,
): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Reads from memory.
 *
 * @param path Where the bytes were read, for errors.
 * @param bytes All of them.
 * @returns A source of the bytes.
 */
export function sourceOf(path: string, bytes: Uint8Array): ByteSource {
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
  const { code, name, message } = cause as Error & { code?: string };
  if (code === "EISDIR") return notALibrary(path, "it is not a file");
  const isDenied = name === "NotCapable" ||
    ["EACCES", "EPERM", "ERR_ACCESS_DENIED"].includes(code ?? "");
  if (!isDenied) {
    return notALibrary(path, `it cannot be read: ${message}`, cause);
  }
  return new PluginError(
    "permission_denied",
    `Cannot read the plugin ${quote(path)}: permission denied`,
    { path, cause },
  );
}

/** A file that the system's loader could not take. */
export function notALibrary(
  path: string,
  detail: string,
  cause?: unknown,
): PluginError {
  return new PluginError(
    "not_a_library",
    `Cannot open ${quote(path)}: it is not a shared library: ${detail}`,
    { path, cause },
  );
}
