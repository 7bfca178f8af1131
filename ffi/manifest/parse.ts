/**
 * Reads and validates manifests.
 *
 * A manifest is untrusted text. {@linkcode parseManifest} checks every field
 * before anything else sees it, and copies what it knows into objects without
 * a prototype, so that no name in it can reach one.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { isTypeName, namesIn, parseType, type Type } from "../type.ts";
import {
  type At,
  boolean,
  field,
  fileName,
  hexadecimal,
  integer,
  key,
  list,
  name,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  show,
  string,
  Wrong,
} from "./field.ts";
import {
  ARCHITECTURES,
  type Call,
  type Field,
  type FunctionDefinition,
  LIBCS,
  type LibraryInfo,
  type Manifest,
  MANIFEST_VERSION,
  MAX_DEPTH,
  MAX_FRAME_SIZE,
  MAX_MANIFEST_LENGTH,
  MAX_TYPE_SIZE,
  type SymbolDefinition,
  SYSTEMS,
  type Thunk,
  type ThunkLibrary,
  type TypeDefinition,
  type VariableDefinition,
} from "./format.ts";

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

const typeName: Read<string> = (value, at) => {
  const text = name(value, at);
  if (!isTypeName(text)) {
    throw new Wrong(at, "so named", "a name of the type notation");
  }
  return text;
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
    symbol: optional(from, "symbol", at, name),
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
    symbol: optional(from, "symbol", at, name),
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
    error: optional(from, "error", at, place(40, 8, size)),
    free: optional(from, "free", at, name),
    errno: optional(from, "errno", at, place(4, 4, size)),
    target: optional(from, "target", at, place(8, 8, size)),
  });
};

/** Where `bytes` bytes lie in a frame of `size`. */
const place =
  (bytes: number, align: number, size: number): Read<number> => (value, at) => {
    const offset = integer(0, size - bytes)(value, at);
    if (offset % align === 0) return offset;
    throw new Wrong(at, show(offset), `a multiple of ${align}`);
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
