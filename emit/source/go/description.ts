/**
 * The description of a Go package: its symbols as a manifest says them.
 *
 * @module
 */

import type {
  FunctionDefinition,
  SymbolDefinition,
  Thunk,
  VariableDefinition,
} from "../../../ffi/manifest.ts";
import {
  type GoFunction,
  type GoPackage,
  type GoValue,
  type GoVariable,
  slotOf,
  symbolOf,
} from "./package.ts";
import type { Description } from "../source.ts";

/** The function to which every address that a wrapper leaves is given. */
export const FREE = "plugin_free";

/** Size of the slot that says how the call ended. */
const END_SIZE = 40;

/**
 * Describes a package whose wrappers `overlay.ts` writes.
 *
 * @param from What `describe/` found.
 * @param compiler The compiler and its version.
 * @returns Symbols under their Go names.
 */
export function descriptionOf(
  from: GoPackage,
  compiler: string,
): Description {
  const symbols: Record<string, SymbolDefinition> = {};
  for (const one of from.functions) symbols[one.name] = functionOf(one);
  for (const one of from.variables) symbols[one.name] = variableOf(one);
  return {
    types: {},
    symbols,
    skipped: from.skipped,
    language: "Go",
    compiler,
  };
}

function functionOf(from: GoFunction): FunctionDefinition {
  const results = from.results.map((result) => result.type);
  const result = results.length === 0
    ? "void"
    : results.length === 1
    ? results[0]!
    : `(${results.join(", ")})`;
  const params = from.params.map((param) => param.type).join(", ");
  return {
    kind: "function",
    type: `(${params}) => ${result}`,
    params: from.params.map((param) => param.name),
    thunk: frameOf(
      symbolOf("thunk", from.name),
      from.params,
      from.results,
      true,
    ),
    ...docOf(from),
  };
}

function variableOf(from: GoVariable): VariableDefinition {
  const access = slotOf(from.type).kind === "scalar"
    ? { address: symbolOf("address", from.name) }
    : {
      get: frameOf(symbolOf("get", from.name), [], [from], false),
      set: frameOf(symbolOf("set", from.name), [from], [], false),
    };
  return { kind: "variable", type: from.type, ...access, ...docOf(from) };
}

function docOf(from: { readonly doc: string }): { doc?: string } {
  return from.doc === "" ? {} : { doc: from.doc };
}

/** Lays out a frame as Go and C lay out a struct: parameters, results, the end. */
function frameOf(
  symbol: string,
  params: readonly GoValue[],
  results: readonly GoValue[],
  ends: boolean,
): Thunk {
  let size = 0;
  const place = (bytes: number, align: number): number => {
    const offset = Math.ceil(size / align) * align;
    size = offset + bytes;
    return offset;
  };
  const offsetOf = (value: GoValue): number => {
    const slot = slotOf(value.type);
    return place(slot.size, Math.min(slot.size, 8));
  };
  const offsets = {
    params: params.map(offsetOf),
    results: results.map(offsetOf),
  };
  const error = ends ? { error: place(END_SIZE, 8) } : {};
  place(0, 8);
  return { symbol, size, ...offsets, ...error, free: FREE };
}
