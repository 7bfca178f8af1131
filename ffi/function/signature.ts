/**
 * Function pointers: what they are called with, and why some cannot be.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { type FunctionType, printType, type Type } from "../type.ts";
import { type Types, type Value, valueOf } from "../value.ts";

/** A parameter or the result of a function pointer. */
export interface Part {
  readonly type: Type;
  readonly value: Value;
}

/** A type of function pointers; there is one for each text, in each manifest. */
export interface Signature {
  readonly type: FunctionType;
  /** Its text in the notation. */
  readonly text: string;
  /** The named types of its manifest. */
  readonly types: Types;
  readonly params: readonly Part[];
  readonly result: Part | undefined;
  /** Why a function of the plugin cannot be called so. */
  readonly cannotCall: string | undefined;
  /** Why a JavaScript function cannot be called so by the plugin. */
  readonly cannotAnswer: string | undefined;
}

const signatures = new WeakMap<Types, Map<string, Signature>>();

/**
 * The signature of a function pointer.
 *
 * @param type Its type.
 * @param types The named types of its manifest.
 * @returns The same for the same type.
 */
export function signatureOf(type: FunctionType, types: Types): Signature {
  let byText = signatures.get(types);
  if (byText === undefined) signatures.set(types, byText = new Map());
  const text = printType(type);
  let signature = byText.get(text);
  if (signature === undefined) {
    byText.set(text, signature = make(type, text, types));
  }
  return signature;
}

function make(type: FunctionType, text: string, types: Types): Signature {
  const base = { type, text, types };
  const refused = (reason: string): Signature => ({
    ...base,
    params: [],
    result: undefined,
    cannotCall: reason,
    cannotAnswer: reason,
  });
  if (type.variadic) return refused("its number of arguments is variable");
  if (type.results.length > 1) return refused("it has several results");
  try {
    const part = (type: Type): Part => ({ type, value: valueOf(type, types) });
    const params = type.params.map(part);
    const result = type.results.map(part)[0];
    const odd = oddity(params, result);
    return {
      ...base,
      params,
      result,
      cannotCall: odd,
      cannotAnswer: odd ??
        (result?.value.kind === "cstring"
          ? "its result is a string, which nobody would own"
          : undefined),
    };
  } catch (error) {
    if (error instanceof PluginError) return refused(error.message);
    throw error;
  }
}

/** What of a signature the primitives of the runtimes cannot carry. */
function oddity(
  params: readonly Part[],
  result: Part | undefined,
): string | undefined {
  const parts: (readonly [string, Value])[] = params.map(({ value }, index) => [
    `parameter ${index + 1}`,
    value,
  ]);
  if (result !== undefined) parts.push(["result", result.value]);
  for (const [place, value] of parts) {
    const what = byValue(value);
    if (what !== undefined) return `its ${place} is ${what}`;
  }
  return undefined;
}

function byValue(value: Value): string | undefined {
  switch (value.kind) {
    case "scalar":
    case "cstring":
    case "pointer":
    case "function":
      return undefined;
    case "string":
      return "a string with a length";
    case "slice":
      return "a slice";
    case "array":
      return "an array by value";
    case "composite":
      return `a ${value.definition.kind} by value`;
  }
}
