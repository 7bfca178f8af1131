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

import { assertText, PluginError } from "../error.ts";

/** The types that have a name of their own in the notation. */
export const BASIC_NAMES = [
  "void",
  "bool",
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

/** `closure<(A) => R>`: a function that is called with packets, and no function pointer of C. */
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

const BASIC: ReadonlyMap<string, BasicType> = new Map(
  BASIC_NAMES.map((name) => [name, { kind: "basic", name }]),
);

/** The basic type of that name. */
export function basic(name: BasicName): BasicType {
  return BASIC.get(name)!;
}

/**
 * Parses one type.
 *
 * @param text At most {@linkcode MAX_TYPE_LENGTH} code units.
 * @returns The type; {@linkcode printType} gives the canonical text back.
 * @throws {PluginError} `bad_type`: says at which column what was expected.
 * @throws {TypeError} When it is no text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseType, printType } from "./type.ts";
 *
 * assertEquals(printType(parseType("(i32,*Point)=>f64")), "(i32, *Point) => f64");
 * ```
 */
export function parseType(text: string): Type {
  const before = parsed.get(text);
  if (before !== undefined) return before;
  assertText(text, "Cannot parse a type");
  if (text.length > MAX_TYPE_LENGTH) {
    throw new PluginError(
      "bad_type",
      `Cannot parse a type of ${text.length} characters: at most ${MAX_TYPE_LENGTH} are read`,
    );
  }
  const parser = new Parser(text);
  const type = parser.type(0);
  parser.end();
  if (text.length <= SHORT) {
    if (parsed.size === MAX_PARSED) parsed.clear();
    parsed.set(text, type);
  }
  return type;
}

/** Types that were parsed: libraries write a few hundred in thousands of places. */
const parsed = new Map<string, Type>();

/** Longest text that is remembered. */
const SHORT = 256;

/** Most texts that are remembered. */
const MAX_PARSED = 4096;

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

/** What a `name` of the notation may look like: an identifier of C, Go, Rust or Zig, with its path. */
const NAME =
  /[\p{ID_Start}_$][\p{ID_Continue}$]*(?:(?:\.|::)[\p{ID_Start}_$][\p{ID_Continue}$]*)*/uy;

/** Whether `text` can stand as a name in the notation. */
export function isTypeName(text: string): boolean {
  NAME.lastIndex = 0;
  return NAME.exec(text)?.[0].length === text.length && !BASIC.has(text);
}

/** Whether a UTF-16 code unit is white space; NaN, behind the end, is not. */
function isSpace(code: number): boolean {
  if (code === 0x20) return true;
  return (code < 0x20 || code >= 0x80) &&
    /\s/.test(String.fromCharCode(code));
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  type(depth: number): Type {
    if (depth > MAX_TYPE_DEPTH) {
      throw this.#error(`nesting of at most ${MAX_TYPE_DEPTH}`);
    }
    if (this.#take("*")) {
      const to = this.type(depth + 1);
      if (to.kind === "basic" && to.name === "void") {
        throw this.#error(`"pointer" for an address of no type, not "*void"`);
      }
      return { kind: "pointer", to };
    }
    if (this.#take("[")) {
      if (this.#take("]")) {
        return { kind: "slice", of: this.#element(depth + 1) };
      }
      const length = this.#count();
      this.#need("]");
      return { kind: "array", length, of: this.#element(depth + 1) };
    }
    if (this.#take("?")) {
      return { kind: "optional", of: this.#element(depth + 1) };
    }
    if (this.#take("(")) {
      return this.#isTuple()
        ? this.#tuple(depth + 1)
        : this.#function(depth + 1);
    }
    const name = this.#name();
    return this.#generic(name, depth + 1) ?? BASIC.get(name) ??
      { kind: "named", name };
  }

  /** A type with types in angle brackets, where one follows such a name. */
  #generic(name: string, depth: number): Type | undefined {
    if (name === "map" && this.#take("<")) {
      const key = this.#element(depth);
      this.#need(",");
      const value = this.#element(depth);
      this.#need(">");
      return { kind: "map", key, value };
    }
    if (name === "closure" && this.#take("<")) {
      const of = this.#element(depth);
      if (of.kind !== "function") throw this.#error("a function before it");
      this.#need(">");
      return { kind: "closure", of };
    }
    const sequence = SEQUENCES.find((one) => one === name);
    if (sequence === undefined || !this.#take("<")) return undefined;
    const of = this.#element(depth);
    this.#need(">");
    return { kind: "sequence", name: sequence, of };
  }

  /** What follows the parenthesis of a tuple. */
  #tuple(depth: number): TupleType {
    const of = [this.#element(depth)];
    do {
      this.#need(",");
      of.push(this.#element(depth));
    } while (!this.#take(")"));
    return { kind: "tuple", of };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#error("the end");
  }

  #element(depth: number): Type {
    const of = this.type(depth);
    if (of.kind === "basic" && of.name === "void") {
      throw this.#error("an element type other than void");
    }
    return of;
  }

  #function(depth: number): FunctionType {
    const params: Type[] = [];
    let variadic = false;
    if (!this.#take(")")) {
      do {
        if (this.#take("...")) {
          variadic = true;
          break;
        }
        params.push(this.#element(depth));
        if (params.length > MAX_PARAMS) {
          throw this.#error(`at most ${MAX_PARAMS} parameters`);
        }
      } while (this.#take(","));
      this.#need(")");
    }
    this.#need("=>");
    return {
      kind: "function",
      params,
      results: this.#results(depth),
      variadic,
    };
  }

  #results(depth: number): Type[] {
    const start = this.#at;
    if (this.#take("(")) {
      // Either several results or the parameters of a function that is the
      // result: only what follows the parenthesis tells them apart.
      if (this.#closesBeforeArrow()) {
        this.#at = start;
      } else {
        const results = [this.#element(depth)];
        while (this.#take(",")) results.push(this.#element(depth));
        this.#need(")");
        return results;
      }
    }
    const result = this.type(depth);
    return result.kind === "basic" && result.name === "void" ? [] : [result];
  }

  /** Whether the parenthesis that was opened has several types in it, and no arrow behind it. */
  #isTuple(): boolean {
    if (this.#closesBeforeArrow()) return false;
    let open = 1;
    for (let at = this.#at; at < this.#text.length; at++) {
      const mark = this.#text[at];
      if (mark === "(") open++;
      else if (mark === ")") open--;
      else if (mark === "," && open === 1) return true;
      if (open === 0) return false;
    }
    return false;
  }

  #closesBeforeArrow(): boolean {
    let open = 1;
    let at = this.#at;
    for (; at < this.#text.length && open > 0; at++) {
      if (this.#text[at] === "(") open++;
      else if (this.#text[at] === ")") open--;
    }
    return open === 0 && /^\s*=>/.test(this.#text.slice(at, at + 64));
  }

  #name(): string {
    this.#space();
    NAME.lastIndex = this.#at;
    const match = NAME.exec(this.#text);
    if (match === null) throw this.#error("a type");
    this.#at += match[0].length;
    return match[0];
  }

  #count(): number {
    this.#space();
    const digits = /^\d{1,10}/.exec(this.#text.slice(this.#at, this.#at + 10));
    if (digits === null) throw this.#error("a count of elements");
    const count = Number(digits[0]);
    if (count > MAX_ARRAY_LENGTH) {
      throw this.#error(`at most ${MAX_ARRAY_LENGTH} elements`);
    }
    this.#at += digits[0].length;
    return count;
  }

  #take(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) throw this.#error(JSON.stringify(token));
  }

  #space(): void {
    // Most texts have no more of it than one blank behind a comma.
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #error(wanted: string): PluginError {
    const near = this.#text.slice(this.#at, this.#at + 20);
    const found = near === "" ? "the end" : JSON.stringify(near);
    return new PluginError(
      "bad_type",
      `Cannot parse the type ${JSON.stringify(this.#text.slice(0, 200))}: ` +
        `column ${this.#at + 1} has ${found}, wanted ${wanted}`,
    );
  }
}
