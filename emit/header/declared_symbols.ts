/**
 * What each name that a header declares is in the library: a symbol of it, an inline
 * function that has a wrapper, or nothing that can be called, and why.
 *
 * @module
 */

import type {
  FunctionDefinition,
  SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { Description } from "../describe/description.ts";
import { foreignConvention } from "../describe/draft.ts";
import type { Export } from "../image/image.ts";
import { wrapperOf } from "./wrappers.ts";

/** Why an export is not in the manifest. */
export const UNDECLARED = "no header given declares it";

/** What was found out about the names that headers declare. */
export interface Found {
  readonly found: Pick<Description, "symbols" | "skipped">;
  /** Functions with a calling convention that is not the platform's. */
  readonly foreign: ReadonlySet<string>;
  readonly inline: ReadonlySet<string>;
  /** The linker's names. */
  readonly references: ReadonlyMap<string, string>;
  readonly exportOf: (name: string) => Export | undefined;
  /** Whether a macro of the name stands for what is declared. */
  readonly isRenamed: (name: string) => boolean;
  /** The names of parameters, by the name in the declaration. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  readonly asDeclared: (name: string) => string;
}

/**
 * Decides of each name what it is, or why it cannot be called.
 *
 * @param declared The names that the headers declare.
 * @param from What was found out about them.
 */
export function settle(declared: readonly string[], from: Found): {
  symbols: Record<string, SymbolDefinition>;
  skipped: Record<string, string>;
  /** Exports that a declaration is about. */
  covered: Set<string>;
} {
  const symbols: Record<string, SymbolDefinition> = Object.create(null);
  const skipped: Record<string, string> = Object.create(null);
  const covered = new Set<string>();
  for (const name of declared) {
    const symbol = from.exportOf(name);
    if (symbol !== undefined) covered.add(symbol.name).add(name);
    else if (from.isRenamed(name)) continue;
    const is = symbol !== undefined
      ? exported(name, symbol, from)
      : from.inline.has(name)
      ? wrappedInline(name, from)
      : notExported(from.references.get(name)!);
    if (typeof is === "string") skipped[name] = is;
    else symbols[name] = is;
  }
  return { symbols, skipped, covered };
}

/** What a name is that the library exports, or why it is not that. */
function exported(
  name: string,
  symbol: Export,
  { found, foreign, params, asDeclared }: Found,
): SymbolDefinition | string {
  const definition = Object.hasOwn(found.symbols, name)
    ? found.symbols[name]
    : undefined;
  if (definition === undefined) return found.skipped[name] ?? UNDECLARED;
  if (foreign.has(name)) return foreignConvention("ms_abi");
  const why = disagreement(symbol, definition);
  if (why !== undefined) return why;
  return definition.kind === "function"
    ? complete(name, definition, params.get(asDeclared(name)))
    : symbol.readonly
    ? { ...definition, const: true }
    : definition;
}

/** An inline function by its wrapper, or why it has none. */
function wrappedInline(
  name: string,
  { found, foreign, params }: Found,
): SymbolDefinition | string {
  const definition = found.symbols[name];
  return definition?.kind !== "function" || foreign.has(name)
    ? found.skipped[name] ?? UNDECLARED
    : {
      ...complete(name, definition, params.get(name)),
      symbol: wrapperOf(name),
      wrapped: "inline",
    };
}

function notExported(link: string): string {
  return `the header means ${JSON.stringify(link)} by this name, which the ` +
    "library does not export";
}

/** A header of another version may call a variable what is a function now. */
function disagreement(
  { kind }: Export,
  definition: SymbolDefinition,
): string | undefined {
  const is = kind === "variable" ? "variable" : "function";
  return is === definition.kind
    ? undefined
    : `the header declares a ${definition.kind}, the library has a ${is}`;
}

/** A function with the names of its parameters, where the header has them. */
function complete(
  name: string,
  definition: FunctionDefinition,
  names: readonly string[] | undefined,
): FunctionDefinition {
  const isList = definition.wrapped === "va_list";
  const own = isList ? names?.slice(0, -1) : names;
  return {
    ...definition,
    ...own?.length === countOf(definition) && { params: own },
    ...isList && { symbol: wrapperOf(name) },
  };
}

function countOf({ type }: FunctionDefinition): number {
  const parsed = parseType(type);
  return parsed.kind === "function" ? parsed.params.length : -1;
}
