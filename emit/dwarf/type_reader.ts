/**
 * Reads types out of debug information, each when it is first asked for.
 *
 * @module
 */

import {
  DW_AT_abstract_origin,
  DW_AT_alignment,
  DW_AT_byte_size,
  DW_AT_count,
  DW_AT_declaration,
  DW_AT_encoding,
  DW_AT_GNU_vector,
  DW_AT_lower_bound,
  DW_AT_name,
  DW_AT_prototyped,
  DW_AT_signature,
  DW_AT_specification,
  DW_AT_type,
  DW_AT_upper_bound,
  DW_ATE_float,
  DW_TAG_array_type,
  DW_TAG_atomic_type,
  DW_TAG_base_type,
  DW_TAG_class_type,
  DW_TAG_const_type,
  DW_TAG_enumeration_type,
  DW_TAG_formal_parameter,
  DW_TAG_immutable_type,
  DW_TAG_packed_type,
  DW_TAG_pointer_type,
  DW_TAG_reference_type,
  DW_TAG_restrict_type,
  DW_TAG_rvalue_reference_type,
  DW_TAG_shared_type,
  DW_TAG_structure_type,
  DW_TAG_subprogram,
  DW_TAG_subrange_type,
  DW_TAG_subroutine_type,
  DW_TAG_template_alias,
  DW_TAG_typedef,
  DW_TAG_union_type,
  DW_TAG_unspecified_parameters,
  DW_TAG_unspecified_type,
  DW_TAG_volatile_type,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import { readEnum, readMembers } from "./structs_and_enums.ts";
import { conventionOf } from "./convention.ts";
import { Cxx } from "./cxx_types.ts";
import { Languages } from "./language.ts";
import { Rust } from "./rust_types.ts";
import { Scopes } from "./scopes.ts";
import {
  type ArrayType,
  type CType,
  type FunctionType,
  type Parameter,
  type QualifiedType,
  strip,
  type StructType,
  type VoidType,
} from "./c_type.ts";
import { Zig } from "./zig_types.ts";

const VOID: VoidType = { kind: "void" };

/** Deepest chain of types that contain each other without a struct between. */
const MAX_DEPTH = 256;

const PARAMETERS: ReadonlySet<number> = new Set([
  DW_TAG_formal_parameter,
  DW_TAG_unspecified_parameters,
]);

const QUALIFIERS: ReadonlyMap<number, QualifiedType["qualifier"]> = new Map([
  [DW_TAG_const_type, "const"],
  [DW_TAG_immutable_type, "const"],
  [DW_TAG_volatile_type, "volatile"],
  [DW_TAG_restrict_type, "restrict"],
  [DW_TAG_atomic_type, "atomic"],
]);

/** The types of one library: the same object for the same entry. */
export class Types {
  readonly #info: DebugInfo;
  readonly #seen = new Map<number, CType>();
  /** The languages of the units. */
  readonly languages: Languages;
  /** The namespaces around entries. */
  readonly scopes: Scopes;
  readonly #rust: Rust;
  readonly #zig: Zig;
  readonly #cxx: Cxx;
  #depth = 0;

  /** @param info Where the types are. */
  constructor(info: DebugInfo) {
    this.#info = info;
    this.languages = new Languages(info);
    this.scopes = new Scopes(info);
    const reader = {
      info,
      languages: this.languages,
      scopes: this.scopes,
      of: (entry: Entry) => this.of(entry),
    };
    this.#rust = new Rust(reader);
    this.#zig = new Zig(reader);
    this.#cxx = new Cxx(reader);
  }

  /**
   * The type that an entry's `DW_AT_type` refers to.
   *
   * @param entry A variable, parameter, member, function or type.
   * @returns `void` where it refers to none.
   * @throws {EmitError} `bad_debug_info` when it refers to no entry, or to types nested without end.
   */
  of(entry: Entry): CType {
    if (!entry.has(DW_AT_type)) return VOID;
    const offset = entry.reference(DW_AT_type);
    return offset === undefined
      ? { kind: "unknown", name: "a type of another file" }
      : this.at(offset);
  }

  /** The type whose entry is at an offset. */
  at(offset: number): CType {
    const seen = this.#seen.get(offset);
    if (seen !== undefined) return seen;
    if (this.#depth > MAX_DEPTH) {
      throw this.#info.error(
        offset,
        `is a type nested deeper than ${MAX_DEPTH} levels`,
      );
    }
    this.#depth++;
    try {
      const entry = this.#info.entry(offset);
      this.#info.count(entry);
      const type = this.#inTermsOfC(entry);
      this.#seen.set(offset, type);
      return type;
    } finally {
      this.#depth--;
    }
  }

  /** The type of a function: of a `DW_TAG_subprogram` or a `DW_TAG_subroutine_type`. */
  function(
    entry: Entry,
    result: CType = this.of(entry),
    prototyped = entry.flag(DW_AT_prototyped),
  ): FunctionType {
    const params: Parameter[] = [];
    let variadic = false;
    for (const child of this.#info.children(entry, PARAMETERS)) {
      this.#info.count(child);
      switch (child.tag) {
        // DW_AT_name?, DW_AT_type; an inlined copy has DW_AT_abstract_origin instead.
        case DW_TAG_formal_parameter: {
          const from = this.origin(child);
          params.push({
            name: child.string(DW_AT_name) ?? from.string(DW_AT_name) ?? "",
            type: this.of(child.has(DW_AT_type) ? child : from),
          });
          break;
        }
        case DW_TAG_unspecified_parameters:
          variadic = true;
          break;
      }
    }
    // `f()` of old C takes whatever the definition says, not any number: it
    // has unspecified parameters but neither a parameter nor a prototype. Only
    // as a definition it says that there are none.
    let isOpen = false;
    if (params.length === 0 && !prototyped) {
      isOpen = !isDefinition(entry) &&
        (variadic || entry.flag(DW_AT_declaration) && this.#isC(entry));
      variadic = false;
    }
    if (!prototyped && this.#isC(entry)) promote(params);
    const convention = conventionOf(entry);
    return {
      kind: "function",
      params,
      result,
      variadic,
      ...(isOpen && { isOpen }),
      ...(convention !== undefined && { convention }),
    };
  }

  /**
   * The type of a function that has been found.
   *
   * @param entry What was found: a definition, a declaration or a copy.
   * @param origin What it is a copy or the definition of; else the same.
   * @returns Its type, with the names of the parameters where any entry has them.
   */
  subprogram(entry: Entry, origin: Entry): FunctionType {
    const result = this.of(entry.has(DW_AT_type) ? entry : origin);
    const prototyped = entry.flag(DW_AT_prototyped) ||
      origin.flag(DW_AT_prototyped);
    const of = this.function(origin, result, prototyped);
    if (origin === entry || entry.has(DW_AT_abstract_origin)) return of;
    // A definition behind its own declaration repeats the parameters, by then
    // with their names; an optimized copy may have lost some.
    const own = this.function(entry, result, prototyped);
    return own.params.length === of.params.length || of.params.length === 0
      ? own
      : of;
  }

  /** The entry that a copy or a definition is about: itself where it is neither. */
  origin(entry: Entry): Entry {
    for (let steps = 0; steps < 8; steps++) {
      const offset = entry.reference(DW_AT_abstract_origin) ??
        entry.reference(DW_AT_specification);
      if (offset === undefined) return entry;
      entry = this.#info.entry(offset);
    }
    throw this.#info.error(entry.offset, "has origins without end");
  }

  #isC(entry: Entry): boolean {
    return this.languages.of(entry) === "C";
  }

  #inTermsOfC(entry: Entry): CType {
    const plain = this.#read(entry);
    switch (this.languages.of(entry)) {
      case "C++":
        return this.#cxx.translate(entry, plain);
      case "Rust":
        return this.#rust.translate(entry, plain);
      case "Zig":
        return this.#zig.translate(entry, plain);
      default:
        return plain;
    }
  }

  #read(entry: Entry): CType {
    const qualifier = QUALIFIERS.get(entry.tag);
    if (qualifier !== undefined) {
      const isClangs = qualifier === "atomic" && this.languages.isClang(entry);
      const of = this.of(entry);
      return {
        kind: "qualified",
        qualifier,
        ...(isClangs && { isClangs }),
        of,
      };
    }
    switch (entry.tag) {
      // DW_AT_name, DW_AT_encoding, DW_AT_byte_size
      case DW_TAG_base_type:
        return {
          kind: "base",
          name: entry.string(DW_AT_name) ?? "",
          size: entry.number(DW_AT_byte_size) ?? 0,
          encoding: entry.number(DW_AT_encoding) ?? 0,
        };
      // DW_AT_name, DW_AT_type?
      case DW_TAG_template_alias:
      case DW_TAG_typedef:
        return {
          kind: "typedef",
          name: entry.string(DW_AT_name) ?? "",
          of: this.of(entry),
          ...(this.#isC(entry) && { isC: true }),
          ...(this.languages.isClang(entry) &&
            { align: entry.number(DW_AT_alignment) }),
        };
      // DW_AT_type?, DW_AT_byte_size?
      case DW_TAG_pointer_type:
      case DW_TAG_reference_type:
      case DW_TAG_rvalue_reference_type:
        return {
          kind: "pointer",
          to: this.of(entry),
          ...(entry.tag === DW_TAG_pointer_type ? {} : { nonnull: true }),
          size: entry.number(DW_AT_byte_size) ?? entry.unit.addressSize,
        };
      case DW_TAG_packed_type:
      case DW_TAG_shared_type:
        return this.of(entry);
      case DW_TAG_array_type:
        return this.#array(entry);
      // DW_AT_prototyped?, DW_AT_type?; children are the parameters
      case DW_TAG_subroutine_type:
      case DW_TAG_subprogram:
        return this.function(entry);
      case DW_TAG_structure_type:
      case DW_TAG_union_type:
      case DW_TAG_class_type:
        return this.#struct(entry);
      case DW_TAG_enumeration_type: {
        const unit = this.#elsewhere(entry);
        return unit ?? readEnum(this.#info, this, entry);
      }
      // DW_AT_name: `nullptr_t`, Rust's `!`, the empty type of assembly
      case DW_TAG_unspecified_type:
        return {
          kind: "unknown",
          name: entry.string(DW_AT_name) ?? "an unspecified type",
        };
      default:
        return {
          kind: "unknown",
          name: `a type of tag 0x${entry.tag.toString(16)}`,
        };
    }
  }

  /** DW_AT_type, DW_AT_GNU_vector?; a DW_TAG_subrange_type or an enumeration for each dimension */
  #array(entry: Entry): CType {
    const lengths: (number | undefined)[] = [];
    for (const child of this.#info.children(entry)) {
      if (child.tag === DW_TAG_subrange_type) lengths.push(lengthOf(child));
      if (child.tag === DW_TAG_enumeration_type) {
        lengths.push(readEnum(this.#info, this, child).values.length);
      }
      if (lengths.length > MAX_DEPTH) break;
    }
    if (lengths.length === 0) lengths.push(undefined);
    const vector = entry.flag(DW_AT_GNU_vector);
    return lengths.reduceRight<CType>(
      (of, length): ArrayType => ({ kind: "array", of, length, vector }),
      this.of(entry),
    );
  }

  /** DW_AT_name?, DW_AT_byte_size or DW_AT_declaration or DW_AT_signature; children are the members */
  #struct(entry: Entry): CType {
    const elsewhere = this.#elsewhere(entry);
    if (elsewhere !== undefined) return elsewhere;
    const read = () => readMembers(this.#info, this, entry);
    let members: StructType["members"] | undefined;
    return {
      kind: "struct",
      keyword: entry.tag === DW_TAG_union_type
        ? "union"
        : entry.tag === DW_TAG_class_type
        ? "class"
        : "struct",
      name: entry.string(DW_AT_name),
      offset: entry.offset,
      size: entry.number(DW_AT_byte_size) ?? 0,
      align: entry.number(DW_AT_alignment),
      isAlignOfAll: this.languages.isGcc(entry),
      declaration: entry.flag(DW_AT_declaration) ||
        !entry.has(DW_AT_byte_size),
      roundsBits: this.languages.roundsBits(entry),
      get members() {
        return members ??= read();
      },
    };
  }

  /** The type that stands in a type unit and is only named here. */
  #elsewhere(entry: Entry): CType | undefined {
    const offset = entry.reference(DW_AT_signature);
    return offset === undefined || offset === entry.offset
      ? undefined
      : this.at(offset);
  }
}

/** Whether an entry is of a function that has a body. */
function isDefinition(entry: Entry): boolean {
  return entry.tag === DW_TAG_subprogram && !entry.flag(DW_AT_declaration);
}

/**
 * A function without a prototype gets its `float` arguments as `double`, and
 * makes them `float` itself.
 */
function promote(params: Parameter[]): void {
  for (let index = 0; index < params.length; index++) {
    const { name, type } = params[index]!;
    const { type: plain } = strip(type);
    if (
      plain.kind === "base" && plain.encoding === DW_ATE_float &&
      plain.size === 4
    ) {
      params[index] = {
        name,
        type: { ...plain, name: "double", size: 8 },
      };
    }
  }
}

/** DW_AT_count or DW_AT_upper_bound, DW_AT_lower_bound?; neither, or an expression, where it is open */
function lengthOf(range: Entry): number | undefined {
  const count = range.number(DW_AT_count);
  if (count !== undefined) return count;
  const upper = range.integer(DW_AT_upper_bound);
  if (upper === undefined) return undefined;
  const length = upper - (range.integer(DW_AT_lower_bound) ?? 0n) + 1n;
  // GCC writes the bound of an array without elements as -1 in 4 or 8 bytes.
  return length === 1n << 64n || length === 1n << 32n || length < 0n
    ? 0
    : Number(length);
}
