/**
 * Direct calls: every parameter and the result fit the primitives of all
 * runtimes, and the closure calls the runtime's own function.
 *
 * @module
 */

import type { NativeLibrary, Primitive, RawFunction } from "../adapter.ts";
import { addressIn, pointerTo } from "../pointer.ts";
import { adapter } from "../runtime.ts";
import type { Value } from "../value.ts";
import { addressOfAny, viewOf } from "./address.ts";
import type { Parameter, Wrong } from "./check.ts";
import { compile, passed } from "./code.ts";
import { enter, leave } from "./frame.ts";
import { safe } from "./number.ts";
import { putCString } from "./text.ts";

/**
 * Binds a function for direct calls.
 *
 * @param library The loaded library.
 * @param symbol The function's symbol in it.
 * @param name What the function is called.
 * @param parameters Its parameters.
 * @param result Its result, if it has one.
 * @param wrong Its errors.
 */
export function bindDirect(
  library: NativeLibrary,
  symbol: string,
  name: string,
  parameters: readonly Parameter[],
  result: Value | undefined,
  wrong: Wrong,
): RawFunction {
  const bind = (pointers: Primitive): RawFunction =>
    library.bind(
      symbol,
      parameters.map(({ value }) => primitiveOf(value, pointers)),
      result === undefined ? "void" : primitiveOf(result, "address"),
    );
  const views = indices(parameters, "pointer");
  const body = [
    ...(views.length > 0 ? [addressBody(parameters, views, result)] : []),
    callBody(parameters, result),
  ];
  // A pointer parameter takes views and addresses, and Deno has a type for
  // each. Calls with nothing but views are the common and the hot ones; the
  // other binding is made when it is first needed.
  let byAddress: RawFunction | undefined;
  return compile(name, parameters, {
    wrong,
    raw: bind("buffer"),
    rawByAddress: (...args: unknown[]) =>
      (byAddress ??= bind("address"))(...args),
    none: adapter.null,
    cstring: adapter.cstring,
    addressIn,
    addressOfAny,
    viewOf,
    pointerTo,
    safe,
    enter,
    leave,
    putCString,
  }, body.join("\n  "));
}

function primitiveOf(value: Value, pointer: Primitive): Primitive {
  switch (value.kind) {
    case "scalar":
      return value.name;
    case "cstring":
    case "function":
      return "address";
    case "pointer":
      return pointer;
    default:
      throw new Error(`${value.kind} is not a primitive`);
  }
}

/** Whether a value crosses without a thunk. */
export function isDirect({ kind }: Value): boolean {
  return kind === "scalar" || kind === "cstring" || kind === "pointer" ||
    kind === "function";
}

function indices(
  parameters: readonly Parameter[],
  kind: Value["kind"],
): number[] {
  return parameters.flatMap(({ value }, index) =>
    value.kind === kind ? [index] : []
  );
}

/** The call when no pointer parameter was given an address. */
function callBody(
  parameters: readonly Parameter[],
  result: Value | undefined,
): string {
  const texts = indices(parameters, "cstring");
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `(a${index} === null ? null : viewOf(a${index}))`
      : argument(parameter, index, texts)
  );
  const call = returning(`raw(${args.join(", ")})`, result);
  return texts.length === 0 ? call : inFrame(call);
}

/** The call when at least one was: all go as addresses. */
function addressBody(
  parameters: readonly Parameter[],
  views: readonly number[],
  result: Value | undefined,
): string {
  const texts = indices(parameters, "cstring");
  const isAddress = views.map((index) =>
    `isPointer(a${index}) || isVariable(a${index})`
  );
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `addressOfAny(a${index}, frame.held)`
      : argument(parameter, index, texts)
  );
  const call = returning(`rawByAddress(${args.join(", ")})`, result);
  return `if (${isAddress.join(" || ")}) {
    ${inFrame(call)}
  }`;
}

function argument(
  parameter: Parameter,
  index: number,
  texts: readonly number[],
): string {
  const { value } = parameter;
  switch (value.kind) {
    case "cstring":
      return `putCString(frame, ${
        texts.indexOf(index)
      }, a${index}, wrong, ${index})`;
    case "function":
      return `(a${index} === null ? none : addressIn(a${index}))`;
    case "scalar": {
      const x = passed(parameter, index);
      return adapter.crossings[value.name].into?.(x) ?? x;
    }
    default:
      throw new Error(`${value.kind} is not a primitive`);
  }
}

function inFrame(call: string): string {
  return `const frame = enter();
  try {
    ${call}
  } finally {
    leave(frame);
  }`;
}

function returning(call: string, result: Value | undefined): string {
  switch (result?.kind) {
    case undefined:
      return `${call}; return;`;
    case "scalar": {
      const x = adapter.crossings[result.name].outOf?.(call) ?? call;
      const isWord = result.name === "isize" || result.name === "usize";
      return `return ${isWord ? `safe(${x})` : x};`;
    }
    case "cstring":
      return `const r = ${call}; return r === none ? null : cstring(r);`;
    default:
      return `const r = ${call}; return r === none ? null : pointerTo(r);`;
  }
}
