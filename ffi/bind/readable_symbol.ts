/**
 * Symbols as people read them.
 *
 * @module
 */

import { escapeControls } from "../error.ts";
import { printAs } from "../handle/print_as.ts";
import { seenOf } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { printType, type Type } from "../notation/type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import type { SymbolRef } from "./bind_target.ts";

/**
 * The type of a symbol with the names of its parameters: `(a: i32) => i32`.
 *
 * @param symbol The symbol.
 * @param wanted The type that it is looked up at; what JavaScript sees of it by
 * itself when left out.
 */
export function signatureOf(
  { name, definition, types }: SymbolRef,
  wanted?: Type,
): string {
  const own = parseType(definition.type);
  if (definition.kind === "variable") return printType(wanted ?? own);
  const seen = wanted === undefined
    ? seenOf(definition, types, name)
    : undefined;
  return escapeControls(
    seen === undefined
      ? withNames(wanted ?? own, definition.params)
      : withNames(seen.type, seen.given.map(({ name }) => name)),
  );
}

function withNames(type: Type, names: readonly string[] = []): string {
  if (type.kind !== "function") return printType(type);
  const params = type.params.map((param, index) => {
    const name = names.at(index) ?? "";
    return `${name && `${name}: `}${printType(param)}`;
  });
  if (type.variadic) params.push("...");
  const result = printType({ ...type, params: [], variadic: false });
  return `(${params.join(", ")})${result.slice("()".length)}`;
}

/** Lets a function print as its name and its type. */
export function labelled(
  made: RawFunction,
  symbol: SymbolRef,
  wanted?: Type,
): RawFunction {
  printAs(made, (_depth, { stylize }) => {
    const text = `${symbol.name}: ${signatureOf(symbol, wanted)}`;
    return stylize(`[Function ${escapeControls(text)}]`, "special");
  });
  return made;
}
