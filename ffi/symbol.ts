/**
 * From a symbol of the manifest to the function or variable that `lookup` gives.
 *
 * @module
 */

import type { Address, NativeLibrary, RawFunction } from "./adapter.ts";
import {
  ARRAYS,
  checkOf,
  type Parameter,
  show,
  type Wrong,
  wrongFor,
} from "./call/check.ts";
import { compile, passed } from "./call/code.ts";
import { bindDirect, isDirect } from "./call/direct.ts";
import { bindFramed, frameSize, isFramed } from "./call/framed.ts";
import { safe } from "./call/number.ts";
import { PluginError, type PluginErrorCode } from "./error.ts";
import { quote } from "./locate.ts";
import type {
  FunctionDefinition,
  SymbolDefinition,
  Thunk,
  VariableDefinition,
} from "./manifest.ts";
import { addressIn, type Pointer, pointerTo } from "./pointer.ts";
import { adapter } from "./runtime.ts";
import { type FunctionType, parseType, printType, type Type } from "./type.ts";
import {
  isCompatible,
  type ScalarName,
  type Types,
  type Value,
  valueOf,
} from "./value.ts";
import { type Access, type Variable, variableOf } from "./variable.ts";

/** A symbol, and all that binding it needs. */
export interface Subject {
  readonly library: NativeLibrary;
  /** Absolute path of the library. */
  readonly path: string;
  readonly name: string;
  readonly definition: SymbolDefinition;
  /** The named types of its manifest. */
  readonly types: Types;
}

/**
 * Binds one symbol.
 *
 * @param subject The symbol.
 * @param wanted The type it is wanted as; the manifest's own when left out.
 * @returns A function or a {@linkcode Variable}.
 * @throws {PluginError} `bad_type`, `type_mismatch`, `needs_thunk`,
 * `unsupported`, `wrong_library`, `permission_denied`.
 */
export function bindSymbol(
  subject: Subject,
  wanted?: string,
): RawFunction | Variable<unknown> {
  const { definition, types } = subject;
  const own = parseType(definition.type);
  const type = wanted === undefined ? own : wantedType(subject, wanted);
  if (!isCompatible(own, type, types)) throw mismatch(subject, own, type);
  const guarded = { ...subject, library: new Guarded(subject) };
  if (definition.kind === "variable") {
    return bindVariable(guarded, definition, type);
  }
  // A variable may hold a function's address; a function is not a variable.
  if (type.kind !== "function") throw mismatch(subject, own, type);
  return bindFunction(guarded, definition, type);
}

function wantedType(subject: Subject, text: string): Type {
  const type = parseType(text);
  const unknown = namesIn(type).find((name) =>
    !Object.hasOwn(subject.types, name)
  );
  if (unknown === undefined) return type;
  throw refused(
    subject,
    "bad_type",
    `the wanted type ${quote(text)} names ${
      quote(unknown)
    }, which is neither a type of the notation nor of the manifest`,
  );
}

function namesIn(type: Type): string[] {
  switch (type.kind) {
    case "basic":
      return [];
    case "named":
      return [type.name];
    case "pointer":
      return namesIn(type.to);
    case "array":
    case "slice":
      return namesIn(type.of);
    case "function":
      return [...type.params, ...type.results].flatMap(namesIn);
  }
}

function mismatch(subject: Subject, own: Type, wanted: Type): PluginError {
  return refused(
    subject,
    "type_mismatch",
    `it is the ${subject.definition.kind} ${printType(own)}, wanted ${
      printType(wanted)
    }`,
  );
}

function refused(
  { path, name }: Subject,
  code: PluginErrorCode,
  detail: string,
  cause?: unknown,
): PluginError {
  return new PluginError(
    code,
    `Cannot look up ${quote(name)} in ${quote(path)}: ${detail}`,
    { path, symbol: name, cause },
  );
}

/** The library, with what the runtime throws while binding as an error of ours. */
class Guarded implements NativeLibrary {
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  bind(...args: Parameters<NativeLibrary["bind"]>): RawFunction {
    return this.#explained(args[0], (library) => library.bind(...args));
  }

  address(symbol: string): Address {
    return this.#explained(symbol, (library) => library.address(symbol));
  }

  #explained<T>(symbol: string, use: (library: NativeLibrary) => T): T {
    try {
      return use(this.#subject.library);
    } catch (cause) {
      throw refused(
        this.#subject,
        "wrong_library",
        `the manifest describes it, but the library does not export ${
          quote(symbol)
        }; write the manifest anew`,
        cause,
      );
    }
  }
}

/** The bytes at an address, where the runtime permits to read them. */
function memoryAt(
  subject: Subject,
  address: Address,
  length: number,
): ArrayBuffer {
  try {
    return adapter.memory(address, length);
  } catch (cause) {
    if (!adapter.denied(cause as Error)) throw cause;
    throw refused(
      subject,
      "permission_denied",
      "reading the plugin's memory needs --allow-ffi without a path",
      cause,
    );
  }
}

// ------------------------------------------------------------------ functions

function bindFunction(
  subject: Subject,
  definition: FunctionDefinition,
  type: FunctionType,
): RawFunction {
  const parameters = type.params.map((param, index) =>
    parameter(subject, param, definition.params?.[index] ?? "", index)
  );
  const results = type.results.map((result) =>
    carried(subject, result, "its result")
  );
  const wrong = wrongFor(subject.name, parameters);
  const { thunk } = definition;
  if (thunk !== undefined) {
    return framed(subject, thunk, parameters, results, wrong);
  }
  const odd = [...parameters.map(({ value }) => value), ...results].find(
    (value) => !isDirect(value),
  );
  if (type.variadic || results.length > 1 || odd !== undefined) {
    throw refused(
      subject,
      "needs_thunk",
      `${printType(type)} has ${
        type.variadic
          ? "a variable number of arguments"
          : odd === undefined
          ? "several results"
          : `a ${
            odd.kind === "composite" ? odd.definition.kind : odd.kind
          } by value`
      }, which no runtime can pass without a thunk, and the library has none for it`,
    );
  }
  if (results[0]?.kind === "function") {
    throw refused(
      subject,
      "unsupported",
      `its result is a function, which cannot be called from here yet; look it up with "pointer" as its result`,
    );
  }
  return bindDirect(
    subject.library,
    definition.symbol ?? subject.name,
    subject.name,
    parameters,
    results[0],
    wrong,
  );
}

function parameter(
  subject: Subject,
  type: Type,
  name: string,
  index: number,
): Parameter {
  const value = carried(
    subject,
    type,
    `parameter ${index + 1}${name === "" ? "" : ` (${name})`}`,
  );
  const isByValue = value.kind === "composite" || value.kind === "array";
  return {
    name,
    type,
    value,
    // Never asked for: without a thunk the binding is refused.
    check: isByValue
      ? { test: () => "false", wanted: "", isKind: () => false }
      : checkOf(value),
  };
}

/** What `type` is in JavaScript, or which part of the symbol is nothing. */
function carried(subject: Subject, type: Type, part: string): Value {
  try {
    return valueOf(type, subject.types);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw refused(
      subject,
      error.code,
      `${part}: ${printType(type)} has no JavaScript value`,
    );
  }
}

function framed(
  subject: Subject,
  thunk: Thunk,
  parameters: readonly Parameter[],
  results: readonly Value[],
  wrong: Wrong,
): RawFunction {
  const values = parameters.map(({ value }) => value);
  for (const value of [...values, ...results]) {
    if (!isFramed(value)) {
      throw refused(
        subject,
        "unsupported",
        `its thunk passes a ${value.kind}, which cannot cross yet`,
      );
    }
  }
  checkPlaces(subject, thunk, values, thunk.params);
  checkPlaces(subject, thunk, results, thunk.results);
  return bindFramed(
    subject.library,
    thunk,
    { path: subject.path, symbol: subject.name },
    parameters,
    results,
    wrong,
  );
}

/** Every value lies inside the frame, where its alignment allows. */
function checkPlaces(
  subject: Subject,
  thunk: Thunk,
  values: readonly Value[],
  offsets: readonly number[],
): void {
  values.forEach((value, index) => {
    const offset = offsets[index]!;
    const { size, align } = frameSize(value);
    if (offset % align === 0 && offset + size <= thunk.size) return;
    throw refused(
      subject,
      "bad_manifest",
      `its thunk has ${size} bytes at ${offset} of a frame of ${thunk.size}, ` +
        `wanted them inside it and at a multiple of ${align}`,
    );
  });
  if (thunk.error !== undefined && thunk.error % 8 !== 0) {
    throw refused(
      subject,
      "bad_manifest",
      `its thunk has the error at ${thunk.error}, wanted a multiple of 8`,
    );
  }
}

// ------------------------------------------------------------------ variables

function bindVariable(
  subject: Subject,
  definition: VariableDefinition,
  type: Type,
): Variable<unknown> {
  const value = carried(subject, type, "its value");
  const access = definition.get !== undefined
    ? functionAccess(subject, definition, definition.get, type, value)
    : memoryAccess(subject, definition, type, value);
  return variableOf(access);
}

/** Reads and writes through the two thunks. */
function functionAccess(
  subject: Subject,
  definition: VariableDefinition,
  get: Thunk,
  type: Type,
  value: Value,
): Access<unknown> {
  const isConst = definition.const === true || definition.set === undefined;
  const [parameters, wrong] = assignment(subject, type, value);
  return {
    get: framed(subject, get, [], [value], wrong) as () => unknown,
    set: isConst
      ? readOnly(subject)
      : framed(subject, definition.set!, parameters, [], wrong),
    pointer() {
      throw new TypeError(
        `${subject.name}.pointer: it has no address, the plugin reads and writes it in functions`,
      );
    },
  };
}

/** Reads and writes the memory itself. */
function memoryAccess(
  subject: Subject,
  definition: VariableDefinition,
  type: Type,
  value: Value,
): Access<unknown> {
  const address = addressOf(subject, definition);
  const pointer = pointerTo(address);
  const access = cellAccess(subject, address, value);
  return {
    get: access.get,
    set: definition.const === true || access.set === undefined
      ? readOnly(subject)
      : setter(subject, type, value, access.set),
    pointer: () => pointer,
  };
}

function addressOf(subject: Subject, definition: VariableDefinition): Address {
  const address = definition.address === undefined
    ? subject.library.address(definition.symbol ?? subject.name)
    : subject.library.bind(definition.address, [], "address")() as Address;
  if (address !== adapter.null) return address;
  throw refused(
    subject,
    "wrong_library",
    "the library gives no address for it",
  );
}

interface Cell {
  get(): unknown;
  /** Takes a checked value; absent where the memory cannot take one. */
  set?(value: unknown): void;
}

function cellAccess(subject: Subject, address: Address, value: Value): Cell {
  const words = (): BigUint64Array =>
    new BigUint64Array(memoryAt(subject, address, 8));
  switch (value.kind) {
    case "scalar":
      return scalarCell(subject, address, value.name);
    case "pointer":
    case "function": {
      const cell = words();
      return {
        get: () => cell[0] === 0n ? null : pointerTo(native(cell[0]!)),
        set: (given) => {
          cell[0] = given === null ? 0n : BigInt(addressIn(given as Pointer));
        },
      };
    }
    case "cstring": {
      const cell = words();
      // Who would own the memory of a text written here cannot be known.
      return {
        get: () => cell[0] === 0n ? null : adapter.cstring(native(cell[0]!)),
      };
    }
    default:
      throw refused(
        subject,
        "unsupported",
        `a variable that is a ${
          value.kind === "composite" ? value.definition.kind : value.kind
        } cannot be read yet`,
      );
  }
}

function native(word: bigint): Address {
  return adapter.toAddress(Number(word));
}

function scalarCell(
  subject: Subject,
  address: Address,
  name: ScalarName,
): Cell {
  const array = ARRAYS[name];
  const cell = new array(memoryAt(subject, address, array.BYTES_PER_ELEMENT));
  switch (name) {
    case "bool":
      return {
        get: () => cell[0] !== 0,
        set: (value) => cell[0] = value ? 1 : 0,
      };
    case "isize":
    case "usize":
      return {
        get: () => safe(cell[0]!),
        set: (value) => cell[0] = BigInt(value as number | bigint),
      };
    case "i64":
    case "u64":
      return {
        get: () => cell[0],
        set: (value) => cell[0] = BigInt(value as number | bigint),
      };
    default:
      return {
        get: () => cell[0],
        set: (value) => cell[0] = value as number,
      };
  }
}

/** A checked assignment to the memory. */
function setter(
  subject: Subject,
  type: Type,
  value: Value,
  set: (value: unknown) => void,
): (value: unknown) => void {
  const [parameters, wrong] = assignment(subject, type, value);
  return compile(
    subject.name,
    parameters,
    { set, wrong },
    `set(${passed(parameters[0]!, 0)});`,
  );
}

/** The parameter and the errors of an assignment to `.value`. */
function assignment(
  { name }: Subject,
  type: Type,
  value: Value,
): [[Parameter], Wrong] {
  const check = value.kind === "pointer"
    // The memory behind a view would go away while the variable points to it.
    ? {
      test: (x: string) => `(${x} === null || isPointer(${x}))`,
      wanted: "a Pointer or null",
      isKind: () => false,
    }
    : checkOf(value);
  const parameter: Parameter = { name: "", type, value, check };
  return [[parameter], {
    count: wrongFor(name, [parameter]).count,
    value(_index, given) {
      const message = `${name}.value: wanted ${
        printType(type)
      }, ${check.wanted}, got ${show(given)}`;
      throw check.isKind(given)
        ? new RangeError(message)
        : new TypeError(message);
    },
  }];
}

function readOnly({ name }: Subject): () => never {
  return () => {
    throw new TypeError(`${name}.value: it can only be read`);
  };
}
