/**
 * What a Mach-O file says of itself in its first bytes, and what it needs. Names
 * and numbers are from `mach-o/loader.h`.
 *
 * @module
 */

import { type Identity, notALibrary } from "./library_bytes.ts";
import type { Search } from "./search_path.ts";

const MH_MAGIC_64 = 0xfeedfacf;
/** Files for several machines: with places of 32 bits, and of 64. */
const FAT_MAGIC = 0xcafebabe;
const FAT_MAGIC_64 = 0xcafebabf;

const MH_DYLIB = 6;
const MH_BUNDLE = 8;

/** A file for one architecture. */
export function identifyMachO(head: DataView, size: number): Identity {
  return {
    os: "darwin",
    arch: [archOf(head.getUint32(4, true))],
    isShared: [MH_DYLIB, MH_BUNDLE].includes(head.getUint32(12, true)),
    size,
  };
}

/** A file for several. */
export function identifyFat(head: DataView, size: number): Identity {
  return {
    os: "darwin",
    arch: Array.from(fatParts(head), ({ cpuType }) => archOf(cpuType)),
    isShared: true,
    size,
  };
}

/** Most architectures in a file. */
const MAX_PARTS = 16;

/** The parts of a file for several; none where it is not one. */
function* fatParts(
  view: DataView,
): Generator<{ cpuType: number; start: number }> {
  const magic = view.getUint32(0);
  const isWide = magic === FAT_MAGIC_64;
  if (magic !== FAT_MAGIC && !isWide) return;
  const count = Math.min(view.getUint32(4), MAX_PARTS);
  for (let index = 0; index < count; index++) {
    const at = 8 + index * (isWide ? 32 : 20);
    const start = isWide
      ? Number(view.getBigUint64(at + 8))
      : view.getUint32(at + 8);
    yield { cpuType: view.getUint32(at), start };
  }
}

/** CPU_TYPE_; the first two are those that runtimes are there for. */
const ARCHITECTURES = new Map([
  [0x01000007, "x64"],
  [0x0100000c, "arm64"],
  [7, "i386"],
  [12, "arm"],
  [18, "ppc"],
  [0x01000012, "ppc64"],
  [0x0200000c, "arm64_32"],
]);

function archOf(cpuType: number): string {
  return ARCHITECTURES.get(cpuType) ?? `CPU type ${cpuType}`;
}

// ------------------------------------------------------------------------ needs

/** `LC_LOAD_DYLIB` and the others that name a library: weak, exported again, lazy, upward. */
const NEEDS: readonly number[] = [
  ...[0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023],
];
const LC_RPATH = 0x8000001c;
const HEADER = 32;

/**
 * What a Mach-O file needs and where that is looked for, in the words of ELF:
 * dyld's `@loader_path` is `$ORIGIN`, its `LC_RPATH` is an RPATH, and what it
 * asks for by `@rpath/` is asked for by its name.
 *
 * @param path Where its bytes are from, for errors.
 * @param bytes All of them; of a file for several architectures, what any of them needs counts.
 * @returns Undefined where it is no Mach-O file.
 * @throws {PluginError} `not_a_library`.
 */
export function machOSearch(
  path: string,
  bytes: Uint8Array,
): Search | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const needs = new Set<string>();
  const rpaths = new Set<string>();
  try {
    const starts = startsOf(view);
    if (starts === undefined) return undefined;
    for (const start of starts) {
      for (const [command, text] of pathsIn(view, start)) {
        if (command === LC_RPATH) rpaths.add(text);
        else needs.add(text);
      }
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw notALibrary(path, "its load commands lie outside of it", cause);
  }
  return {
    needs: Array.from(
      needs,
      (need) => /^@rpath\/([^/$]+)$/.exec(need)?.[1] ?? wayOf(need),
    ),
    filters: [],
    // What is between colons in ELF is a path of its own here.
    rpath: Array.from(rpaths, wayOf).map((way) => way.replaceAll(":", "$"))
      .join(":"),
    isClosed: true,
  };
}

/** Where the parts for single architectures begin; undefined where it is no Mach-O file. */
function startsOf(view: DataView): number[] | undefined {
  if (view.getUint32(0, true) === MH_MAGIC_64) return [0];
  const parts = [...fatParts(view)];
  return parts.length === 0
    ? undefined
    : parts.filter(({ start }) => view.getUint32(start, true) === MH_MAGIC_64)
      .map(({ start }) => start);
}

/** The commands that have a path, and the path. */
function* pathsIn(view: DataView, start: number): Generator<[number, string]> {
  const end = start + HEADER + view.getUint32(start + 20, true);
  for (let at = start + HEADER; at < end;) {
    const command = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    if (size < 8) throw new RangeError("a command of no size");
    if (command === LC_RPATH || NEEDS.includes(command)) {
      const from = view.getUint32(at + 8, true);
      yield [command, textAt(view, at + from, at + size)];
    }
    at += size;
  }
}

function textAt(view: DataView, from: number, to: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** A path in the words of ELF. What begins neither at the file nor at the root begins anywhere. */
function wayOf(path: string): string {
  if (path.startsWith("/")) return path;
  const [, rest] = /^@loader_path(\/.*|$)/s.exec(path) ?? [];
  if (rest !== undefined) return `$ORIGIN${rest}`;
  return /^@\w+(?:\/|$)/.test(path) ? path : `./${path}`;
}
