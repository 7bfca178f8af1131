/**
 * Reads and validates one symbol of a manifest.
 *
 * @module
 */

import { readAnnotations, readNonnull } from "./parse_annotations.ts";
import {
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
  ValidationError,
} from "./field.ts";
import {
  type Call,
  type FunctionDefinition,
  MAX_FRAME_SIZE,
  type SymbolDefinition,
  type Thunk,
  type VariableDefinition,
} from "./format.ts";
import type { NamedTypes } from "./parse_types.ts";

/** Reads a symbol whose type names only these types. */
export const symbolDefinition =
  (types: NamedTypes): Read<SymbolDefinition> => (value) => {
    const from = object(value);
    switch (field(from, "kind", oneOf(["function", "variable"]))) {
      case "function":
        return functionDefinition(from, types);
      case "variable":
        return variableDefinition(from, types);
    }
  };

function functionDefinition(
  from: Record<string, unknown>,
  types: NamedTypes,
): FunctionDefinition {
  const { type, params, results } = functionType(from, types);
  const names = optional(from, "params", list(string, params));
  const parameters = { names: names ?? [], count: params };
  return omitMissing({
    kind: "function",
    type,
    symbol: optional(from, "symbol", name),
    params: names,
    nonnull: optional(from, "nonnull", readNonnull(parameters)),
    annotations: optional(from, "annotations", readAnnotations(parameters)),
    thunk: optional(from, "thunk", thunk(params, results)),
    calls: optional(from, "calls", list(call(types))),
    doc: optional(from, "doc", string),
  });
}

const call = (types: NamedTypes): Read<Call> => (value) => {
  const from = object(value);
  const { type, params, results } = functionType(from, types);
  return { type, thunk: field(from, "thunk", thunk(params, results)) };
};

/** A field `type` that must be a function's, and how many parameters and results that has. */
function functionType(
  from: Record<string, unknown>,
  types: NamedTypes,
): { type: string; params: number; results: number } {
  return field(from, "type", (value) => {
    const type = string(value);
    const parsed = types.parse(type);
    if (parsed.kind !== "function") {
      throw new ValidationError(show(type), "a function type");
    }
    const { params, results } = parsed;
    return { type, params: params.length, results: results.length };
  });
}

function variableDefinition(
  from: Record<string, unknown>,
  types: NamedTypes,
): VariableDefinition {
  return omitMissing({
    kind: "variable",
    type: field(from, "type", (value) => {
      const type = string(value);
      types.parse(type);
      return type;
    }),
    symbol: optional(from, "symbol", name),
    const: optional(from, "const", boolean),
    address: optional(from, "address", name),
    get: optional(from, "get", thunk(0, 1)),
    set: optional(from, "set", thunk(1, 0)),
    doc: optional(from, "doc", string),
  });
}

const thunk = (params: number, results: number): Read<Thunk> => (value) => {
  const from = object(value);
  const size = field(from, "size", integer(0, MAX_FRAME_SIZE));
  if (size % 8 !== 0) {
    throw new ValidationError(show(size), "a multiple of 8").withPath(".size");
  }
  const offset = integer(0, size);
  return omitMissing({
    symbol: field(from, "symbol", name),
    size,
    params: field(from, "params", list(offset, params)),
    results: field(from, "results", list(offset, results)),
    error: optional(from, "error", place(40, 8, size)),
    free: optional(from, "free", name),
    errno: optional(from, "errno", place(4, 4, size)),
    target: optional(from, "target", place(8, 8, size)),
  });
};

/** Where `bytes` bytes lie in a frame of `size`. */
const place =
  (bytes: number, align: number, size: number): Read<number> => (value) => {
    const offset = integer(0, size - bytes)(value);
    if (offset % align === 0) return offset;
    throw new ValidationError(show(offset), `a multiple of ${align}`);
  };
