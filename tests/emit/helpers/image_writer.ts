/**
 * Writes libraries byte by byte, for what no linker writes and for formats of
 * which the machine has no linker.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { fixed } from "./dwarf_writer.ts";

/** A section of an ELF file. */
export interface ElfSection {
  readonly name: string;
  /** An `SHT_` number. */
  readonly type: number;
  readonly flags?: number;
  readonly data: Uint8Array | readonly number[];
  /** Index of another section, from 1. */
  readonly link?: number;
  readonly entrySize?: number;
}

/**
 * Writes an ELF library for x86-64: its sections, each behind the one before,
 * from {@linkcode FIRST} on.
 *
 * @param sections Its sections; the one with their names is added. Where one is
 * `.dynamic` there are segments too: all of the file, loaded at 0, and that.
 */
export function elf(sections: readonly ElfSection[]): Uint8Array {
  let names = "\0";
  const nameAt = [...sections.map(({ name }) => name), ".shstrtab"].map(
    (name) => {
      const at = names.length;
      names += `${name}\0`;
      return at;
    },
  );
  const all: readonly ElfSection[] = [...sections, {
    name: ".shstrtab",
    type: 3,
    data: Buffer.from(names),
  }];
  const bodies: Uint8Array[] = [];
  const headers: number[] = new Array(64).fill(0);
  const segments: number[] = [];
  let at = FIRST;
  for (const [index, section] of all.entries()) {
    const { type, flags = 0, link = 0, entrySize = 0 } = section;
    const data = Uint8Array.from(section.data);
    headers.push(
      ...[...fixed(nameAt[index]!, 4), ...fixed(type, 4), ...fixed(flags, 8)],
      ...[...fixed(0, 8), ...fixed(at, 8), ...fixed(data.length, 8)],
      ...[...fixed(link, 4), ...fixed(0, 4), ...fixed(1, 8)],
      ...fixed(entrySize, 8),
    );
    bodies.push(data);
    if (section.name === ".dynamic") {
      segments.push(...segment(2, at, data.length));
    }
    at += data.length;
  }
  const count = segments.length === 0 ? 0 : 2;
  if (count > 0) segments.push(...segment(1, 0, at));
  const head = [
    ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...fixed(0, 9)],
    ...[...fixed(3, 2), ...fixed(62, 2), ...fixed(1, 4), ...fixed(0, 8)],
    ...[...fixed(at + headers.length, 8), ...fixed(at, 8), ...fixed(0, 4)],
    ...[...fixed(64, 2), ...fixed(56, 2), ...fixed(count, 2), ...fixed(64, 2)],
    ...[...fixed(all.length + 1, 2), ...fixed(all.length, 2)],
  ];
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.from(head),
      ...bodies,
      Uint8Array.from(headers),
      Uint8Array.from(segments),
    ]),
  );
}

/** Where the first section lies. */
export const FIRST = 64;

/** A program header: what lies there, and is loaded at that very address. */
function segment(type: number, at: number, size: number): number[] {
  return [
    ...[...fixed(type, 4), ...fixed(4, 4), ...fixed(at, 8), ...fixed(at, 8)],
    ...[...fixed(at, 8), ...fixed(size, 8), ...fixed(size, 8), ...fixed(1, 8)],
  ];
}

/** The entries of a `.dynsym`: functions whose names lie at these offsets. */
export function dynamicSymbols(names: readonly number[]): Uint8Array {
  const table = new DataView(new ArrayBuffer(24 * (names.length + 1)));
  for (const [index, name] of names.entries()) {
    const at = 24 * (index + 1);
    table.setUint32(at, name, true);
    table.setUint8(at + 4, 0x12); // STB_GLOBAL, STT_FUNC
    table.setUint16(at + 6, 1, true);
    table.setUint32(at + 8, 0x1000 + index, true);
  }
  return new Uint8Array(table.buffer);
}

/** A load command of Mach-O. */
export type Command = readonly number[];

/** A command, with its number and size before what is in it. */
function command(number: number, ...content: number[][]): Command {
  const bytes = content.flat();
  while (bytes.length % 8 !== 0) bytes.push(0);
  return [...fixed(number, 4), ...fixed(bytes.length + 8, 4), ...bytes];
}

function name16(name: string): number[] {
  return [...Buffer.from(name.padEnd(16, "\0"))];
}

/**
 * Writes a Mach-O library for x86-64.
 *
 * @param trie Its exports trie.
 * @param options How many sections it has, and further commands.
 */
export function machO(
  trie: Uint8Array,
  { sections = 1, more = [] }: { sections?: number; more?: Command[] } = {},
): Uint8Array {
  const text = [
    ...[...name16("__text"), ...name16("__TEXT")],
    ...[...fixed(0x1000, 8), ...fixed(0x1000, 8), ...fixed(0, 4)],
    ...[...fixed(4, 4), ...fixed(0, 4), ...fixed(0, 4)],
    ...[...fixed(0x80000400, 4), ...fixed(0, 12)],
  ];
  const commands = (at: number): number[] =>
    [
      command(
        0x19, // LC_SEGMENT_64
        name16("__TEXT"),
        [...fixed(0, 8), ...fixed(0x4000, 8), ...fixed(0, 16)],
        [...fixed(5, 4), ...fixed(5, 4), ...fixed(sections, 4)],
        fixed(0, 4),
        ...Array.from({ length: sections }, () => text),
      ),
      command(0x80000033, [...fixed(at, 4), ...fixed(trie.length, 4)]),
      command(0x1b, fixed(0x1234, 16)),
      command(0xc, fixed(24, 4), fixed(0, 12), [
        ...Buffer.from("libx.dylib\0"),
      ]),
      ...more,
    ].flat();
  const { length } = commands(0);
  const count = 4 + more.length;
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.from([
        ...[...fixed(0xfeedfacf, 4), ...fixed(0x01000007, 4), ...fixed(3, 4)],
        ...[...fixed(6, 4), ...fixed(count, 4), ...fixed(length, 4)],
        ...fixed(0, 8),
        ...commands(32 + length),
      ]),
      trie,
    ]),
  );
}

/** An exports trie: each name is a child of the root. */
export function trieOf(names: readonly string[]): Uint8Array {
  const children = names.map((name) => [...Buffer.from(name), 0]);
  // Offsets of two bytes: nodes of five bytes behind the root.
  const first = 2 + children.reduce((sum, child) => sum + child.length + 2, 0);
  const nodes = names.flatMap(() => [3, 0, 0x80, 0x20, 0]);
  return Uint8Array.from([
    ...[0, names.length],
    ...children.flatMap((child, index) => {
      const at = first + 5 * index;
      return [...child, at % 128 | 128, at >> 7];
    }),
    ...nodes,
  ]);
}

/** A universal file of one library; with places of 64 bits where it is wide. */
export function universal(library: Uint8Array, isWide = false): Uint8Array {
  const big = (value: number, size = 4) => fixed(value, size).reverse();
  const place = (value: number) => big(value, isWide ? 8 : 4);
  const start = isWide ? 40 : 28;
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.from([
        ...[...big(isWide ? 0xcafebabf : 0xcafebabe), ...big(1)],
        ...library.slice(4, 8).reverse(),
        ...library.slice(8, 12).reverse(),
        ...[...place(start), ...place(library.length)],
        ...big(0, isWide ? 8 : 4),
      ]),
      library,
    ]),
  );
}

/** A static library of these members, as macOS's `ar` writes long names. */
export function archive(
  members: Readonly<Record<string, Uint8Array>>,
): Uint8Array {
  return archiveOf(
    Object.entries(members).map(([name, data]) =>
      name.length > 15
        ? [`#1/${name.length}`, Buffer.concat([Buffer.from(name), data])]
        : [name, data]
    ),
  );
}

/** The same, of members as their headers name them; several may have one name. */
export function archiveOf(
  members: readonly (readonly [string, Uint8Array])[],
): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from("!<arch>\n")];
  for (const [name, data] of members) {
    const header = name.padEnd(16) +
      "0".padEnd(12) + "0".padEnd(6) + "0".padEnd(6) + "644".padEnd(8) +
      `${data.length}`.padEnd(10) + "`\n";
    parts.push(Buffer.from(header), data);
    if (data.length % 2 === 1) parts.push(Buffer.from("\n"));
  }
  return new Uint8Array(Buffer.concat(parts));
}
