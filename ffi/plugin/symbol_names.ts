/**
 * The names of what a plugin shows.
 *
 * @module
 */

import { functionsOfClass } from "../manifest/manifest.ts";
import type { Loaded } from "./loaded.ts";

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
