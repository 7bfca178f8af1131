/**
 * What is declared of a class that is walked through step by step.
 *
 * @module
 */

import type { ClassDefinition, Manifest } from "../../ffi/manifest/manifest.ts";
import {
  memberSignature,
  seenIn,
  seenStep,
  signatureOf,
} from "./declare_seen.ts";
import { propertyName } from "./names.ts";
import {
  printArray,
  printResult,
  printTuple,
  printUnion,
  resultOf,
} from "./print_signature.ts";
import type { Values } from "./value_types.ts";

/**
 * What a function gives that says itself when there is no more, without whether there
 * is.
 *
 * @param next The function.
 * @param symbols The manifest's symbols.
 * @param values Writes the types.
 */
export function stepType(
  next: string,
  symbols: Manifest["symbols"],
  values: Values,
): string {
  const step = symbols[next];
  if (step?.kind !== "function") return "never";
  const seen = seenIn(values.types, step, next);
  const given = seen === undefined
    ? signatureOf(next, step, values).results.slice(0, -1)
    : seenStep(seen, values);
  return given.length === 1 ? printUnion(given[0]!) : printTuple(given);
}

/** The method that `for … of` calls. */
export const ITERATOR = "[Symbol.iterator]";

/**
 * The methods that walk through what is given step by step, and what `for … of` gives,
 * where it does.
 *
 * @param type The class.
 * @param symbols The manifest's symbols.
 * @param values Writes the types.
 * @returns Lines of TypeScript.
 */
export function declareWalks(
  { iterate }: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): { readonly lines: readonly string[]; readonly each?: string } {
  if (iterate === undefined) return { lines: [] };
  const { next, count, methods, bind, row } = iterate;
  const signature = (symbol: string) =>
    memberSignature(symbols, symbol, false, values);
  const unique = (types: readonly string[]) => [...new Set(types)].join(" | ");
  const bound = unique(
    Object.entries(bind?.kinds ?? {}).flatMap(([kind, symbol]) =>
      kind === "null"
        ? ["null"]
        : kind === "bytes"
        ? [values.use("Bytes")]
        : kind === "integer" || kind === "number"
        ? ["number"]
        : kind === "bigint" || kind === "boolean" || kind === "string"
        ? [kind]
        : [signature(symbol).params[2]!.type]
    ),
  );
  const params = bind === undefined ? "" : `...values: (${bound})[]`;
  const column = row && unique(
    [
      ...row.read ?? [],
      ...row.value === undefined ? [] : [{ symbol: row.value }],
      ...row.null === undefined ? [] : [{}],
    ].flatMap(({ symbol }: { symbol?: string }) =>
      symbol === undefined ? ["null"] : resultOf(signature(symbol).results)
    ).flatMap((type) => type === "bigint" ? ["number", "bigint"] : [type]),
  );
  const columns = `{ [column: string]: ${column} }`;
  const generic = column === undefined
    ? ""
    : `<Row extends object = ${columns}>`;
  const value = column !== undefined
    ? "Row"
    : count !== undefined
    ? printResult(signature(next!))
    : stepType(next!, symbols, values);
  const results = {
    iterator: `Generator<${value}>`,
    list: printArray(value),
    first: `${value} | undefined`,
    none: "void",
  };
  // What for … of calls nobody can give a type.
  const one = column === undefined ? value : columns;
  const lines = Object.entries(methods).map(([key, walk]) => {
    if (key === ITERATOR) return `  ${key}(${params}): Generator<${one}>;`;
    const typed = walk === "none" ? "" : generic;
    return `  ${propertyName(key)}${typed}(${params}): ${results[walk]};`;
  });
  return ITERATOR in methods ? { lines, each: one } : { lines };
}
