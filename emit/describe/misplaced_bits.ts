/**
 * Members of which debug information does not say where they lie. Clang says of a
 * bit-field that is as wide as its type only the byte in which it begins, and in a
 * packed struct that is any bit of it. What lies before it may tell, or the room
 * that is left behind it; in a struct that nothing shows to be packed, of bytes
 * alone say, nothing does.
 *
 * @module
 */

import { type Member, strip, type StructType } from "../dwarf/c_type.ts";
import { alignOf, isPacked, placedAlign, sizeOf } from "./alignment.ts";

/** Where the last bit-field of a struct ends. */
export interface Bits {
  readonly name: string;
  readonly end: number;
}

/**
 * Why nobody knows where a member lies; undefined where it is what it seems.
 *
 * @param struct Its struct.
 * @param next The member behind it.
 * @param before The last bit-field before it.
 */
export function whyMisplaced(
  member: Member,
  struct: StructType,
  next: Member | undefined,
  before: Bits | undefined,
): string | undefined {
  if (overlaps(member, before)) {
    return `its place is not known: ${before!.name} lies there too`;
  }
  return struct.roundsBits === true && struct.keyword !== "union" &&
      member.bits === undefined && isInteger(member) &&
      hasRoomBehind(member, struct, next) && isPacked(struct)
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

function isInteger({ type }: Member): boolean {
  const { kind } = strip(type).type;
  return kind === "base" || kind === "enum";
}

/** Whether more is left behind a member than the alignment of what follows explains. */
function hasRoomBehind(
  { offset, type }: Member,
  struct: StructType,
  next: Member | undefined,
): boolean {
  const end = (offset + (sizeOf(type) ?? 0)) * 8;
  const begin = next === undefined
    ? struct.size * 8
    : next.offset * 8 + (next.firstBit ?? 0);
  const align = next === undefined ? alignOf(struct) : placedAlign(next);
  return begin - end > (align - 1) * 8;
}
