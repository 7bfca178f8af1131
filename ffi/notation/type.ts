/**
 * The type notation: one line of text for a type, as manifests, error messages
 * and `lookup` write it.
 *
 * ```text
 * type     = basic | name | "*" type | "?" type | "[" count "]" type | "[]" type
 *          | "map<" type "," type ">" | ( "iterable" | "stream" | "promise" ) "<" type ">"
 *          | "(" type "," type { "," type } ")" | function | "closure<" function ">"
 * function = "(" [ type { "," type } [ "," "..." ] ] ")" "=>" ( type | "(" type { "," type } ")" )
 * ```
 *
 * @module
 */

/** The integers of the notation. */
export const INTEGER_NAMES = [
  "i8",
  "u8",
  "i16",
  "u16",
  "i32",
  "u32",
  "i64",
  "u64",
  "isize",
  "usize",
] as const;

/** The types that have a name of their own in the notation. */
export const BASIC_NAMES = [
  "void",
  "bool",
  ...INTEGER_NAMES,
  "f32",
  "f64",
  "pointer",
  "cstring",
  "utf16",
  "utf32",
  "latin1",
  "buffer",
  "string",
  "bytes",
  "any",
  "date",
  "duration",
  "bigint",
  "complex",
] as const;

/** The name of a basic type. */
export type BasicName = typeof BASIC_NAMES[number];

/** What a NUL-terminated text can be in that is no `cstring`, which is UTF-8. */
export const ENCODINGS = ["utf16", "utf32", "latin1"] as const;

/** One of them. */
export type Encoding = typeof ENCODINGS[number];

/** A type that the notation names: a scalar, or one of the reference types. */
export interface BasicType {
  readonly kind: "basic";
  readonly name: BasicName;
}

/** `*T`: the address of a `T`. */
export interface PointerType {
  readonly kind: "pointer";
  readonly to: Type;
}

/** `[n]T`: `length` elements in a row. */
export interface ArrayType {
  readonly kind: "array";
  readonly length: number;
  readonly of: Type;
}

/** `[]T`: an address and a length that travel together, as Go's slices do. */
export interface SliceType {
  readonly kind: "slice";
  readonly of: Type;
}

/** `?T`: a `T`, or nothing. */
export interface OptionalType {
  readonly kind: "optional";
  readonly of: Type;
}

/** `map<K, V>`: values by keys. */
export interface MapType {
  readonly kind: "map";
  readonly key: Type;
  readonly value: Type;
}

/** `(A, B)`: two values or more that travel together. */
export interface TupleType {
  readonly kind: "tuple";
  readonly of: readonly Type[];
}

/** What gives values one after the other, or one later. */
export const SEQUENCES = ["iterable", "stream", "promise"] as const;

/** `iterable<T>`, `stream<T>` (an async iterable), `promise<T>`. */
export interface SequenceType {
  readonly kind: "sequence";
  readonly name: typeof SEQUENCES[number];
  readonly of: Type;
}

/**
 * `closure<(A) => R>`: a function that is called with packets, and no function
 * pointer of C. The last list of `closure<(A, []B, ...) => R>` is given as all
 * further arguments.
 */
export interface ClosureType {
  readonly kind: "closure";
  readonly of: FunctionType;
}

/** A type that the manifest's `types` defines. */
export interface NamedType {
  readonly kind: "named";
  readonly name: string;
}

/** `(A, B) => R`; no `results` is `=> void`. */
export interface FunctionType {
  readonly kind: "function";
  readonly params: readonly Type[];
  readonly results: readonly Type[];
  readonly variadic: boolean;
}

/** A parsed type. */
export type Type =
  | BasicType
  | PointerType
  | ArrayType
  | SliceType
  | OptionalType
  | MapType
  | TupleType
  | SequenceType
  | ClosureType
  | NamedType
  | FunctionType;

/** Longest text that {@linkcode parseType} reads, in UTF-16 code units. */
export const MAX_TYPE_LENGTH = 65_536;

/** Deepest nesting that {@linkcode parseType} follows. */
export const MAX_TYPE_DEPTH = 64;

/** Most parameters of a function: twice what every compiler of C takes; the runtimes need milliseconds for each. */
export const MAX_PARAMS = 254;

/** Most elements that an array type may have. */
export const MAX_ARRAY_LENGTH = 2 ** 32;

export const BASIC: ReadonlyMap<string, BasicType> = new Map(
  BASIC_NAMES.map((name) => [name, { kind: "basic", name }]),
);

/** The basic type of that name. */
export function basic(name: BasicName): BasicType {
  return BASIC.get(name)!;
}

/**
 * Writes a type in the canonical notation.
 *
 * @param type Any type.
 * @param nameOf Gives the name of a named type; its own where it is left out.
 * @returns One line; {@linkcode parseType} reads it back.
 */
export function printType(
  type: Type,
  nameOf?: (name: string) => string,
): string {
  switch (type.kind) {
    case "basic":
      return type.name;
    case "named":
      return nameOf === undefined ? type.name : nameOf(type.name);
    case "pointer":
      return `*${printType(type.to, nameOf)}`;
    case "array":
      return `[${type.length}]${printType(type.of, nameOf)}`;
    case "slice":
      return `[]${printType(type.of, nameOf)}`;
    case "optional":
      return `?${printType(type.of, nameOf)}`;
    case "map":
      return `map<${printType(type.key, nameOf)}, ${
        printType(type.value, nameOf)
      }>`;
    case "closure":
      return `closure<${printType(type.of, nameOf)}>`;
    case "sequence":
      return `${type.name}<${printType(type.of, nameOf)}>`;
    case "tuple":
      return `(${type.of.map((of) => printType(of, nameOf)).join(", ")})`;
    case "function": {
      const params = type.params.map((param) => printType(param, nameOf));
      if (type.variadic) params.push("...");
      const results = type.results.map((result) => printType(result, nameOf));
      const result = results.length === 0
        ? "void"
        : results.length === 1
        ? results[0]
        : `(${results.join(", ")})`;
      return `(${params.join(", ")}) => ${result}`;
    }
  }
}

/** The encoding of a type that is the address of such a text. */
export function encodingOf(type: Type): Encoding | undefined {
  return type.kind === "basic"
    ? ENCODINGS.find((encoding) => encoding === type.name)
    : undefined;
}

/** Whether a type is the address of a NUL-terminated text. */
export function isText(type: Type): boolean {
  return type.kind === "basic" &&
    (type.name === "cstring" || encodingOf(type) !== undefined);
}

/** Every name of a struct, union, enum or alias in a type, as often as it occurs. */
export function namesIn(type: Type): string[] {
  switch (type.kind) {
    case "basic":
      return [];
    case "named":
      return [type.name];
    case "pointer":
      return namesIn(type.to);
    case "array":
    case "slice":
    case "optional":
    case "sequence":
    case "closure":
      return namesIn(type.of);
    case "map":
      return [...namesIn(type.key), ...namesIn(type.value)];
    case "tuple":
      return type.of.flatMap(namesIn);
    case "function":
      return [...type.params, ...type.results].flatMap(namesIn);
  }
}
