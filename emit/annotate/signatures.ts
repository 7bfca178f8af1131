/**
 * One function of C as several: with a variable number of arguments, each at a
 * signature of its own, and what does one thing or another by an argument.
 *
 * ```json
 * {
 *   "curl_easy_setopt": {
 *     "at": { "curl_easy_setopt_long": "(pointer, CURLoption, i64) => CURLcode" }
 *   }
 * }
 * ```
 *
 * @module
 */

import { didYouMean } from "../../ffi/did_you_mean.ts";
import {
  isSameNotation,
  type SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import {
  type FunctionType,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { type AnnotationEntry, badEntry } from "./parse_annotation_file.ts";

/** Whether a symbol is one of several ways to call a function. */
export function isSignature(symbol: SymbolDefinition): boolean {
  return symbol.kind === "function" && symbol.fixed !== undefined;
}

/**
 * A description with the functions that annotations make of one.
 *
 * @param path The annotation file, for errors.
 * @param entries What it says.
 * @param description What the library exports.
 * @throws {EmitError} `bad_annotations`.
 */
export function withSignatures(
  path: string,
  entries: readonly (readonly [string, AnnotationEntry])[],
  description: Description,
): Description {
  const symbols = { ...description.symbols };
  for (const [of, { at = {} }] of entries) {
    for (const [name, text] of Object.entries(at)) {
      const wrong = (detail: string) => badEntry(path, of, detail);
      const own = Object.hasOwn(description.symbols, of)
        ? description.symbols[of]
        : undefined;
      if (own?.kind !== "function") {
        throw wrong(
          `no function of that name is described` +
            didYouMean(of, Object.keys(symbols)),
        );
      }
      if (Object.hasOwn(symbols, name)) {
        throw wrong(`"${name}" is exported already: call it otherwise`);
      }
      const problem = problemOf(own.type, text, description);
      if (problem !== undefined) throw wrong(problem);
      const type = parseType(text) as FunctionType;
      const fixed = (parseType(own.type) as FunctionType).params.length;
      const more = type.params.length - fixed;
      symbols[name] = {
        kind: "function",
        type: printType(type),
        symbol: own.symbol ?? of,
        params: [
          ...Array.from({ length: fixed }, (_, i) => own.params?.[i] ?? ""),
          ...Array.from(
            { length: more },
            (_, i) => more === 1 ? "value" : `value${i + 1}`,
          ),
        ],
        fixed,
        ...own.doc !== undefined && { doc: own.doc },
      };
    }
  }
  return { ...description, symbols };
}

/** Why a function cannot be called at a signature. */
function problemOf(
  own: string,
  text: string,
  { types }: Description,
): string | undefined {
  const { variadic, params, results } = parseType(own) as FunctionType;
  const type = typeIn(text);
  const same = (a: Type, b: Type | undefined) =>
    b !== undefined && isSameNotation(printType(a), printType(b), types);
  const agrees = type?.kind === "function" && !type.variadic &&
    (variadic || type.params.length === params.length) &&
    params.every((param, index) => same(param, type.params[index])) &&
    type.results.length === results.length &&
    results.every((result, index) => same(result, type.results[index]));
  return agrees ? undefined : `it is ${own}, and "${text}" is none of it`;
}

function typeIn(text: string): Type | undefined {
  try {
    return parseType(text);
  } catch {
    return undefined;
  }
}
