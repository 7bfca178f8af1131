/**
 * Reads and validates one symbol of a manifest.
 *
 * @module
 */

import {
  byParameter,
  NOTHING,
  readAnnotations,
  readNonnull,
  readParameter,
} from "./parse_annotations.ts";
import {
  boolean,
  entries,
  field,
  integer,
  key,
  list,
  name,
  nameOrNone,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  show,
  string,
  ValidationError,
  withPath,
} from "./field.ts";
import {
  type Call,
  type FunctionDefinition,
  MAX_FRAME_SIZE,
  type NoPointerThunks,
  type PointerThunks,
  type SymbolDefinition,
  type Thunk,
  type VariableDefinition,
  WRAPPED,
} from "./format.ts";
import type { Type } from "../notation/type.ts";
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
  const { type, places } = functionType(from, types);
  const count = places.params.length;
  const names = optional(from, "params", list(nameOrNone, count));
  const parameters = { names: names ?? [], count };
  return omitMissing({
    kind: "function",
    type,
    symbol: optional(from, "symbol", name),
    wrapped: optional(from, "wrapped", oneOf(WRAPPED)),
    params: names,
    callbackParams: optional(
      from,
      "callbackParams",
      byParameter(parameters, list(nameOrNone)),
    ),
    nonnull: optional(from, "nonnull", readNonnull(parameters)),
    const: optional(from, "const", list(readParameter(parameters))),
    written: optional(from, "written", list(readParameter(parameters))),
    texts: optional(from, "texts", list(readParameter(parameters))),
    inout: optional(from, "inout", list(readParameter(parameters))),
    annotations: optional(
      from,
      "annotations",
      readAnnotations(parameters, (value) => {
        const text = string(value);
        if (text !== NOTHING) types.parse(text);
        return text;
      }),
    ),
    thunk: optional(from, "thunk", thunk(places)),
    noThunk: optional(from, "noThunk", string),
    fixed: optional(from, "fixed", integer(0, count)),
    rest: optional(from, "rest", boolean),
    required: optional(from, "required", integer(0, count)),
    calls: optional(from, "calls", list(call(types))),
    doc: optional(from, "doc", string),
  });
}

const call = (types: NamedTypes): Read<Call> => (value) => {
  const from = object(value);
  const { type, places } = functionType(from, types);
  return { type, thunk: field(from, "thunk", thunk(places)) };
};

/** Reads the thunks of pointers to functions whose types name only these types. */
export const pointerThunks = (
  types: NamedTypes,
): Read<Record<string, PointerThunks | NoPointerThunks>> =>
(value) => {
  const from = entries(value);
  const result: Record<string, PointerThunks | NoPointerThunks> = Object
    .create(null);
  for (const type of Object.keys(from)) {
    try {
      const { places } = functionType({ type }, types);
      const own = object(from[type]);
      const noThunk = optional(own, "noThunk", string);
      result[type] = noThunk === undefined
        ? {
          thunk: field(own, "thunk", needTarget(thunk(places))),
          answer: field(own, "answer", name),
        }
        : { noThunk };
    } catch (error) {
      throw withPath(key(type), error);
    }
  }
  return result;
};

/** A thunk that is told which function it calls. */
const needTarget = (read: Read<Thunk>): Read<Thunk> => (value) => {
  const made = read(value);
  if (made.target !== undefined) return made;
  throw new ValidationError("nothing", "an offset").withPath(".target");
};

/** How many bytes each parameter and each result takes in a frame. */
interface Places {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** A field `type` that must be a function's, and what its values take. */
function functionType(
  from: Record<string, unknown>,
  types: NamedTypes,
): { type: string; places: Places } {
  return field(from, "type", (value) => {
    const type = string(value);
    const parsed = types.parse(type);
    if (parsed.kind !== "function") {
      throw new ValidationError(show(type), "a function type");
    }
    const bytesOf = (type: Type): number => types.sizeOfType(type);
    const params = parsed.params.map(bytesOf);
    const results = parsed.results.map(bytesOf);
    return { type, places: { params, results } };
  });
}

function variableDefinition(
  from: Record<string, unknown>,
  types: NamedTypes,
): VariableDefinition {
  const { type, size } = field(from, "type", (value) => {
    const type = string(value);
    return { type, size: types.sizeOfType(types.parse(type)) };
  });
  return omitMissing({
    kind: "variable",
    type,
    symbol: optional(from, "symbol", name),
    const: optional(from, "const", boolean),
    address: optional(from, "address", name),
    get: optional(from, "get", thunk({ params: [], results: [size] })),
    set: optional(from, "set", thunk({ params: [size], results: [] })),
    doc: optional(from, "doc", string),
  });
}

const thunk = ({ params, results }: Places): Read<Thunk> => (value) => {
  const from = object(value);
  const size = field(from, "size", integer(0, MAX_FRAME_SIZE));
  if (size % 8 !== 0) {
    throw new ValidationError(show(size), "a multiple of 8").withPath(".size");
  }
  return omitMissing({
    symbol: field(from, "symbol", name),
    size,
    params: field(from, "params", placesIn(size, params)),
    results: field(from, "results", placesIn(size, results)),
    error: optional(from, "error", place(40, 8, size)),
    callsBack: optional(from, "callsBack", boolean),
    context: optional(from, "context", place(16, 8, size)),
    free: optional(from, "free", name),
    room: optional(from, "room", place(16, 8, size)),
    errno: optional(from, "errno", place(4, 4, size)),
    target: optional(from, "target", place(8, 8, size)),
  });
};

/** Where values of these sizes lie in a frame of `size`, each to its last byte. */
const placesIn =
  (size: number, sizes: readonly number[]): Read<number[]> => (value) => {
    const offsets = list(integer(0, size), sizes.length)(value);
    for (const [index, bytes] of sizes.entries()) {
      try {
        inFrame(bytes, size)(offsets[index]);
      } catch (error) {
        throw withPath(`[${index}]`, error);
      }
    }
    return offsets;
  };

/** Where `bytes` bytes lie in a frame of `size`. */
const place =
  (bytes: number, align: number, size: number): Read<number> => (value) => {
    const offset = inFrame(bytes, size)(value);
    if (offset % align === 0) return offset;
    throw new ValidationError(show(offset), `a multiple of ${align}`);
  };

/** An offset of `bytes` bytes in a frame of `size`. */
const inFrame = (bytes: number, size: number): Read<number> => (value) => {
  if (bytes <= size) return integer(0, size - bytes)(value);
  throw new ValidationError(
    show(value),
    `a frame of at least ${bytes} bytes, and its size is ${size}`,
  );
};
