/**
 * Rust's types in C's terms: what a C compiler on the other side of an
 * `extern "C"` would call them. What a crate's own API becomes is in
 * `emit/source/rust`.
 *
 * `#[repr(C)]` and `#[repr(transparent)]` are not in debug information. A
 * struct counts as C's where its fields lie as C would lay them out, and one
 * field with a number for a name counts as that field: on the machines that
 * manifests are for, both are passed in just that way.
 *
 * @module
 */

import {
  DW_AT_name,
  DW_TAG_base_type,
  DW_TAG_enumeration_type,
  DW_TAG_member,
  DW_TAG_pointer_type,
  DW_TAG_structure_type,
  DW_TAG_union_type,
  DW_TAG_variant,
  DW_TAG_variant_part,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import { checkCLayout, isEmpty, opaque } from "./c_layout.ts";
import type { Scopes } from "./scopes.ts";
import {
  type CType,
  type PointerType,
  sizeOf,
  type StructType,
  toText,
  type UnknownType,
} from "./c_type.ts";

/** What Rust's types are read with. */
interface Reader {
  readonly info: DebugInfo;
  readonly scopes: Scopes;
  /** Gives the type that an entry's `DW_AT_type` refers to. */
  of(entry: Entry): CType;
}

const VARIANT_PART: ReadonlySet<number> = new Set([DW_TAG_variant_part]);
const VARIANT: ReadonlySet<number> = new Set([DW_TAG_variant]);
const MEMBER: ReadonlySet<number> = new Set([DW_TAG_member]);

/** Types of those crates that are documented to be passed as their one field is. */
const TRANSPARENT =
  /^(?:Atomic\w+|Cell|ManuallyDrop|MaybeDangling|MaybeUninit|NonNull|NonZero|Pin|SyncUnsafeCell|UnsafeCell)(?:<|$)/;

/** Crates whose types belong to Rust, not to the plugin. */
const STANDARD: ReadonlySet<string> = new Set(["core", "alloc", "std"]);

/** Reads the types of Rust units. */
export class Rust {
  readonly #reader: Reader;
  /** Structs whose one field is being read: one that contains itself stays a struct. */
  readonly #open = new Set<number>();

  /** @param reader What they are read with. */
  constructor(reader: Reader) {
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
        return name === "()" || name === "!" ? { kind: "void" } : plain;
      case DW_TAG_enumeration_type:
        return name === "c_void" ? { kind: "void" } : plain;
      case DW_TAG_pointer_type:
        return plain.kind === "pointer" ? pointer(name, plain) : plain;
      case DW_TAG_structure_type:
      case DW_TAG_union_type:
        return plain.kind === "struct" ? this.#struct(entry, plain) : plain;
      default:
        return plain;
    }
  }

  #struct(entry: Entry, plain: StructType): CType {
    const name = short(plain.name ?? "");
    const [part] = this.#reader.info.children(entry, VARIANT_PART);
    if (part !== undefined) return this.#enum(part, name, plain);
    const wide = wideReason(entry, name, this.#reader.info);
    if (wide !== undefined) return unknown(name, wide);
    if (name.startsWith("(")) {
      return unknown(
        name,
        `the tuple ${name} has no layout in C: use a #[repr(C)] struct`,
      );
    }
    const scope = this.#reader.scopes.around(entry)[0]?.name ?? "";
    const isStandard = STANDARD.has(scope);
    const field = this.#onlyField(entry, isStandard && TRANSPARENT.test(name));
    if (field !== undefined) {
      return field.kind === "pointer" && /^NonNull</.test(name)
        ? { ...field, nonnull: true }
        : field;
    }
    if (isStandard) {
      return opaque({ ...shape(plain), name }, standardReason(name));
    }
    return checkCLayout(
      plain,
      (reason) => `${name} ${reason}: add #[repr(C)], or pass a pointer`,
    );
  }

  /** The type of the one field that a `#[repr(transparent)]` struct would have. */
  #onlyField(entry: Entry, isWrapper: boolean): CType | undefined {
    if (this.#open.has(entry.offset)) return undefined;
    this.#open.add(entry.offset);
    try {
      let only: CType | undefined;
      for (const member of this.#reader.info.children(entry, MEMBER)) {
        const type = this.#reader.of(member);
        if (isEmpty(type)) continue;
        const isNumbered = member.string(DW_AT_name) === "__0";
        if (only !== undefined || !(isNumbered || isWrapper)) return undefined;
        only = type;
      }
      return only;
    } finally {
      this.#open.delete(entry.offset);
    }
  }

  /** An enum whose variants have fields; `Option` of an address is that address. */
  #enum(part: Entry, name: string, plain: StructType): CType {
    const { info } = this.#reader;
    if (!name.startsWith("Option<")) {
      return opaque(
        { ...shape(plain), name },
        `${name} is an enum with fields: use a #[repr(C)] struct with a tag and a union, or pass a pointer`,
      );
    }
    for (const variant of info.children(part, VARIANT)) {
      for (const member of info.children(variant, MEMBER)) {
        if (member.string(DW_AT_name) !== "Some") continue;
        const some = this.#reader.of(member);
        const only = some.kind === "struct" && some.members.length === 1
          ? some.members[0]!.type
          : some;
        const held = only.kind === "pointer"
          ? { ...only, nonnull: false }
          : only;
        // Rust promises this of addresses and of `NonZero`, and of no others.
        const promised = held.kind === "pointer" ||
          (held.kind === "base" && /^Option<NonZero/.test(name));
        if (promised && sizeOf(held) === plain.size) return held;
        if (held.kind === "unknown") return held;
      }
    }
    return unknown(
      name,
      `${name} has no layout in C: pass a pointer, or a flag beside the value`,
    );
  }
}

/** DW_AT_name: `*const T`, `*mut T`, `&T`, `&mut T`, `Box<T>`, the type of a function */
function pointer(name: string, declared: PointerType): CType {
  const { to } = declared;
  const plain = { ...declared, nonnull: !/^\*(?:const|mut) /.test(name) };
  if (to.kind === "function" && !/\bextern "/.test(name)) {
    return unknown(
      name,
      `${name} is called as only Rust calls: declare it extern "C"`,
    );
  }
  // `c_char` is another name of i8 and leaves no trace; of what plugins say
  // `*const i8` for, it is the text.
  return name === "*const i8" && to.kind === "base" ? toText(plain, to) : plain;
}

/** Why an address of two words cannot cross: of a slice, a `str`, a `dyn Trait`. */
function wideReason(
  entry: Entry,
  name: string,
  info: DebugInfo,
): string | undefined {
  const names: string[] = [];
  for (const member of info.children(entry, MEMBER)) {
    names.push(member.string(DW_AT_name) ?? "");
    if (names.length > 2) return undefined;
  }
  switch (names.join()) {
    case "data_ptr,length": {
      const instead = /\b(?:str|CStr)\b/.test(name)
        ? "take *const c_char"
        : "take the address and the length as two parameters";
      return `${name} is an address with a length, which C does not pass: ${instead}`;
    }
    case "pointer,vtable":
      return `${name} is an address with a table of methods, which C does not pass: take an extern "C" fn`;
    default:
      return undefined;
  }
}

function standardReason(name: string): string {
  if (/^(?:String|CString)$/.test(name)) {
    return `${name} belongs to Rust: take *const c_char, and give back into_raw() with a function that frees it`;
  }
  return /^Vec</.test(name)
    ? `${name} belongs to Rust: take the address and the length as two parameters`
    : `${name} belongs to Rust, and its layout is no promise: pass a pointer`;
}

/** A name without the paths in it: `Option<Box<Point>>`. */
function short(name: string): string {
  return name.replace(/(?:[\p{ID_Continue}$]+::)+/gu, "")
    .replaceAll(/, Global>/g, ">");
}

function unknown(name: string, reason: string): UnknownType {
  return { kind: "unknown", name, reason };
}

/** What a struct is but for its members, which are not read here. */
function shape(
  { kind, keyword, offset, size, align }: StructType,
): Pick<StructType, "kind" | "keyword" | "offset" | "size" | "align"> {
  return { kind, keyword, offset, size, align };
}
