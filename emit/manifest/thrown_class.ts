/**
 * The class of errors, where its objects are only thrown: what a function
 * throws is a `PluginError`, which asks the plugin's own error as it is looked
 * at, and nobody has to name that one's class.
 *
 * @module
 */

import {
  functionsOfClass,
  type SymbolDefinition,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";

/** The class of errors: see `ffi/object/native_error.ts`. */
const ERROR_CLASS = "error";

/**
 * Says of the class of errors whether it is only thrown.
 *
 * @param types The types of a plugin, by name.
 * @param symbols Its symbols.
 * @returns The same types, with `thrown` where nothing takes or gives an error, or anything.
 */
export function sayThrown(
  types: Readonly<Record<string, TypeDefinition>>,
  symbols: Readonly<Record<string, SymbolDefinition>>,
): Readonly<Record<string, TypeDefinition>> {
  const { [ERROR_CLASS]: errors, ...others } = types;
  // Of a class that is of a struct, functions have the pointers.
  if (errors?.kind !== "class" || errors.of !== undefined) return types;
  const own = new Set(functionsOfClass(errors));
  const name = errors.from?.error === undefined ? NAME : NAME_OR_ANY;
  const isNamed =
    Object.entries(symbols).some(([symbol, { type }]) =>
      !own.has(symbol) && name.test(type)
    ) || Object.values(others).some((type) => name.test(notationsOf(type)));
  return isNamed
    ? types
    : { ...others, [ERROR_CLASS]: { ...errors, thrown: true } };
}

/** The class as a word of the notation. */
const NAME = wordOf(ERROR_CLASS);

/** The same, or anything: where an `Error` is taken, it may be in there, and come out. */
const NAME_OR_ANY = wordOf(`(?:${ERROR_CLASS}|any)`);

function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w.:])${name}(?![\\w.:])`);
}

/** A definition as text, without its comments. A class has only names of functions, which are symbols. */
function notationsOf(type: TypeDefinition): string {
  return type.kind === "class" ? "" : JSON.stringify(
    type,
    (key, value) => key === "doc" ? undefined : value,
  );
}
