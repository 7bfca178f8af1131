/**
 * Is the file the library that the manifest describes, and can this machine
 * load it? Answered before any of its code runs.
 *
 * Read here is only what the loader itself reads first: the file header, and
 * in ELF the program headers with the build id and the interpreter.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
} from "node:fs";
import process from "node:process";
import { PluginError } from "./error.ts";
import { quote } from "./locate.ts";
import type { LibraryInfo, ThunkLibrary } from "./manifest.ts";

/** What a file says of itself in its first bytes. */
interface Identity {
  readonly os: LibraryInfo["os"];
  /** Architectures in it; more than one in a fat Mach-O file. */
  readonly arch: readonly string[];
  /** Whether it is a library, and not a program or an object file. */
  readonly isShared: boolean;
  readonly buildId?: string;
  readonly interpreter?: string;
  readonly size: number;
}

/**
 * Makes sure that this process can load the library, and that it is the one described.
 *
 * @param path Absolute path of the library.
 * @param library What the manifest says of it.
 * @throws {PluginError} `not_a_library`, `wrong_target`, `wrong_library`,
 * `permission_denied`: each says what is there and what was wanted.
 */
export function checkIdentity(path: string, library: LibraryInfo): void {
  const file = identify(path);
  if (!file.isShared) {
    throw notALibrary(path, "it is compiled, but not a shared object");
  }
  checkTarget(path, "the manifest", [library.os], [library.arch]);
  checkTarget(path, "the file", [file.os], file.arch);
  checkLibc(path, library);
  checkSame(path, file, library);
}

/**
 * Makes sure that the companion of a library, which its thunks lie in, is the one described.
 *
 * @param path Absolute path of the companion.
 * @param thunks What the manifest says of it.
 * @throws {PluginError} As {@linkcode checkIdentity}.
 */
export function checkCompanion(path: string, thunks: ThunkLibrary): void {
  const file = identify(path);
  checkTarget(path, "the file", [file.os], file.arch);
  checkSame(path, file, thunks);
}

function checkSame(path: string, file: Identity, wanted: ThunkLibrary): void {
  if (wanted.buildId !== undefined && file.buildId !== undefined) {
    return same(path, "build id", file.buildId, wanted.buildId);
  }
  same(path, "size", file.size, wanted.size);
  same(path, "sha256", sha256(path), wanted.sha256);
}

function checkTarget(
  path: string,
  who: string,
  os: readonly string[],
  arch: readonly string[],
): void {
  if (os.includes(process.platform) && arch.includes(process.arch)) return;
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: ${who} is for ${os}-${arch}, ` +
      `this process is ${process.platform}-${process.arch}; build the plugin for this machine`,
    { path },
  );
}

function checkLibc(path: string, library: LibraryInfo): void {
  if (library.libc === undefined || process.platform !== "linux") return;
  const own = ownLibc();
  if (own === undefined || own === library.libc) return;
  throw new PluginError(
    "wrong_target",
    `Cannot open the plugin ${quote(path)}: it needs the C library ${
      quote(library.libc)
    }, this process runs on ${quote(own)}; build the plugin for this machine`,
    { path },
  );
}

let libc: LibraryInfo["libc"] | undefined;

/** The C library of this process, from the interpreter of its executable. */
function ownLibc(): LibraryInfo["libc"] | undefined {
  if (libc === undefined) {
    let interpreter: string | undefined;
    try {
      interpreter = identify("/proc/self/exe").interpreter;
    } catch {
      return undefined; // a sandbox without /proc: the loader will tell
    }
    if (interpreter === undefined) return undefined;
    libc = interpreter.includes("ld-musl") ? "musl" : "gnu";
  }
  return libc;
}

function same(
  path: string,
  what: string,
  there: string | number,
  wanted: string | number,
): void {
  if (there === wanted) return;
  throw new PluginError(
    "wrong_library",
    `Cannot open the plugin ${quote(path)}: its ${what} is ${there}, ` +
      `the manifest describes ${wanted}; write the manifest anew`,
    { path },
  );
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function identify(path: string): Identity {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw new PluginError(
      "permission_denied",
      `Cannot read the plugin ${quote(path)}: permission denied`,
      { path, cause },
    );
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw notALibrary(path, "it is not a file");
    const read = (offset: number, length: number): DataView => {
      const bytes = new Uint8Array(length);
      return new DataView(
        bytes.buffer,
        0,
        length === 0 ? 0 : readSync(file, bytes, 0, length, offset),
      );
    };
    return identifyBytes(path, status.size, read);
  } finally {
    closeSync(file);
  }
}

type ReadAt = (offset: number, length: number) => DataView;

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe; // as its little-endian bytes lie in the file
const MACH_O_FAT = 0xcafebabe;

function identifyBytes(path: string, size: number, read: ReadAt): Identity {
  const head = read(0, 4096);
  if (head.byteLength < 64) {
    throw notALibrary(path, `it has only ${head.byteLength} bytes`);
  }
  switch (head.getUint32(0)) {
    case ELF:
      return identifyElf(path, size, head, read);
    case MACH_O_64:
      return {
        os: "darwin",
        arch: [machOArch(head.getUint32(4, true))],
        isShared: [MH_DYLIB, MH_BUNDLE].includes(head.getUint32(12, true)),
        size,
      };
    case MACH_O_FAT:
      return { os: "darwin", arch: fatArchs(head), isShared: true, size };
  }
  throw notALibrary(
    path,
    "its first bytes are neither those of an ELF nor of a 64-bit Mach-O file",
  );
}

function notALibrary(path: string, detail: string): PluginError {
  return new PluginError(
    "not_a_library",
    `Cannot open ${quote(path)}: it is not a shared library: ${detail}`,
    { path },
  );
}

// ------------------------------------------------------------------------ ELF
// Names and numbers from the System V ABI, chapters 4 and 5.

const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;
const ET_DYN = 3;
const PT_INTERP = 3;
const PT_NOTE = 4;
const NT_GNU_BUILD_ID = 3;
/** Most bytes that notes or an interpreter's path are read of. */
const MAX_NOTES = 65_536;
const MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };

function identifyElf(
  path: string,
  size: number,
  head: DataView,
  read: ReadAt,
): Identity {
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
  const phoff = Number(head.getBigUint64(32, true));
  const phentsize = head.getUint16(54, true);
  const phnum = head.getUint16(56, true);
  if (phentsize < 56 || phoff + phentsize * phnum > size) {
    throw notALibrary(path, "its program headers lie outside of it");
  }
  const headers = read(phoff, phentsize * phnum);
  let buildId: string | undefined;
  let interpreter: string | undefined;
  for (let at = 0; at + 56 <= headers.byteLength; at += phentsize) {
    const type = headers.getUint32(at, true);
    const offset = Number(headers.getBigUint64(at + 8, true));
    const length = Number(headers.getBigUint64(at + 32, true));
    // Loaders do not look: touching such a page ends the process.
    if (offset + length > size) {
      throw notALibrary(
        path,
        `it has ${size} bytes, and a segment of it would reach to ${
          offset + length
        }; it is truncated`,
      );
    }
    if (type !== PT_NOTE && type !== PT_INTERP || length > MAX_NOTES) continue;
    const segment = read(offset, length);
    if (type === PT_NOTE) buildId ??= buildIdIn(segment);
    else interpreter = ascii(segment);
  }
  return {
    os: "linux",
    arch: [MACHINES[machine] ?? `machine ${machine}`],
    isShared: head.getUint16(16, true) === ET_DYN,
    size,
    ...(buildId === undefined ? {} : { buildId }),
    ...(interpreter === undefined ? {} : { interpreter }),
  };
}

/** The build id among the notes of a segment: name size, descriptor size, type, then both, each padded to 4. */
function buildIdIn(notes: DataView): string | undefined {
  let at = 0;
  while (at + 12 <= notes.byteLength) {
    const nameSize = notes.getUint32(at, true);
    const size = notes.getUint32(at + 4, true);
    const type = notes.getUint32(at + 8, true);
    const descriptor = at + 12 + Math.ceil(nameSize / 4) * 4;
    at = descriptor + Math.ceil(size / 4) * 4;
    if (at > notes.byteLength) return undefined;
    const isGnu = nameSize === 4 &&
      notes.getUint32(descriptor - 4) === 0x474e5500; // "GNU\0"
    if (isGnu && type === NT_GNU_BUILD_ID) {
      const bytes = new Uint8Array(notes.buffer, descriptor, size);
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    }
  }
  return undefined;
}

function ascii(view: DataView): string {
  return new TextDecoder().decode(view).replace(/\0.*$/s, "");
}

// --------------------------------------------------------------------- Mach-O

const MH_DYLIB = 6;
const MH_BUNDLE = 8;

function machOArch(cpuType: number): string {
  switch (cpuType) {
    case 0x01000007:
      return "x64";
    case 0x0100000c:
      return "arm64";
  }
  return `CPU type ${cpuType}`;
}

function fatArchs(head: DataView): string[] {
  const count = Math.min(head.getUint32(4), 16);
  return Array.from(
    { length: count },
    (_, index) => machOArch(head.getUint32(8 + index * 20)),
  );
}
