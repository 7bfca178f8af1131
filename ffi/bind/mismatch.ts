/**
 * In what a function differs from the type that it is looked up at, where two
 * long lines do not show it.
 *
 * @module
 */

import { isCompatible } from "../manifest/compatible.ts";
import { type FunctionType, printType, type Type } from "../notation/type.ts";
import { basename } from "../system/path.ts";
import type { SymbolRef } from "./bind_target.ts";

/** Parameters of which anybody sees the one that differs. */
const AT_A_GLANCE = 2;

/**
 * Says in what they differ, and what to do about it.
 *
 * @param own What the symbol is.
 * @param wanted What it was looked up as.
 * @param described The symbol.
 * @returns The end of a sentence; empty where there is nothing to add.
 */
export function differenceOf(
  own: Type,
  wanted: Type,
  { name, path, types }: SymbolRef,
): string {
  if (own.kind !== "function" || wanted.kind !== "function") return "";
  const differing = firstDifference(own, wanted, types);
  const [a, b] = [own.params.length, wanted.params.length];
  if (own.variadic && !wanted.variadic && a <= b && differing === undefined) {
    return `; arguments behind "..." take a thunk: plugin emit --thunk ` +
      `'${name} ${printType(wanted)}' ${basename(path)}`;
  }
  if (a <= AT_A_GLANCE) return "";
  return differing !== undefined
    ? `; ${differing}`
    : a === b
    ? ""
    : `; it has ${a} parameters, wanted ${b}`;
}

function firstDifference(
  own: FunctionType,
  wanted: FunctionType,
  types: SymbolRef["types"],
): string | undefined {
  for (const [index, type] of own.params.entries()) {
    const other = wanted.params.at(index);
    if (other === undefined) return undefined;
    if (!isCompatible(type, other, types)) {
      return `parameter ${index + 1} is ${printType(type)}, wanted ${
        printType(other)
      }`;
    }
  }
  for (const [index, type] of own.results.entries()) {
    const other = wanted.results.at(index);
    if (other === undefined) return undefined;
    if (!isCompatible(type, other, types)) {
      const which = own.results.length === 1
        ? "its result"
        : `result ${index + 1}`;
      return `${which} is ${printType(type)}, wanted ${printType(other)}`;
    }
  }
  return undefined;
}
