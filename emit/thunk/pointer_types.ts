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
  namesIn,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { hasComposite } from "./composite_values.ts";

/** What a type of functions has in the notation, and hardly anything else. */
const ARROW = "=>";

/** A type of such functions. */
export interface PointerType {
  readonly text: string;
  readonly type: FunctionType;
  /** Whether it names types that only the headers define, and no symbol uses. */
  readonly isOfHeaders: boolean;
}

/**
 * The types of such functions.
 *
 * @param description What a library exports.
 * @returns In order, those of the headers last; one of those that C calls alike.
 */
export function pointerTypes(
  { symbols, types: own, defined }: Pick<
    Description,
    "symbols" | "types" | "defined"
  >,
): PointerType[] {
  const types = { ...defined?.types, ...own };
  const found = new Map<string, PointerType>();
  const add = (type: FunctionType) => {
    if (!hasComposite(type, types)) return;
    const text = printType(type);
    const isOfHeaders = namesIn(type).some((name) => !Object.hasOwn(own, name));
    found.set(text, { text, type, isOfHeaders });
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
  const kept: PointerType[] = [];
  // What the symbols use lies in the manifest, which is read without the headers' file.
  const order = [...found.values()].sort((a, b) =>
    Number(a.isOfHeaders) - Number(b.isOfHeaders) || (a.text < b.text ? -1 : 1)
  );
  for (const each of order) {
    const isKnown = kept.some(({ type }) =>
      isSameFunction(type, each.type, named)
    );
    if (!isKnown) kept.push(each);
  }
  return kept;
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
