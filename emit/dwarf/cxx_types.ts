/**
 * C++'s types in C's terms. A reference is an address; a class is a struct for
 * as long as copying its bytes copies it.
 *
 * @module
 */

import {
  DW_AT_artificial,
  DW_AT_calling_convention,
  DW_AT_defaulted,
  DW_AT_name,
  DW_AT_virtuality,
  DW_CC_pass_by_reference,
  DW_CC_pass_by_value,
  DW_DEFAULTED_in_class,
  DW_TAG_class_type,
  DW_TAG_formal_parameter,
  DW_TAG_inheritance,
  DW_TAG_member,
  DW_TAG_ptr_to_member_type,
  DW_TAG_structure_type,
  DW_TAG_subprogram,
  DW_TAG_union_type,
  DW_TAG_unspecified_type,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import { withLazyLayout } from "./c_layout.ts";
import { type CType, strip, type StructType } from "./c_type.ts";
import type { Languages } from "./language.ts";

/** What C++'s types are read with. */
interface Reader {
  readonly info: DebugInfo;
  readonly languages: Languages;
  /** Gives the type that an entry's `DW_AT_type` refers to. */
  of(entry: Entry): CType;
}

const PARTS: ReadonlySet<number> = new Set([
  DW_TAG_inheritance,
  DW_TAG_member,
  DW_TAG_subprogram,
]);
const PARAMETER: ReadonlySet<number> = new Set([DW_TAG_formal_parameter]);

/** Reads the types of C++ units. */
export class Cxx {
  readonly #reader: Reader;

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
    switch (entry.tag) {
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
        return plain.kind === "struct" && plain.offset === entry.offset
          ? this.#class(entry, plain)
          : plain;
      case DW_TAG_ptr_to_member_type:
        return { kind: "unknown", name: "a pointer to a member" };
      case DW_TAG_unspecified_type:
        return entry.string(DW_AT_name) === "decltype(nullptr)"
          ? {
            kind: "pointer",
            to: { kind: "void" },
            size: 8,
            ...(this.#reader.languages.isClang(entry) &&
              { isClangsNull: true }),
          }
          : plain;
      default:
        return plain;
    }
  }

  #class(entry: Entry, plain: StructType): StructType {
    const { name } = plain;
    if (plain.declaration) {
      // Clang leaves out what another library has, as that of C++ has its texts.
      return withLazyLayout(plain, {
        notByValue: () =>
          `${
            readable(name)
          } is only declared in the debug information: pass a pointer`,
        members: () => plain.members,
      }, name);
    }
    // A broken class can contain itself; it is then asked while it is asked.
    let owned: boolean | undefined;
    const isOwned = () => {
      if (owned === undefined) {
        owned = false;
        owned = this.#hasOwnCopy(entry, plain);
      }
      return owned;
    };
    return withLazyLayout(plain, {
      notByValue: () =>
        isOwned()
          ? `${
            readable(name)
          } is copied or destroyed by code of its own: pass a pointer`
          : undefined,
      members: () => isOwned() ? [] : plain.members,
    }, name);
  }

  /** Whether C++ passes a class by its address, as copying it takes more than its bytes. */
  #hasOwnCopy(entry: Entry, { name = "" }: StructType): boolean {
    // clang says it; GCC leaves it to be told from the members.
    switch (entry.number(DW_AT_calling_convention)) {
      case DW_CC_pass_by_reference:
        return true;
      case DW_CC_pass_by_value:
        return false;
    }
    const constructor = name.replace(/<.*/s, "");
    for (const part of this.#reader.info.children(entry, PARTS)) {
      if ((part.number(DW_AT_virtuality) ?? 0) !== 0) return true;
      if (part.tag !== DW_TAG_subprogram) {
        if (isOwned(this.#reader.of(part))) return true;
        continue;
      }
      if (
        part.flag(DW_AT_artificial) ||
        part.number(DW_AT_defaulted) === DW_DEFAULTED_in_class
      ) continue;
      const called = part.string(DW_AT_name) ?? "";
      if (called.startsWith("~")) return true;
      if (called === constructor && this.#copies(part, entry)) return true;
    }
    return false;
  }

  /** Whether a constructor's one parameter is another object of its class. */
  #copies(constructor: Entry, of: Entry): boolean {
    const params = [...this.#reader.info.children(constructor, PARAMETER)]
      .filter((param) => !param.flag(DW_AT_artificial));
    const [only] = params;
    if (only === undefined || params.length > 1) return false;
    const type = strip(this.#reader.of(only)).type;
    if (type.kind !== "pointer") return false;
    const to = strip(type.to).type;
    return to.kind === "struct" && to.offset === of.offset;
  }
}

/** What the standard calls strings of a character. */
const STRINGS: Readonly<Record<string, string>> = {
  char: "string",
  wchar_t: "wstring",
  char8_t: "u8string",
  char16_t: "u16string",
  char32_t: "u32string",
};

/** A class as a person writes it: without the arguments that templates have by default. */
function readable(name = "a class"): string {
  const string = /^basic_string<(char|wchar_t|char8_t|char16_t|char32_t)[,>]/
    .exec(name)?.[1];
  if (string !== undefined) return `std::${STRINGS[string]}`;
  return name.replace(/, std::(?:allocator|default_delete|less)<.*>(?=>)/s, "")
    .replace(/ >/g, ">");
}

function isOwned(declared: CType): boolean {
  let { type } = strip(declared);
  while (type.kind === "array") ({ type } = strip(type.of));
  return type.kind === "struct" && !type.declaration &&
    type.notByValue !== undefined;
}
