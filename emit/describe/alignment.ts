/**
 * Alignments, which debug information leaves out but where an attribute asks
 * for more than the members do.
 *
 * @module
 */

import {
  type CType,
  type Member,
  sizeOf,
  strip,
  type StructType,
} from "../dwarf/c_type.ts";
import { DW_ATE_complex_float } from "../dwarf/dw_constants.ts";

/** Largest alignment that a manifest says. */
const MAX_ALIGN = 4096;

/** Bytes of the largest struct that is read and written at once. */
const MAX_ATOMIC = 16;

/** Deepest nesting of structs by value that is followed. */
const MAX_DEPTH = 64;

const known = new WeakMap<StructType, number>();

/**
 * The alignment of a struct or union.
 *
 * @param type A complete one.
 * @returns A power of two: what the compiler says; or that of its most aligned
 * member, less where the offsets or the size show that it is packed, more where
 * an attribute says so.
 */
export function alignOf(type: StructType): number {
  return structAlign(type, 0);
}

/** Whether its members or its size show that a struct is packed. */
export function isPacked(type: StructType): boolean {
  const places = type.members.filter(({ bits }) => bits === undefined)
    .map(({ type, offset }) => ({ offset, align: naturalAlign(type, 1) }));
  return places.some(({ offset, align }) =>
    offset % align !== 0 || type.size % align !== 0
  );
}

/** The alignment that a member has where it lies; a bit-field has none. */
export function placedAlign({ type, offset, bits, align = 1 }: Member): number {
  return bits === undefined
    ? fitting({ offset, align: Math.max(naturalAlign(type, 1), power(align)) })
    : 1;
}

function structAlign(type: StructType, depth: number): number {
  const before = known.get(type);
  if (before !== undefined) return before;
  // A struct that contains itself finds this; it is broken anyway.
  known.set(type, 1);
  const places = type.members.map((member): PlacedMember => {
    const { offset, bits } = member;
    return {
      offset: bits === undefined ? offset : 0,
      // Where a bit-field ends is not known.
      end: bits === undefined ? offset + (sizeOf(member.type) ?? NaN) : NaN,
      align: Math.max(
        naturalAlign(member.type, depth + 1),
        power(member.align ?? 1),
      ),
    };
  });
  let align = power(type.align ?? 1);
  if (type.align === undefined || !type.isAlignOfAll) {
    align = Math.max(align, placesAlign(places));
  }
  while (align > 1 && type.size % align !== 0) align /= 2;
  known.set(type, align);
  return align;
}

/** Where a member lies, and what its type asks for. */
interface PlacedMember {
  readonly offset: number;
  /** Not a number where it is not known. */
  readonly end: number;
  readonly align: number;
}

/** What the members of a struct are aligned to: the most aligned of them. */
function placesAlign(places: readonly PlacedMember[]): number {
  let most = 1;
  let cap = Infinity;
  for (const place of places) {
    const fits = fitting(place);
    most = Math.max(most, fits);
    if (fits < place.align) cap = Math.min(cap, fits);
  }
  // A packed struct has its members as close as can be; a wider gap shows that
  // the attribute is that of some members alone.
  const packed = places.every(({ offset, align }, index) => {
    const before = places[index - 1];
    const gap = before === undefined ? 0 : offset - before.end;
    return !(gap >= Math.min(align, cap));
  });
  return packed ? Math.min(most, cap) : most;
}

/** The most, up to what its type asks for, that a member can be aligned to at its offset. */
function fitting(
  { offset, align }: Pick<PlacedMember, "offset" | "align">,
): number {
  while (align > 1 && offset % align !== 0) align /= 2;
  return align;
}

/** The alignment that a type asks for; `depth` is how deep it is nested. */
export function naturalAlign(declared: CType, depth: number): number {
  const { type } = strip(declared);
  if (depth > MAX_DEPTH) return 1;
  switch (type.kind) {
    case "base":
      return type.encoding === DW_ATE_complex_float
        ? power(type.size / 2)
        : power(type.size);
    case "enum":
      return power(type.size);
    case "pointer":
      return power(type.size);
    case "array":
      return type.vector
        ? power((type.length ?? 1) * (sizeOf(type.of) ?? 1))
        : naturalAlign(type.of, depth + 1);
    case "struct": {
      if (type.declaration) return 1;
      const own = structAlign(type, depth);
      // One that is read at once lies where the processor can do that.
      const isWhole = type.size <= MAX_ATOMIC && power(type.size) === type.size;
      return isWhole && isAtomic(declared) ? Math.max(own, type.size) : own;
    }
    default:
      return 1;
  }
}

function isAtomic(declared: CType): boolean {
  let type = declared;
  while (type.kind === "typedef" || type.kind === "qualified") {
    if (type.kind === "qualified" && type.qualifier === "atomic") return true;
    type = type.of;
  }
  return false;
}

/** The largest power of two that is not larger. */
function power(size: number): number {
  return size >= 2 ? Math.min(2 ** Math.floor(Math.log2(size)), MAX_ALIGN) : 1;
}
