/**
 * Writes the types of a description in C again, so that a compiler passes them
 * as the library's own compiler did.
 *
 * How a value travels is decided by sizes, offsets and kinds of number, never
 * by names: an `i64` may be C's `long` or `long long`, a pointer one to
 * anything, an enum its integer.
 *
 * @module
 */

import type {
  CompositeDefinition,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { BasicName, Type } from "../../ffi/notation/type.ts";
import { withBitRuns } from "./bit_runs.ts";
import { type CType, declare, prove } from "./declare.ts";
import { type Layout, layOut, type MemberAlign } from "./layout.ts";
import { Unwritable } from "./unwritable.ts";

/** Largest value that a thunk moves; it lies on the stack twice. */
export const MAX_VALUE_SIZE = 2 ** 18;

/** Most members of a struct: finding how they are nested goes as deep as that. */
const MAX_FIELDS = 1000;

const SCALARS: { readonly [name in BasicName]?: readonly [string, number] } = {
  bool: ["_Bool", 1],
  i8: ["signed char", 1],
  u8: ["unsigned char", 1],
  i16: ["short", 2],
  u16: ["unsigned short", 2],
  i32: ["int", 4],
  u32: ["unsigned int", 4],
  i64: ["long long", 8],
  u64: ["unsigned long long", 8],
  isize: ["long long", 8],
  usize: ["unsigned long long", 8],
  f32: ["float", 4],
  f64: ["double", 8],
  pointer: ["void *", 8],
  cstring: ["void *", 8],
  utf16: ["void *", 8],
  utf32: ["void *", 8],
  latin1: ["void *", 8],
  buffer: ["void *", 8],
};

/** The types of one generated file, in the order in which C needs them. */
export class CTypes {
  readonly #types: Readonly<Record<string, TypeDefinition>>;
  readonly #arch: string;
  readonly #known = new Map<string, CType>();
  readonly #taken = new Set<string>();
  readonly #declared: string[] = [];

  /**
   * @param types The named types of the description.
   * @param arch The library's architecture: what a struct's alignment does to a call depends on it.
   */
  constructor(types: Readonly<Record<string, TypeDefinition>>, arch: string) {
    this.#types = types;
    this.#arch = arch;
  }

  /** The declarations of all structs that were asked for, each with the proof of its layout. */
  get declarations(): readonly string[] {
    return this.#declared;
  }

  /**
   * The C type of a value.
   *
   * @param type A type of the notation.
   * @returns How C writes it.
   * @throws {Unwritable} Where C has no such type, or the description does not
   * know enough of it.
   */
  of(type: Type): CType {
    switch (type.kind) {
      case "basic": {
        const [before, size] = SCALARS[type.name] ?? [undefined, 0];
        if (before === undefined) throw new Unwritable(`C has no ${type.name}`);
        return { before, after: "", size, align: size };
      }
      case "pointer":
      case "function":
        return { before: "void *", after: "", size: 8, align: 8 };
      case "slice":
      case "optional":
      case "map":
      case "tuple":
      case "sequence":
      case "closure":
        throw new Unwritable(`C has no ${type.kind}s`);
      case "array": {
        if (type.length === 0) {
          throw new Unwritable("it has an array that is open");
        }
        const of = this.of(type.of);
        return {
          ...of,
          after: `[${type.length}]${of.after}`,
          size: of.size * type.length,
        };
      }
      case "named":
        return this.#named(type.name);
    }
  }

  #named(name: string): CType {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.#types, name)) {
      throw new Unwritable(`no type is called ${JSON.stringify(name)}`);
    }
    const definition = this.#types[name]!;
    switch (definition.kind) {
      case "alias":
        return this.of(parseType(definition.type));
      case "enum":
        return this.of(parseType(definition.type));
      case "opaque":
        throw new Unwritable(`nothing is known of the type ${name}`);
      case "record":
      case "class":
      case "variant":
        throw new Unwritable(`C has no ${definition.kind}s`);
      case "struct":
      case "union": {
        const type = this.#composite(name, definition);
        this.#known.set(name, type);
        return type;
      }
    }
  }

  #composite(name: string, definition: CompositeDefinition): CType {
    const { kind, fields, size, align, skipped = {}, notByValue } = definition;
    if (notByValue !== undefined) {
      throw new Unwritable(`${name}: ${notByValue}`);
    }
    const [unknown] = Object.entries(skipped);
    if (unknown !== undefined) {
      throw new Unwritable(`${name}.${unknown[0]}: ${unknown[1]}`);
    }
    if (size === 0 || fields.length === 0) {
      throw new Unwritable(`${name} is empty`);
    }
    if (fields.length > MAX_FIELDS) {
      throw new Unwritable(
        `${name} has ${fields.length} members, and at most ${MAX_FIELDS} are declared`,
      );
    }
    if (size > MAX_VALUE_SIZE) {
      throw new Unwritable(
        `${name} has ${size} bytes, and at most ${MAX_VALUE_SIZE} are passed`,
      );
    }
    const all = withBitRuns(fields, size).map((place) => {
      if ("end" in place) {
        return { offset: place.start, type: bytes(place.end - place.start) };
      }
      const { name: field, offset, type } = place;
      try {
        return { offset, type: this.of(parseType(type)) };
      } catch (error) {
        if (!(error instanceof Unwritable)) throw error;
        throw new Unwritable(`${name}.${field}: ${error.message}`);
      }
    });
    const slots = all.map(({ offset, type }) => ({
      offset,
      size: type.size,
      align: type.align,
    }));
    const layout = layOut(kind, slots, { size, align });
    if (layout === undefined) {
      throw new Unwritable(`${name} has bytes that are not described`);
    }
    if (isUncertain(layout)) {
      throw new Unwritable(
        `${name} has a member that is less aligned than its type, and nothing says how much less`,
      );
    }
    // AArch64 passes by the alignment of the members, not by that of the whole.
    if (this.#arch === "arm64" && isOverAligned(layout)) {
      throw new Unwritable(`${name} is aligned further than its members`);
    }
    const tag = this.#tag(name);
    const written = all.map(({ type }) => type);
    this.#declared.push(...declare(`${kind} ${tag}`, kind, layout, written));
    this.#declared.push(...prove(`${kind} ${tag}`, layout, { size, align }));
    return { before: `${kind} ${tag}`, after: "", size, align };
  }

  /** A name for a tag: letters of the type's own name, so that the file can be read. */
  #tag(name: string): string {
    const base = `plugin_${name.replace(/[^A-Za-z0-9_]+/g, "_").slice(0, 64)}`;
    let tag = base;
    for (let n = 2; this.#taken.has(tag); n++) tag = `${base}_${n}`;
    this.#taken.add(tag);
    return tag;
  }
}

/** So many bytes, as a call passes them that has integers there. */
function bytes(size: number): CType {
  return { before: "unsigned char", after: `[${size}]`, size, align: 1 };
}

/** What the members of a layout, and those of its unnamed ones, are aligned to. */
function attributesOf(
  { alternatives }: Pick<Layout, "alternatives">,
): MemberAlign[] {
  return alternatives.flatMap(({ members }) =>
    members.flatMap((member) => [
      ...(member.attribute === undefined ? [] : [member.attribute]),
      ...(member.kind === "union" ? attributesOf(member) : []),
    ])
  );
}

/**
 * Whether the alignment of a struct cannot be told: one of its members lies at a
 * multiple of 16, and would at a multiple of more. It may be packed, which aligns
 * it to nothing, or all of them may be aligned to 16 at most (`#pragma pack(16)`);
 * the two lie at different places on the stack.
 */
function isUncertain(layout: Layout): boolean {
  return attributesOf(layout).some(({ align, packed }) => packed && align > 8);
}

function isOverAligned(layout: Layout): boolean {
  return (layout.align ?? 1) > 8 ||
    attributesOf(layout).some(({ align, packed }) => !packed && align > 8);
}
