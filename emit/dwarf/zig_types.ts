/**
 * Zig's types in C's terms, and why C has none for some. Zig names each type in
 * full, and only the name tells some of them apart.
 *
 * @module
 */

import {
  DW_AT_name,
  DW_TAG_base_type,
  DW_TAG_enumeration_type,
  DW_TAG_pointer_type,
  DW_TAG_structure_type,
  DW_TAG_typedef,
  DW_TAG_union_type,
} from "./dw_constants.ts";
import type { Entry } from "./entry.ts";
import { checkCLayout, opaque } from "./c_layout.ts";
import { readFunction, type ZigReader } from "./zig_functions.ts";
import {
  type CType,
  type PointerType,
  type StructType,
  toText,
  type UnknownType,
} from "./c_type.ts";

/** Types that hold no value. */
const EMPTY: ReadonlySet<string> = new Set(["void", "noreturn", "anyopaque"]);

/** Reads the types of Zig units. */
export class Zig {
  readonly #reader: ZigReader;

  /** @param reader What they are read with. */
  constructor(reader: ZigReader) {
    this.#reader = reader;
  }

  /**
   * A type in C's terms.
   *
   * @param entry The type's entry.
   * @param plain What the entry would be in C.
   * @returns The type; an unknown one with a reason where C has none like it.
   */
  translate(entry: Entry, plain: CType): CType {
    const name = entry.string(DW_AT_name) ?? "";
    switch (entry.tag) {
      case DW_TAG_base_type:
        if (EMPTY.has(name)) return { kind: "void" };
        return isOdd(name)
          ? unknown(
            name,
            `${name} has a number of bits that no integer of C has: take a wider one`,
          )
          : plain;
      case DW_TAG_pointer_type:
        return plain.kind === "pointer"
          ? this.#pointer(name, entry, plain)
          : plain;
      // An optional address: null is its null.
      case DW_TAG_typedef:
        return plain.kind === "typedef" ? nullable(plain.of) : plain;
      case DW_TAG_enumeration_type:
        return plain.kind === "enum" ? { ...plain, name: short(name) } : plain;
      case DW_TAG_structure_type:
      case DW_TAG_union_type:
        return plain.kind === "struct" ? struct(name, plain) : plain;
      default:
        return plain;
    }
  }

  #pointer(name: string, entry: Entry, plain: PointerType): CType {
    const to = plain.to.kind === "function"
      ? readFunction(this.#reader, name, entry, plain.to)
      : plain.to;
    return pointer(name, { ...plain, to });
  }
}

/** DW_AT_name: `*T`, `?*const T`, `[*]T`, `[*:0]const u8`, `[*c]T` */
function pointer(name: string, declared: PointerType): CType {
  const { to } = declared;
  const plain = { ...declared, nonnull: !/^(?:\?|\[\*c\])/.test(name) };
  const isText = /^\??\[\*:0\](?:.*\s)?const u8$/.test(name);
  return isText && to.kind === "base" ? toText(plain, to) : plain;
}

function nullable(type: CType): CType {
  return type.kind === "pointer" ? { ...type, nonnull: false } : type;
}

function struct(name: string, plain: StructType): CType {
  if (name.startsWith("[")) {
    return unknown(
      name,
      `${name} is an address with a length, which C does not pass: take the two as parameters`,
    );
  }
  if (name.startsWith("?") || name.includes("!")) {
    return unknown(name, `${name} has no layout in C: pass a pointer`);
  }
  const named = short(name);
  if (plain.size === 0) {
    return opaque({ ...bare(plain), name: named }, `${named} is opaque`);
  }
  return checkCLayout(
    plain,
    (reason) => `${named} ${reason}: make it an extern struct`,
    named,
  );
}

/** What a struct is but for its members, which are not read here. */
function bare(
  { kind, keyword, offset, size, align }: StructType,
): Pick<StructType, "kind" | "keyword" | "offset" | "size" | "align"> {
  return { kind, keyword, offset, size, align };
}

/** An integer of a number of bits that C has no type for. */
function isOdd(name: string): boolean {
  const bits = Number(/^[iu](\d+)$/.exec(name)?.[1] ?? 8);
  return bits < 8 || (bits & (bits - 1)) !== 0;
}

/** The last part of a name such as `shapes.Point`; parameters stay whole. */
function short(name: string): string {
  return name.replace(/^(?:[\p{ID_Continue}$]+\.)+/u, "");
}

function unknown(name: string, reason: string): UnknownType {
  return { kind: "unknown", name, reason };
}
