/**
 * The names of what a plugin shows.
 *
 * @module
 */

import {
  type ClassDefinition,
  functionsOfClass,
} from "../manifest/manifest.ts";
import type { Types } from "../value/value.ts";
import type { Loaded } from "./loaded.ts";

/** The class of that name, or of which that is another name, if there is one. */
export function classNamed(
  types: Types,
  called: string,
): { readonly name: string; readonly definition: ClassDefinition } | undefined {
  const name = types.classAlias?.(called) ?? called;
  if (!types.classNames?.includes(name)) return undefined;
  const definition = types.get(name);
  return definition?.kind === "class" ? { name, definition } : undefined;
}

/** The names of what `plugin.symbols` has: symbols that are no members of classes, and classes by all their names, but for one that is only thrown. */
export function symbolNames({ description }: Loaded): string[] {
  const { types, symbolNames } = description;
  const { classNames = [] } = types;
  if (classNames.length === 0) return [...symbolNames];
  const members = new Set<string>();
  const shown: string[] = [];
  for (const name of classNames) {
    const definition = types.get(name);
    if (definition?.kind !== "class") continue;
    for (const member of functionsOfClass(definition)) members.add(member);
    if (!definition.thrown && !description.has(name)) shown.push(name);
  }
  for (const name of types.names) {
    if (types.classAlias?.(name) && !description.has(name)) shown.push(name);
  }
  return [...symbolNames.filter((name) => !members.has(name)), ...shown];
}
