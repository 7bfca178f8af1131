/**
 * Functions: which way each is called, and whether it can be at all. The plan says
 * so; `call/direct.ts` or `call/framed.ts` writes the function by it.
 *
 * @module
 */

import { bindDirect, isDirect } from "../call/direct.ts";
import type { Ending } from "../call/ending.ts";
import { bindFramed } from "../call/framed.ts";
import { type Check, checkOf } from "../check/argument_checks.ts";
import { article } from "../check/show.ts";
import {
  type ArgumentErrors,
  type Parameter,
  wrongFor,
} from "../check/wrong.ts";
import { quote } from "../error.ts";
import { isCompatible } from "../manifest/compatible.ts";
import type {
  FunctionDefinition,
  Seen,
  SymbolDefinition,
  Thunk,
} from "../manifest/manifest.ts";
import type { Codec } from "../memory/codec.ts";
import { codecOf } from "../memory/codecs.ts";
import { parseType } from "../notation/parse_type.ts";
import { type FunctionType, printType, type Type } from "../notation/type.ts";
import type { NativeLibrary, RawFunction } from "../runtime/adapter.ts";
import { basename } from "../system/path.ts";
import { functionPointerOf } from "../value/callable_signature.ts";
import type { Value } from "../value/value.ts";
import { type ParamConstraints, paramConstraintsOf } from "./annotations.ts";
import { planSeen, type SeenPlan } from "./bind_seen.ts";
import {
  type BindTarget,
  resolveValue,
  symbolError,
  type SymbolRef,
} from "./bind_target.ts";
import { ErrorMappingLibrary } from "./error_mapping_library.ts";
import { converterOf, encodedParameter } from "./converted_arguments.ts";
import { withContext } from "./go_context.ts";
import { resultPolicyOf } from "./owned_result.ts";
import { withRest } from "./rest_parameter.ts";

/** How a function is called. */
interface Plan {
  readonly parameters: readonly Parameter[];
  readonly results: readonly Value[];
  /** What it is called through; directly without one. */
  readonly thunk: Thunk | undefined;
}

/**
 * Finds out how a function is called, before anything is bound.
 *
 * @throws {PluginError} `unsupported`, `needs_thunk`.
 */
export function planFunction(
  target: SymbolRef,
  definition: FunctionDefinition,
  type: FunctionType,
): Plan {
  const constraints = paramConstraintsOf(target, definition);
  const parameters = type.params.map((param, index) => {
    const name = definition.params?.at(index) ?? "";
    return parameter(target, param, name, index, constraints);
  });
  const results = type.results.map((result) =>
    resolveValue(target, result, "its result")
  );
  const thunk = thunkFor(definition, type, target);
  if (thunk === undefined) {
    const values = [...parameters.map(({ value }) => value), ...results];
    checkDirect(target, definition, type, values);
    const [result] = results;
    if (result !== undefined) checkCallable(target, result, "its result");
  }
  return { parameters, results, thunk };
}

/** Refuses what takes a thunk that there is not. */
function checkDirect(
  target: SymbolRef,
  { noThunk, calls = [], fixed }: FunctionDefinition,
  type: FunctionType,
  values: readonly Value[],
): void {
  const wrapped = values.find((value) =>
    value.kind === "data" || value.kind === "closure" ||
    value.kind === "object" && !isDirect(value)
  );
  if (wrapped !== undefined) {
    throw symbolError(
      target,
      "unsupported",
      `${printType(type)} has ${
        wrapped.kind === "object"
          ? article(wrapped.name)
          : "data that crosses whole"
      }, for which the library has no wrapper`,
    );
  }
  const reason = fixed !== undefined && type.params.length > fixed
    ? "arguments of a variable number"
    : thunkReason(type, values);
  if (reason === undefined) return;
  const what = `${printType(type)} has ${reason}`;
  if (type.variadic && calls.length > 0) {
    throw symbolError(
      target,
      "needs_thunk",
      `${what}; look it up at a signature that it has a thunk for: ${
        calls.map(({ type }) => quote(type)).join(", ")
      }`,
    );
  }
  if (!type.variadic && noThunk !== undefined) {
    throw symbolError(
      target,
      "unsupported",
      `${what}, which takes a thunk, and none can be made: ${noThunk}`,
    );
  }
  const signature = type.variadic
    ? `--thunk '${target.name} (...) => ...' `
    : "";
  throw symbolError(
    target,
    "needs_thunk",
    `${what}, which takes a thunk that the library has not got; write one with: plugin emit --thunks ${signature}${
      basename(target.path)
    }`,
  );
}

/** What of a function no runtime can pass, if there is something. */
function thunkReason(
  type: FunctionType,
  values: readonly Value[],
): string | undefined {
  if (type.variadic) return "a variable number of arguments";
  const odd = values.find((value) => !isDirect(value));
  if (odd !== undefined) {
    const kind = odd.kind === "composite" ? odd.definition.kind : odd.kind;
    return `${article(kind)} by value`;
  }
  return type.results.length > 1 ? "several results" : undefined;
}

/**
 * Binds a function, directly or through its thunk.
 *
 * @param target The function.
 * @param definition What the manifest says of it.
 * @param type The type it is called at.
 * @param seen What JavaScript sees of it, where that is more than the type.
 */
export function bindFunction(
  target: BindTarget,
  definition: FunctionDefinition,
  type: FunctionType,
  seen?: Seen,
): RawFunction {
  const made = bindFixed(target, definition, type, seen);
  const given = type.params.length - (target.method === undefined ? 0 : 1);
  if (definition.rest === true) return withRest(made, given - 1);
  if (definition.thunk?.context === undefined) return made;
  let cancel: RawFunction | undefined;
  return withContext(
    made,
    target.method ?? target.name,
    given,
    (number) =>
      (cancel ??= target.library.bind("plugin_cancel", ["f64"], "void"))(
        number,
      ),
  );
}

/** Binds a function that takes as many arguments as it has parameters. */
function bindFixed(
  target: BindTarget,
  definition: FunctionDefinition,
  type: FunctionType,
  seen: Seen | undefined,
): RawFunction {
  const { parameters: plain, results, thunk } = planFunction(
    target,
    definition,
    seen?.call ?? type,
  );
  const { parameters, result, ending } = seen === undefined
    ? planAsItIs(target, definition, plain, results.at(0))
    : planSeen(target, seen, plain, results.at(0));
  const wrong = wrongFor(target.method ?? target.name, parameters);
  if (thunk !== undefined) {
    return bindThunk(
      target,
      thunk,
      parameters,
      result === undefined ? [] : [result, ...results.slice(1)],
      wrong,
      ending,
    );
  }
  return bindDirect(
    libraryOf(target, definition),
    definition.symbol ?? target.name,
    target.name,
    parameters,
    result,
    wrong,
    ending,
  );
}

/** The library that the function's own symbol lies in. */
export function libraryOf(
  target: BindTarget,
  definition: SymbolDefinition,
): NativeLibrary {
  return definition.kind === "function" && definition.wrapped !== undefined
    ? thunksOf(target)
    : target.library;
}

/** The library that its thunk lies in. */
function thunksOf(target: BindTarget): NativeLibrary {
  return new ErrorMappingLibrary({ ...target, library: target.thunks() });
}

/** A function of which its type says all. */
function planAsItIs(
  target: BindTarget,
  definition: FunctionDefinition,
  plain: readonly Parameter[],
  given: Value | undefined,
): SeenPlan {
  const { value, finish } = resultPolicyOf(target, definition, given);
  return {
    parameters: target.method === undefined ? plain : plain.map((
      parameter,
      index,
    ) => ({ ...parameter, isThis: index === 0 })),
    result: value,
    ending: finish === undefined ? {} : { finish },
  };
}

/** Refuses what would come out as a function that nobody could call. */
export function checkCallable(
  target: SymbolRef,
  value: Value,
  part: string,
): void {
  if (value.kind !== "function") return;
  const { cannotCall, text } = functionPointerOf(value);
  if (cannotCall === undefined) return;
  throw symbolError(
    target,
    "unsupported",
    `${part} is a function pointer ${text} that cannot be called: ${cannotCall}; look it up with "pointer" in its place`,
  );
}

/** The thunk of a function, or of one signature of it. */
function thunkFor(
  { thunk, calls = [] }: FunctionDefinition,
  type: FunctionType,
  { types }: SymbolRef,
): Thunk | undefined {
  return thunk ??
    calls.find((call) => isCompatible(parseType(call.type), type, types))
      ?.thunk;
}

function parameter(
  target: SymbolRef,
  type: Type,
  name: string,
  index: number,
  constraints: ParamConstraints,
): Parameter {
  const { nonnull, written, texts, inout, threads, rooms } = constraints;
  const plain = resolveValue(
    target,
    type,
    `parameter ${index + 1}${name === "" ? "" : ` (${name})`}`,
  );
  const value: Value = plain.kind === "function"
    ? { ...plain, anyThread: threads.has(index) }
    : plain.kind === "closure"
    ? { ...plain, isNonnull: nonnull.has(index) }
    : plain.kind === "slice"
    ? { ...plain, isWritten: written.has(index), isText: texts.has(index) }
    : plain;
  const check = checkFor(value, target, nonnull.has(index));
  if (value.kind === "encoded") {
    const room = rooms.get(index);
    return encodedParameter({ name, type, value, check, room }, value);
  }
  const isInout = inout.has(index);
  return {
    name,
    type,
    value,
    check,
    room: rooms.get(index),
    isInout,
    canLack: index >= constraints.required,
    ...isInout && value.kind === "pointer"
      ? converterOf("struct", type, target.types, check)
      : {},
  };
}

/** The check of an argument. Of a value with parts, writing it is the test: there is nothing to do before. */
export function checkFor(
  value: Value,
  { types }: Pick<SymbolRef, "types">,
  nonnull = false,
): Check {
  if (
    value.kind !== "composite" && value.kind !== "array" &&
    value.kind !== "data" && value.kind !== "closure" &&
    value.kind !== "slice" &&
    (value.kind !== "object" || value.definition.from === undefined)
  ) {
    return checkOf(value, nonnull);
  }
  return {
    test: () => "true",
    wanted: "",
    isKind: () => false,
    explain: (given) => codecOf(value, types).explain(given),
  };
}

/** Binds a function through its thunk. */
export function bindThunk(
  target: BindTarget,
  thunk: Thunk,
  parameters: readonly Parameter[],
  results: readonly Value[],
  wrong: ArgumentErrors,
  ending?: Ending,
): RawFunction {
  const framed = <T extends { readonly value: Value }>(
    part: T,
    offset: number,
  ): T & { readonly codec: Codec } => {
    const codec = codecOf(part.value, target.types);
    checkPlace(target, thunk, codec, offset);
    return { ...part, codec };
  };
  const { library, definition, name, path } = target;
  const address = () =>
    libraryOf(target, definition).address(definition.symbol ?? name);
  return bindFramed(
    thunksOf(target),
    thunk,
    {
      path,
      symbol: name,
      types: target.types,
      target: thunk.target === undefined
        ? undefined
        : library.space === undefined
        ? address()
        : address,
    },
    parameters.map((part, index) => framed(part, thunk.params[index]!)),
    results.map((value, index) => framed({ value }, thunk.results[index]!)),
    wrong,
    ending,
  );
}

/** A value lies inside the frame, where its alignment allows. */
function checkPlace(
  target: BindTarget,
  thunk: Thunk,
  { size, align }: Codec,
  offset: number,
): void {
  if (offset % align === 0 && offset + size <= thunk.size) return;
  throw symbolError(
    target,
    "bad_manifest",
    `its thunk has ${size} bytes at ${offset} of a frame of ${thunk.size}, ` +
      `wanted them inside it and at a multiple of ${align}`,
  );
}
