/**
 * The types of a manifest that declarations show: a class of errors that is
 * only thrown is nobody's to name.
 *
 * @module
 */

import {
  functionsOfClass,
  type Manifest,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";

/** The class of errors: see `ffi/object/native_error.ts`. */
const ERROR_CLASS = "error";

/**
 * The types that declarations show, by name. What a function throws is a
 * `PluginError`, which asks the plugin's own error as it is looked at.
 *
 * @param manifest The plugin's manifest.
 * @returns All of them, but for a class of errors that nothing takes or gives.
 */
export function shownTypes(
  { symbols, types }: Manifest,
): Readonly<Record<string, TypeDefinition>> {
  const { [ERROR_CLASS]: errors, ...others } = types;
  if (errors?.kind !== "class") return types;
  const own = new Set(functionsOfClass(errors));
  const isNamed =
    Object.entries(symbols).some(([name, { type }]) =>
      !own.has(name) && NAME.test(type)
    ) || Object.values(others).some((type) => NAME.test(notationsOf(type)));
  return isNamed ? types : others;
}

/** The class as a word of the notation. */
const NAME = new RegExp(`(?<![\\w.:])${ERROR_CLASS}(?![\\w.:])`);

/** A definition as text, without its comments. A class has only names of functions, which are symbols. */
function notationsOf(type: TypeDefinition): string {
  return type.kind === "class" ? "" : JSON.stringify(
    type,
    (key, value) => key === "doc" ? undefined : value,
  );
}
