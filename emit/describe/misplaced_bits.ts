/**
 * Members of which debug information does not say where they lie. Clang before its
 * version 20 says of a bit-field that is as wide as its type only the byte in which
 * it begins, and in a packed struct that is any bit of it. What lies before it may
 * tell, or the room that is left behind it: that can be the room of bits which have
 * no name behind an ordinary member too, and nothing says which of the two it is.
 * A packed struct that looks in all like one that is not is taken for that.
 *
 * @module
 */

import { roundUp } from "../../ffi/notation/sequence.ts";
import {
  type Member,
  sizeOf,
  strip,
  type StructType,
} from "../dwarf/c_type.ts";
import { DW_ATE_complex_float, DW_ATE_float } from "../dwarf/dw_constants.ts";
import { alignOf, isPacked, placedAlign } from "./alignment.ts";

/** Where the last bit-field of a struct ends. */
export interface Bits {
  readonly name: string;
  readonly end: number;
}

/**
 * The members of a struct that may lie behind bits which have no name: those with
 * room behind them, and those behind which such a one begins, as nobody knows where.
 *
 * @param struct The struct.
 */
export function membersAnywhere(struct: StructType): ReadonlySet<Member> {
  const anywhere = new Set<Member>();
  if (struct.roundsBits !== true || struct.keyword === "union") return anywhere;
  const packed = isPacked(struct);
  let next: Member | undefined;
  for (const member of struct.members.toReversed()) {
    if (
      member.bits === undefined && isInteger(member) &&
      (next !== undefined && anywhere.has(next) ||
        hasRoomBehind(member, struct, packed, next))
    ) anywhere.add(member);
    next = member;
  }
  return anywhere;
}

/**
 * Why nobody knows where a member lies; undefined where it is what it seems.
 *
 * @param anywhere The {@linkcode membersAnywhere} of its struct.
 * @param before The last bit-field before it.
 */
export function whyMisplaced(
  member: Member,
  anywhere: ReadonlySet<Member>,
  before: Bits | undefined,
): string | undefined {
  if (overlaps(member, before)) {
    return `its place is not known: ${before!.name} lies there too`;
  }
  return anywhere.has(member)
    ? "its place is not known: it may lie behind bits that have no name"
    : undefined;
}

/** The last bit-field behind a member. */
export function bitsBehind(
  member: Member,
  before: Bits | undefined,
): Bits | undefined {
  const { name, offset, firstBit = 0, bits, type } = member;
  if (bits !== undefined) return { name, end: offset * 8 + firstBit + bits };
  if (!overlaps(member, before)) return before;
  return { name, end: before!.end + (sizeOf(type) ?? 0) * 8 };
}

/** Whether a member begins where a bit-field still is. */
function overlaps(member: Member, before: Bits | undefined): boolean {
  return before !== undefined && member.bits === undefined &&
    member.offset * 8 < before.end;
}

/** Whether a member may be a bit-field. */
function isInteger({ type: declared }: Member): boolean {
  const { type } = strip(declared);
  return type.kind === "enum" ||
    type.kind === "base" && type.encoding !== DW_ATE_float &&
      type.encoding !== DW_ATE_complex_float;
}

/**
 * Whether more is left behind a member than the alignment of what follows explains,
 * which in a packed struct is what an attribute asks for.
 */
function hasRoomBehind(
  { offset, type }: Member,
  struct: StructType,
  packed: boolean,
  next: Member | undefined,
): boolean {
  const end = (offset + (sizeOf(type) ?? 0)) * 8;
  const begin = next === undefined
    ? struct.size * 8
    : next.offset * 8 + (next.firstBit ?? 0);
  if (next !== undefined && !packed && isMoved(next, end, begin)) return false;
  const align = packed
    ? (next ?? struct).align ?? 1
    : next === undefined
    ? alignOf(struct)
    : placedAlign(next);
  return begin - end > (align - 1) * 8;
}

/** Whether a bit-field did not fit into what was left of its unit, and so begins the next one. */
function isMoved({ bits, type }: Member, end: number, begin: number): boolean {
  const unit = (sizeOf(type) ?? 0) * 8;
  return bits !== undefined && end % unit + bits > unit &&
    begin === roundUp(end, unit);
}
