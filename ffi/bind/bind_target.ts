/**
 * The symbol that is being bound.
 *
 * @module
 */

import type { NativeLibrary } from "../runtime/adapter.ts";
import { PluginError, type PluginErrorCode, quote } from "../error.ts";
import type { SymbolDefinition } from "../manifest/manifest.ts";
import { printType, type Type } from "../notation/type.ts";
import { resolveType, type Types, type Value } from "../value/value.ts";

/** A symbol as it is described. */
export interface SymbolRef {
  /** Absolute path of the library. */
  readonly path: string;
  readonly name: string;
  readonly definition: SymbolDefinition;
  /** The named types of its manifest. */
  readonly types: Types;
}

/** A symbol, and all that binding it needs. */
export interface BindTarget extends SymbolRef {
  readonly library: NativeLibrary;
  /** The library that a thunk's symbol lies in. */
  readonly thunks: () => NativeLibrary;
  /** What the manifest says of another symbol. */
  readonly symbol: (name: string) => SymbolDefinition | undefined;
  /** Symbol of the function that a text which it gives is given to, once it is read. */
  readonly free: string | undefined;
  /** What errors call it, where it is bound as a method: its first parameter is `this`. */
  readonly method: string | undefined;
}

/** The error of a symbol that cannot be looked up. */
export function symbolError(
  { path, name }: Pick<SymbolRef, "path" | "name">,
  code: PluginErrorCode,
  detail: string,
  cause?: unknown,
): PluginError {
  const error = new PluginError(
    code,
    `Cannot look up ${quote(name)} in ${quote(path)}: ${detail}`,
    { path, symbol: name, cause },
  );
  details.set(error, detail);
  return error;
}

/** Why symbols were refused, without what was refused; runtimes print what errors have as properties. */
const details = new WeakMap<PluginError, string>();

/** Why a symbol was refused, without what was refused. */
export function detailOf(error: PluginError): string {
  return details.get(error) ?? error.message;
}

/** What `type` is in JavaScript, or which part of the symbol is nothing. */
export function resolveValue(
  target: SymbolRef,
  type: Type,
  part: string,
): Value {
  try {
    return resolveType(type, target.types);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw symbolError(
      target,
      error.code,
      `${part}: ${printType(type)} has no JavaScript value`,
    );
  }
}
