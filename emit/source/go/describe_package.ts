/**
 * The description of a Go package: its symbols as a manifest says them.
 *
 * @module
 */

import type {
  FunctionDefinition,
  SymbolDefinition,
  Thunk,
  TypeDefinition,
  VariableDefinition,
} from "../../../ffi/manifest/manifest.ts";
import {
  type GoFunction,
  type GoPackage,
  type GoStruct,
  type GoValue,
  type GoVariable,
  symbolOf,
} from "./package.ts";
import { type Extras, layOutFrame } from "../../thunk/frame_layout.ts";
import { Unwritable } from "../../thunk/unwritable.ts";
import { callsBack, Slots } from "./frame_slots.ts";
import type { Description } from "../../describe/description.ts";

/** The function to which every address that a wrapper leaves is given. */
export const FREE = "plugin_free";

/**
 * Describes a package whose wrappers `wrapper.ts` writes.
 *
 * @param from What `describe/` found.
 * @param compiler The compiler and its version.
 * @returns Symbols under their Go names.
 */
export function descriptionOf(
  from: GoPackage,
  compiler: string,
): Description {
  const slots = new Slots(from);
  const types: Record<string, TypeDefinition> = { ...from.types };
  for (const one of from.structs) types[one.name] = structOf(one, slots);
  const symbols: Record<string, SymbolDefinition> = {};
  const skipped: Record<string, string> = { ...from.skipped };
  const add = (name: string, describe: () => SymbolDefinition): void => {
    try {
      symbols[name] = describe();
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      skipped[name] = error.message;
    }
  };
  for (const one of from.functions) add(one.name, () => functionOf(one, slots));
  for (const one of from.variables) add(one.name, () => variableOf(one, slots));
  return {
    types,
    ...Object.keys(from.constants).length === 0
      ? {}
      : { constants: from.constants },
    symbols,
    skipped,
    places: new Map(Object.entries(from.places ?? {})),
    language: "Go",
    compiler,
  };
}

function structOf(from: GoStruct, slots: Slots): TypeDefinition {
  const { size, align, offsets } = slots.layout(
    from.fields,
  );
  const fields = from.fields.map(({ name, type }, index) => ({
    name,
    type,
    offset: offsets[index]!,
  }));
  return { kind: "struct", size, align, fields, zero: true, ...docOf(from) };
}

function functionOf(from: GoFunction, slots: Slots): FunctionDefinition {
  const results = from.results.map((result) => result.type);
  const result = results.length === 0
    ? "void"
    : results.length === 1
    ? results[0]!
    : `(${results.join(", ")})`;
  const params = from.params.map((param) => param.type).join(", ");
  const inout = from.params.flatMap(({ inout }, index) =>
    inout ? [`${index + 1}`] : []
  );
  const callbacks = from.params.flatMap(({ callbackParams }, index) =>
    callbackParams === undefined ? [] : [[`${index + 1}`, callbackParams]]
  );
  return {
    kind: "function",
    type: `(${params}) => ${result}`,
    params: from.params.map((param) => param.name),
    ...callbacks.length > 0
      ? { callbackParams: Object.fromEntries(callbacks) }
      : {},
    ...inout.length > 0 ? { inout } : {},
    ...from.variadic ? { rest: true } : {},
    thunk: {
      ...frameOf(
        slots,
        symbolOf("thunk", from.name),
        from.params,
        from.results,
        { error: true, context: from.context === true },
      ),
      ...callsBack(from, slots) ? { callsBack: true } : {},
    },
    ...docOf(from),
  };
}

function variableOf(from: GoVariable, slots: Slots): VariableDefinition {
  const access = slots.liesInPlace(from)
    ? { address: symbolOf("address", from.name) }
    : {
      // A function of Go's own cannot come out, and is not nothing.
      get: frameOf(slots, symbolOf("get", from.name), [], [from], {
        error: true,
      }),
      ...from.fixed ? { const: true } : {
        set: frameOf(slots, symbolOf("set", from.name), [from], [], {
          // What a hook is set to was made before.
          error: slots.of(from).kind !== "function",
        }),
      },
    };
  return { kind: "variable", type: from.type, ...access, ...docOf(from) };
}

function docOf(from: { readonly doc: string }): { doc?: string } {
  return from.doc === "" ? {} : { doc: from.doc };
}

/** The frame of a wrapper. */
function frameOf(
  slots: Slots,
  symbol: string,
  params: readonly GoValue[],
  results: readonly GoValue[],
  extras: Extras,
): Thunk {
  const all = (values: readonly GoValue[]) =>
    values.map((value) => slots.of(value));
  const frame = layOutFrame(symbol, all(params), all(results), extras);
  return { ...frame, free: FREE };
}
