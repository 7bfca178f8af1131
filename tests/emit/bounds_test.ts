/**
 * Small files that would be made into more than memory holds, each told in one
 * sentence. Nothing of them need be loadable.
 */
import { PluginError } from "../../ffi/error.ts";
import { sourceOf } from "../../ffi/identity/library_bytes.ts";
import { identify } from "../../ffi/identity/read_identity.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import process from "node:process";
import { deflateSync } from "node:zlib";
import { membersOf } from "../../emit/image/archive.ts";
import { describe } from "../../emit/describe/describe.ts";
import { EmitError } from "../../emit/error.ts";
import { readImage } from "../../emit/image/image.ts";
import { readElfStartup } from "../../emit/inspect/startup_elf.ts";
import { readMachStartup } from "../../emit/inspect/startup_macho.ts";
import { test } from "../helpers/test.ts";
import { cstring, fixed, uleb } from "./helpers/dwarf_writer.ts";
import {
  archive,
  archiveOf,
  dynamicSymbols,
  elf,
  type ElfSection,
  FIRST,
  machO,
  trieOf,
} from "./helpers/image_writer.ts";

/**
 * Longest that one may take, in milliseconds of this process: without a limit it
 * takes minutes. What else the machine has to do does not count.
 */
const PATIENCE = 20_000;

/** Reads all of a library that `inspect` and `emit` read. */
function read(bytes: Uint8Array): void {
  const image = readImage(bytes, "bomb.so");
  if (image.format === "elf") readElfStartup(bytes, "bomb.so");
  else readMachStartup(bytes, "bomb.so");
  describe(image);
}

function assertRefused(bytes: Uint8Array, sentence: string): void {
  assert(bytes.length < 5e6, `${bytes.length} bytes`);
  const start = process.cpuUsage();
  const error = assertThrows(() => read(bytes), EmitError, sentence);
  assert(error.message.startsWith("Cannot read "), error.message);
  assert(error.message.length < 500, error.message);
  assertQuick(start);
}

function assertQuick(start: { user: number; system: number }): void {
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  assert(took < PATIENCE, `took ${took} ms`);
}

/** A text, and the offsets of its ends. */
const LONG = Buffer.from(`\0${"a".repeat(600_000)}\0`);
const ENDS = Array.from({ length: 20_000 }, (_, index) => index + 1);

const strings: ElfSection = { name: ".dynstr", type: 3, data: LONG };

test("section headers that are all one", () => {
  const bytes = elf([{ name: "x", type: 1, data: new Uint8Array(4_000_000) }]);
  new DataView(bytes.buffer).setUint16(58, 0, true);
  assertRefused(bytes, "section headers of 0 bytes");
});

test("segments that are all one, and too many", () => {
  const bytes = elf([]);
  const view = new DataView(bytes.buffer);
  view.setUint16(56, 1, true);
  view.setUint16(54, 0, true);
  assertRefused(bytes, "1 segments of 0 bytes");
  view.setUint16(56, 60_000, true);
  view.setUint16(54, 56, true);
  assertRefused(bytes, "60000 segments");
});

test("sections that share their bytes", () => {
  const sections = Array.from({ length: 100 }, (): ElfSection => ({
    name: ".init_array",
    type: 14,
    data: [],
  }));
  const bytes = elf([
    ...sections,
    { name: "x", type: 1, data: new Uint8Array(100_000) },
  ]);
  const view = new DataView(bytes.buffer);
  const table = Number(view.getBigUint64(40, true));
  for (let index = 1; index <= 100; index++) {
    view.setBigUint64(table + index * 64 + 24, 64n, true);
    view.setBigUint64(table + index * 64 + 32, 100_000n, true);
  }
  assertRefused(bytes, "more bytes together than the file");
});

test("symbols whose names are each other's ends", () => {
  const table: ElfSection = {
    name: ".dynsym",
    type: 11,
    data: dynamicSymbols(ENDS),
    link: 2,
    entrySize: 24,
  };
  assertRefused(elf([table, strings]), "names that repeat each other");
});

test("versions whose names are each other's ends", () => {
  const data = [
    ...[...fixed(1, 2), ...fixed(20_000, 2), ...fixed(1, 4), ...fixed(16, 4)],
    ...fixed(0, 4),
    ...ENDS.flatMap((end, index) => [
      ...[...fixed(0, 8), ...fixed(end, 4)],
      ...fixed(index < ENDS.length - 1 ? 16 : 0, 4),
    ]),
  ];
  assertRefused(
    elf([{ name: ".gnu.version_r", type: 0x6ffffffe, data, link: 2 }, strings]),
    "names that repeat each other",
  );
});

test("needed libraries whose names are each other's ends", () => {
  const DT_STRTAB = 5;
  const names = FIRST + 16 * (ENDS.length + 1);
  const data = [
    ...[...fixed(DT_STRTAB, 8), ...fixed(names, 8)],
    ...ENDS.flatMap((end) => [...fixed(1, 8), ...fixed(end, 8)]),
  ];
  const bytes = elf([{ name: ".dynamic", type: 6, data, link: 2 }, strings]);
  assertRefused(bytes, "names that repeat each other");
  // Who opens it reads the same.
  const source = sourceOf("bomb.so", bytes);
  assertThrows(() => identify(source), PluginError, "names that repeat");
});

// ------------------------------------------------------- debug information

const DYNAMIC: readonly ElfSection[] = [
  {
    name: ".dynsym",
    type: 11,
    data: dynamicSymbols([1]),
    link: 2,
    entrySize: 24,
  },
  { name: ".dynstr", type: 3, data: cstring("\0f") },
];

/** An abbreviation: its number, its tag, whether it has children, its attributes and their forms. */
function abbreviation(
  code: number,
  tag: number,
  children: 0 | 1,
  ...attributes: [number, number][]
): number[] {
  return [
    ...[...uleb(code), ...uleb(tag), children],
    ...attributes.flatMap(([name, form]) => [...uleb(name), ...uleb(form)]),
    ...[0, 0],
  ];
}

const ABBREVIATIONS = [
  ...abbreviation(1, 0x11, 1, [3, 8]), // compile unit
  ...abbreviation(2, 0x2e, 1, [3, 8], [0x3f, 0x19], [0x49, 0x13], [0x11, 1]),
  ...abbreviation(3, 0x13, 1, [3, 8], [0x0b, 6]), // struct
  ...abbreviation(4, 0x0d, 0, [3, 0x0e], [0x49, 0x13], [0x38, 6]), // member
  ...abbreviation(5, 0x24, 0, [3, 8], [0x0b, 0x0b], [0x3e, 0x0b]), // base type
  ...abbreviation(6, 0x05, 0, [0x49, 0x13]), // parameter
  ...abbreviation(7, 0x0f, 0, [0x49, 0x13]), // pointer
  ...abbreviation(8, 0x04, 1, [3, 8], [0x0b, 0x0b]), // enumeration
  ...abbreviation(9, 0x28, 0, [3, 0x0e], [0x1c, 6]), // enumerator
  ...abbreviation(10, 0x39, 1, [3, 8]), // namespace
  ...abbreviation(11, 0x0d, 0, [0x49, 0x13], [0x38, 6]), // unnamed member
  ...abbreviation(12, 0x0d, 0, [3, 8], [0x49, 0x13], [0x38, 6]), // short member
  0,
];

const HEADER = 11;

/** A unit of DWARF 4. */
function unit(entries: Uint8Array, abbreviations = 0): Uint8Array {
  return Buffer.concat([
    Uint8Array.from([
      ...[...fixed(entries.length + 7, 4), ...fixed(4, 2)],
      ...[...fixed(abbreviations, 4), 8],
    ]),
    entries,
  ]);
}

/** Entries, each told where it lies. */
class Entries {
  readonly #parts: Uint8Array[] = [Uint8Array.from([1, ...cstring("c")])];
  #at = HEADER + 3;

  add(...bytes: readonly number[]): number {
    const at = this.#at;
    this.#parts.push(Uint8Array.from(bytes));
    this.#at += bytes.length;
    return at;
  }

  unit(): Uint8Array {
    return unit(Buffer.concat(this.#parts));
  }
}

function debug(info: Uint8Array, packed = false): Uint8Array {
  const header = [...fixed(1, 8), ...fixed(info.length, 8), ...fixed(1, 8)];
  return elf([
    ...DYNAMIC,
    packed
      ? {
        name: ".debug_info",
        type: 1,
        flags: 0x800,
        data: Buffer.concat([Uint8Array.from(header), deflateSync(info)]),
      }
      : { name: ".debug_info", type: 1, data: info },
    { name: ".debug_abbrev", type: 1, data: ABBREVIATIONS },
    { name: ".debug_str", type: 1, data: LONG },
  ]);
}

const INT = [5, ...cstring("int"), 4, 5];
const FUNCTION = [2, ...cstring("f")];
const AT = fixed(0x1000, 8);

test("members whose names are each other's ends", () => {
  const entries = new Entries();
  const int = entries.add(...INT);
  const struct = entries.add(3, ...cstring("S"), ...fixed(80_000, 4));
  for (const end of ENDS) {
    const at = fixed(4 * (end - 1), 4);
    entries.add(4, ...fixed(end, 4), ...fixed(int, 4), ...at);
  }
  entries.add(0);
  const pointer = entries.add(7, ...fixed(struct, 4));
  entries.add(...FUNCTION, ...fixed(int, 4), ...AT, 6, ...fixed(pointer, 4));
  entries.add(0, 0);
  assertRefused(debug(entries.unit()), "names that repeat each other");
});

test("values whose names are each other's ends", () => {
  const entries = new Entries();
  const of = entries.add(8, ...cstring("E"), 4);
  for (const end of ENDS) entries.add(9, ...fixed(end, 4), ...fixed(end, 4));
  entries.add(0, ...FUNCTION, ...fixed(of, 4), ...AT, 0, 0);
  assertRefused(debug(entries.unit()), "names that repeat each other");
});

test("parameters that were compressed by a thousand", () => {
  const entries = new Entries();
  const int = entries.add(...INT);
  entries.add(...FUNCTION, ...fixed(int, 4), ...AT);
  const parameter = [6, ...fixed(int, 4)];
  const many = Array.from({ length: 10_000 }, () => parameter).flat();
  for (let round = 0; round < 400; round++) entries.add(...many);
  entries.add(0, 0);
  assertRefused(debug(entries.unit(), true), "more than 1000000 types");
});

test("a section that is compressed by more than any compiler's", () => {
  const info = new Uint8Array(150 * 2 ** 20);
  assertRefused(debug(info, true), "decompress to 157286400: more than");
});

test("units without end", () => {
  const one = unit(Uint8Array.from([1, ...cstring("c"), 0]));
  const info = Buffer.concat(Array.from({ length: 600_000 }, () => one));
  assertRefused(debug(info, true), "past the 500000th");
});

test("namespaces in each other without end", () => {
  const entries = new Entries();
  entries.add(...new Array(20_000).fill([10, 0]).flat());
  assertRefused(debug(entries.unit()), "nested deeper than");
});

test("unnamed members that multiply", () => {
  const entries = new Entries();
  const int = entries.add(...INT);
  let inner = entries.add(3, ...cstring("A"), ...fixed(4, 4));
  entries.add(12, ...cstring("a"), ...fixed(int, 4), ...fixed(0, 4), 0);
  for (let depth = 0; depth < 30; depth++) {
    const outer = entries.add(3, ...cstring("B"), ...fixed(4, 4));
    const member = [11, ...fixed(inner, 4), ...fixed(0, 4)];
    entries.add(...member, ...member, 0);
    inner = outer;
  }
  entries.add(...FUNCTION, ...fixed(inner, 4), ...AT, 0, 0);
  assertRefused(debug(entries.unit()), "members without end");
});

test("units that begin anywhere in one table of abbreviations", () => {
  const table: number[] = [];
  const units: Uint8Array[] = [];
  for (let code = 1; code <= 5_000; code++) {
    units.push(unit(Uint8Array.from(uleb(5_000)), table.length));
    table.push(...uleb(code), 0x34, 0, 0, 0);
  }
  const bytes = elf([
    ...DYNAMIC,
    { name: ".debug_info", type: 1, data: Buffer.concat(units) },
    { name: ".debug_abbrev", type: 1, data: [...table, 0] },
  ]);
  assertRefused(bytes, "tables that repeat each other");
});

test("each unit with a table of its own in the middle of one", () => {
  const table: number[] = [];
  const units: Uint8Array[] = [];
  for (let code = 1; code <= 20_000; code++) {
    units.push(unit(Uint8Array.from(uleb(code)), table.length));
    table.push(...uleb(code), 0x34, 0, 0, 0);
  }
  const bytes = elf([
    ...DYNAMIC,
    { name: ".debug_info", type: 1, data: Buffer.concat(units) },
    { name: ".debug_abbrev", type: 1, data: [...table, 0] },
  ]);
  const start = process.cpuUsage();
  assertThrows(() => read(bytes), EmitError, "no types");
  assertQuick(start);
});

// ------------------------------------------------------------------ Mach-O

test("a tree of names that each have sixteen thousand letters", () => {
  const prefix = `_${"a".repeat(16_000)}`;
  // A root with one edge, whose node has 250 edges to nodes with 60 each.
  const node = (children: [string, number][]): number[] => [
    ...[0, children.length],
    ...children.flatMap(([edge, at]) => [
      ...[...Buffer.from(edge), 0, at & 127 | 128, at >> 7 & 127 | 128],
      at >> 14,
    ]),
  ];
  const first = 2 + prefix.length + 4;
  const wide = 2 + 250 * 6;
  const inner = 2 + 60 * 6;
  const leaf = [3, 0, 0x80, 0x20, 0];
  const two = (index: number) => `${index}`.padStart(2, "0");
  const nodes: number[] = [];
  const leaves = first + wide + 250 * inner;
  for (let index = 0; index < 250; index++) {
    nodes.push(
      ...node(
        Array.from(
          { length: 60 },
          (_, n) => [two(n), leaves + 5 * (60 * index + n)],
        ),
      ),
    );
  }
  const edges = Array.from({ length: 250 }, (_, index): [string, number] => [
    String.fromCharCode(65 + Math.floor(index / 26), 65 + index % 26),
    first + wide + inner * index,
  ]);
  const trie = Uint8Array.from([
    ...node([[prefix, first]]),
    ...node(edges),
    ...nodes,
    ...Array.from({ length: 250 * 60 }, () => leaf).flat(),
  ]);
  assertRefused(machO(trie), "names that repeat each other");
});

test("sections past those that a symbol can name", () => {
  assertRefused(
    machO(trieOf(["_f"]), { sections: 300 }),
    "a section past the 255th",
  );
});

test("a member of an archive whose name is as long as the archive", () => {
  const name = "n".repeat(400_000);
  const bytes = archive({ [name]: Uint8Array.from([1]), "b.o": LONG });
  const members = [...membersOf(bytes, "x.a")];
  assertEquals(members.map((member) => member.name), [name, "b.o"]);
  assertEquals(members[0]!.bytes, Uint8Array.from([1]));
  assertEquals(members[1]!.bytes?.length, LONG.length);
});

test("the tables of an archive are no members of it", () => {
  const one = Uint8Array.from([1]);
  for (const table of ["__.SYMDEF", "__.SYMDEF SORTED", "/", "//", "/SYM64/"]) {
    const sorted = new TextEncoder().encode("__.SYMDEF SORTED");
    const header = table.includes(" ")
      ? [`#1/${sorted.length}`, sorted] as const
      : [table, one] as const;
    const bytes = archiveOf([header, ["a.o", one]]);
    const names = [...membersOf(bytes, "x.a")].map(({ name }) => name);
    assertEquals(names, ["a.o"], table);
  }
});

test("a member of an archive whose name has next to nothing but spaces", () => {
  const name = `${" ".repeat(400_000)}n`;
  const [member] = membersOf(archive({ [name]: LONG }), "x.a");
  assertEquals(member?.name, name);
});

test("members of an archive whose names are each other's ends", () => {
  const none = new Uint8Array();
  const ends = ENDS.map((at) => [`/${at}`, none] as const);
  const bytes = archiveOf([["//", LONG.subarray(1, -1)], ...ends]);
  assertThrows(
    () => [...membersOf(bytes, "x.a")],
    EmitError,
    "has names that repeat each other too often",
  );
});
