/**
 * Reads entries of debug information: the values of their attributes by their
 * forms (DWARF, chapter 7.5.6).
 *
 * @module
 */

import type { ByteReader } from "./byte_reader.ts";
import type { Abbreviation, CompilationUnit } from "./dwarf_units.ts";

/** What an entry says, as far as it is asked for; addresses in full, references from the start of the section. */
export interface Entry {
  readonly at: number;
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly values: ReadonlyMap<number, Value>;
}

/** What an index leads to is looked for when it is asked for. */
export type Value =
  | {
    readonly kind: "number" | "reference" | "address";
    readonly value: number;
  }
  | { readonly kind: "index" | "range"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "string"; readonly value: number };

const NONE: ReadonlyMap<number, Value> = new Map();

/**
 * Reads an entry.
 *
 * @param isWalked Whether only what is asked for of all entries is wanted: most are passed over.
 * @returns Undefined for what ends a list of children.
 */
export function readEntry(
  unit: CompilationUnit,
  bytes: ByteReader,
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
  unit: CompilationUnit,
  bytes: ByteReader,
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
function sizeOfForm(
  { is64, addressSize }: CompilationUnit,
  form: number,
): number {
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
  unit: CompilationUnit,
  bytes: ByteReader,
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

export function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && "value" in value ? value.value : undefined;
}
