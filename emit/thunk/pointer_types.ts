/**
 * Which pointers to functions only thunks can call and answer: those with a struct
 * or union by value, wherever a description has one.
 *
 * @module
 */

import {
  isSameFunction,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import {
  type FunctionType,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { hasComposite } from "./composite_values.ts";

/** What a type of functions has in the notation, and hardly anything else. */
const ARROW = "=>";

/**
 * The types of such functions.
 *
 * @param description What a library exports.
 * @returns By their texts, in order; one of those that C calls alike.
 */
export function pointerTypes(
  { symbols, types }: Pick<Description, "symbols" | "types">,
): Map<string, FunctionType> {
  const found = new Map<string, FunctionType>();
  const add = (type: FunctionType) => {
    if (!type.variadic && hasComposite(type, types)) {
      found.set(printType(type), type);
    }
  };
  for (const symbol of Object.values(symbols)) {
    const isFunction = symbol.kind === "function";
    // A function is no pointer to one itself.
    const from = isFunction ? symbol.type.indexOf(ARROW) + 1 : 0;
    const first = isFunction ? symbol.type.lastIndexOf(ARROW) + 1 : 0;
    if (isFunction ? from === first : !symbol.type.includes(ARROW)) continue;
    const type = parseType(symbol.type);
    if (isFunction && type.kind === "function") {
      for (const part of partsOf(type)) eachFunction(part, add);
    } else eachFunction(type, add);
  }
  for (const text of Object.values(types).flatMap(textsOf)) {
    if (text.includes(ARROW)) eachFunction(parseType(text), add);
  }
  const named = new Map(Object.entries(types));
  const kept: [string, FunctionType][] = [];
  for (const [text, type] of [...found].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (kept.some(([, other]) => isSameFunction(other, type, named))) continue;
    kept.push([text, type]);
  }
  return new Map(kept);
}

/** The types that C writes in a definition. */
function textsOf(definition: TypeDefinition): string[] {
  switch (definition.kind) {
    case "alias":
      return [definition.type];
    case "struct":
    case "union":
      return definition.fields.map(({ type }) => type);
    default:
      return [];
  }
}

function partsOf({ params, results }: FunctionType): Type[] {
  return [...params, ...results];
}

/** Calls for each type of functions that a type is made of. */
function eachFunction(type: Type, call: (type: FunctionType) => void): void {
  switch (type.kind) {
    case "function":
      call(type);
      for (const part of partsOf(type)) eachFunction(part, call);
      break;
    case "pointer":
      eachFunction(type.to, call);
      break;
    case "array":
      eachFunction(type.of, call);
      break;
  }
}
