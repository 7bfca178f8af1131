/**
 * What is taken where an object of a class is wanted.
 *
 * @module
 */

import {
  type ClassDefinition,
  type FunctionDefinition,
  type Manifest,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import { callbackParamsOf } from "./declare_seen.ts";
import { propertyName } from "./names.ts";
import { printUnion } from "./print_signature.ts";
import type { Values } from "./value_types.ts";

/**
 * What is taken where a class is wanted: its objects, and what becomes one.
 *
 * @param name What it is called in TypeScript.
 * @param type The class.
 * @param symbols The manifest's symbols.
 * @param values Writes the types of what is given.
 * @returns Alternatives of a union.
 */
export function takenFor(
  name: string,
  type: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): string[] {
  const { from = {} } = type;
  const given = (symbol: string, index: number) =>
    givenTo(symbol, index, symbols, values);
  // What becomes an object in one step: of what becomes that there would be two,
  // and two classes that are made of each other would have no end.
  const part = (symbol: string) => {
    const [param] = paramsOf(symbol, symbols);
    const isClass = param?.kind === "named" &&
      values.types[param.name]?.kind === "class";
    return isClass ? values.of(param, "out") : given(symbol, 0);
  };
  const { symbol, methods = [], bytes } = from;
  const { call, iterable, entries, error, values: parts = [] } = from;
  const literal = literalOf(type, symbols, values);
  const withMethods = symbol === undefined
    ? undefined
    : `{ ${
      methods.map((method, index) =>
        `${propertyName(method)}: ${given(symbol, index)}`
      ).join("; ")
    } }`;
  // What an object of JavaScript has of the class's own members.
  const own = from.fields !== undefined
    ? literal
    : methods.every((method) => Object.hasOwn(type.methods ?? {}, method))
    ? withMethods
    : undefined;
  const iterables = (
    symbol: string | undefined,
    make: (of: string[]) => string,
  ) =>
    symbol === undefined
      ? []
      : ["Iterable", "AsyncIterable"].map((kind) =>
        `${kind}<${make(elementsOf(symbol, symbols, values))}>`
      );
  return [
    // What is called as the function below is fits that, and beside it would
    // leave the parameters of an arrow function without a type.
    ...call !== undefined && type.call !== undefined
      ? []
      : [own === undefined ? name : `${values.use("Taken")}<${name}, ${own}>`],
    ...bytes === undefined ? [] : [given(bytes, 0)],
    ...bytes === undefined || symbol === undefined
      ? []
      : ["AsyncIterable<Uint8Array>"],
    ...error === undefined ? [] : ["Error"],
    ...iterables(iterable, ([one]) => one!),
    ...iterables(entries, (both) => `[${both.join(", ")}]`),
    ...literal === undefined || literal === own ? [] : [literal],
    ...call === undefined ? [] : [`(${given(call, 0)})`],
    ...parts.map(part),
    ...withMethods === undefined || withMethods === own ? [] : [withMethods],
  ];
}

function paramsOf(symbol: string, symbols: Manifest["symbols"]) {
  const { type } = symbols[symbol] as FunctionDefinition;
  return (parseType(type) as FunctionType).params;
}

/** What a function takes, as it is given. */
function givenTo(
  symbol: string,
  index: number,
  symbols: Manifest["symbols"],
  values: Values,
): string {
  const param = paramsOf(symbol, symbols)[index]!;
  // A function has to be there.
  const closure = closureOf(param, values);
  return closure === undefined
    ? values.of(param, "in")
    : values.closure(closure, "in", callbackNames(symbol, index, symbols));
}

/** What the parameters of the function are called that is given there. */
function callbackNames(
  symbol: string,
  index: number,
  symbols: Manifest["symbols"],
): readonly string[] | undefined {
  return callbackParamsOf(symbols[symbol] as FunctionDefinition)[index];
}

function closureOf(type: Type, values: Values): FunctionType | undefined {
  const target = underlying(type, (name) => values.types[name]);
  return target.kind === "closure" ? target.of : undefined;
}

/** What does for a literal of a class: a list, a map, or an object of its fields. */
export function literalOf(
  { from: { data, fields } = {}, accessors = {} }: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): string | undefined {
  if (data !== undefined) return givenTo(data, 0, symbols, values);
  if (fields === undefined) return undefined;
  const members = fields.map((field) => {
    const setter = accessors[field]!.set!;
    const param = paramsOf(setter, symbols)[1]!;
    const isFunction = closureOf(param, values) !== undefined;
    const names = callbackNames(setter, 1, symbols);
    const given = [
      ...values.union(param, "in", isFunction, names),
      "undefined",
    ];
    return `readonly ${propertyName(field)}?: ${printUnion(given)}`;
  });
  return `{ ${members.join("; ")} }`;
}

/** What the lists have that are given by the function of which something is made. */
function elementsOf(
  symbol: string,
  symbols: Manifest["symbols"],
  values: Values,
): string[] {
  const [next] = paramsOf(symbol, symbols);
  const { results } = (next as Type & { kind: "closure" }).of;
  return results.map((list) =>
    values.of(list.kind === "slice" ? list.of : list, "in")
  );
}
