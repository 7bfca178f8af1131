/**
 * The types of a manifest that people meet: in declarations, and counted.
 *
 * @module
 */

import {
  type ClassDefinition,
  functionsOfClass,
  type Manifest,
  type SymbolDefinition,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";

/**
 * The types that declarations show, by name.
 *
 * @param manifest The plugin's manifest.
 * @returns All of them, but for a class whose objects are only thrown.
 */
export function shownTypes(
  { types }: Manifest,
): Readonly<Record<string, TypeDefinition>> {
  return Object.fromEntries(
    Object.entries(types).filter(([, type]) => !isThrown(type)),
  );
}

/**
 * The symbols that somebody can call or read.
 *
 * @param manifest The plugin's manifest.
 * @returns All of them, but for the members of a class that is not shown.
 */
export function shownSymbols(
  { symbols, types }: Manifest,
): Readonly<Record<string, SymbolDefinition>> {
  const hidden = new Set(
    Object.values(types).flatMap((type) =>
      isThrown(type) ? functionsOfClass(type) : []
    ),
  );
  return Object.fromEntries(
    Object.entries(symbols).filter(([name]) => !hidden.has(name)),
  );
}

function isThrown(type: TypeDefinition): type is ClassDefinition {
  return type.kind === "class" && type.thrown === true;
}
