/**
 * The members of structs and unions, and the values of enumerations.
 *
 * @module
 */

import {
  DW_AT_alignment,
  DW_AT_artificial,
  DW_AT_bit_offset,
  DW_AT_bit_size,
  DW_AT_byte_size,
  DW_AT_const_value,
  DW_AT_data_bit_offset,
  DW_AT_data_member_location,
  DW_AT_declaration,
  DW_AT_encoding,
  DW_AT_external,
  DW_AT_name,
  DW_AT_virtuality,
  DW_ATE_signed,
  DW_ATE_signed_char,
  DW_TAG_enumerator,
  DW_TAG_inheritance,
  DW_TAG_member,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import {
  type CType,
  type Enumerator,
  type EnumType,
  type Member,
  strip,
} from "./c_type.ts";

/** Gives the type that an entry's `DW_AT_type` refers to. */
interface TypeOf {
  of(entry: Entry): CType;
}

/**
 * Reads the members of a struct or union.
 *
 * @param info Where its entry is.
 * @param types Gives the types of the members.
 * @param entry The struct.
 * @returns In the order of their declaration; static ones are none.
 */
export function readMembers(
  info: DebugInfo,
  types: TypeOf,
  entry: Entry,
): Member[] {
  const members: Member[] = [];
  for (const child of info.children(entry)) {
    // DW_AT_name?, DW_AT_type, DW_AT_data_member_location? (none in a union);
    // DW_AT_bit_size and a bit offset of any of three kinds for a bit-field
    // a base class is an unnamed member, DW_AT_virtuality? where only a table says the offset
    if (child.tag === DW_TAG_inheritance) {
      if (child.has(DW_AT_virtuality)) continue;
    } else if (child.tag !== DW_TAG_member) continue;
    if (child.flag(DW_AT_external) && child.flag(DW_AT_declaration)) continue;
    if (child.flag(DW_AT_artificial)) continue;
    info.count(child);
    const bits = child.number(DW_AT_bit_size);
    const type = types.of(child);
    members.push({
      name: child.string(DW_AT_name) ?? "",
      type,
      ...(bits === undefined
        ? { offset: child.memberOffset(DW_AT_data_member_location) ?? 0 }
        : bitFieldPlace(child, bits, type)),
      bits,
      align: child.number(DW_AT_alignment),
    });
  }
  return members;
}

/** The byte in which a bit-field starts, and the bit of that byte. */
function bitFieldPlace(
  member: Entry,
  bits: number,
  type: CType,
): Pick<Member, "offset" | "firstBit"> {
  const place = (bit: number) => ({
    offset: Math.floor(bit / 8),
    firstBit: bit % 8,
  });
  const start = (member.memberOffset(DW_AT_data_member_location) ?? 0) * 8;
  // DWARF 4 and later: counted from the start of the struct.
  const bit = member.number(DW_AT_data_bit_offset);
  if (bit !== undefined) return place(start + bit);
  // DWARF 2 and 3, and clang in any version: counted from the most significant
  // bit of a storage unit.
  const fromTop = member.integer(DW_AT_bit_offset);
  const storage = member.number(DW_AT_byte_size) ?? storageOf(type);
  if (fromTop === undefined || storage === undefined) return place(start);
  const top = Number(BigInt.asIntN(32, fromTop));
  return place(start + Math.max(0, storage * 8 - top - bits));
}

/** Bytes of the integer that a bit-field is declared with. */
function storageOf(type: CType): number | undefined {
  const { type: bare } = strip(type);
  return bare.kind === "base" || bare.kind === "enum" ? bare.size : undefined;
}

/**
 * Reads an enumeration: DW_AT_name?, DW_AT_byte_size, DW_AT_encoding?,
 * DW_AT_type?; a DW_TAG_enumerator for each value.
 *
 * @param info Where its entry is.
 * @param types Gives the integer type that it is stored as.
 * @param entry The enumeration.
 * @returns The enumeration with its values in their order.
 */
export function readEnum(
  info: DebugInfo,
  types: TypeOf,
  entry: Entry,
): EnumType {
  const stored = signedness(types, entry);
  // A size past 8 would make the values cost memory; no compiler writes one,
  // nor one below 0.
  const size = Math.max(0, Math.min(entry.number(DW_AT_byte_size) ?? 4, 16));
  const raw: Enumerator[] = [];
  for (const child of info.children(entry)) {
    // DW_AT_name, DW_AT_const_value
    if (child.tag !== DW_TAG_enumerator) continue;
    info.count(child);
    raw.push({
      name: child.string(DW_AT_name) ?? "",
      value: child.integer(DW_AT_const_value) ?? 0n,
    });
  }
  const signed = stored ?? raw.some((enumerator) => enumerator.value < 0n);
  return {
    kind: "enum",
    name: entry.string(DW_AT_name),
    offset: entry.offset,
    size,
    signed,
    declaration: entry.flag(DW_AT_declaration),
    values: raw.map(({ name, value }) => ({
      name,
      value: signed
        ? BigInt.asIntN(size * 8, value)
        : BigInt.asUintN(size * 8, value),
    })),
  };
}

/** Whether the integer type of an enumeration can be negative; undefined where nothing says it. */
function signedness(types: TypeOf, entry: Entry): boolean | undefined {
  let encoding = entry.number(DW_AT_encoding);
  if (encoding === undefined) {
    let type = types.of(entry);
    // Bounded: only what a person would write stands between.
    for (let steps = 0; steps < 64; steps++) {
      if (type.kind !== "typedef" && type.kind !== "qualified") break;
      type = type.of;
    }
    if (type.kind !== "base") return undefined;
    encoding = type.encoding;
  }
  return encoding === DW_ATE_signed || encoding === DW_ATE_signed_char;
}
