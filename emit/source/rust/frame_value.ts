/**
 * How values of Rust lie in frames, and what the notation calls them.
 *
 * @module
 */

import { HANDLE_SIZE, SPAN_SIZE } from "../../../ffi/manifest/manifest.ts";
import type { Extent } from "../../../ffi/notation/sequence.ts";
import { SCALAR_SIZE } from "../../../ffi/notation/scalar_size.ts";
import {
  type DynType,
  type FunctionType,
  type OwnType,
  type Type,
  Uncrossable,
} from "./rust_type.ts";

/** What is known of the types that the crate itself declares. */
export interface CrateTypes {
  /** As a wrapper writes it. */
  spell(type: Type): string;
  isClass(type: OwnType): boolean;
  isEnum(type: OwnType): boolean;
  /** The name of a class, which is used from now on. */
  classOf(type: OwnType): string;
  /** The type of a wrapper that holds what has no size of its own; undefined of other types. */
  unsizedIn(type: OwnType): string | undefined;
  /** The name of a type that crosses whole, which is used from now on. */
  dataOf(type: OwnType): string;
  /** The scalar that the values of an enum are. */
  enumNumber(type: OwnType): string;
  /** What a name stands for that was given to a type: of an enum the scalar that its values are. */
  named(name: string): "class" | { readonly number: string } | undefined;
  /** The name of an enum of the standard library that crosses whole, which is used from now on; undefined of another type. */
  stdVariantOf(name: string): string | undefined;
  /** A struct of the standard library that comes out as what it tells: its name, which is used from now on, and what is made of one. */
  stdRecordOf(
    path: string,
  ): { name: string; use: (value: string) => string } | undefined;
  /** Notes that anything that JSON could say crosses. */
  useJson(): void;
  /** The class of the objects of a trait. */
  dynOf(type: DynType): { readonly name: string; readonly rust: string };
  /** The classes whose objects have a trait. */
  implementorsOf(type: DynType): readonly OwnType[];
  /** The class of a place that others hold and that is written to. */
  placeOf(of: Type): { readonly name: string; readonly rust: string };
  /** The class of what is called. */
  functionOf(
    type: FunctionType,
  ): { readonly name: string; readonly rust: string };
  /** The class of an iterator. */
  sequenceOf(of: Type): { readonly name: string; readonly rust: string };
  /** Whether a type has Clone. */
  isClone(type: OwnType): boolean;
  /** Lets objects of a type without Clone be given away among other values. */
  giveAway(type: OwnType): void;
}

/** Whether a type is what somebody may write to, and not an object or a text. */
export function isPlace(
  type: Type,
  own: CrateTypes,
): type is Type & { kind: "ref" } {
  if (type.kind !== "ref" || !type.isMutable) return false;
  const { of } = type;
  if (of.kind === "dyn") return false;
  return of.kind === "own"
    ? !own.isClass(of)
    : of.kind !== "primitive" || of.name !== "str";
}

/** A box of what has no size of its own. */
export interface BoxedType {
  readonly of: OwnType;
  /** The type of a wrapper that holds it. */
  readonly holder: string;
}

/** What is in such a box; undefined of other types. */
export function boxedIn(type: Type, own: CrateTypes): BoxedType | undefined {
  const [of] = type.kind === "std" && type.name === "Box" ? type.args : [];
  const holder = of?.kind === "own" ? own.unsizedIn(of) : undefined;
  return holder === undefined ? undefined : { of: of as OwnType, holder };
}

/** How a value lies in a frame: the type of a wrapper's field, and what it takes. */
export interface Slot extends Extent {
  readonly field: string;
}

/** The class of errors: see `ffi/object/native_error.ts`. */
export const ERROR_CLASS = "error";

export const SPAN: Slot = { field: "Span", size: SPAN_SIZE, align: 8 };
export const HANDLE: Slot = { field: "u64", size: HANDLE_SIZE, align: 8 };

/** How a frame holds a value. */
export interface Lying {
  readonly slot: Slot;
  /** An expression for the value in a field, of a type of Rust. */
  readonly take: (field: string, rust: string) => string;
  /** An expression for the field. */
  readonly give: (value: string) => string;
  /** Whether it is a packet. */
  readonly isPacket?: boolean;
}

export function refuse(why: string): never {
  throw new Uncrossable(why);
}

/** Numbers, which the notation calls as Rust does, and their bytes. */
const { bool: BOOL_SIZE, ...NUMBERS } = SCALAR_SIZE;

export function isNumber(type: Type): boolean {
  return type.kind === "primitive" && Object.hasOwn(NUMBERS, type.name);
}

/** What is made of a place or a value, where that is it itself. */
export const SAME = (place: string) => place;

/** Types of the standard library that are texts in JavaScript. */
export const OWNED_TEXTS = new Set([
  "String",
  "PathBuf",
  "OsString",
  "CString",
  "IpAddr",
  "Ipv4Addr",
  "Ipv6Addr",
  "SocketAddr",
]);

/** Texts of the standard library that are borrowed, and may be no UTF-8: what owns them, and how that gives them. */
export const BORROWED_TEXTS: ReadonlyMap<
  string,
  { readonly rust: string; readonly as: string }
> = new Map([
  ["CStr", { rust: "std::ffi::CString", as: "as_c_str" }],
  ["OsStr", { rust: "std::ffi::OsString", as: "as_os_str" }],
  ["Path", { rust: "std::path::PathBuf", as: "as_path" }],
]);
export const COLLECTIONS = new Set(["Vec", "VecDeque", "BTreeSet", "HashSet"]);
export const MAPS = new Set(["HashMap", "BTreeMap"]);
/** Types that hold another one, and are what it is in JavaScript. */
export const POINTERS = new Set(["Box", "Rc", "Arc", "Cow"]);

export const NO_POINTER =
  "an object of a trait crosses in a Box, an Arc or an Rc, or goes in as a reference";

export function noStd(name: string): string {
  return `a ${name} of the standard library has no JavaScript value`;
}

/** The notation of a primitive type. */
export function notationOf(name: string): string {
  if (name === "bool" || Object.hasOwn(NUMBERS, name)) return name;
  if (name === "char") return "string";
  if (name === "i128" || name === "u128") return "bigint";
  return refuse(`a ${name} has no JavaScript value`);
}

/** The notation of a list. */
export function listOf(element: string): string {
  return element === "u8" ? "bytes" : `[]${element}`;
}

/** The number that a `NonZero` is, the name of its type; undefined of other types. */
export function nonZeroOf(type: Type): string | undefined {
  if (type.kind !== "std") return undefined;
  const [, named] = /^NonZero([IU](?:8|16|32|64|size))?$/.exec(type.name) ?? [];
  if (named !== undefined) return named.toLowerCase();
  const [of] = type.args;
  return type.name === "NonZero" && of?.kind === "primitive" && isNumber(of)
    ? of.name
    : undefined;
}

/** A scalar, which lies in the frame itself. */
export function scalarOf(name: string): { notation: string; slot: Slot } {
  const size = name === "bool"
    ? BOOL_SIZE
    : NUMBERS[name as keyof typeof NUMBERS];
  return { notation: name, slot: { field: name, size, align: size } };
}

function isScalar(notation: string): boolean {
  return notation === "bool" || Object.hasOwn(NUMBERS, notation);
}

/** Whether a type is a number or a bool. */
export function isScalarType(type: Type): boolean {
  return isNumber(type) || type.kind === "primitive" && type.name === "bool";
}

/** Whether a type is a scalar, or an array of arrays of them: it lies in the frame itself. */
export function areScalars(type: Type): boolean {
  return type.kind === "array" ? areScalars(type.of) : isScalarType(type);
}

/** Scalars that lie in the frame, one after the other. */
export function arrayOf(
  { of, length }: Type & { kind: "array" },
): { notation: string; slot: Slot } {
  const { notation, slot } = of.kind === "array"
    ? arrayOf(of)
    : scalarOf((of as Type & { kind: "primitive" }).name);
  return {
    notation: `[${length}]${notation}`,
    slot: {
      field: `[${slot.field}; ${length}]`,
      size: slot.size * length,
      align: slot.align,
    },
  };
}

/** How a value lies in a frame that is not always in a packet: the notation decides. */
export function lyingOf(notation: string, own: CrateTypes): Lying {
  const list = /^\[\](.+)$/.exec(notation)?.[1];
  const numberOf = (name: string) => {
    const named = own.named(name);
    return typeof named === "object" ? named.number : undefined;
  };
  const number = notation === "bytes"
    ? "u8"
    : list === undefined
    ? undefined
    : Object.hasOwn(NUMBERS, list)
    ? list
    : numberOf(list);
  if (number !== undefined) {
    return {
      slot: SPAN,
      take: (field, rust) =>
        `packet::of_list::<${rust}, ${number}>(${field}.slice(at))?`,
      give: (value) => `packet::give_list::<_, ${number}>(${value})`,
    };
  }
  const [, lengths, element] = /^((?:\[\d+\])+)([^[].*)$/.exec(notation) ?? [];
  if (element !== undefined && numberOf(element) !== undefined) {
    refuse("an array of enums lies in a frame as numbers");
  }
  if (element !== undefined && isScalar(element)) {
    const array = [...lengths!.matchAll(/\d+/g)].reduceRight(
      (of: Type, [length]): Type => ({
        kind: "array",
        of,
        length: Number(length),
      }),
      { kind: "primitive", name: element },
    );
    const { slot } = arrayOf(array as Type & { kind: "array" });
    const take = (field: string, rust: string) =>
      rust.startsWith("[") ? field : `<${rust}>::from(${field})`;
    return { slot, take, give: SAME };
  }
  if (notation === "string") {
    return {
      slot: SPAN,
      take: (field, rust) => `packet::of_text::<${rust}>(${field}.text(at))?`,
      give: (value) => `packet::give_text(${value})`,
    };
  }
  if (isScalar(notation)) {
    const { slot } = scalarOf(notation);
    // What holds one, a Box, is made of it.
    const take = (field: string, rust: string) =>
      rust === notation ? field : `<${rust}>::from(${field})`;
    return { slot, take, give: SAME };
  }
  if (own.named(notation) === "class") {
    return {
      slot: HANDLE,
      take: (field, rust) => `object::take::<${rust}>(${field})?.get()`,
      give: (value) => `object::hold(${value})`,
    };
  }
  if (own.named(notation.replace(/^\?/, "")) === "class") {
    return {
      slot: HANDLE,
      take: (field) => `object::take_or_none(${field})?`,
      give: (value) => `${value}.map_or(0, object::hold)`,
    };
  }
  const value = numberOf(notation);
  if (value !== undefined) {
    return {
      slot: scalarOf(value).slot,
      take: (field, rust) => `<${rust} as Enum>::of(${field})?`,
      give: (value) => `Enum::number(&${value})`,
    };
  }
  return {
    slot: SPAN,
    take: (field, rust) => `packet::take::<${rust}>(${field})?`,
    give: (value) => `packet::give(${value})`,
    isPacket: true,
  };
}
