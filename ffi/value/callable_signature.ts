/**
 * Function pointers: what they are called with, and why some cannot be.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { adapter } from "../runtime/runtime.ts";
import { type FunctionType, printType, type Type } from "../notation/type.ts";
import { type Carrier, carrierOf } from "./pointer_thunks.ts";
import {
  type FunctionValue,
  resolveType,
  type Types,
  type Value,
} from "./value.ts";

/** A parameter or the result of a function pointer. */
export interface SignaturePart {
  readonly type: Type;
  readonly value: Value;
}

/** A type of function pointers; there is one for each text, in each manifest, and one more for any thread. */
export interface FunctionPointer {
  readonly type: FunctionType;
  /** Its text in the notation. */
  readonly text: string;
  /** The named types of its manifest. */
  readonly types: Types;
  /** Whether threads call it that the runtime does not own. */
  readonly anyThread: boolean;
  readonly params: readonly SignaturePart[];
  readonly result: SignaturePart | undefined;
  /** What passes it in a frame; only where the runtimes cannot pass it. */
  readonly carrier: Carrier | undefined;
  /** Why a function of the plugin cannot be called so. */
  readonly cannotCall: string | undefined;
  /**
   * Why a JavaScript function cannot be called so by the plugin. One that stands
   * for `...` can: it is given the parameters before that, which lie where they
   * always do.
   */
  readonly cannotAnswer: string | undefined;
}

const signatures = new WeakMap<Types, Map<string, FunctionPointer>>();

/**
 * The signature of a function pointer.
 *
 * @param value The pointer's type, the named types of its manifest, and whether threads
 * call it that the runtime does not own.
 * @returns One signature for a type and the threads that call it.
 */
export function functionPointerOf(
  { type, types, anyThread = false }: FunctionValue,
): FunctionPointer {
  let byText = signatures.get(types);
  if (byText === undefined) signatures.set(types, byText = new Map());
  const text = printType(type);
  const key = anyThread ? `${text} any` : text;
  let signature = byText.get(key);
  if (signature === undefined) {
    byText.set(key, signature = make({ type, text, types, anyThread }));
  }
  return signature;
}

function make(
  base: Pick<FunctionPointer, "type" | "text" | "types" | "anyThread">,
): FunctionPointer {
  const { type, types, anyThread } = base;
  const refused = (reason: string): FunctionPointer => ({
    ...base,
    params: [],
    result: undefined,
    carrier: undefined,
    cannotCall: reason,
    cannotAnswer: reason,
  });
  if (type.results.length > 1) return refused("it has several results");
  let parts: SignaturePart[];
  try {
    parts = [...type.params, ...type.results].map((type) => ({
      type,
      value: resolveType(type, types),
    }));
  } catch (error) {
    // Nothing else is a property of the type: a manifest that is wrong is an error.
    if (error instanceof PluginError && error.code === "unsupported") {
      return refused(error.message);
    }
    throw error;
  }
  const params = parts.slice(0, type.params.length);
  const result = parts.at(params.length);
  const found = parts.some(({ value }) => value.kind === "composite")
    ? carrierOf(types, type)
    : undefined;
  const [carrier, odd] = typeof found === "object"
    ? [found, undefined]
    : [undefined, oddity(params, result, found)];
  return {
    ...base,
    params,
    result,
    carrier,
    cannotCall: type.variadic ? "its number of arguments is variable" : odd,
    cannotAnswer: odd ??
      (anyThread ? unanswerable(params, result, carrier) : undefined),
  };
}

/** Why JavaScript cannot answer other threads, though it can be called so. */
function unanswerable(
  params: readonly SignaturePart[],
  result: SignaturePart | undefined,
  carrier: Carrier | undefined,
): string | undefined {
  if (result !== undefined && isText(result.value)) {
    return "its result is a text, which stays until the function gives another one: a thread could still read it; give a pointer to what stays";
  }
  switch (adapter.otherThreads) {
    case "any":
    case "made":
      return undefined;
    case "void": {
      // The thread does not wait: what lies on its stack is gone when the event loop
      // turns, and a text would be read then.
      const odd = result !== undefined
        ? "result"
        : carrier !== undefined
        ? "struct by value"
        : params.some(({ value }) => isText(value))
        ? "text"
        : undefined;
      return odd && lacking(
        `on ${adapter.name} a callback from any thread can have no ${odd}`,
      );
    }
    case "none":
      return lacking(
        `${adapter.name} calls no JavaScript from another thread`,
      );
  }
}

/** What the support library would make possible, with why there is none. */
function lacking(what: string): string | undefined {
  return adapter.withoutThreads(what)?.message;
}

function isText({ kind }: Value): boolean {
  return kind === "cstring" || kind === "encoded";
}

/** What of a signature the primitives of the runtimes cannot carry. */
function oddity(
  params: readonly SignaturePart[],
  result: SignaturePart | undefined,
  noThunk: string | undefined,
): string | undefined {
  for (const [index, { value }] of params.entries()) {
    const what = byValue(value, noThunk);
    if (what !== undefined) return `its parameter ${index + 1} is ${what}`;
  }
  const what = result && byValue(result.value, noThunk);
  return what && `its result is ${what}`;
}

function byValue(
  value: Value,
  noThunk: string | undefined,
): string | undefined {
  switch (value.kind) {
    case "scalar":
    case "cstring":
    case "encoded":
    case "pointer":
    case "function":
      return undefined;
    case "string":
      return "a string with a length";
    case "slice":
      return "a slice";
    case "data":
      return "data that crosses whole";
    case "object":
      return "an object";
    case "closure":
      return "a function of which the arguments cross whole";
    case "array":
      return "an array by value";
    case "composite":
      return `the ${value.definition.kind} ${value.name} by value, ${
        noThunk === undefined
          ? "for which the library has no thunks; write them with: plugin emit --thunks"
          : `and no thunk can be made: ${noThunk}`
      }`;
  }
}
