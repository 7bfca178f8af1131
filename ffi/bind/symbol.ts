/**
 * From a symbol of the manifest to the function or variable that `lookup` gives:
 * which type it is handled as, and then `bind_function.ts` or `bind_variable.ts`.
 *
 * @module
 */

import { noneOf } from "../did_you_mean.ts";
import { quote } from "../error.ts";
import type { Variable } from "../handle/variable.ts";
import { isCompatible, isSameFunction } from "../manifest/compatible.ts";
import {
  type FunctionDefinition,
  type LibraryDescription,
  type Seen,
  SeenError,
  seenOf,
  type SymbolDefinition,
} from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import {
  type FunctionType,
  namesIn,
  printType,
  type Type,
} from "../notation/type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { isNoCode, NO_CODE } from "../runtime/generate.ts";
import { bindFunction, planFunction } from "./bind_function.ts";
import { type BindTarget, symbolError, type SymbolRef } from "./bind_target.ts";
import { ErrorMappingLibrary } from "./error_mapping_library.ts";
import { bindVariable, planVariable } from "./bind_variable.ts";
import { bindPointed } from "./function_pointer.ts";
import { differenceOf } from "./mismatch.ts";
import { labelled } from "./readable_symbol.ts";
import { spreadCalls } from "./spread_calls.ts";

bindPointed();

/**
 * Finds what is said of one symbol.
 *
 * @param path Absolute path of the library.
 * @throws {PluginError} `unknown_symbol` (with the nearest names),
 * `skipped_symbol` (with the reason).
 */
export function findSymbol(
  description: LibraryDescription,
  path: string,
  name: string,
): SymbolRef {
  const { types } = description;
  const definition = description.symbol(name);
  if (definition !== undefined) return { path, name, definition, types };
  const reason = description.skipped(name);
  if (reason !== undefined) {
    throw symbolError({ path, name }, "skipped_symbol", reason);
  }
  throw symbolError(
    { path, name },
    "unknown_symbol",
    description.isDeclared
      ? "the library has no manifest, and open() was not given its type in symbols"
      : noneOf(String(name), "symbols", description.symbolNames),
  );
}

/**
 * Makes sure that a symbol is of the wanted type and can be handled so; nothing
 * is bound.
 *
 * @param described The symbol.
 * @param wanted The type it is wanted as, in the notation.
 * @throws {PluginError} `bad_type`, `type_mismatch`, `needs_thunk`, `unsupported`.
 */
export function checkSymbol(described: SymbolRef, wanted: string): void {
  const { definition } = described;
  const type = assertedType(described, wanted);
  if (definition.kind === "variable") planVariable(described, type);
  else planFunction(described, definition, type as FunctionType);
}

/**
 * Binds one symbol.
 *
 * @param target The symbol.
 * @param wanted The type it is wanted as; the manifest's own when left out.
 * @returns A function or a {@linkcode Variable}.
 * @throws {PluginError} `bad_type`, `type_mismatch`, `needs_thunk`,
 * `unsupported`, `wrong_library`, `permission_denied`.
 */
export function bindSymbol(
  target: BindTarget,
  wanted?: string,
): RawFunction | Variable<unknown> {
  const type = assertedType(target, wanted);
  try {
    return bind(target, type, wanted === undefined);
  } catch (error) {
    // Code that cannot be made knows not for what.
    if (!isNoCode(error)) throw error;
    throw symbolError(target, "unsupported", NO_CODE, error.cause);
  }
}

function bind(
  target: BindTarget,
  type: Type,
  isOwn: boolean,
): RawFunction | Variable<unknown> {
  const { definition } = target;
  const mapped = { ...target, library: new ErrorMappingLibrary(target) };
  if (definition.kind === "variable") {
    return bindVariable(mapped, definition, type);
  }
  const seen = isOwn ? seenFunction(target, definition) : undefined;
  const made = bindFunction(mapped, definition, type as FunctionType, seen);
  if (target.library.spread !== undefined && seen === undefined) {
    spreadCalls(made, target, definition, type as FunctionType);
  }
  // A type that is asked for is that of the call that waits.
  const isNonblocking = isOwn &&
    definition.annotations?.nonblocking === true;
  return labelled(
    isNonblocking ? asyncOf(made) : made,
    target,
    isOwn ? undefined : type,
  );
}

/** The signature of a function with a variable number of arguments that has a thunk for one only. */
function onlyCall(definition: SymbolDefinition): Type | undefined {
  if (definition.kind !== "function") return undefined;
  const [only, ...others] = definition.calls ?? [];
  return only === undefined || others.length > 0
    ? undefined
    : parseType(only.type);
}

/** The type that a symbol is handled as; a function's is a function type. */
function assertedType(described: SymbolRef, wanted?: string): Type {
  const { definition } = described;
  const own = parseType(definition.type);
  if (wanted === undefined) return onlyCall(definition) ?? own;
  const type = wantedType(described, wanted);
  // A variable may hold a function's address; a function is not a variable.
  const isKind = definition.kind === "variable" || type.kind === "function";
  if (isKind && agree(own, type, described)) return type;
  throw symbolError(
    described,
    "type_mismatch",
    `it is the ${definition.kind} ${printType(own)}, wanted ${
      printType(type)
    }` +
      differenceOf(own, type, described),
  );
}

function wantedType(described: SymbolRef, text: string): Type {
  const type = parseType(text);
  const unknown = namesIn(type).find((name) =>
    described.types.get(name) === undefined
  );
  if (unknown === undefined) return type;
  throw symbolError(
    described,
    "bad_type",
    `the wanted type ${quote(text)} names ${
      quote(unknown)
    }, which is neither a type of the notation nor of the manifest`,
  );
}

/** The same function, on another thread. */
function asyncOf(made: RawFunction): RawFunction {
  return (made as RawFunction & { readonly async: RawFunction }).async;
}

/** Whether the symbol is of the wanted type, or can be called at it. */
function agree(
  own: Type,
  wanted: Type,
  { definition, types }: SymbolRef,
): boolean {
  if (definition.kind === "variable") return isCompatible(own, wanted, types);
  // What is exported is no pointer to a function of some type: it has its own.
  return [definition.type, ...(definition.calls ?? []).map(({ type }) => type)]
    .some((type) =>
      isSameFunction(
        parseType(type) as FunctionType,
        wanted as FunctionType,
        types,
      )
    );
}

/**
 * What JavaScript sees of a function.
 *
 * @returns Undefined where that is the function as it is.
 * @throws {PluginError} `bad_manifest` when what is said of it cannot be.
 */
function seenFunction(
  target: BindTarget,
  definition: FunctionDefinition,
): Seen | undefined {
  try {
    return seenOf(definition, target.types, target.name);
  } catch (error) {
    if (!(error instanceof SeenError)) throw error;
    throw symbolError(
      target,
      "bad_manifest",
      `its annotations say what cannot be: ${error.message}`,
      error,
    );
  }
}
