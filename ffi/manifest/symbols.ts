/**
 * Reads and validates one symbol of a manifest.
 *
 * @module
 */

import { readAnnotations, readNonnull } from "./annotations.ts";
import {
  type At,
  boolean,
  field,
  integer,
  list,
  name,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  show,
  string,
  Wrong,
} from "./field.ts";
import {
  type Call,
  type FunctionDefinition,
  MAX_FRAME_SIZE,
  type SymbolDefinition,
  type Thunk,
  type VariableDefinition,
} from "./format.ts";
import type { NamedTypes } from "./types.ts";

/** Reads a symbol whose type names only these types. */
export const symbolDefinition =
  (types: NamedTypes): Read<SymbolDefinition> => (value, at) => {
    const from = object(value, at);
    switch (field(from, "kind", at, oneOf(["function", "variable"]))) {
      case "function":
        return functionDefinition(from, at, types);
      case "variable":
        return variableDefinition(from, at, types);
    }
  };

function functionDefinition(
  from: Record<string, unknown>,
  at: At,
  types: NamedTypes,
): FunctionDefinition {
  const { type, params, results } = functionType(from, at, types);
  const names = optional(from, "params", at, list(string, params));
  const parameters = { names: names ?? [], count: params };
  return omitMissing({
    kind: "function",
    type,
    symbol: optional(from, "symbol", at, name),
    params: names,
    nonnull: optional(from, "nonnull", at, readNonnull(parameters)),
    annotations: optional(from, "annotations", at, readAnnotations(parameters)),
    thunk: optional(from, "thunk", at, thunk(params, results)),
    calls: optional(from, "calls", at, list(call(types))),
    doc: optional(from, "doc", at, string),
  });
}

const call = (types: NamedTypes): Read<Call> => (value, at) => {
  const from = object(value, at);
  const { type, params, results } = functionType(from, at, types);
  return { type, thunk: field(from, "thunk", at, thunk(params, results)) };
};

/** A field `type` that must be a function's, and how many parameters and results that has. */
function functionType(
  from: Record<string, unknown>,
  at: At,
  types: NamedTypes,
): { type: string; params: number; results: number } {
  const type = field(from, "type", at, string);
  const where = [...at, ".type"];
  const parsed = types.parse(type, where);
  if (parsed.kind !== "function") {
    throw new Wrong(where, show(type), "a function type");
  }
  const { params, results } = parsed;
  return { type, params: params.length, results: results.length };
}

function variableDefinition(
  from: Record<string, unknown>,
  at: At,
  types: NamedTypes,
): VariableDefinition {
  const type = field(from, "type", at, string);
  types.parse(type, [...at, ".type"]);
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
