/**
 * Which line of which file code is of: the line programs of DWARF, versions 2
 * to 5 (chapter 6.2).
 *
 * @module
 */

import { ByteReader, units } from "./byte_reader.ts";
import type { ElfSections } from "./elf_sections.ts";

const DW_LNS_copy = 1;
const DW_LNS_advance_pc = 2;
const DW_LNS_advance_line = 3;
const DW_LNS_set_file = 4;
const DW_LNS_const_add_pc = 8;
const DW_LNS_fixed_advance_pc = 9;
const DW_LNE_end_sequence = 1;
const DW_LNE_set_address = 2;
const DW_LNE_define_file = 3;
const DW_LNCT_path = 1;
const DW_LNCT_directory_index = 2;

/** Where code was written. */
export interface Line {
  /** As the compiler was told of it. */
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
}

/**
 * Finds the lines of addresses.
 *
 * @param sections Those of the file.
 * @param addresses From where the loader puts the file.
 * @returns A line for each that has one.
 */
export function findLines(
  sections: ElfSections,
  addresses: readonly number[],
): Map<number, Line> {
  const found = new Map<number, Line>();
  const section = sections.get(".debug_line");
  if (section === undefined) return found;
  const wanted = new Set(addresses).size;
  for (const { bytes, is64 } of units(section.bytes)) {
    try {
      readUnit(sections, bytes, is64, addresses, found);
    } catch {
      // The next one may be whole.
    }
    if (found.size === wanted) break;
  }
  return found;
}

/** Most files, and most directories, of one unit. */
const MOST_FILES = 2 ** 16;

/** A file or a directory. Few of them are asked for, and a name that stands elsewhere is read when it is. */
interface ListedName {
  readonly name: () => string;
  readonly directory: number;
}

interface Files {
  readonly directories: readonly ListedName[];
  readonly files: readonly ListedName[];
  /** What the first has in the program. */
  readonly first: number;
}

interface Header {
  readonly files: Files;
  /** Bytes of the shortest instruction. */
  readonly step: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operands: readonly number[];
}

/** Reads up to the program; undefined of a version that is not known. */
function readHeader(
  sections: ElfSections,
  bytes: ByteReader,
  is64: boolean,
): Header | undefined {
  const version = bytes.u16();
  if (version < 2 || version > 5) return undefined;
  if (version === 5) bytes.skip(2); // the sizes of an address and of a selector
  const length = is64 ? bytes.u64() : bytes.u32();
  const start = bytes.at + length;
  const step = bytes.u8();
  if (version >= 4) bytes.skip(1); // operations of one instruction
  bytes.skip(1); // whether a row is a statement
  const [lineBase, lineRange, opcodeBase] = [
    bytes.i8(),
    bytes.u8(),
    bytes.u8(),
  ];
  const operands = [0];
  for (let i = 1; i < opcodeBase; i++) operands.push(bytes.u8());
  const files = version === 5
    ? readEntries(sections, bytes, is64)
    : readNames(bytes);
  bytes.at = start;
  return { files, step, lineBase, lineRange, opcodeBase, operands };
}

/** Gives the name of a file by its number. */
export type FileNames = (index: number) => string | undefined;

/**
 * The files that a unit knows.
 *
 * @param at Where its lines begin.
 */
export function filesAt(sections: ElfSections, at: number): FileNames {
  const section = sections.get(".debug_line");
  const [unit] = section === undefined ? [] : units(section.bytes, at);
  const header = unit && readHeader(sections, unit.bytes, unit.is64);
  return (index) => header && nameOf(header.files, index);
}

function readUnit(
  sections: ElfSections,
  bytes: ByteReader,
  is64: boolean,
  addresses: readonly number[],
  found: Map<number, Line>,
): void {
  const header = readHeader(sections, bytes, is64);
  if (header === undefined) return;
  const { files, step, lineBase, lineRange, opcodeBase, operands } = header;

  let [address, file, line] = [0, 1, 1];
  let before: { address: number; file: number; line: number } | undefined;
  const row = () => {
    // A sequence at 0 is of code that the linker has left out.
    if (before !== undefined && before.address > 0) {
      for (const wanted of addresses) {
        if (wanted < before.address || wanted >= address) continue;
        if (before.line <= 0 || found.has(wanted)) continue;
        const name = nameOf(files, before.file);
        if (name !== undefined) {
          found.set(wanted, { file: name, line: before.line });
        }
      }
    }
    before = { address, file, line };
  };
  while (bytes.at < bytes.end) {
    const opcode = bytes.u8();
    if (opcode >= opcodeBase) {
      const special = opcode - opcodeBase;
      address += Math.floor(special / lineRange) * step;
      line += lineBase + special % lineRange;
      row();
      continue;
    }
    switch (opcode) {
      case 0: {
        const size = bytes.uleb();
        const end = bytes.at + size;
        const extended = bytes.u8();
        if (extended === DW_LNE_end_sequence) {
          row();
          before = undefined;
          [address, file, line] = [0, 1, 1];
        } else if (extended === DW_LNE_set_address) {
          address = size === 9 ? bytes.u64() : bytes.u32();
        } else if (extended === DW_LNE_define_file) {
          return;
        }
        bytes.at = end;
        break;
      }
      case DW_LNS_copy:
        row();
        break;
      case DW_LNS_advance_pc:
        address += bytes.uleb() * step;
        break;
      case DW_LNS_advance_line:
        line += bytes.sleb();
        break;
      case DW_LNS_set_file:
        file = bytes.uleb();
        break;
      case DW_LNS_const_add_pc:
        address += Math.floor((255 - opcodeBase) / lineRange) * step;
        break;
      case DW_LNS_fixed_advance_pc:
        address += bytes.u16();
        break;
      default:
        for (let i = 0; i < operands[opcode]!; i++) bytes.uleb();
    }
  }
}

/** The files of version 5. */
function readEntries(
  sections: ElfSections,
  bytes: ByteReader,
  is64: boolean,
): Files {
  const entries = () => {
    const format: [content: number, form: number][] = [];
    for (let left = bytes.u8(); left > 0; left--) {
      format.push([bytes.uleb(), bytes.uleb()]);
    }
    const all: ListedName[] = [];
    for (let left = bytes.uleb(); left > 0; left--) {
      const entry = { name: () => "", directory: 0 };
      for (const [content, form] of format) {
        const value = readForm(sections, bytes, is64, form);
        if (content === DW_LNCT_path && typeof value === "function") {
          entry.name = value;
        }
        if (content === DW_LNCT_directory_index) {
          entry.directory = Number(value);
        }
      }
      add(all, entry);
      if (format.length === 0) break;
    }
    return all;
  };
  return { directories: entries(), files: entries(), first: 0 };
}

/** The files of versions before 5. */
function readNames(bytes: ByteReader): Files {
  // That of the compiler is said elsewhere.
  const directories: ListedName[] = [{ name: () => "", directory: 0 }];
  for (let name = bytes.text(); name !== ""; name = bytes.text()) {
    add(directories, { name: () => name, directory: 0 });
  }
  const files: ListedName[] = [];
  for (let name = bytes.text(); name !== ""; name = bytes.text()) {
    add(files, { name: () => name, directory: bytes.uleb() });
    bytes.uleb();
    bytes.uleb();
  }
  return { directories, files, first: 1 };
}

function add(all: ListedName[], one: ListedName): void {
  if (all.length === MOST_FILES) throw new RangeError("there are too many");
  all.push(one);
}

/** Reads a number, or what reads a text. */
function readForm(
  sections: ElfSections,
  bytes: ByteReader,
  is64: boolean,
  form: number,
): number | (() => string) {
  const textIn = (section: string) => {
    const at = is64 ? bytes.u64() : bytes.u32();
    return () => {
      const found = sections.get(section);
      return found === undefined ? "" : new ByteReader(found.bytes, at).text();
    };
  };
  switch (form) {
    case 0x08: { // DW_FORM_string
      const text = bytes.text();
      return () => text;
    }
    case 0x0e: // DW_FORM_strp
      return textIn(".debug_str");
    case 0x1f: // DW_FORM_line_strp
      return textIn(".debug_line_str");
    case 0x0b: // DW_FORM_data1
      return bytes.u8();
    case 0x05: // DW_FORM_data2
      return bytes.u16();
    case 0x06: // DW_FORM_data4
      return bytes.u32();
    case 0x07: // DW_FORM_data8
      return bytes.u64();
    case 0x0f: // DW_FORM_udata
      return bytes.uleb();
    case 0x1e: // DW_FORM_data16
      return bytes.skip(16);
    case 0x09: // DW_FORM_block
      return bytes.skip(bytes.uleb());
    default:
      throw new RangeError("an unknown form");
  }
}

/** A file's name, behind the directory that it was found in, but for the one that the compiler ran in. */
function nameOf(
  { directories, files, first }: Files,
  index: number,
): string | undefined {
  const file = files[index - first];
  if (file === undefined) return undefined;
  const { directory } = file;
  const name = file.name();
  const lies = directories[directory]?.name() ?? "";
  return directory === 0 || lies === "" || name.startsWith("/")
    ? name
    : `${lies}/${name}`;
}
