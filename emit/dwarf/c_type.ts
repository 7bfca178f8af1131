/**
 * Types as debug information describes them: C's, in full, with nothing yet
 * decided about JavaScript. {@linkcode printCType} writes any of them.
 *
 * @module
 */

/** A type. */
export type CType =
  | VoidType
  | BaseType
  | QualifiedType
  | TypedefType
  | PointerType
  | ArrayType
  | FunctionType
  | StructType
  | EnumType
  | UnknownType;

/** No value. */
export interface VoidType {
  readonly kind: "void";
}

/** A number, a character or a boolean. */
export interface BaseType {
  readonly kind: "base";
  /** As the compiler spells it: `"long int"`. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** A `DW_ATE_` number. */
  readonly encoding: number;
}

/** A type behind `const` and its like. */
export interface QualifiedType {
  readonly kind: "qualified";
  readonly qualifier: "const" | "volatile" | "restrict" | "atomic";
  /** Whether clang has compiled it: where that has an atomic member, it passes all of it in memory. */
  readonly isClangs?: boolean;
  readonly of: CType;
}

/** Another name for a type. */
export interface TypedefType {
  readonly kind: "typedef";
  readonly name: string;
  /** Whether C code says so, where no class or namespace can be around it. */
  readonly isC?: boolean;
  /** What an attribute aligns it to, in bytes, where clang has compiled it: it passes values by that. */
  readonly align?: number | undefined;
  readonly of: CType;
}

/** An address. */
export interface PointerType {
  readonly kind: "pointer";
  readonly to: CType;
  /** Whether it is a `nullptr_t` that clang has compiled: what has one as a member it passes in memory. */
  readonly isClangsNull?: boolean;
  /** Whether its language has no null for it: a reference, Rust's `Box` and functions, Zig's `*T`. */
  readonly nonnull?: boolean;
  /** Size in bytes. */
  readonly size: number;
}

/** Elements in a row. */
export interface ArrayType {
  readonly kind: "array";
  readonly of: CType;
  /** Number of elements; undefined where the declaration leaves it open. */
  readonly length: number | undefined;
  /** Whether it is a vector that fits a register. */
  readonly vector: boolean;
}

/** A parameter of a function. */
export interface Parameter {
  /** Its name, or `""`. */
  readonly name: string;
  readonly type: CType;
}

/** A function. */
export interface FunctionType {
  readonly kind: "function";
  readonly params: readonly Parameter[];
  readonly result: CType;
  /** Whether more arguments may follow, as in `printf`. */
  readonly variadic: boolean;
  /** Whether nothing says what its parameters are: `int f();` of C before C23. */
  readonly isOpen?: boolean;
  /** How it is called, where that is not the platform's way for C. */
  readonly convention?: string;
}

/** A member of a struct or union. */
export interface Member {
  /** Its name, or `""`. */
  readonly name: string;
  readonly type: CType;
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** Number of bits, for a bit-field. */
  readonly bits: number | undefined;
  /** Of a bit-field: its first bit in the byte at `offset`, counted from the least significant one. */
  readonly firstBit?: number;
  /** What `_Alignas` asks for, in bytes. */
  readonly align: number | undefined;
}

/** A struct, a union or a C++ class. */
export interface StructType {
  readonly kind: "struct";
  readonly keyword: "struct" | "union" | "class";
  /** Its tag, or undefined where it has none. */
  readonly name: string | undefined;
  /** Where its entry lies: tells two types apart. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
  /** What an attribute asks for, in bytes. */
  readonly align: number | undefined;
  /** Whether that is what the whole is aligned to, where members that ask for more are packed. */
  readonly isAlignOfAll?: boolean | undefined;
  /** Whether this only says that there is such a type. */
  readonly declaration: boolean;
  /** Whether its compiler says of a bit-field that is as wide as its type only the byte in which it begins. */
  readonly roundsBits?: boolean | undefined;
  /** Its members, read when they are first asked for. */
  readonly members: readonly Member[];
  /** Why a value of it cannot be passed though its address can; undefined in C. */
  readonly notByValue?: string | undefined;
}

/** A value of an enumeration. */
export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

/** An enumeration. */
export interface EnumType {
  readonly kind: "enum";
  /** Its tag, or undefined where it has none. */
  readonly name: string | undefined;
  /** Where its entry lies: tells two types apart. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
  /** Whether it can be negative. */
  readonly signed: boolean;
  /** Whether this only says that there is such a type. */
  readonly declaration: boolean;
  readonly values: readonly Enumerator[];
}

/** A type that C does not have, or an entry that describes none. */
export interface UnknownType {
  readonly kind: "unknown";
  /** What a person would call it. */
  readonly name: string;
  /** Why it cannot be passed, where there is more to say than that. */
  readonly reason?: string;
}

/**
 * Writes a type as C spells it, for messages and tests.
 *
 * @param type Any type.
 * @param inner What stands where the name of a variable would.
 * @returns One line; structs by their tags, without members.
 */
export function printCType(type: CType, inner = ""): string {
  return print(type, inner, 0);
}

function print(type: CType, inner: string, depth: number): string {
  if (depth > 32) return "…";
  const space = inner === "" ? "" : " ";
  switch (type.kind) {
    case "void":
      return `void${space}${inner}`;
    case "base":
    case "typedef":
    case "unknown":
      return `${type.name}${space}${inner}`;
    case "struct":
      return `${type.keyword} ${type.name ?? "{…}"}${space}${inner}`;
    case "enum":
      return `enum ${type.name ?? "{…}"}${space}${inner}`;
    case "qualified": {
      const word = type.qualifier === "atomic" ? "_Atomic" : type.qualifier;
      // A qualifier stands behind the star that it is about.
      return type.of.kind === "pointer"
        ? print(type.of, `${word}${space}${inner}`, depth + 1)
        : `${word} ${print(type.of, inner, depth + 1)}`;
    }
    case "pointer": {
      const wrap = type.to.kind === "array" || type.to.kind === "function";
      const star = `*${inner}`;
      return print(type.to, wrap ? `(${star})` : star, depth + 1);
    }
    case "array":
      return print(type.of, `${inner}[${type.length ?? ""}]`, depth + 1);
    case "function": {
      const params = type.params.map((param) =>
        print(param.type, param.name, depth + 1)
      );
      if (type.variadic) params.push("...");
      return print(
        type.result,
        `${inner}(${params.join(", ") || "void"})`,
        depth + 1,
      );
    }
  }
}

/**
 * The same pointer as C writes one to a text: to `const char`.
 *
 * @param pointer A pointer of another language.
 * @param to What it points to: bytes.
 */
export function toText(pointer: PointerType, to: BaseType): PointerType {
  const of: BaseType = { ...to, name: "char" };
  return { ...pointer, to: { kind: "qualified", qualifier: "const", of } };
}

/** A type without its typedefs and qualifiers, and which qualifiers those were. */
export function strip(
  type: CType,
): { type: CType; isConst: boolean; isVolatile: boolean } {
  let isConst = false;
  let isVolatile = false;
  while (type.kind === "typedef" || type.kind === "qualified") {
    if (type.kind === "qualified") {
      isConst ||= type.qualifier === "const";
      isVolatile ||= type.qualifier === "volatile";
    }
    type = type.of;
  }
  return { type, isConst, isVolatile };
}

/**
 * The size of a value.
 *
 * @param declared Any type.
 * @returns Bytes, or undefined where the type is open or has no values.
 */
export function sizeOf(declared: CType): number | undefined {
  const { type } = strip(declared);
  switch (type.kind) {
    case "array": {
      const of = sizeOf(type.of);
      return of === undefined || type.length === undefined
        ? undefined
        : of * type.length;
    }
    case "struct":
    case "enum":
      return type.declaration ? undefined : type.size;
    case "base":
    case "pointer":
      return type.size;
    default:
      return undefined;
  }
}
