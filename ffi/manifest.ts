/**
 * The manifest: what a library is, and every symbol and type that it exports.
 *
 * A manifest is untrusted text. {@linkcode parseManifest} checks every field
 * before anything else sees it, and copies what it knows into objects without
 * a prototype, so that no name in it can reach one.
 *
 * @module
 */

import { PluginError } from "./error.ts";
import { isTypeName, parseType, type Type } from "./type.ts";

/** The version of the format that this module reads and writes. */
export const MANIFEST_VERSION = 1;

/** Operating systems that a library can be for. */
export const SYSTEMS = ["linux", "darwin"] as const;
/** Architectures that a library can be for. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
/** C libraries that a Linux library can need. */
export const LIBCS = ["gnu", "musl"] as const;

/** What the library file is. */
export interface LibraryInfo {
  /** File name of the library, beside the manifest. */
  readonly file: string;
  /** Operating system, as `process.platform` spells it. */
  readonly os: typeof SYSTEMS[number];
  /** Architecture, as `process.arch` spells it. */
  readonly arch: typeof ARCHITECTURES[number];
  /** The C library it needs, where it needs one of them. */
  readonly libc?: typeof LIBCS[number];
  /** The linker's build id, in lower-case hexadecimal. */
  readonly buildId?: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Libraries that the loader loads with it. */
  readonly needs: readonly string[];
  /** The language it was written in. */
  readonly language?: string;
  /** The compiler that made it. */
  readonly compiler?: string;
}

/** One member of a struct or union. */
export interface Field {
  /** Its name; unique in its type. */
  readonly name: string;
  /** Its type, in the notation. */
  readonly type: string;
  /** Where it starts, in bytes. */
  readonly offset: number;
}

/** A struct or a union. */
export interface CompositeDefinition {
  /** Tells it from the others. */
  readonly kind: "struct" | "union";
  /** Size in bytes, padding included. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly align: number;
  /** Members in the order of their declaration. */
  readonly fields: readonly Field[];
  /** Members that have no JavaScript value, and why. */
  readonly skipped?: Readonly<Record<string, string>>;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** An enumeration. */
export interface EnumDefinition {
  /** Tells it from the others. */
  readonly kind: "enum";
  /** The integer type it is stored as. */
  readonly type: string;
  /** Values by name; a decimal string where a number would lose digits. */
  readonly values: Readonly<Record<string, number | string>>;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** Another name for a type. */
export interface AliasDefinition {
  /** Tells it from the others. */
  readonly kind: "alias";
  /** The type it stands for, in the notation. */
  readonly type: string;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** A type that is only ever pointed to. */
export interface OpaqueDefinition {
  /** Tells it from the others. */
  readonly kind: "opaque";
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** What a name in the type notation stands for. */
export type TypeDefinition =
  | CompositeDefinition
  | EnumDefinition
  | AliasDefinition
  | OpaqueDefinition;

/**
 * A compiled function `void thunk(void *frame)` that takes its arguments from
 * one memory block and leaves its results there.
 *
 * Scalars lie in the frame as C stores them. A `string`, `bytes` or slice is
 * 16 bytes: the address, then the number of elements (i64).
 */
export interface Thunk {
  /** The symbol to call. */
  readonly symbol: string;
  /** Size of the frame in bytes; a multiple of 8. */
  readonly size: number;
  /** Offset of each parameter. */
  readonly params: readonly number[];
  /** Offset of each result. */
  readonly results: readonly number[];
  /**
   * Offset of the 40 bytes that say how the call ended: an i64 (0 it returned,
   * 1 it returned an error, 2 it panicked), the address and length of the
   * text, the address and length of the stack.
   */
  readonly error?: number;
  /**
   * Symbol of `void free(void *)`, to which every address that the thunk
   * leaves in results and error is given once it has been read.
   */
  readonly free?: string;
  /** Offset of the i32 that takes C's `errno`, which the thunk sets to 0 before the call. */
  readonly errno?: number;
  /**
   * Offset of the 8 bytes that take the address of the function to call, where
   * the thunk lies in a library of its own.
   */
  readonly target?: number;
}

/** One signature of a function with a variable number of arguments. */
export interface Call {
  /** A function type of the notation, without `...`. */
  readonly type: string;
  /** How to call it so. */
  readonly thunk: Thunk;
}

/** The library that thunks lie in, where that is not the plugin itself. */
export interface ThunkLibrary {
  /** Its file name, beside the manifest. */
  readonly file: string;
  /** The linker's build id, in lower-case hexadecimal. */
  readonly buildId?: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
}

/** An exported function. */
export interface FunctionDefinition {
  /** Tells it from the others. */
  readonly kind: "function";
  /** A function type of the notation. */
  readonly type: string;
  /** Names of the parameters, in order. */
  readonly params?: readonly string[];
  /** How to call it where the direct way does not do. */
  readonly thunk?: Thunk;
  /** The signatures that a function with a variable number of arguments can be called at. */
  readonly calls?: readonly Call[];
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** An exported variable. */
export interface VariableDefinition {
  /** Tells it from the others. */
  readonly kind: "variable";
  /** Its type, in the notation. */
  readonly type: string;
  /** Whether it can only be read. */
  readonly const?: boolean;
  /**
   * Symbol of a function `uintptr_t address(void)` that gives its address,
   * where the variable itself is not a symbol of the library (Go).
   */
  readonly address?: string;
  /** Thunk that reads it, where its memory cannot be read from outside. */
  readonly get?: Thunk;
  /** Thunk that writes it, where its memory cannot be written from outside. */
  readonly set?: Thunk;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** What an exported name is. */
export type SymbolDefinition = FunctionDefinition | VariableDefinition;

/** A library, its types and its symbols. */
export interface Manifest {
  /** Version of the format. */
  readonly manifest: typeof MANIFEST_VERSION;
  /** The file that it describes. */
  readonly library: LibraryInfo;
  /** The library of the thunks, where they are not in the file itself. */
  readonly thunks?: ThunkLibrary;
  /** Named types. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Exported functions and variables. */
  readonly symbols: Readonly<Record<string, SymbolDefinition>>;
  /** Exported names that cannot cross into JavaScript, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** Longest manifest that is read, in UTF-16 code units. */
export const MAX_MANIFEST_LENGTH = 2 ** 26;
/** Longest name of a symbol, type, field or file, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 4096;
/** Most entries in one list or record of a manifest. */
export const MAX_ENTRIES = 200_000;
/** How deep named types may lie in each other. */
export const MAX_DEPTH = 256;
/** Largest type, in bytes. */
export const MAX_TYPE_SIZE = 2 ** 32;
/** Largest frame, in bytes. */
export const MAX_FRAME_SIZE = 2 ** 24;

/**
 * Reads and validates a manifest.
 *
 * @param text JSON.
 * @param path The file it came from, for errors.
 * @returns A copy of what the format knows; other fields are left out.
 * @throws {PluginError} `bad_manifest`: names the first field that is wrong,
 * what it is and what was wanted.
 */
export function parseManifest(text: string, path: string): Manifest {
  if (text.length > MAX_MANIFEST_LENGTH) {
    throw bad(
      path,
      `it has ${text.length} characters, at most ${MAX_MANIFEST_LENGTH} are read`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(path, "it is not JSON", cause);
  }
  try {
    return manifest(json);
  } catch (error) {
    if (error instanceof Wrong) throw bad(path, error.message);
    throw error;
  }
}

function bad(path: string, detail: string, cause?: unknown): PluginError {
  return new PluginError(
    "bad_manifest",
    `Cannot read the manifest ${JSON.stringify(path)}: ${detail}`,
    { path, cause },
  );
}

// Each of the functions below takes a value and says what it must be. `at`
// names the field; the first that does not fit ends the reading.

/** A field that is not what the format says; becomes a `bad_manifest`. */
class Wrong extends Error {
  constructor(at: readonly string[], found: string, wanted: string) {
    super(`${at.join("") || "it"} is ${found}, wanted ${wanted}`);
  }
}

type At = readonly string[];
type Read<T> = (value: unknown, at: At) => T;

function manifest(value: unknown): Manifest {
  const root = object(value, []);
  field(root, "manifest", [], oneOf([MANIFEST_VERSION]));
  const types = field(root, "types", [], record(typeDefinition, typeName));
  const known: Names = { types, seen: new Map() };
  const result: Manifest = omitMissing({
    manifest: MANIFEST_VERSION,
    library: field(root, "library", [], library),
    thunks: optional(root, "thunks", [], thunkLibrary),
    types,
    symbols: field(root, "symbols", [], record(symbolDefinition(known))),
    skipped: field(root, "skipped", [], record(string)),
  });
  checkTypes(known);
  return result;
}

const library: Read<LibraryInfo> = (value, at) => {
  const from = object(value, at);
  return omitMissing({
    file: field(from, "file", at, fileName),
    os: field(from, "os", at, oneOf(SYSTEMS)),
    arch: field(from, "arch", at, oneOf(ARCHITECTURES)),
    libc: optional(from, "libc", at, oneOf(LIBCS)),
    buildId: optional(from, "buildId", at, hexadecimal),
    sha256: field(from, "sha256", at, hexadecimal),
    size: field(from, "size", at, integer(0, Number.MAX_SAFE_INTEGER)),
    needs: field(from, "needs", at, list(name)),
    language: optional(from, "language", at, string),
    compiler: optional(from, "compiler", at, string),
  });
};

const thunkLibrary: Read<ThunkLibrary> = (value, at) => {
  const from = object(value, at);
  return omitMissing({
    file: field(from, "file", at, fileName),
    buildId: optional(from, "buildId", at, hexadecimal),
    sha256: field(from, "sha256", at, hexadecimal),
    size: field(from, "size", at, integer(0, Number.MAX_SAFE_INTEGER)),
  });
};

const typeDefinition: Read<TypeDefinition> = (value, at) => {
  const from = object(value, at);
  const doc = optional(from, "doc", at, string);
  const kind = field(
    from,
    "kind",
    at,
    oneOf(["struct", "union", "enum", "alias", "opaque"]),
  );
  switch (kind) {
    case "struct":
    case "union": {
      const size = field(from, "size", at, integer(0, MAX_TYPE_SIZE));
      return omitMissing({
        kind,
        size,
        align: field(from, "align", at, integer(1, 4096)),
        fields: field(from, "fields", at, list(fieldDefinition(size))),
        skipped: optional(from, "skipped", at, record(string)),
        doc,
      });
    }
    case "enum":
      return omitMissing({
        kind,
        type: field(from, "type", at, oneOf(INTEGERS)),
        values: field(from, "values", at, record(enumValue)),
        doc,
      });
    case "alias":
      return omitMissing({ kind, type: field(from, "type", at, string), doc });
    case "opaque":
      return omitMissing({ kind, doc });
  }
};

const INTEGERS = [
  "i8",
  "u8",
  "i16",
  "u16",
  "i32",
  "u32",
  "i64",
  "u64",
] as const;

const fieldDefinition = (size: number): Read<Field> => (value, at) => {
  const from = object(value, at);
  return {
    name: field(from, "name", at, name),
    type: field(from, "type", at, string),
    offset: field(from, "offset", at, integer(0, size)),
  };
};

const enumValue: Read<number | string> = (value, at) => {
  if (typeof value === "string") {
    if (/^-?\d{1,20}$/.test(value)) return value;
    throw new Wrong(at, show(value), "a whole number");
  }
  return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)(value, at);
};

const symbolDefinition =
  (known: Names): Read<SymbolDefinition> => (value, at) => {
    const from = object(value, at);
    switch (field(from, "kind", at, oneOf(["function", "variable"]))) {
      case "function":
        return functionDefinition(from, at, known);
      case "variable":
        return variableDefinition(from, at, known);
    }
  };

function functionDefinition(
  from: Record<string, unknown>,
  at: At,
  known: Names,
): FunctionDefinition {
  const { type, params, results } = functionType(from, at, known);
  return omitMissing({
    kind: "function",
    type,
    params: optional(from, "params", at, list(string, params)),
    thunk: optional(from, "thunk", at, thunk(params, results)),
    calls: optional(from, "calls", at, list(call(known))),
    doc: optional(from, "doc", at, string),
  });
}

const call = (known: Names): Read<Call> => (value, at) => {
  const from = object(value, at);
  const { type, params, results } = functionType(from, at, known);
  return { type, thunk: field(from, "thunk", at, thunk(params, results)) };
};

/** A field `type` that must be a function's, and how many parameters and results that has. */
function functionType(
  from: Record<string, unknown>,
  at: At,
  known: Names,
): { type: string; params: number; results: number } {
  const type = field(from, "type", at, string);
  const where = [...at, ".type"];
  const parsed = typeText(type, where, known);
  if (parsed.kind !== "function") {
    throw new Wrong(where, show(type), "a function type");
  }
  const { params, results } = parsed;
  return { type, params: params.length, results: results.length };
}

function variableDefinition(
  from: Record<string, unknown>,
  at: At,
  known: Names,
): VariableDefinition {
  const type = field(from, "type", at, string);
  typeText(type, [...at, ".type"], known);
  return omitMissing({
    kind: "variable",
    type,
    const: optional(from, "const", at, boolean),
    address: optional(from, "address", at, name),
    get: optional(from, "get", at, thunk(0, 1)),
    set: optional(from, "set", at, thunk(1, 0)),
    doc: optional(from, "doc", at, string),
  });
}

const thunk = (params: number, results: number): Read<Thunk> => (value, at) => {
  const from = object(value, at);
  const size = field(from, "size", at, integer(0, MAX_FRAME_SIZE));
  if (size % 8 !== 0) {
    throw new Wrong([...at, ".size"], show(size), "a multiple of 8");
  }
  const offset = integer(0, size);
  return omitMissing({
    symbol: field(from, "symbol", at, name),
    size,
    params: field(from, "params", at, list(offset, params)),
    results: field(from, "results", at, list(offset, results)),
    error: optional(from, "error", at, integer(0, size - 40)),
    free: optional(from, "free", at, name),
    errno: optional(from, "errno", at, integer(0, size - 4)),
    target: optional(from, "target", at, integer(0, size - 8)),
  });
};

/** The named types of one manifest, and the texts that were already parsed against them. */
interface Names {
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly seen: Map<string, Type>;
}

/** Parses `text`, and makes sure that every name in it is one of the manifest's types. */
function typeText(text: string, at: At, known: Names): Type {
  const before = known.seen.get(text);
  if (before !== undefined) return before;
  let type: Type;
  try {
    type = parseType(text);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw new Wrong(at, show(text), `a type (${error.message})`);
  }
  for (const used of namesIn(type)) {
    if (!Object.hasOwn(known.types, used)) {
      throw new Wrong(
        at,
        show(text),
        `only names that "types" defines, not ${show(used)}`,
      );
    }
  }
  known.seen.set(text, type);
  return type;
}

function* namesIn(type: Type): Generator<string> {
  switch (type.kind) {
    case "basic":
      return;
    case "named":
      return yield type.name;
    case "pointer":
      return yield* namesIn(type.to);
    case "array":
    case "slice":
      return yield* namesIn(type.of);
    case "function":
      for (const part of [...type.params, ...type.results]) {
        yield* namesIn(part);
      }
  }
}

/** Checks the types that named types are made of, and that none contains itself. */
function checkTypes(known: Names): void {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string): void => {
    if (done.has(name)) return;
    const at = ["types", key(name)];
    if (open.has(name)) {
      throw new Wrong(at, "made of itself", "a type of finite size");
    }
    if (open.size >= MAX_DEPTH) {
      throw new Wrong(
        at,
        "too deep",
        `types that lie at most ${MAX_DEPTH} deep in each other`,
      );
    }
    open.add(name);
    for (const [text, where] of partsOf(known.types[name]!, at)) {
      for (const inner of valuesIn(typeText(text, where, known))) visit(inner);
    }
    open.delete(name);
    done.add(name);
  };
  for (const name of Object.keys(known.types)) visit(name);
}

function partsOf(type: TypeDefinition, at: At): [string, At][] {
  switch (type.kind) {
    case "struct":
    case "union":
      return type.fields.map((
        field,
        index,
      ) => [field.type, [...at, `.fields[${index}].type`]]);
    case "alias":
      return [[type.type, [...at, ".type"]]];
    case "enum":
    case "opaque":
      return [];
  }
}

/** The named types whose bytes lie inside a value of `type`. */
function valuesIn(type: Type): string[] {
  while (type.kind === "array") type = type.of;
  return type.kind === "named" ? [type.name] : [];
}

function object(value: unknown, at: At): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Wrong(at, show(value), "an object");
  }
  return value as Record<string, unknown>;
}

function field<T>(
  from: Record<string, unknown>,
  name: string,
  at: At,
  read: Read<T>,
): T {
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  return read(value, [...at, at.length === 0 ? name : `.${name}`]);
}

function optional<T>(
  from: Record<string, unknown>,
  name: string,
  at: At,
  read: Read<T>,
): T | undefined {
  return Object.hasOwn(from, name) ? field(from, name, at, read) : undefined;
}

const string: Read<string> = (value, at) => {
  if (typeof value !== "string") throw new Wrong(at, show(value), "a string");
  return value;
};

const boolean: Read<boolean> = (value, at) => {
  if (typeof value !== "boolean") {
    throw new Wrong(at, show(value), "true or false");
  }
  return value;
};

const name: Read<string> = (value, at) => {
  const text = string(value, at);
  if (text === "" || text.length > MAX_NAME_LENGTH || text.includes("\0")) {
    throw new Wrong(
      at,
      show(text),
      `a name of 1 to ${MAX_NAME_LENGTH} characters without NUL`,
    );
  }
  return text;
};

/** A name that cannot lead out of the manifest's own directory. */
const fileName: Read<string> = (value, at) => {
  const text = name(value, at);
  if (/[/\\]/.test(text) || text === "." || text === "..") {
    throw new Wrong(at, show(text), "a file name without a directory");
  }
  return text;
};

const hexadecimal: Read<string> = (value, at) => {
  const text = string(value, at);
  if (!/^(?:[0-9a-f]{2}){1,64}$/.test(text)) {
    throw new Wrong(at, show(text), "lower-case hexadecimal");
  }
  return text;
};

const integer = (from: number, to: number): Read<number> => (value, at) => {
  if (
    !Number.isSafeInteger(value) || Number(value) < from || Number(value) > to
  ) {
    throw new Wrong(at, show(value), `a whole number from ${from} to ${to}`);
  }
  return value as number;
};

function oneOf<const T extends string | number>(values: readonly T[]): Read<T> {
  return (value, at) => {
    if (!values.includes(value as T)) {
      throw new Wrong(at, show(value), values.map(show).join(" or "));
    }
    return value as T;
  };
}

const list = <T>(read: Read<T>, length?: number): Read<T[]> => (value, at) => {
  if (!Array.isArray(value)) throw new Wrong(at, show(value), "a list");
  if (length !== undefined && value.length !== length) {
    throw new Wrong(at, `a list of ${value.length}`, `a list of ${length}`);
  }
  if (value.length > MAX_ENTRIES) {
    throw new Wrong(at, `a list of ${value.length}`, `at most ${MAX_ENTRIES}`);
  }
  return value.map((element, index) => read(element, [...at, `[${index}]`]));
};

const record =
  <T>(read: Read<T>, readKey: Read<string> = name): Read<Record<string, T>> =>
  (value, at) => {
    const entries = Object.entries(object(value, at));
    if (entries.length > MAX_ENTRIES) {
      throw new Wrong(
        at,
        `a record of ${entries.length}`,
        `at most ${MAX_ENTRIES}`,
      );
    }
    const result: Record<string, T> = Object.create(null);
    for (const [entry, of] of entries) {
      const where = [...at, key(entry)];
      result[readKey(entry, where)] = read(of, where);
    }
    return result;
  };

const typeName: Read<string> = (value, at) => {
  const text = name(value, at);
  if (!isTypeName(text)) {
    throw new Wrong(at, "so named", "a name of the type notation");
  }
  return text;
};

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${show(name)}]`;
}

/** A value as an error shows it: whole when it is short, by its kind when it is not. */
function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** Leaves out the fields that are `undefined`, so that a field is either there or absent. */
function omitMissing<T extends object>(value: T): Complete<T> {
  for (const key of Object.keys(value) as (keyof T)[]) {
    if (value[key] === undefined) delete value[key];
  }
  return value as Complete<T>;
}

type Complete<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
      T[K],
      undefined
    >;
  };
