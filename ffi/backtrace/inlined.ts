/**
 * Which functions were compiled into others: the inlined subroutines of DWARF,
 * versions 2 to 5 (chapters 3.3.8 and 7.5).
 *
 * @module
 */

import { Bytes, type Unit, units } from "./bytes.ts";
import type { ElfSections } from "./elf_sections.ts";
import { readable } from "./demangle.ts";
import { type FileNames, filesAt } from "./lines.ts";

const DW_TAG_lexical_block = 0x0b;
const DW_TAG_inlined_subroutine = 0x1d;
const DW_TAG_subprogram = 0x2e;
const DW_AT_sibling = 0x01;
const DW_AT_name = 0x03;
const DW_AT_stmt_list = 0x10;
const DW_AT_low_pc = 0x11;
const DW_AT_high_pc = 0x12;
const DW_AT_abstract_origin = 0x31;
const DW_AT_specification = 0x47;
const DW_AT_ranges = 0x55;
const DW_AT_call_file = 0x58;
const DW_AT_call_line = 0x59;
const DW_AT_linkage_name = 0x6e;
const DW_AT_str_offsets_base = 0x72;
const DW_AT_addr_base = 0x73;
const DW_AT_rnglists_base = 0x74;
const DW_AT_MIPS_linkage_name = 0x2007;

/** Deepest that entries lie within each other. */
const MOST_DEPTH = 256;
/** Most characters of a name. */
const MOST_NAME = 2 ** 14;
/** Most entries and ranges that are read: the file is the plugin's, and nobody waits for one that was made to be read for ever. */
const MOST_READ = 2 ** 23;
/** Most units. */
const MOST_UNITS = 2 ** 17;
/** Most attributes of one kind of entries, and of all kinds: some take no bytes where entries have them. */
const MOST_ATTRIBUTES = 128;
const MOST_DECLARED = 2 ** 22;

/** A function that was compiled into another one. */
export interface InlinedCall {
  /** Its name; undefined where nothing says it. */
  readonly symbol: string | undefined;
  /** Where it was called, as the compiler was told of it. */
  readonly file: string | undefined;
  /** From 1 on. */
  readonly line: number | undefined;
}

/**
 * Finds what was compiled into the functions at some addresses.
 *
 * @param sections Those of the file.
 * @param addresses From where the loader puts the file.
 * @returns For each in which something was, all of it, the innermost first.
 */
export function findInlined(
  sections: ElfSections,
  addresses: readonly number[],
): Map<number, InlinedCall[]> {
  const found = new Map<number, InlinedCall[]>();
  const info = sections.get(".debug_info");
  if (info === undefined || !sections.get(".debug_abbrev")) return found;
  const all = new Units(sections, info.bytes);
  for (const unit of all.list) {
    try {
      readUnit(all, unit, addresses, found);
    } catch {
      // The next one may be whole.
    }
  }
  return found;
}

// ----------------------------------------------------------------------- units

/** What the entries of one kind have: pairs of an attribute and its form, and a constant. */
interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Whether anything of them is asked for when all entries are walked: of code, and what leads past children. */
  readonly isRead: boolean;
  readonly attributes: readonly [
    attribute: number,
    form: number,
    constant: number,
  ][];
}

/** One unit, and what its forms need. */
interface Compiled {
  /** Where it begins in the section, and what lies behind it. */
  readonly at: number;
  readonly end: number;
  readonly is64: boolean;
  readonly version: number;
  readonly addressSize: number;
  /** Where its first entry is. */
  readonly first: number;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
  /** How many bytes the values of entries have, by their codes. */
  readonly sizes: Map<number, number>;
  /** What addresses of ranges are from. */
  base: number;
  strings: number;
  addresses: number;
  ranges: number;
}

/** What an entry says, as far as it is asked for; addresses in full, references from the start of the section. */
interface Entry {
  readonly at: number;
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly values: ReadonlyMap<number, Value>;
}

/** What an index leads to is looked for when it is asked for. */
type Value =
  | {
    readonly kind: "number" | "reference" | "address";
    readonly value: number;
  }
  | { readonly kind: "index" | "range"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "string"; readonly value: number };

class Units {
  readonly sections: ElfSections;
  readonly info: Uint8Array;
  readonly list: Compiled[] = [];
  readonly #abbreviations = new Map<number, Map<number, Abbreviation>>();
  #declared = 0;
  #read = 0;

  constructor(sections: ElfSections, info: Uint8Array) {
    this.sections = sections;
    this.info = info;
    for (const unit of units(info)) {
      if (this.list.length === MOST_UNITS) break;
      try {
        const header = this.#header(unit);
        if (header !== undefined) this.list.push(header);
      } catch {
        // The next one may be whole.
      }
    }
  }

  #header({ bytes, is64, at }: Unit): Compiled | undefined {
    const offset = () => is64 ? bytes.u64() : bytes.u32();
    const version = bytes.u16();
    if (version < 2 || version > 5) return undefined;
    const kind = version === 5 ? bytes.u8() : 1;
    let addressSize = version === 5 ? bytes.u8() : 0;
    const abbreviations = offset();
    if (version < 5) addressSize = bytes.u8();
    if (kind === 4 || kind === 5) bytes.skip(8); // DW_UT_skeleton, DW_UT_split_compile
    if (kind === 2 || kind === 6) return undefined; // types
    return {
      at,
      end: bytes.end,
      is64,
      version,
      addressSize,
      first: bytes.at,
      abbreviations: this.#abbreviationsAt(abbreviations),
      sizes: new Map(),
      base: 0,
      strings: is64 ? 16 : 8,
      addresses: is64 ? 16 : 8,
      ranges: is64 ? 20 : 12,
    };
  }

  #abbreviationsAt(offset: number): Map<number, Abbreviation> {
    const known = this.#abbreviations.get(offset);
    if (known !== undefined) return known;
    const table = new Map<number, Abbreviation>();
    const bytes = new Bytes(this.sections.get(".debug_abbrev")!.bytes, offset);
    for (let code = bytes.uleb(); code !== 0; code = bytes.uleb()) {
      const tag = bytes.uleb();
      const hasChildren = bytes.u8() !== 0;
      const attributes: [number, number, number][] = [];
      for (;;) {
        const [attribute, form] = [bytes.uleb(), bytes.uleb()] as const;
        const constant = form === 0x21 ? bytes.sleb() : 0; // DW_FORM_implicit_const
        if (
          ++this.#declared > MOST_DECLARED ||
          attributes.length > MOST_ATTRIBUTES
        ) throw new RangeError("there is too much");
        if (attribute === 0 && form === 0) break;
        attributes.push([attribute, form, constant]);
      }
      const isRead = isCode(tag) || hasChildren &&
          attributes.some(([attribute]) => attribute === DW_AT_sibling);
      table.set(code, { tag, hasChildren, isRead, attributes });
    }
    this.#abbreviations.set(offset, table);
    return table;
  }

  /** Counts what is read. */
  count(): void {
    if (++this.#read > MOST_READ) throw new RangeError("there is too much");
  }

  /** The unit that has an entry. */
  of(at: number): Compiled | undefined {
    return this.list.find((unit) => at >= unit.first && at < unit.end);
  }

  bytesOf(unit: Compiled, at: number): Bytes {
    return new Bytes(this.info, at, unit.end);
  }
}

// --------------------------------------------------------------------- entries

function isCode(tag: number): boolean {
  return tag === DW_TAG_subprogram || tag === DW_TAG_inlined_subroutine ||
    tag === DW_TAG_lexical_block;
}

const NONE: ReadonlyMap<number, Value> = new Map();
const NOBODY: readonly number[] = [];

/**
 * Reads an entry.
 *
 * @param isWalked Whether only what is asked for of all entries is wanted: most are passed over.
 * @returns Undefined for what ends a list of children.
 */
function readEntry(
  unit: Compiled,
  bytes: Bytes,
  isWalked = false,
): Entry | undefined {
  const { at } = bytes;
  const code = bytes.uleb();
  if (code === 0) return undefined;
  const abbreviation = unit.abbreviations.get(code);
  if (abbreviation === undefined) throw new RangeError("an unknown entry");
  if (isWalked && !abbreviation.isRead) {
    passOver(unit, bytes, code, abbreviation);
    const { tag, hasChildren } = abbreviation;
    return { at, tag, hasChildren, values: NONE };
  }
  const values = new Map<number, Value>();
  for (const [attribute, form, constant] of abbreviation.attributes) {
    const value = readValue(unit, bytes, form, constant);
    if (value !== undefined) values.set(attribute, value);
  }
  const { tag, hasChildren } = abbreviation;
  return { at, tag, hasChildren, values };
}

/** Passes over the values of an entry: where their forms have one size, over all at once. */
function passOver(
  unit: Compiled,
  bytes: Bytes,
  code: number,
  { attributes }: Abbreviation,
): void {
  let size = unit.sizes.get(code);
  if (size === undefined) {
    size = 0;
    for (const [, form] of attributes) size += sizeOfForm(unit, form);
    unit.sizes.set(code, size);
  }
  if (!Number.isNaN(size)) {
    bytes.skip(size);
    return;
  }
  for (const [, form, constant] of attributes) {
    const size = sizeOfForm(unit, form);
    if (Number.isNaN(size)) readValue(unit, bytes, form, constant);
    else bytes.skip(size);
  }
}

/** Bytes of a form; NaN where they say themselves how many they are. */
function sizeOfForm({ is64, addressSize }: Compiled, form: number): number {
  switch (form) {
    case 0x01: // DW_FORM_addr
      return addressSize;
    case 0x19: // DW_FORM_flag_present
    case 0x21: // DW_FORM_implicit_const
      return 0;
    case 0x0b: // DW_FORM_data1
    case 0x0c: // DW_FORM_flag
    case 0x11: // DW_FORM_ref1
    case 0x25: // DW_FORM_strx1
    case 0x29: // DW_FORM_addrx1
      return 1;
    case 0x05: // DW_FORM_data2
    case 0x12: // DW_FORM_ref2
    case 0x26: // DW_FORM_strx2
    case 0x2a: // DW_FORM_addrx2
      return 2;
    case 0x06: // DW_FORM_data4
    case 0x13: // DW_FORM_ref4
    case 0x28: // DW_FORM_strx4
    case 0x2c: // DW_FORM_addrx4
      return 4;
    case 0x07: // DW_FORM_data8
    case 0x14: // DW_FORM_ref8
    case 0x20: // DW_FORM_ref_sig8
      return 8;
    case 0x0e: // DW_FORM_strp
    case 0x17: // DW_FORM_sec_offset
    case 0x1f: // DW_FORM_line_strp
      return is64 ? 8 : 4;
    default:
      return NaN;
  }
}

function readValue(
  unit: Compiled,
  bytes: Bytes,
  form: number,
  constant: number,
): Value | undefined {
  const number = (value: number): Value => ({ kind: "number", value });
  const reference = (value: number): Value => ({ kind: "reference", value });
  const index = (value: number): Value => ({ kind: "index", value });
  const string = (value: number): Value => ({ kind: "string", value });
  const offset = () => unit.is64 ? bytes.u64() : bytes.u32();
  const u24 = () => bytes.u8() + bytes.u8() * 0x100 + bytes.u8() * 0x10000;
  const skip = (size: number) => void bytes.skip(size);
  switch (form) {
    case 0x01: // DW_FORM_addr
      return {
        kind: "address",
        value: unit.addressSize === 8 ? bytes.u64() : bytes.u32(),
      };
    case 0x03: // DW_FORM_block2
      return skip(bytes.u16());
    case 0x04: // DW_FORM_block4
      return skip(bytes.u32());
    case 0x05: // DW_FORM_data2
      return number(bytes.u16());
    case 0x06: // DW_FORM_data4
      return number(bytes.u32());
    case 0x07: // DW_FORM_data8
      return number(bytes.u64());
    case 0x08: // DW_FORM_string
      return { kind: "text", text: bytes.text() };
    case 0x09: // DW_FORM_block
    case 0x18: // DW_FORM_exprloc
      return skip(bytes.uleb());
    case 0x0a: // DW_FORM_block1
      return skip(bytes.u8());
    case 0x0b: // DW_FORM_data1
    case 0x0c: // DW_FORM_flag
      return number(bytes.u8());
    case 0x0d: // DW_FORM_sdata
      return number(bytes.sleb());
    case 0x0e: // DW_FORM_strp
      return { kind: "string", value: offset() };
    case 0x0f: // DW_FORM_udata
      return number(bytes.uleb());
    case 0x10: // DW_FORM_ref_addr
      return reference(
        unit.version === 2 && unit.addressSize === 8 ? bytes.u64() : offset(),
      );
    case 0x11: // DW_FORM_ref1
      return reference(unit.at + bytes.u8());
    case 0x12: // DW_FORM_ref2
      return reference(unit.at + bytes.u16());
    case 0x13: // DW_FORM_ref4
      return reference(unit.at + bytes.u32());
    case 0x14: // DW_FORM_ref8
      return reference(unit.at + bytes.u64());
    case 0x15: // DW_FORM_ref_udata
      return reference(unit.at + bytes.uleb());
    case 0x16: // DW_FORM_indirect
      return readValue(unit, bytes, bytes.uleb(), 0);
    case 0x17: // DW_FORM_sec_offset
      return number(offset());
    case 0x19: // DW_FORM_flag_present
      return number(1);
    case 0x1a: // DW_FORM_strx
      return { kind: "index", value: bytes.uleb() };
    case 0x1b: // DW_FORM_addrx
      return index(bytes.uleb());
    case 0x1c: // DW_FORM_ref_sup4
      return skip(4);
    case 0x1d: // DW_FORM_strp_sup
    case 0x1f20: // DW_FORM_GNU_ref_alt
    case 0x1f21: // DW_FORM_GNU_strp_alt
      return void offset();
    case 0x1e: // DW_FORM_data16
      return skip(16);
    case 0x1f: // DW_FORM_line_strp
      return string(-1 - offset());
    case 0x20: // DW_FORM_ref_sig8
    case 0x24: // DW_FORM_ref_sup8
      return skip(8);
    case 0x21: // DW_FORM_implicit_const
      return number(constant);
    case 0x22: // DW_FORM_loclistx
      return void bytes.uleb();
    case 0x23: // DW_FORM_rnglistx
      return { kind: "range", value: bytes.uleb() };
    case 0x25: // DW_FORM_strx1
    case 0x29: // DW_FORM_addrx1
      return index(bytes.u8());
    case 0x26: // DW_FORM_strx2
    case 0x2a: // DW_FORM_addrx2
      return index(bytes.u16());
    case 0x27: // DW_FORM_strx3
    case 0x2b: // DW_FORM_addrx3
      return index(u24());
    case 0x28: // DW_FORM_strx4
    case 0x2c: // DW_FORM_addrx4
      return index(bytes.u32());
    default:
      throw new RangeError("an unknown form");
  }
}

function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && "value" in value ? value.value : undefined;
}

function textOf(
  { sections }: Units,
  unit: Compiled,
  value: Value | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind === "text") return value.text;
  let at = value.value;
  if (value.kind === "index") {
    const size = unit.is64 ? 8 : 4;
    const table = sections.get(".debug_str_offsets");
    if (table === undefined) return undefined;
    const bytes = new Bytes(table.bytes, unit.strings + at * size);
    at = unit.is64 ? bytes.u64() : bytes.u32();
  }
  const texts = sections.get(at < 0 ? ".debug_line_str" : ".debug_str");
  if (texts === undefined) return undefined;
  const start = at < 0 ? -1 - at : at;
  const end = Math.min(start + MOST_NAME, texts.bytes.length);
  return new Bytes(texts.bytes, start, end).text();
}

function addressAt({ sections }: Units, unit: Compiled, index: number): number {
  const table = sections.get(".debug_addr");
  if (table === undefined) throw new RangeError("no addresses");
  const size = unit.addressSize;
  const bytes = new Bytes(table.bytes, unit.addresses + index * size);
  return size === 8 ? bytes.u64() : bytes.u32();
}

/** Whether an entry's code lies at an address; undefined where it does not say. */
function covers(
  all: Units,
  unit: Compiled,
  { values }: Entry,
): ((address: number) => boolean) | undefined {
  const ranges = values.get(DW_AT_ranges);
  if (ranges !== undefined && "value" in ranges) {
    const list = [...rangesAt(all, unit, ranges)];
    return (address) =>
      list.some(([start, end]) => address >= start && address < end);
  }
  const low = values.get(DW_AT_low_pc);
  const high = values.get(DW_AT_high_pc);
  if (low === undefined || high === undefined) return undefined;
  const address = (value: Value) =>
    value.kind === "index"
      ? addressAt(all, unit, value.value)
      : numberOf(value) ?? 0;
  const start = address(low);
  const end = high.kind === "number" ? start + high.value : address(high);
  return (address) => start > 0 && address >= start && address < end;
}

function* rangesAt(
  all: Units,
  unit: Compiled,
  ranges: Value & { readonly value: number },
): Generator<readonly [number, number]> {
  const { sections } = all;
  const wide = unit.addressSize === 8;
  if (unit.version < 5) {
    const table = sections.get(".debug_ranges");
    if (table === undefined) return;
    const bytes = new Bytes(table.bytes, ranges.value);
    const address = () => wide ? Number(bytes.i64()) : bytes.u32();
    for (let base = unit.base;;) {
      all.count();
      const [start, end] = [address(), address()] as const;
      if (start === 0 && end === 0) return;
      if (start === (wide ? -1 : 0xffffffff)) base = end;
      else yield [base + start, base + end];
    }
  }
  const table = sections.get(".debug_rnglists");
  if (table === undefined) return;
  let at = ranges.value;
  if (ranges.kind === "range") {
    const size = unit.is64 ? 8 : 4;
    const offsets = new Bytes(table.bytes, unit.ranges + at * size);
    at = unit.ranges + (unit.is64 ? offsets.u64() : offsets.u32());
  }
  const bytes = new Bytes(table.bytes, at);
  const address = () => wide ? bytes.u64() : bytes.u32();
  const indexed = () => addressAt(all, unit, bytes.uleb());
  for (let base = unit.base;;) {
    all.count();
    switch (bytes.u8()) {
      case 0: // DW_RLE_end_of_list
        return;
      case 1: // DW_RLE_base_addressx
        base = indexed();
        break;
      case 2: // DW_RLE_startx_endx
        yield [indexed(), indexed()];
        break;
      case 3: { // DW_RLE_startx_length
        const start = indexed();
        yield [start, start + bytes.uleb()];
        break;
      }
      case 4: // DW_RLE_offset_pair
        yield [base + bytes.uleb(), base + bytes.uleb()];
        break;
      case 5: // DW_RLE_base_address
        base = address();
        break;
      case 6: // DW_RLE_start_end
        yield [address(), address()];
        break;
      case 7: { // DW_RLE_start_length
        const start = address();
        yield [start, start + bytes.uleb()];
        break;
      }
      default:
        throw new RangeError("an unknown range");
    }
  }
}

/** The name of a function, which may stand where it was defined or declared. */
function nameOf(all: Units, unit: Compiled, entry: Entry): string | undefined {
  let name: string | undefined;
  for (let hops = 0; hops < 8; hops++) {
    const { values } = entry;
    const mangled = values.get(DW_AT_linkage_name) ??
      values.get(DW_AT_MIPS_linkage_name);
    const linkage = textOf(all, unit, mangled);
    if (linkage !== undefined) {
      const said = readable(linkage);
      if (said !== linkage || !/^_[ZR]/.test(linkage)) return said;
    }
    name ??= textOf(all, unit, values.get(DW_AT_name));
    const origin = values.get(DW_AT_abstract_origin) ??
      values.get(DW_AT_specification);
    if (origin?.kind !== "reference") break;
    const next = all.of(origin.value);
    if (next === undefined) break;
    prepare(all, next);
    const read = readEntry(next, all.bytesOf(next, origin.value));
    if (read === undefined) break;
    [unit, entry] = [next, read];
  }
  return name;
}

/** The first entry of a unit, which says where the rest is found. */
function prepare(all: Units, unit: Compiled): Entry | undefined {
  const first = readEntry(unit, all.bytesOf(unit, unit.first));
  if (first === undefined) return undefined;
  const { values } = first;
  unit.strings = numberOf(values.get(DW_AT_str_offsets_base)) ?? unit.strings;
  unit.addresses = numberOf(values.get(DW_AT_addr_base)) ?? unit.addresses;
  unit.ranges = numberOf(values.get(DW_AT_rnglists_base)) ?? unit.ranges;
  const low = values.get(DW_AT_low_pc);
  if (low !== undefined) {
    unit.base = low.kind === "index"
      ? addressAt(all, unit, low.value)
      : numberOf(low) ?? 0;
  }
  return first;
}

function readUnit(
  all: Units,
  unit: Compiled,
  addresses: readonly number[],
  found: Map<number, InlinedCall[]>,
): void {
  const first = prepare(all, unit);
  if (first === undefined || !first.hasChildren) return;
  const isHere = covers(all, unit, first);
  const wanted = isHere === undefined ? addresses : addresses.filter(isHere);
  if (wanted.length === 0) return;
  let files: FileNames | undefined;
  const fileOf = (index: number | undefined) => {
    const at = numberOf(first.values.get(DW_AT_stmt_list));
    if (index === undefined || at === undefined) return undefined;
    files ??= filesAt(all.sections, at);
    return files(index);
  };
  const hasRoom = (address: number) =>
    (found.get(address)?.length ?? 0) < MOST_DEPTH;
  const bytes = all.bytesOf(unit, first.at);
  readEntry(unit, bytes);
  // The addresses that lie in each entry around the next one.
  const around: (readonly number[])[] = [wanted];
  while (around.length > 0 && bytes.at < bytes.end) {
    all.count();
    const entry = readEntry(unit, bytes, true);
    if (entry === undefined) {
      around.pop();
      continue;
    }
    let here = around.at(-1)!;
    const { tag, values, hasChildren } = entry;
    if (isCode(tag) && here.length > 0) {
      const isIn = covers(all, unit, entry);
      if (isIn !== undefined) here = here.filter(isIn);
      else if (tag !== DW_TAG_lexical_block) here = [];
    }
    const open = tag === DW_TAG_inlined_subroutine
      ? here.filter(hasRoom)
      : NOBODY;
    if (open.length > 0) {
      const call: InlinedCall = {
        symbol: nameOf(all, unit, entry),
        file: fileOf(numberOf(values.get(DW_AT_call_file))),
        line: numberOf(values.get(DW_AT_call_line)),
      };
      for (const address of open) {
        found.set(address, [call, ...found.get(address) ?? []]);
      }
    }
    if (!hasChildren) continue;
    const sibling = values.get(DW_AT_sibling);
    if (
      here.length === 0 && sibling?.kind === "reference" &&
      sibling.value > bytes.at && sibling.value < bytes.end
    ) {
      bytes.at = sibling.value;
    } else {
      around.push(here);
      if (around.length > MOST_DEPTH) throw new RangeError("it is too deep");
    }
  }
}
